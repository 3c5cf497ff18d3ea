import { userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import { loadProject } from "../../src/project";
import type { CommandContext } from "../cli/command";
import { stackNames } from "../files/stackFiles";

/** IAM users that other stacks of this project declare in the same account, as far as their files can be read. */
export function declaredElsewhere(
  config: StackConfig,
  { directory, today }: Pick<CommandContext, "directory" | "today">,
): Set<string> {
  const others = stackNames(directory).filter((name) => name !== config.stack);
  return new Set(
    others.flatMap((name) => {
      const { input } = loadProject(directory, name, today);
      if (input === undefined || input.config.account !== config.account) return [];
      return input.customers.map((customer) => userName(input.config.namePrefix, customer));
    }),
  );
}
