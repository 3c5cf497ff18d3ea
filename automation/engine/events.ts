/**
 * The engine's events, reduced to a report: which resources change, which failed and why, the stack's
 * outputs before and after. Pure; the types name only the fields that are read (Automation API events,
 * @pulumi/pulumi 3.248).
 */

import { roleKey } from "../../src/access/roleContent";
import type { PresentUser } from "../../src/stack/repositoryAccess";
import type { StateResource } from "./recovery";

/** What happens to one resource. `same` never appears: it is not a change. */
export type Change = "create" | "update" | "delete" | "replace" | "read" | "import" | "other";

export interface ResourceChange {
  urn: string;
  /** Pulumi type, e.g. `aws:iam/user:User`. */
  type: string;
  /** Logical name, derived from a customer's id or a repository's name (src/stack). */
  name: string;
  change: Change;
  /** Top-level input properties that differ. */
  properties: readonly string[];
  /** Of a repository's policy: its text in the state, which is what the last update wrote. */
  policyBefore?: string;
}

/** One resource that the engine could not change, with AWS's message. */
export interface ResourceFailure {
  urn: string;
  type: string;
  name: string;
  message: string;
  /** Of a policy: the text that AWS refused. */
  policy?: string;
  /** Of a creation: the resource as the state would have it. */
  creation?: StateResource;
}

export interface EngineReport {
  changes: ResourceChange[];
  failures: ResourceFailure[];
  /** Errors that belong to no resource: those of the program or of the provider's configuration. */
  errors: string[];
  /** Warnings that belong to no resource. */
  warnings: string[];
  /** Users and roles that the run has created, as `KnownUsers` names them. */
  createdUsers?: Readonly<Record<string, PresentUser>>;
  /** Ids of the access keys in the state before the run, by the program's names: `<customer>-<generation>`. */
  keyIds?: Readonly<Record<string, string>>;
  /** Operation → count, from the engine's summary; undefined when none arrived. */
  summary?: Readonly<Record<string, number>>;
  /** The stack's outputs before and after, if the engine reported them. */
  outputsBefore?: Readonly<Record<string, unknown>>;
  outputsAfter?: Readonly<Record<string, unknown>>;
}

/** The report of a run that did nothing. */
export function emptyReport(): EngineReport {
  return { changes: [], failures: [], errors: [], warnings: [] };
}

/** The part of an Automation API engine event that `EngineReport` is built from. */
export interface EngineEvent {
  diagnosticEvent?: { urn?: string; message: string; severity: string };
  summaryEvent?: { resourceChanges: Readonly<Record<string, number>> };
  resourcePreEvent?: { metadata: StepMetadata };
  /** `planning`: a preview, nothing was changed. */
  resOutputsEvent?: { metadata: StepMetadata; planning?: boolean };
  resOpFailedEvent?: { metadata: StepMetadata };
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
  diffs?: readonly string[];
  old?: { id?: string; inputs?: Record<string, unknown>; outputs?: Record<string, unknown> };
  new?: {
    parent?: string;
    provider?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
  };
}

/** The resource that represents the whole stack; its outputs are the stack's outputs. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const USER_TYPE = "aws:iam/user:User";
const ROLE_TYPE = "aws:iam/role:Role";
export const REPOSITORY_POLICY_TYPE = "aws:ecr/repositoryPolicy:RepositoryPolicy";
export const ACCESS_KEY_TYPE = "aws:iam/accessKey:AccessKey";
const CREATIONS = new Set(["create", "create-replacement"]);

/** Steps that change nothing. */
const NO_CHANGES = new Set(["same", "refresh"]);

/** Steps that accompany a replacement; the one `replace` represents all of them. */
const REPLACEMENT_PARTS = new Set([
  "create-replacement",
  "delete-replaced",
  "discard-replaced",
  // Of what depends on a replaced resource, and is not declared any more.
  "remove-pending-replace",
]);

const CHANGES: Readonly<Record<string, Change>> = {
  create: "create",
  update: "update",
  delete: "delete",
  replace: "replace",
  read: "read",
  import: "import",
  "read-replacement": "replace",
  "import-replacement": "replace",
  discard: "delete",
};

/** Collects the events of one run into a report. Add every event in order. */
export class EngineReporter {
  readonly report: EngineReport = emptyReport();
  readonly #messages = new Map<string, string[]>();
  readonly #keyIds: Record<string, string> = {};

