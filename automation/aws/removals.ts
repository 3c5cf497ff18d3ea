import {
  DeleteLoginProfileCommand,
  DeleteUserPolicyCommand,
  DetachUserPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { Removal } from "../../src/account/removal";
import { unlessMissing } from "./noteUnread";

/** Takes something from a user. What is gone already is no error: a killed run is repeated. */
export async function remove(iam: IAMClient, removal: Removal): Promise<void> {
  const { user: UserName } = removal;
  switch (removal.kind) {
    case "inline-policy": {
      const command = new DeleteUserPolicyCommand({ UserName, PolicyName: removal.policy });
      return void (await unlessMissing(iam.send(command)));
    }
    case "managed-policy": {
      const command = new DetachUserPolicyCommand({ UserName, PolicyArn: removal.arn });
      return void (await unlessMissing(iam.send(command)));
    }
    case "group": {
      const command = new RemoveUserFromGroupCommand({ UserName, GroupName: removal.group });
      return void (await unlessMissing(iam.send(command)));
    }
    case "password":
      return void (await unlessMissing(iam.send(new DeleteLoginProfileCommand({ UserName }))));
    case "key": {
      const { key: AccessKeyId } = removal;
      const command = new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" });
      return void (await unlessMissing(iam.send(command)));
    }
  }
}
