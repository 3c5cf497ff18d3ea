import type { Administrator, KnownPrincipal } from "./administrator";
import { AwsRefusal } from "./awsAnswer";
import { textOf } from "./awsCall";
import { ecrDenialRule } from "./ecrDenials";
import type { Faults } from "./faults";
import type { FrontRule } from "./frontRule";
import type { OtherAccounts } from "./otherAccounts";
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
  otherAccounts: OtherAccounts;
}

/** What SetRepositoryPolicy checks, and what happens to principals later; the emulator saves any text. */
export function ecrRules(parts: EcrRuleParts): FrontRule[] {
  const { bindings } = parts;
  return [
    ecrDenialRule(parts.account),
    {
      service: "ecr",
      actions: ["SetRepositoryPolicy"],
      apply: async (call, next) => {
        const repository = textOf(call, "repositoryName") ?? "";
        const principals = await resolvePrincipals(parts, textOf(call, "policyText") ?? "");
        return bindings.exclusively(call.region, repository, async () => {
          const answer = await next();
          if (answer.status === 200) await bindings.saved(call.region, repository, principals);
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
 * The users and roles of this account that a policy names.
 *
 * @throws AwsRefusal as ECR does: one principal that does not exist, and the whole policy is refused.
 */
async function resolvePrincipals(parts: EcrRuleParts, text: string): Promise<KnownPrincipal[]> {
  if (text.length > REPOSITORY_POLICY_LIMIT) {
    throw invalid(`Member must have length less than or equal to ${REPOSITORY_POLICY_LIMIT}`);
  }
  const principals = readRepositoryPolicy(text);
  if (principals === undefined) throw invalid("Invalid repository policy provided");
  const found: KnownPrincipal[] = [];
  for (const principal of principals) {
    if (principal.kind === "unknown") throw invalid("Principal not found");
    if (principal.account !== parts.account) {
      if (!parts.otherAccounts.has(principal)) throw invalid("Principal not found");
      continue;
    }
    if (principal.kind === "other") continue;
    const known =
      principal.kind === "role"
        ? await parts.administrator.role(principal.name)
        : await parts.users.find(principal.name);
    // The path is part of the ARN, and ARNs are compared with their case.
    if (known?.arn !== principal.arn) throw invalid("Principal not found");
    const isUser = principal.kind === "user";
    if (isUser && parts.faults.newUserVisibilityDelay.hides(known.name, "ecr")) {
      throw invalid("Principal not found");
    }
    found.push(known);
  }
  return found;
}

/** ECR's message for a parameter that it does not accept. */
function invalid(constraint: string): AwsRefusal {
  return new AwsRefusal(
    "InvalidParameterException",
    `Invalid parameter at 'PolicyText' failed to satisfy constraint: '${constraint}'`,
  );
}
