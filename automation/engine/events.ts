/**
 * What the engine reports while it works, reduced to what a person asks: which resources change,
 * which failed and why, what the stack's outputs were and will be. Pure; the types name only the
 * fields that are read (Automation API events, @pulumi/pulumi 3.248).
 */

import type { PresentUser } from "../../src/stack/repositoryAccess";

/** What happens to one resource. `same` never appears: it is no change. */
export type Change = "create" | "update" | "delete" | "replace" | "read" | "import" | "other";

export interface ResourceChange {
  urn: string;
  /** Pulumi type, e.g. `aws:iam/user:User`. */
  type: string;
  /** Logical name: made from a customer's id or a repository's name (src/stack). */
  name: string;
  change: Change;
  /** Top-level input properties that differ. */
  properties: readonly string[];
}

/** One resource that the engine could not bring where it should be, with what AWS said. */
export interface ResourceFailure {
  urn: string;
  type: string;
  name: string;
  message: string;
}

export interface EngineReport {
  changes: ResourceChange[];
  failures: ResourceFailure[];
  /** Errors that belong to no resource: the program's own, the provider's configuration. */
  errors: string[];
  /** Warnings that belong to no resource. */
  warnings: string[];
  /** Users that the run has made, by IAM user name. */
  madeUsers?: Readonly<Record<string, PresentUser>>;
  /** Operation → count, as the engine sums it up; undefined when no summary arrived. */
  summary?: Readonly<Record<string, number>>;
  /** The stack's outputs before and after, as far as the engine showed them. */
  outputsBefore?: Readonly<Record<string, unknown>>;
  outputsAfter?: Readonly<Record<string, unknown>>;
}

/** The part of an Automation API engine event that `EngineReport` is made from. */
export interface EngineEvent {
  diagnosticEvent?: { urn?: string; message: string; severity: string };
  summaryEvent?: { resourceChanges: Readonly<Record<string, number>> };
  resourcePreEvent?: { metadata: StepMetadata };
  /** `planning`: nothing was done, it is a preview. */
  resOutputsEvent?: { metadata: StepMetadata; planning?: boolean };
  resOpFailedEvent?: { metadata: StepMetadata };
}

interface StepMetadata {
  op: string;
  urn: string;
  type: string;
  diffs?: readonly string[];
  old?: { outputs?: Record<string, unknown> };
  new?: { outputs?: Record<string, unknown> };
}

/** The resource that stands for a stack as a whole; its outputs are the stack's. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

const USER_TYPE = "aws:iam/user:User";
const CREATIONS = new Set(["create", "create-replacement"]);

/** A resource that stays as it is, or is only looked at. */
const NO_CHANGES = new Set(["same", "refresh"]);

/** Steps that come with a replacement; one `replace` stands for all three. */
const REPLACEMENT_PARTS = new Set(["create-replacement", "delete-replaced", "discard-replaced"]);

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

/** Collects events of one run into a report. Feed it every event in order. */
export class EngineReporter {
  readonly report: EngineReport = { changes: [], failures: [], errors: [], warnings: [] };
  readonly #messages = new Map<string, string[]>();

  add(event: EngineEvent): void {
    const { report } = this;
    if (event.summaryEvent) report.summary = event.summaryEvent.resourceChanges;
    if (event.diagnosticEvent) this.#addDiagnostic(event.diagnosticEvent);
    if (event.resourcePreEvent) this.#addStep(event.resourcePreEvent.metadata);
    if (event.resOutputsEvent) this.#addOutputs(event.resOutputsEvent);
    if (event.resOpFailedEvent) {
      const { urn, type } = event.resOpFailedEvent.metadata;
      if (type !== STACK_TYPE) {
        report.failures.push({ urn, type, name: nameOf(urn), message: "" });
      }
    }
  }

  /** The report, with each failure's message filled in from the diagnostics that name it. */
  finish(): EngineReport {
    for (const failure of this.report.failures) {
      failure.message = (this.#messages.get(failure.urn) ?? []).join("; ");
    }
    return this.report;
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

  #addStep({ op, urn, type, diffs }: StepMetadata): void {
    if (NO_CHANGES.has(op) || type === STACK_TYPE || REPLACEMENT_PARTS.has(op)) return;
    const change = CHANGES[op] ?? "other";
    this.report.changes.push({ urn, type, name: nameOf(urn), change, properties: diffs ?? [] });
  }

  #addOutputs({ metadata, planning }: NonNullable<EngineEvent["resOutputsEvent"]>): void {
    const { op, type, old, new: next } = metadata;
    if (type === USER_TYPE && CREATIONS.has(op) && planning !== true) {
      const { name, arn, uniqueId } = next?.outputs ?? {};
      const made = { [String(name)]: { arn: String(arn), uniqueId: String(uniqueId) } };
      this.report.madeUsers = { ...this.report.madeUsers, ...made };
    }
    if (type !== STACK_TYPE) return;
    this.report.outputsBefore ??= old?.outputs;
    this.report.outputsAfter = next?.outputs ?? this.report.outputsAfter;
  }
}

/** The logical name at the end of a URN. Names hold no `::`: they come from ids and repositories. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** The type of a URN's resource, without the types of its parents. */
export function typeOf(urn: string): string {
  const chain = urn.split("::")[2] ?? "";
  return chain.slice(chain.lastIndexOf("$") + 1);
}

/** Takes Pulumi's colour directives (`<{%fg 1%}>`) and ANSI colours out of a message. */
export function withoutColours(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").replace(/\u001b\[[0-9;]*m/g, "");
}
