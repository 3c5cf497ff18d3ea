// What a further stack must not have in common with those that the repository has.
import { UsageError } from "../output/usageError";
import type { Draft } from "./draft";
import type { StackValues } from "./values";

/** A role's name has up to 64 characters (IAM API, CreateRole): `ecr-customers-<stack>-preview`. */
const LONGEST_STACK = 64 - "ecr-customers--preview".length;

/** The stacks that deploy into an account. */
export function inAccount(
  account: string | undefined,
  stacks: readonly StackValues[],
): StackValues[] {
  return stacks.filter(({ config }) => config.account === account);
}

/** Checks a further stack's name: it becomes a part of names in AWS and at GitHub. @throws UsageError */
export function checkFurther(stack: string, stacks: readonly StackValues[]): void {
  if (stacks.length === 0) return;
  if (stack.length > LONGEST_STACK) {
    throw new UsageError(
      `expected a name of up to ${LONGEST_STACK} characters, got ${JSON.stringify(stack)}`,
      "It is a part of the names of the stack's roles, which have up to 64.",
    );
  }
  if (stack.endsWith("-exception")) {
    throw new UsageError(
      `expected a name without -exception at its end, got ${JSON.stringify(stack)}`,
      "The environment of another stack's exceptions could have the same name.",
    );
  }
}

/**
 * @param wanted - the stack's account, and its repositories with their regions.
 * @throws UsageError when a repository is another stack's.
 */
export function checkClaims(
  wanted: {
    account: string | undefined;
    repositories: ReadonlyMap<string, { regions: readonly string[] }>;
  },
  stacks: readonly StackValues[],
): void {
  for (const { answers, config } of inAccount(wanted.account, stacks)) {
    for (const [name, { regions }] of config.repositories) {
      const own = wanted.repositories.get(name)?.regions ?? [];
      const region = regions.find((one) => own.includes(one));
      if (region === undefined) continue;
      throw new UsageError(
        `${name} in ${region} of account ${config.account} is a repository of the stack ${answers.stack}`,
        "A repository has one policy, and only one stack can write it: name others.",
      );
    }
  }
}

/** @throws UsageError when IAM names would be those of another stack in the account. */
export function checkPrefix(prefix: string, draft: Draft, stacks: readonly StackValues[]): void {
  const other = inAccount(draft.account, stacks).find(({ config }) => config.namePrefix === prefix);
  if (other === undefined) return;
  throw new UsageError(
    `expected a prefix that no other stack of account ${other.config.account} has, got ${JSON.stringify(prefix)} as ${other.answers.stack} has it`,
    `Write e.g. \`${draft.stack ?? "qa"}-\`: users, group and policies of both stacks would have the same names.`,
  );
}
