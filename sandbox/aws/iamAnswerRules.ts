import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { type IamRuleParts, noSuchUser } from "./iamUserRules";

/**
 * For a user that does not exist the emulator returns an empty list, where AWS refuses. The emulator is
 * asked first, so that it decides whether the caller is allowed.
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
