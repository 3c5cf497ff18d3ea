import type { Administrator, KnownUser } from "./administrator";
import { AwsRefusal } from "./awsAnswer";
import { textOf } from "./awsCall";
import { ecrDenialRule } from "./ecrDenials";
import type { Faults } from "./faults";
import type { FrontRule } from "./frontRule";
import { readRepositoryPolicy, REPOSITORY_POLICY_LIMIT } from "./policyText";
import type { PrincipalBindings } from "./principalBindings";
import type { UserDirectory } from "./userDirectory";

/** What the ECR rules work with. */
export interface EcrRuleParts {
  account: string;
  administrator: Administrator;
  users: UserDirectory;
  bindings: PrincipalBindings;
  faults: Faults;
}

/** What SetRepositoryPolicy checks and what becomes of principals later; the emulator saves any text. */
export function ecrRules(parts: EcrRuleParts): FrontRule[] {
  const { bindings } = parts;
  return [
    ecrDenialRule(parts.account),
    {
      service: "ecr",
      actions: ["SetRepositoryPolicy"],
      apply: async (call, next) => {
        const repository = textOf(call, "repositoryName") ?? "";
        const users = await resolvePrincipals(parts, textOf(call, "policyText") ?? "");
        return bindings.exclusively(call.region, repository, async () => {
          const answer = await next();
          if (answer.status === 200) await bindings.saved(call.region, repository, users);
          return answer;
        });
      },
    },
    {
      service: "ecr",
      actions: ["DeleteRepositoryPolicy", "DeleteRepository"],
      apply: (call, next) => {
        const repository = textOf(call, "repositoryName") ?? "";
        return bindings.exclusively(call.region, repository, async () => {
          const answer = await next();
          if (answer.status === 200) bindings.removed(call.region, repository);
          return answer;
        });
      },
    },
  ];
}

/**
 * The users of this account that a policy names. Users and roles of other accounts are taken as
 * existing: the sandbox has one account.
 *
 * @throws AwsRefusal as ECR does.
 */
async function resolvePrincipals(parts: EcrRuleParts, text: string): Promise<KnownUser[]> {
  if (text.length > REPOSITORY_POLICY_LIMIT) {
    throw invalid(`Member must have length less than or equal to ${REPOSITORY_POLICY_LIMIT}`);
  }
  const principals = readRepositoryPolicy(text);
  if (principals === undefined) throw invalid("Invalid repository policy provided");
  const users: KnownUser[] = [];
  for (const principal of principals) {
    if (principal.kind === "unknown") throw invalid("Principal not found");
    if (principal.kind === "other" || principal.account !== parts.account) continue;
    if (principal.kind === "role") {
      const arn = await parts.administrator.roleArn(principal.name);
      if (arn !== principal.arn) throw invalid("Principal not found");
      continue;
    }
    const user = await parts.users.find(principal.name);
    // The path is part of the ARN, and ARNs are compared with their case.
    if (user?.arn !== principal.arn) throw invalid("Principal not found");
    if (parts.faults.newUserVisibilityDelay.hides(user.name)) throw invalid("Principal not found");
    users.push(user);
  }
  return users;
}

/** ECR's wording for a parameter that it does not take. */
function invalid(constraint: string): AwsRefusal {
  return new AwsRefusal(
    "InvalidParameterException",
    `Invalid parameter at 'PolicyText' failed to satisfy constraint: '${constraint}'`,
  );
}