  add(event: EngineEvent): void {
    const { report } = this;
    if (event.summaryEvent) report.summary = event.summaryEvent.resourceChanges;
    if (event.diagnosticEvent) this.#addDiagnostic(event.diagnosticEvent);
    if (event.resourcePreEvent) this.#addStep(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.#addOutputs(event.resOutputsEvent);
    if (event.resOpFailedEvent) {
      const { op, urn, type, new: next } = event.resOpFailedEvent.metadata;
      const policy = next?.inputs?.["policy"];
      if (type !== STACK_TYPE) {
        report.failures.push({
          urn,
          type,
          name: nameOf(urn),
          message: "",
          ...(typeof policy === "string" ? { policy } : {}),
          ...(op === "create" ? { creation: created(urn, type, next) } : {}),
        });
      }
    }
  }

  /**
   * The report, with each failure's message filled in from the diagnostics that name it. The engine works on
   * several resources at once, so that events arrive in another order each time; the report is in the order of names.
   */
  finish(): EngineReport {
    const { report } = this;
    for (const failure of report.failures) {
      failure.message = (this.#messages.get(failure.urn) ?? []).join("; ");
    }
    if (Object.keys(this.#keyIds).length > 0) report.keyIds = this.#keyIds;
    report.changes.sort(byName);
    report.failures.sort(byName);
    return report;
  }

  #addDiagnostic({ urn, message, severity }: NonNullable<EngineEvent["diagnosticEvent"]>): void {
    const text = withoutColours(message).trim();
    if (text === "") return;
    const ofResource = urn !== undefined && urn !== "" && typeOf(urn) !== STACK_TYPE;
    if (severity === "warning" && !ofResource) this.report.warnings.push(text);
    if (severity !== "error") return;
    if (ofResource) this.#messages.set(urn, [...(this.#messages.get(urn) ?? []), text]);
    else this.report.errors.push(text);
  }

  #addStep({ op, urn, type, diffs, old }: StepMetadata): void {
    if (type === ACCESS_KEY_TYPE && old?.id !== undefined && old.id !== "") {
      this.#keyIds[nameOf(urn)] = old.id;
    }
    if (NO_CHANGES.has(op) || type === STACK_TYPE || REPLACEMENT_PARTS.has(op)) return;
    const change = CHANGES[op] ?? "other";
    const policy = type === REPOSITORY_POLICY_TYPE ? old?.inputs?.["policy"] : undefined;
    const before = typeof policy === "string" ? { policyBefore: policy } : {};
    const name = nameOf(urn);
    this.report.changes.push({ urn, type, name, change, properties: diffs ?? [], ...before });
  }

  #addOutputs({ metadata, planning }: NonNullable<EngineEvent["resOutputsEvent"]>): void {
    const { op, type, old, new: next } = metadata;
    const isIdentity = type === USER_TYPE || type === ROLE_TYPE;
    if (isIdentity && CREATIONS.has(op) && planning !== true) {
      const { name, arn, uniqueId } = next?.outputs ?? {};
      const key = type === ROLE_TYPE ? roleKey(String(name)) : String(name);
      const made = { [key]: { arn: String(arn), uniqueId: String(uniqueId) } };
      this.report.createdUsers = { ...this.report.createdUsers, ...made };
    }
    if (type !== STACK_TYPE) return;
    this.report.outputsBefore ??= old?.outputs;
    this.report.outputsAfter = next?.outputs ?? this.report.outputsAfter;
  }
}

function created(urn: string, type: string, next: StepMetadata["new"] = {}): StateResource {
  const { parent, provider, inputs = {} } = next;
  return { urn, type, custom: true, parent, provider, inputs };
}

/** The logical name at the end of a URN. Names contain no `::`: they are derived from ids and repositories. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Sorts resources by name, those of the same name by type. */
function byName(a: { name: string; urn: string }, b: { name: string; urn: string }): number {
  const [first, second] = a.name === b.name ? [a.urn, b.urn] : [a.name, b.name];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The resource type of a URN, without the types of its parents. */
export function typeOf(urn: string): string {
  const chain = urn.split("::")[2] ?? "";
  return chain.slice(chain.lastIndexOf("$") + 1);
}

/** Removes Pulumi's colour directives (`<{%fg 1%}>`) and ANSI colours from a message. */
export function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}
