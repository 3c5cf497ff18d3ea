// What `pulumi preview` and `pulumi up` run: settings → customers → stop on any problem → declare.
import * as pulumi from "@pulumi/pulumi";
import { engineMismatch } from "./src/config";
import { asInvoked } from "./src/invocation";
import { formatProblems, type Problem } from "./src/problem";
import { loadProject, programPart } from "./src/project";
import { declarePart } from "./src/stack/declareStack";
import { environmentReader } from "./src/stack/readPolicy";
import { policiesOfOthers } from "./src/stack/undeclaredStatements";

/** The program. Pulumi awaits it and takes what it returns as the stack's outputs. */
export = async (): Promise<unknown> => {
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  // The engine runs a program in its project's folder.
  const { stack, cell } = programPart(process.cwd(), pulumi.getStack());
  const { input, problems } = loadProject(process.cwd(), stack, today);
  if (input === undefined) return stop(problems, stack);

  const overridden = engineMismatch(input.config, {
    account: new pulumi.Config("ecr-customers").get("account"),
    region: new pulumi.Config("aws").get("region"),
    profile: new pulumi.Config("aws").get("profile"),
  });
  if (overridden.length > 0) return stop(overridden, stack);
  // A cell declares no policy of a repository; its base stack does.
  const refused =
    cell === undefined ? await policiesOfOthers(input, environmentReader(input.config)) : [];
  if (refused.length > 0) {
    throw new pulumi.RunError(asInvoked(`nothing was declared\n${refused.join("\n")}`, { stack }));
  }
  return declarePart(input, cell);
};

/** Ends the run before anything is declared; a RunError prints its message and no stack trace. */
function stop(problems: readonly Problem[], stack: string): never {
  throw new pulumi.RunError(
    `nothing was declared\n${asInvoked(formatProblems(problems), { stack })}`,
  );
}
