import {
  DeleteLoginProfileCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { Removal } from "../../src/account/removal";
import { unlessMissing } from "./missing";

/** Takes something from a user. What is gone already is no error: a killed run is repeated. */
export async function remove(iam: IAMClient, removal: Removal): Promise<void> {
  await unlessMissing(send(iam, removal));
}

function send(iam: IAMClient, removal: Removal): Promise<unknown> {
  const { user: UserName } = removal;
  switch (removal.kind) {
    case "inline-policy":
      return iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: removal.policy }));
    case "managed-policy":
      return iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn: removal.arn }));
    case "group":
      return iam.send(new RemoveUserFromGroupCommand({ UserName, GroupName: removal.group }));
    case "password":
      return iam.send(new DeleteLoginProfileCommand({ UserName }));
    case "key": {
      const { key: AccessKeyId } = removal;
      return iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
    }
  }
}
