// The Pulumi program, and what the package exports: settings → customers → stop on any problem → declare.
import * as pulumi from "@pulumi/pulumi";
import { engineMismatch } from "./config";
import { asInvoked } from "./invocation";
import { projectFolder } from "./package";
import { formatProblems } from "./problem";
import { loadProject, programPart } from "./project";
import { declarePart } from "./stack/declareStack";
import { recordedRepositories } from "./recordedRepositories";
import { environmentReader } from "./stack/readPolicy";
import { policiesOfOthers } from "./stack/undeclaredStatements";

/**
 * The program that `pulumi preview` and `pulumi up` run for the project in the working directory.
 *
 * @returns what a project's `index` exports. Pulumi calls it, and takes what it resolves to as the stack's outputs;
 *   it throws a `RunError`, before anything is declared, when a file has a problem.
 */
export function program(): () => Promise<unknown> {
  return run;
}

async function run(): Promise<unknown> {
  const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
  const { stack, cell } = programPart(projectFolder(), pulumi.getStack());
  const { input, problems } = loadProject(projectFolder(), stack, today);
  if (input === undefined) return stop(formatProblems(problems), stack);

  const overridden = engineMismatch(input.config, {
    account: new pulumi.Config("ecr-customers").get("account"),
    region: new pulumi.Config("aws").get("region"),
    profile: new pulumi.Config("aws").get("profile"),
  });
  if (overridden.length > 0) return stop(formatProblems(overridden), stack);
  // A cell declares no policy of a repository; its base stack does.
  const refused =
    cell === undefined
      ? await policiesOfOthers(
          input,
          environmentReader(input.config),
          await recordedRepositories(fullName()),
        )
      : [];
  if (refused.length > 0) {
    return stop(refused.join("\n"), stack);
  }
  return declarePart(input, cell);
}

/** The stack as `pulumi` takes it: outside of Pulumi Cloud there is one organization, which a name cannot have. */
function fullName(): string {
  const organization = pulumi.getOrganization();
  const stack = pulumi.getStack();
  return organization === "organization" ? stack : `${organization}/${stack}`;
}

/** Ends the run before anything is declared; a RunError prints its message and no stack trace. */
function stop(reasons: string, stack: string): never {
  const error = new pulumi.RunError(asInvoked(`nothing was declared\n${reasons}`, { stack }));
  // The SDK formats it all the same, in colour, which takes Node 20 a minute (util.inspect, source maps on).
  error.stack = undefined;
  throw error;
}
