import { script, type ScriptOptions, type ScriptRun } from "../../automation/support/script";
import type { Running } from "./withSandbox";

/** Runs `npm run customers -- …` on a suite's project, in this process. */
export function customersScript(
  { project }: Running,
  argv: readonly string[],
  options: Partial<ScriptOptions> = {},
): Promise<ScriptRun> {
  const { directory, today } = project;
  const environment = { ...project.environment, ...options.environment };
  return script(argv, { directory, today, ...options, environment });
}

/** Standard error without the lines about long work, which depend on how fast the machine is. */
export function withoutProgress(stderr: string): string {
  return stderr.replace(
    /^(?:Loading|Previewing|Updating|Destroying|Reading back from AWS)[:…].*\n/gm,
    "",
  );
}
