import { GetUserPolicyCommand, ListUserPoliciesCommand, type IAMClient } from "@aws-sdk/client-iam";
import type { ObservedDocument } from "../../src/account/observed";
import { decoded } from "./accountDetails";

/** A user's inline policies by name. @throws NoSuchEntityException when there is no such user. */
export async function inlineOfUser(
  iam: IAMClient,
  UserName: string,
): Promise<Map<string, ObservedDocument>> {
  const { PolicyNames = [] } = await iam.send(new ListUserPoliciesCommand({ UserName }));
  const documents = await Promise.all(
    PolicyNames.map(async (PolicyName) => {
      const { PolicyDocument } = await iam.send(new GetUserPolicyCommand({ UserName, PolicyName }));
      return [PolicyName, decoded(PolicyDocument)] as const;
    }),
  );
  return new Map(documents);
}
