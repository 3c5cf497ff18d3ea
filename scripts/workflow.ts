/** A GitHub workflow as the rules of workflowRules.ts see it: plain values with their positions. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from "yaml";

/** The way to a value from the top of the file: `["jobs", "apply", "steps", 0]`. */
export type Path = readonly (string | number)[];

export interface Step {
  path: Path;
  uses: string;
  /** The comment after `uses`, without `#`. */
  usesComment: string;
  run: string;
  with: Readonly<Record<string, unknown>>;
  /** Undefined where the step does not say. */
  continueOnError: unknown;
}

export interface Job {
  path: Path;
  /** The whole job, as JSON. */
  text: string;
  if: string;
  /** The workflow that the job calls instead of running steps; empty if none. */
  uses: string;
  usesComment: string;
  environment: unknown;
  /** Undefined where the job names none. */
  permissions: Readonly<Record<string, unknown>> | undefined;
  timeoutMinutes: unknown;
  /** Undefined where the job does not say. */
  continueOnError: unknown;
  steps: readonly Step[];
}

export interface Workflow {
  /** Names of the events that start it. */
  triggers: readonly string[];
  permissions: unknown;
  /** Variables of all jobs, as JSON. */
  env: string;
  concurrency: Readonly<Record<string, unknown>>;
  jobs: readonly Job[];
  /** All steps of all jobs. */
  steps: readonly Step[];
  /** Line and column (1-based) of a path, or of the deepest part of it that exists. */
  positionOf(path: Path): { line: number; column: number };
}

/** Reads a workflow's text. actionlint checks its form: a value of the wrong type reads as empty here. */
export function readWorkflow(text: string): Workflow {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const at = (...path: Path): unknown => {
    const node = document.getIn(path, true);
    return isMap(node) || isSeq(node) || isScalar(node) ? node.toJSON() : undefined;
  };
  const commentAfter = (path: Path): string => {
    const node = document.getIn(path, true);
    return isScalar(node) ? (node.comment ?? "").trim() : "";
  };
  const jobs = Object.keys(record(at("jobs"))).map((name): Job => {
    const path = ["jobs", name];
    const job = record(at(...path));
    const steps = (Array.isArray(job.steps) ? job.steps : []).map((step: unknown, index): Step => {
      const {
        uses = "",
        run = "",
        with: inputs,
        "continue-on-error": continueOnError,
      } = record(step);
      const place = [...path, "steps", index];
      const usesComment = commentAfter([...place, "uses"]);
      return {
        path: place,
        uses: `${uses}`,
        usesComment,
        run: `${run}`,
        with: record(inputs),
        continueOnError,
      };
    });
    const { permissions, environment } = job;
    return {
      path,
      text: JSON.stringify(job),
      if: typeof job.if === "string" ? job.if.trim() : "",
      uses: typeof job.uses === "string" ? job.uses : "",
      usesComment: commentAfter([...path, "uses"]),
      environment,
      permissions: isRecord(permissions) ? permissions : undefined,
      timeoutMinutes: job["timeout-minutes"],
      continueOnError: job["continue-on-error"],
      steps,
    };
  });
  const on = at("on");
  return {
    triggers: Array.isArray(on) ? on.map(String) : isRecord(on) ? Object.keys(on) : [String(on)],
    permissions: at("permissions"),
    env: JSON.stringify(record(at("env"))),
    concurrency: record(at("concurrency")),
    jobs,
    steps: jobs.flatMap((job) => job.steps),
    positionOf(path) {
      const { line, col } = lineCounter.linePos(offsetOf(document.contents, path));
      return { line, column: col };
    },
  };
}

function offsetOf(root: Node | null, path: Path): number {
  let offset = 0;
  let node: unknown = root;
  for (const step of path) {
    if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    }
  }
  return offset;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
