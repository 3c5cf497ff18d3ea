import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { type IamRuleParts, noSuchUser } from "./iamUserRules";

/**
 * Listings of a user that does not exist, which the emulator answers with an empty list. The emulator
 * is asked first, so that it judges who may ask.
 */
export function iamAnswerRules({ users }: IamRuleParts): FrontRule[] {
  return [
    {
      service: "iam",
      actions: ["ListAccessKeys", "ListMFADevices"],
      apply: async (call, next) => {
        const answer = await next();
        const name = textOf(call, "UserName");
        const asked = answer.status === 200 && name !== undefined;
        if (asked && (await users.find(name)) === undefined) throw noSuchUser(name);
        return answer;
      },
    },
  ];
}
