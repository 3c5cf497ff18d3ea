import type { BrownRole, Document } from "./account";
import type { Dice } from "./dice";
import { ADMINISTRATOR, allow, login, named, policyOf, PULL, PUSH } from "./documents";

/** Roles of the account, and the statements that repositories have for some of them. */
export function rolesOf(
  dice: Dice,
  account: string,
): { roles: BrownRole[]; statements: Document[] } {
  const trust = (Principal: Document) =>
    policyOf({ Effect: "Allow", Principal, Action: "sts:AssumeRole" });
  const deploy = policyOf(login, allow([...PULL, ...PUSH], "*"));
  const roles: BrownRole[] = [
    {
      ...{ name: "ci-push", path: "/", inline: { deploy } },
      trust: trust({ AWS: `arn:aws:iam::${account}:root` }),
    },
    {
      ...{ name: "task", path: "/service/", inline: {} },
      trust: trust({ Service: "ecs-tasks.amazonaws.com" }),
    },
    {
      ...{ name: "admin", path: "/", inline: { all: ADMINISTRATOR } },
      trust: trust({ AWS: `arn:aws:iam::${account}:root` }),
    },
  ];
  const task = named("Task", { AWS: `arn:aws:iam::${account}:role/service/task` }, PULL);
  return { roles, statements: dice.chance(0.5) ? [task] : [] };
}
