import type { Command } from "../cli/command";
import { loadDeployment, openDeployment } from "../cells/openDeployment";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { readBaseline } from "../plan/baseline";
import { textTable } from "../output/textTable";
import { UsageError } from "../output/usageError";

/** What the last update recorded; nothing in it is secret. */
export const outputs: Command = {
  usage: "outputs",
  describe: "Show what the last update recorded: customers and repositories; nothing secret",
  build: (yargs) =>
    yargs
      .example("$0 outputs --stack prod", "as tables")
      .example("$0 outputs --json > recorded.json", "for a machine"),
  async run(args, context) {
    const { terminal } = context;
    const loaded = await loadDeployment(args, context);
    const { stack } = loaded;
    const recorded = readBaseline(await (await openDeployment(loaded, context)).outputs());
    if (recorded.kind !== "recorded") {
      throw new UsageError(
        recorded.kind === "none"
          ? `no update of stack ${stack} has recorded anything yet`
          : `what the last update of stack ${stack} recorded is not of this version's form`,
        "Run `ecr-customers up`: it records.",
      );
    }
    const { customers, repositories } = recorded.outputs;
    if (args.json) {
      terminal.print(toJson({ stack, customers, repositories }));
      return ExitCode.done;
    }
    const customerRows = Object.entries(customers).map(([id, one]) => [
      id,
      one.status,
      one.expires === undefined ? "" : `until ${one.expires}`,
      one.repositories.join(", "),
      one.awsAccount ??
        Object.entries(one.keys)
          .map((key) => key.join(": "))
          .join(", "),
    ]);
    const repositoryRows = Object.entries(repositories).map(([name, one]) => [
      name,
      one.mode,
      one.regions.join(", "),
      String(one.customers),
      String(one.size),
    ]);
    const heads = [
      ["customer", "status", "end", "repositories", "keys or account"],
      ["repository", "grants", "regions", "customers", "policy size"],
    ] as const;
    terminal.print(textTable([heads[0], ...customerRows]).join("\n"));
    terminal.print("");
    terminal.print(textTable([heads[1], ...repositoryRows]).join("\n"));
    return ExitCode.done;
  },
};
