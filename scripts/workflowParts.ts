// What the rules for workflows look for in jobs and steps.
import type { Workflow } from "./workflow";

/** Commands of the script that change AWS. */
const DEPLOYS =
  /(?:\bcustomers(\.mjs|(:\w+)? +--)|\$\{?CUSTOMERS\}?|\becr-customers) +(up|sync|destroy|revoke|unlock)\b/;

/** The conditions that must all hold. With `||` anywhere it stays one condition, which matches none of ours. */
export function conditionsOf(condition: string): string[] {
  return condition.includes("||") ? [condition] : condition.split("&&").map((one) => one.trim());
}

/** It is started by a check that has ended, or is called by a workflow that is. */
export function runsAfterCheck({ triggers, jobs }: Workflow): boolean {
  return (
    triggers.includes("workflow_run") ||
    jobs.some(({ text }) => text.includes("github.event.workflow_run"))
  );
}

/** The steps that check a repository out. */
export function checkouts({ steps }: Pick<Workflow, "steps">) {
  return steps.filter(({ uses }) => uses.startsWith("actions/checkout@"));
}

/** Secrets that a called workflow, which is pinned, keeps to its jobs with environments. */
export function isPassedOn(
  { uses }: Pick<Workflow["jobs"][number], "uses">,
  triggers: readonly string[],
) {
  return uses !== "" && !triggers.includes("pull_request");
}

/** Whether a text uses a secret of GitHub's. */
export function hasSecret(text: string): boolean {
  return /\$\{\{[^}]*\bsecrets\b|"secrets":/.test(text);
}

/** Whether a step changes AWS. */
export function deploys({ run }: { run: string }): boolean {
  return DEPLOYS.test(run);
}
