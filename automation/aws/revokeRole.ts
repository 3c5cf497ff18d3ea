import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import type { PolicyDocument } from "../../src/access/model";
import { samePolicy } from "../../src/account/samePolicy";
import type { AwsClient } from "./client";
import { explainAwsError } from "./errors";
import { pollUntil, PAUSE_MILLISECONDS } from "./pollUntil";
import { inWords, isTemporary, SUSPENDED, type EndTarget, type Revocation } from "./revocation";

/** All that the revoke role may do with a role (docs/aws-setup). */
export type RoleCalls = Pick<AwsClient, "putRolePolicy" | "rolePolicy">;

/**
 * A customer's role as what a revocation ends. The deny is judged at every request, so sessions that are open, and
 * registry logins made in them, end with it; a role has no keys.
 *
 * @param deny - the document that denies everything; with the mark of an emergency, if it is one.
 */
export function roleTarget(aws: RoleCalls, role: string, deny = SUSPENDED): EndTarget {
  return {
    revoke: (pause) => revokeRole(aws, role, pause, deny),
    stillOpen: () => roleStillOpen(aws, role, deny),
  };
}

async function revokeRole(
  aws: RoleCalls,
  role: string,
  pause = PAUSE_MILLISECONDS,
  deny: PolicyDocument,
): Promise<Revocation> {
  const what = `role ${role} denied everything in ECR, with its open sessions`;
  const revocation: Revocation = { exists: true, done: [], left: [] };
  try {
    await aws.putRolePolicy(role, DENY_POLICY_NAME, deny);
    revocation.done.push(what);
  } catch (error) {
    if (explainAwsError(error)?.kind === "missing") return { exists: false, done: [], left: [] };
    revocation.left.push(`${what}: ${inWords(error)}`);
    if (isTemporary(error)) revocation.isTemporary = true;
  }
  const isFinished = revocation.left.length === 0;
  const open = await pollUntil(
    () => roleStillOpen(aws, role, deny),
    (seen) => seen.length === 0 || !isFinished,
    pause,
  );
  revocation.left = open.length === 0 ? [] : [...revocation.left, ...open];
  return revocation;
}

/** What of a role's access is still open in AWS, in words; empty when it has ended. */
async function roleStillOpen(
  aws: RoleCalls,
  role: string,
  deny: PolicyDocument,
): Promise<string[]> {
  try {
    const found = await aws.rolePolicy(role, DENY_POLICY_NAME);
    return samePolicy(found, deny)
      ? []
      : [`AWS does not show that role ${role} is denied everything in ECR`];
  } catch (error) {
    return [`what AWS holds now could not be read: ${inWords(error)}`];
  }
}

/** Several as one, ended side by side. Those that AWS does not have are left out. */
export function allTargets(targets: readonly EndTarget[]): EndTarget {
  const missing = new Set<EndTarget>();
  return {
    revoke: async (pause) => {
      const all = await Promise.all(
        targets.map(async (target) => {
          const its = await target.revoke(pause);
          if (its.exists) missing.delete(target);
          else missing.add(target);
          return its;
        }),
      );
      return {
        exists: all.some(({ exists }) => exists),
        done: all.flatMap(({ done }) => done),
        left: all.flatMap(({ left }) => left),
        ...(all.some((one) => one.isTemporary === true) ? { isTemporary: true } : {}),
      };
    },
    stillOpen: async () => {
      const there = targets.filter((target) => !missing.has(target));
      return (await Promise.all(there.map((one) => one.stillOpen()))).flat();
    },
  };
}
