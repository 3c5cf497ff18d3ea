import type { EngineReport } from "./events";
import type { StateResource } from "./recovery";

/** What of `replace` is left after a run, and still in the state: the engine refuses other names. */
export function stillToReplace(
  replace: readonly string[],
  { changes, failures }: Pick<EngineReport, "changes" | "failures">,
  resources: readonly StateResource[],
): string[] {
  const failed = new Set(failures.map(({ urn }) => urn));
  const replaced = changes.flatMap(({ urn, change }) => (change === "replace" ? urn : []));
  const done = new Set(replaced.filter((urn) => !failed.has(urn)));
  const present = new Set(resources.map(({ urn }) => urn));
  return replace.filter((urn) => present.has(urn) && !done.has(urn));
}
