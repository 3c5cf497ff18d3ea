import type { BrownUser, Document } from "./account";
import type { Dice } from "./dice";
import { allow, arnOf, login, policyOf, PULL, PULL_AND_CHECK, PUSH } from "./documents";
import { nameOf, PATHS } from "./names";

/** Repository → how its policy names a user. */
export type Named = Record<string, "pull" | "more">;

/** One user, and how the policies of repositories name it. */
export function userOf(
  dice: Dice,
  at: number,
  account: string,
  repositories: readonly string[],
): { user: BrownUser; named: Named } {
  const role = dice.weighted([
    ["customer", 75],
    ["ci", 8],
    ["staff", 10],
    ["unrelated", 7],
  ] as const);
  const some = repositories.filter(() => dice.chance(0.5));
  const arns = (some.length > 0 ? some : [repositories[0] ?? ""]).map((one) => arnOf(account, one));
  const base = {
    ...{ name: nameOf(dice, at, role), path: dice.of(PATHS), role },
    tags: { role, ...(dice.chance(0.4) ? { product: dice.of(repositories) } : {}) },
    keys: dice.weighted([
      [["Active"], 65],
      [["Inactive", "Active"], 12],
      [["Active", "Active"], 10],
      [["Inactive"], 5],
      [[], 8],
    ] as const),
    console: dice.chance(role === "staff" ? 0.7 : 0.1),
    ...(dice.chance(0.05) ? { boundary: "boundary-ecr" } : {}),
  };
  const none = { groups: [], inline: {}, attached: [] };
  if (role === "unrelated") {
    return { user: { ...base, ...none, groups: ["developers"] }, named: {} };
  }
  if (role === "ci") {
    const push = policyOf(login, allow([...PULL, ...PUSH], arns));
    return { user: { ...base, ...none, inline: { push } }, named: {} };
  }
  if (role === "staff") {
    const attached = [dice.of(["administrator-copy", "AmazonEC2ContainerRegistryReadOnly"])];
    return { user: { ...base, ...none, attached, groups: ["developers"] }, named: {} };
  }
  const named: Named = {};
  const groups = dice.chance(0.95) ? ["ecr-login"] : [];
  const inline = (name: string, ...statements: Document[]) => ({
    ...none,
    groups,
    inline: { [name]: policyOf(...statements) },
  });
  type Rights = Pick<BrownUser, "groups" | "inline" | "attached">;
  const rights = dice.weighted<() => Rights>([
    [
      () => {
        for (const one of some) named[one] = dice.chance(0.85) ? "pull" : "more";
        return { ...none, groups };
      },
      45,
    ],
    [() => inline("pull", login, allow(dice.of([PULL, PULL_AND_CHECK]), arns)), 15],
    [() => ({ ...none, groups: ["ecr-pullers"] }), 10],
    [() => ({ ...none, groups: ["by-tag"] }), 8],
    [() => ({ ...none, attached: ["AmazonEC2ContainerRegistryReadOnly"] }), 8],
    [() => ({ ...none, attached: ["ecr-everything"] }), 4],
    [
      () =>
        inline(
          "office",
          login,
          allow(PULL, arns, { Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }),
        ),
      4,
    ],
    [
      () =>
        inline(
          "until",
          login,
          allow(PULL, arns, {
            Condition: { DateLessThan: { "aws:CurrentTime": "2031-01-01T00:00:00Z" } },
          }),
        ),
      3,
    ],
    [
      () =>
        inline("all-but-one", login, allow(PULL, "*"), {
          Effect: "Deny",
          Action: "ecr:BatchGetImage",
          Resource: arnOf(account, dice.of(repositories)),
        }),
      3,
    ],
  ])();
  return { user: { ...base, ...rights }, named };
}
