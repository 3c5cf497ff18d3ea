import type { EngineReport, ResourceChange } from "../engine/events";
import { counted } from "../../src/counted";
import type { Baseline } from "./baseline";
import { subjectOf, subjectText, USER, type Subject } from "./subject";

/** Replacing these breaks something: a customer's credential or identity, a vendor's images. */
const NEVER_REPLACED = new Set([
  USER,
  "aws:iam/accessKey:AccessKey",
  "aws:iam/group:Group",
  "aws:ecr/repository:Repository",
]);

/** Deleting one of these deletes its images, or AWS refuses it because there are some. */
const NEVER_DELETED = new Set(["aws:ecr/repository:Repository"]);

/** Something that would be replaced or deleted, and must not be unless an operator allows it. */
export interface Replacement {
  subject: Subject;
  /** The change in words. */
  text: string;
}

/**
 * What would be replaced or deleted, and must not be unless an operator allows it.
 *
 * @param kept - ids of customers that have a user after the update, which must not be deleted.
 * @param renewed - ids of customers whose file asks for a new user.
 */
export function replacementsIn(
  changes: readonly ResourceChange[],
  kept: ReadonlySet<string>,
  renewed: ReadonlySet<string> = new Set(),
): Replacement[] {
  return changes.flatMap((change) => {
    const subject = subjectOf(change);
    if (subject.kind === "customer" && renewed.has(subject.name)) return [];
    if (change.change === "replace" && NEVER_REPLACED.has(change.type)) {
      const because = change.properties.length > 0 ? ` (${change.properties.join(", ")})` : "";
      return [{ subject, text: `${subjectText(change)} would be replaced${because}` }];
    }
    const isKept = change.type === USER && kept.has(change.name);
    if (change.change === "delete" && (isKept || NEVER_DELETED.has(change.type))) {
      return [{ subject, text: `${subjectText(change)} would be deleted` }];
    }
    return [];
  });
}

/**
 * What of the engine's answer is not understood, a line each. An empty summary comes when the SDK
 * could not read it (@pulumi/pulumi, automation: `summaryEvent?.resourceChanges || {}`): it means
 * "unknown", never "no deletions".
 */
export function unknownIn(preview: EngineReport, baseline: Baseline): string[] {
  const { summary, changes } = preview;
  const unknown: string[] = [];
  if (summary === undefined || Object.keys(summary).length === 0) {
    unknown.push("the engine returned no summary of its changes");
  } else {
    for (const operation of ["delete", "replace"] as const) {
      const listed = changes.filter((one) => one.change === operation && isSummed(one)).length;
      const summed = summary[operation] ?? 0;
      if (listed !== summed) {
        unknown.push(`the engine counts ${summed} to ${operation}, but lists ${listed}`);
      }
    }
  }
  for (const change of changes.filter((one) => one.change === "other")) {
    unknown.push(`an unknown operation on the ${subjectText(change)}`);
  }
  if (baseline.kind === "unreadable") {
    unknown.push(
      "what the last update recorded cannot be read, so it is unknown who would lose access",
    );
  }
  const deleted = changes.filter(({ change }) => change === "delete").length;
  if (baseline.kind === "none" && deleted > 0) {
    unknown.push(
      `no update has recorded who has access, and ${counted(deleted, "resource")} would be deleted`,
    );
  }
  return unknown;
}

/** The engine leaves the providers that it makes by itself out of its summary (pulumi, `IsDefaultProvider`). */
function isSummed({ type, name }: ResourceChange): boolean {
  return !(type.startsWith("pulumi:providers:") && name.startsWith("default"));
}
