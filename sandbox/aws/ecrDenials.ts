import { errorCodeOf } from "./awsAnswer";
import { type AwsCall, textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";

/** ECR's message for a denied action, with the resource that the emulator leaves out. */
export function namingResource(message: string, action: string, resource: string): string {
  if (message.includes(" on resource: ")) return message;
  const performed = `perform: ecr:${action}`;
  return message.replace(performed, () => `${performed} on resource: ${resource}`);
}

/** `*` in place of a name: all repositories. */
export function repositoryArn(account: string, region: string, repository: string): string {
  return `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}

/** Every denial names its resource, as in what customers report (terraform-aws-modules/terraform-aws-iam#514). */
export function ecrDenialRule(account: string): FrontRule {
  return {
    service: "ecr",
    apply: async (call, next) => {
      const answer = await next();
      if (errorCodeOf(answer) !== "AccessDeniedException") return answer;
      const denied = JSON.parse(answer.body.toString("utf8")) as { message: string };
      const message = namingResource(denied.message, call.action, resourceOf(call, account));
      return { ...answer, body: Buffer.from(JSON.stringify({ ...denied, message })) };
    },
  };
}

/** GetAuthorizationToken is about no repository (Service Authorization Reference, Amazon ECR). */
function resourceOf(call: AwsCall, account: string): string {
  if (call.action === "GetAuthorizationToken") return "*";
  return repositoryArn(account, call.region, textOf(call, "repositoryName") ?? "*");
}
