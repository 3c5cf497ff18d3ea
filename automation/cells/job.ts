import type { Cell } from "../../src/access/cells";
import type { StackConfig } from "../../src/config";
import type { Customer, IsoDate } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { EngineError } from "../engine/errors";
import type { EngineFailureKind } from "../engine/failureKind";
import type { EngineEvent, EngineReport } from "../engine/events";
import type { Recovery } from "../engine/recovery";
import type { SecretsSettings } from "../files/stackFiles";

/** What a worker process does with one cell. Plain values only: it is sent to another process. */
export interface CellJob {
  operation: "preview" | "update" | "destroy" | "previewDestroy";
  cell: Cell;
  /** The cell's own stack, `prod-c03`. */
  stack: string;
  /** The stack is known not to exist yet, so the engine need not look for it. */
  isNew: boolean;
  /** Folder of the vendor's `Pulumi.yaml`. */
  projectDirectory: string;
  /** How the cell's secrets are encrypted: like those of the base stack. */
  secrets: SecretsSettings;
  environment: Readonly<Record<string, string | undefined>>;
  input: PlainInput;
  refresh?: boolean;
  /** URNs, with wildcards, of resources that are neither read nor changed. */
  exclude?: string[];
  /** URNs of the cell's resources that are replaced, whatever the engine makes of them by itself. */
  replace?: readonly string[];
}

/** A stack's input without maps, with only the cell's own customers. */
interface PlainInput {
  config: Omit<StackConfig, "repositories"> & {
    repositories: [
      string,
      StackConfig["repositories"] extends ReadonlyMap<string, infer V> ? V : never,
    ][];
  };
  customers: readonly Customer[];
  today: IsoDate;
}

/** What a worker reports while it works, and at the end. */
export type WorkerMessage =
  { event: EngineEvent } | { text: string } | { result: PlainResult } | { ready: true };

/** The result of a cell's run. */
interface PlainResult extends EngineReport {
  error?: { kind: EngineFailureKind; message: string; advice: string; detail: string };
  recovery?: Recovery;
}

/** What a worker is ordered to do. */
export type WorkerOrder = { run: CellJob } | { stop: true } | { terminate: true };

export function toPlainInput(
  { config, today }: StackInput,
  customers: readonly Customer[],
): PlainInput {
  return { config: { ...config, repositories: [...config.repositories] }, customers, today };
}

export function fromPlainInput({ config, customers, today }: PlainInput): StackInput {
  return { config: { ...config, repositories: new Map(config.repositories) }, customers, today };
}

export function toPlainError(error: EngineError): NonNullable<PlainResult["error"]> {
  const { kind, message, advice } = error;
  return { kind, message, advice, detail: error.detail() };
}

export function fromPlainError(error: NonNullable<PlainResult["error"]>): EngineError {
  return new EngineError(error.kind, error.message, error.advice, error.detail);
}
