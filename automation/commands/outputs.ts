import type { Command } from "../cli/command";
import { loadDeployment, openDeployment } from "../cells/openDeployment";
import { ExitCode } from "../cli/exitCode";
import { toJson } from "../output/json";
import { readBaseline } from "../plan/baseline";
import { textTable } from "../output/textTable";
import { UsageError } from "../output/usageError";

/** What the last update recorded; it contains no secret. */
export const outputs: Command = {
  examples: [
    ["outputs --stack prod", "as tables"],
    ["outputs --json > recorded.json", "as JSON"],
  ],
  async run(args, context) {
    const { terminal } = context;
    const loaded = await loadDeployment(args, context);
    const { stack } = loaded;
    const recorded = readBaseline(await (await openDeployment(loaded, context)).outputs());
    if (recorded.kind !== "recorded") {
      throw new UsageError(
        recorded.kind === "none"
          ? `stack ${stack} has no recorded outputs: it was never updated`
          : `the recorded outputs of stack ${stack} are not in this version's format`,
        "Run `ecr-customers up`, which records them.",
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
      [
        ...Object.entries(one.keys).map((key) => key.join(": ")),
        ...(one.awsAccount === undefined ? [] : [one.awsAccount]),
        ...(one.oidc === undefined ? [] : [one.oidc.issuer]),
      ].join(", "),
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
