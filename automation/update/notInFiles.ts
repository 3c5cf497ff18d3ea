import { ExitCode } from "../cli/exitCode";
import type { Terminal } from "../output/terminal";
import { emergencyLines, type Emergency } from "../plan/emergencies";
import { place, type ForeignFinding } from "../plan/foreign";
import { countLosers, foreignLines } from "../plan/foreignReport";
import type { Plan } from "../plan/plan";
import { writtenPolicies } from "../plan/writtenPolicies";

/** Statements of others in policies that the plan writes. */
export function foundInWritten({ foreign, resources }: Plan): ForeignFinding[] {
  const written = writtenPolicies(resources);
  return driftOf(foreign).filter(({ repository, region }) =>
    written.has(place(repository, region)),
  );
}

/** What others have added to policies that this stack had written. */
export function driftOf(findings: readonly ForeignFinding[]): ForeignFinding[] {
  return findings.filter(({ kind }) => kind === "drift");
}

/**
 * Reports what others have in repositories' policies and no file declares, and the ways out.
 *
 * @param code - how the run ended otherwise.
 * @returns how it ends: with 1 at least while there is something.
 */
export function tellFound(
  code: ExitCode,
  found: readonly ForeignFinding[],
  terminal: Terminal,
): ExitCode {
  if (found.length === 0) return code;
  terminal.report("Statements of others that no file declares; this update keeps them:", "bad");
  for (const { cells } of foreignLines(found)) terminal.report(`  ${cells.join(" ")}`, "bad");
  const repositories = [...new Set(found.map(({ repository }) => repository))];
  const keep = repositories.map((name) => `\`ecr-customers keep ${name}\``).join(", ");
  terminal.report(`Declare them: ${keep}.`);
  terminal.report(
    `Or remove them: \`ecr-customers up --allow-foreign-revocations ${countLosers(found)}\`.`,
  );
  return code === ExitCode.done ? ExitCode.failed : code;
}

/** Reports revocations that no file says. @returns how the run ends: with 1 at least while there are some. */
export function tellEmergencies(
  code: ExitCode,
  found: readonly Emergency[],
  terminal: Terminal,
): ExitCode {
  for (const line of emergencyLines(found)) terminal.report(line, "bad");
  return found.length > 0 && code === ExitCode.done ? ExitCode.failed : code;
}
