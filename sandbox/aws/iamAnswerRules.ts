import { errorCodeOf, queryAnswer } from "./awsAnswer";
import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import { type IamRuleParts, noSuchUser } from "./iamUserRules";

/** The empty listing of each action that the emulator does not know; nothing of the kind can be made here. */
const EMPTY: Record<string, string> = {
  ListServiceSpecificCredentials: "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>",
  ListSSHPublicKeys: "<SSHPublicKeys/><IsTruncated>false</IsTruncated>",
  ListSigningCertificates: "<Certificates/><IsTruncated>false</IsTruncated>",
  ListMFADevices: "<MFADevices/><IsTruncated>false</IsTruncated>",
  ListVirtualMFADevices: "<VirtualMFADevices/><IsTruncated>false</IsTruncated>",
};

/**
 * Readings that the emulator gets wrong: what a forced deletion of a user asks first, and listings
 * for a user that does not exist. The emulator is asked first, so that it judges who may ask.
 */
export function iamAnswerRules({ users }: IamRuleParts): FrontRule[] {
  return [
    {
      service: "iam",
      actions: Object.keys(EMPTY),
      apply: async (call, next) => {
        const answer = await next();
        const isUnknownAction = errorCodeOf(answer) === "InvalidAction";
        if (answer.status !== 200 && !isUnknownAction) return answer;
        const name = textOf(call, "UserName");
        if (name !== undefined && (await users.find(name)) === undefined) throw noSuchUser(name);
        return isUnknownAction ? queryAnswer(call, EMPTY[call.action] ?? "") : answer;
      },
    },
    {
      service: "iam",
      actions: ["ListAccessKeys"],
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
