import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { counted } from "../../src/counted";
import type { ForeignStatement } from "../../src/access/model";
import { statementsMissing } from "../../src/access/presentPolicy";
import { withUniqueSids } from "../../src/access/uniqueSids";
import { statementGrants } from "../../src/access/statementGrants";
import { openAws } from "../aws/open";
import { requireAccount } from "../aws/requireAccount";
import type { Command, CommonArguments } from "../cli/command";
import { loadStack } from "../cli/loadStack";
import { ExitCode } from "../cli/exitCode";
import { setStatements } from "../files/settingsEdit";
import { writeAtomic, withFileErrors } from "../files/writeAtomic";
import { toJson } from "../output/json";
import { tellNext } from "../output/nextSteps";
import { UsageError } from "../output/usageError";
import { statementsOfOthers } from "../plan/foreign";
import { presentPolicies } from "../update/presentPolicies";

interface KeepArguments extends CommonArguments {
  repository: string;
}

/** Writes the statements of others that AWS holds into a reviewed file, so that updates keep them. */
export const keep: Command<KeepArguments> = {
  examples: [["keep edge-agent --stack prod", "writes statements/edge-agent.json"]],
  build: (yargs) =>
    yargs.positional("repository", {
      type: "string",
      demandOption: true,
      describe: "a repository of the stack's catalogue",
    }),
  async run(args, context) {
    const { terminal, directory } = context;
    const { stack, input } = loadStack(args, context);
    const { repository } = args;
    const settings = input.config.repositories.get(repository);
    if (settings === undefined) {
      throw new UsageError(
        `${JSON.stringify(repository)} is not in the catalogue of stack ${stack}`,
        `Write one of: ${[...input.config.repositories.keys()].join(", ")}.`,
      );
    }
    const aws = await openAws(input.config, context);
    await requireAccount(aws, input.config);
    const catalogue = new Map([[repository, settings]]);
    const present = await presentPolicies(aws, {
      config: { ...input.config, repositories: catalogue },
      customers: input.customers,
    });
    const { statements: declared = [] } = settings;
    // The same statement in two regions is one: the file is about the repository.
    const found = present
      .flatMap(({ document }) => statementsOfOthers(document, input.config))
      .reduce<readonly ForeignStatement[]>(
        (all, statement) => [...all, ...statementsMissing([statement], [...declared, ...all])],
        [],
      );
    const added = withUniqueSids(found, declared);
    const path = settings.statementsFile ?? `statements/${repository.replaceAll("/", "-")}.json`;
    if (args.json) terminal.print(toJson({ stack, repository, file: path, added }));
    if (added.length === 0) {
      if (!args.json) {
        terminal.print(
          `The settings already declare every foreign statement that AWS has in the policy of ${repository}.`,
          "good",
        );
      }
      return ExitCode.done;
    }
    const file = join(directory, path);
    const settingsFile = join(directory, `Pulumi.${stack}.yaml`);
    withFileErrors(file, () => {
      const edited = setStatements(readFileSync(settingsFile, "utf8"), stack, repository, path);
      mkdirSync(dirname(file), { recursive: true });
      const text = `${JSON.stringify([...declared, ...added], undefined, 2)}\n`;
      writeAtomic(file, { text, mode: 0o644 }, directory);
      writeAtomic(settingsFile, { text: edited, mode: 0o644 }, directory);
    });
    if (args.json) return ExitCode.done;
    terminal.print(`${path}: ${counted(added.length, "statement")} of others added.`, "good");
    for (const { who, effect, what } of statementGrants(added, input.config)) {
      terminal.print(`  ${effect} ${who} ${what}`);
    }
    tellNext(terminal, [
      `review ${path} and Pulumi.${stack}.yaml, and delete what should end`,
      "merge the change; `ecr-customers up` then keeps these statements beside the customers'",
    ]);
    return ExitCode.done;
  },
};
