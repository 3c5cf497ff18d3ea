// How large the roles' policies are, and how many repositories still fit.
import { counted } from "../../src/counted";
import { UsageError } from "../output/usageError";
import type { FilledDocument } from "./setupPolicies";
import { FIRST_STACK, type StackNames } from "./stackNames";

/** Characters of a managed policy, and of all inline policies of a role (IAM user guide, quotas). */
export const MANAGED_POLICY = 6_144;
export const INLINE_POLICIES = 10_240;

/** How a role gets its policy, and how many further repositories it has space for. */
export interface RoleSize {
  /** The document's name, e.g. `deploy-role`; with the stack before it for a further stack, `stg/deploy-role`. */
  role: string;
  size: number;
  limit: number;
  attached: "managed" | "inline";
  /** Estimated by the longest ARN that is in it. */
  further: number;
}

/** Sizes of the documents that grow with the catalogue. @throws UsageError when one fits nowhere. */
export function roleSizes(
  documents: readonly FilledDocument[],
  { setup }: StackNames = FIRST_STACK,
): RoleSize[] {
  return documents
    .filter(({ name }) => name.endsWith("-role"))
    .map(({ name, text, size }) => {
      if (size > INLINE_POLICIES) {
        throw new UsageError(
          `${setup}/${name}.json would have ${counted(size, "character")}, and a role takes at most ${INLINE_POLICIES}`,
          "Remove repositories or regions, or move some of the repositories to a stack in an account of its own.",
        );
      }
      const attached = size <= MANAGED_POLICY ? "managed" : "inline";
      const limit = attached === "managed" ? MANAGED_POLICY : INLINE_POLICIES;
      const arns = [...text.matchAll(/"arn:aws[a-z-]*:ecr:[^"]*"/g)].map(([arn]) => arn.length + 1);
      const further = arns.length === 0 ? Infinity : Math.floor((limit - size) / Math.max(...arns));
      const role = `${setup}/${name}`.slice(FIRST_STACK.setup.length + 1);
      return { role, size, limit, attached, further };
    });
}

/** A line about a role for the report. */
export function roleSizeLine({ role, size, limit, attached, further }: RoleSize): string {
  const policy = attached === "managed" ? "a managed policy" : "an inline policy";
  const space = Number.isFinite(further)
    ? `; ${counted(further, "more repository", "more repositories")} would fit`
    : "";
  return `${role}.json: ${size} of the ${limit} characters of ${policy}${space}`;
}
