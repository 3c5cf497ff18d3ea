import type { AwsAnswer } from "./awsAnswer";
import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";

/**
 * Adds when a role was last used to GetRole, which the emulator does not record (IAM API, `RoleLastUsed`). Here it is when its
 * last session was opened; AWS counts the requests of its sessions.
 */
export function roleUseRules(): FrontRule[] {
  const uses = new Map<string, { at: Date; region: string }>();
  return [
    {
      service: "sts",
      actions: ["AssumeRole", "AssumeRoleWithWebIdentity"],
      apply: async (call, next) => {
        const answer = await next();
        const arn = textOf(call, "RoleArn") ?? "";
        const name = arn.slice(arn.lastIndexOf("/") + 1);
        if (answer.status === 200) uses.set(name, { at: new Date(), region: call.region });
        return answer;
      },
    },
    {
      service: "iam",
      actions: ["GetRole"],
      apply: async (call, next) => {
        const answer = await next();
        const use = uses.get(textOf(call, "RoleName") ?? "");
        return answer.status === 200 && use !== undefined ? withUse(answer, use) : answer;
      },
    },
    {
      service: "iam",
      actions: ["DeleteRole"],
      apply: async (call, next) => {
        const answer = await next();
        if (answer.status === 200) uses.delete(textOf(call, "RoleName") ?? "");
        return answer;
      },
    },
  ];
}

function withUse(answer: AwsAnswer, { at, region }: { at: Date; region: string }): AwsAnswer {
  const used = `<RoleLastUsed><LastUsedDate>${at.toISOString().slice(0, 19)}Z</LastUsedDate><Region>${region}</Region></RoleLastUsed>`;
  const text = answer.body
    .toString("utf8")
    .replace(/<RoleLastUsed>.*?<\/RoleLastUsed>|<RoleLastUsed\s*\/>/s, "");
  return { ...answer, body: Buffer.from(text.replace("</Role>", () => `${used}</Role>`)) };
}
