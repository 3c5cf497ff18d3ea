import { roleName, userName } from "../../src/access/arns";
import type { Elsewhere } from "../../src/account/declared";
import type { StackConfig } from "../../src/config";
import { hasRole, hasUser } from "../../src/customers/identity";
import { loadProject } from "../../src/project";
import type { CommandContext } from "../cli/command";
import { stackNames } from "../files/stackFiles";

/** IAM users and roles that other stacks of this project declare in the same account, as far as their files can be read. */
export function declaredElsewhere(
  config: Pick<StackConfig, "stack" | "account">,
  { directory, today }: Pick<CommandContext, "directory" | "today">,
): Elsewhere {
  const others = stackNames(directory).filter((name) => name !== config.stack);
  const declared = others.flatMap((name) => {
    const { input } = loadProject(directory, name, today);
    if (input === undefined || input.config.account !== config.account) return [];
    const { namePrefix } = input.config;
    return input.customers.map((customer) => ({ customer, namePrefix }));
  });
  return {
    users: new Set(
      declared.flatMap(({ customer, namePrefix }) =>
        hasUser(customer) ? [userName(namePrefix, customer)] : [],
      ),
    ),
    roles: new Set(
      declared.flatMap(({ customer, namePrefix }) =>
        hasRole(customer) ? [roleName(namePrefix, customer)] : [],
      ),
    ),
  };
}
