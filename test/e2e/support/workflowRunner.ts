// Runs a GitHub workflow's steps on this machine, in their order: `run:` blocks as GitHub's runner does, with bash,
// `uses:` steps by stand-ins.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { evaluate, filled, filledAll, type Contexts } from "./workflowExpressions";

export interface StepRun {
  /** The step's name, the action that it uses, or its command. */
  step: string;
  /** Undefined when its condition was false. */
  code: number | null | undefined;
  output: string;
  milliseconds: number;
}

/** What stands in for an action, by its name without the version. */
export type StandIns = Readonly<
  Record<
    string,
    (inputs: Readonly<Record<string, string>>, place: Workplace) => Promise<void> | void
  >
>;

export interface Workplace {
  /** The checkout. */
  workspace: string;
  /** Variables of all later steps; an action may add some. */
  environment: Record<string, string>;
}

interface Step {
  id?: string;
  name?: string;
  if?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string>;
  env?: Record<string, string>;
}

interface Job {
  if?: string;
  needs?: string | string[];
  uses?: string;
  with?: Record<string, unknown>;
  strategy?: { matrix?: Record<string, unknown> };
  outputs?: Record<string, string>;
  env?: Record<string, string>;
  steps?: Step[];
}

interface Workflow {
  on: { workflow_call?: { inputs?: Record<string, { default?: unknown }> } };
  jobs: Record<string, Job>;
}

export interface WorkflowRun {
  /** The workflow's text. */
  text: string;
  contexts: Contexts;
  /** Text of the reusable workflow that a job calls. */
  called(uses: string): string;
  standIns: StandIns;
  /** For the checkout and what the runner keeps beside it. Must be empty. */
  folder: string;
  environment: Readonly<Record<string, string>>;
}

/** What later jobs know of one, as the context `needs`. */
interface JobResult {
  result: "success" | "failure" | "skipped";
  outputs: Record<string, string>;
}

/**
 * Runs all jobs of a workflow, one after the other as they need each other; a job ends with its first step that
 * fails, but for steps with a condition.
 */
export async function runWorkflow(run: WorkflowRun): Promise<StepRun[]> {
  const { jobs } = parse(run.text) as Workflow;
  const all: StepRun[] = [];
  const ended: Record<string, JobResult> = {};
  for (const [name, job] of Object.entries(jobs)) {
    const needed = [job.needs ?? []].flat();
    const needs = Object.fromEntries(needed.map((one) => [one, ended[one]]));
    const contexts = { ...run.contexts, needs };
    const hasFailed = needed.some((one) => ended[one]?.result !== "success");
    ended[name] = { result: "skipped", outputs: {} };
    if (!isWanted(job.if, contexts, hasFailed)) continue;
    if (job.uses === undefined) {
      let hasFailedRun = false;
      for (const matrix of matrixOf(job, contexts)) {
        const folder = join(run.folder, `${name}${Object.values(matrix).join("-")}`);
        const { runs, outputs } = await runJob(job, {
          ...run,
          folder,
          contexts: { ...contexts, matrix },
        });
        all.push(...runs);
        if (runs.some(failed)) hasFailedRun = true;
        ended[name] = { result: hasFailedRun ? "failure" : "success", outputs };
      }
      continue;
    }
    const text = run.called(job.uses);
    const { on } = parse(text) as Workflow;
    const defaults = Object.entries(on.workflow_call?.inputs ?? {}).map(([name, input]) => [
      name,
      input.default ?? "",
    ]);
    const given = Object.entries(job.with ?? {}).map(([name, value]) => [
      name,
      filled(value, run.contexts),
    ]);
    const inputs = Object.fromEntries([...defaults, ...given]) as Contexts;
    all.push(...(await runWorkflow({ ...run, text, contexts: { ...run.contexts, inputs } })));
  }
  return all;
}

const failed = ({ code }: StepRun) => code !== undefined && code !== 0;

/** A condition that names no status also needs that all before it succeeded (expressions, "Status check functions"). */
function isWanted(condition: string | undefined, contexts: Contexts, hasFailed: boolean): boolean {
  if (condition === undefined) return !hasFailed;
  const asksStatus = /\b(?:always|cancelled|failure|success)\(\)/.test(condition);
  return Boolean(evaluate(condition, contexts)) && (asksStatus || !hasFailed);
}

/** The values of a job's matrix of one dimension; one empty run without it. */
function matrixOf({ strategy }: Job, contexts: Contexts): Record<string, unknown>[] {
  const [dimension] = Object.entries(strategy?.matrix ?? {});
  if (dimension === undefined) return [{}];
  const values = filled(dimension[1], contexts) as unknown[];
  return values.map((value) => ({ [dimension[0]]: value }));
}

async function runJob(job: Job, { contexts, standIns, folder, environment }: WorkflowRun) {
  const temporary = join(folder, "temporary");
  const output = join(folder, "output");
  mkdirSync(temporary, { recursive: true });
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const known: Contexts = { ...contexts, steps, env: filledAll(job.env, contexts) };
  const place: Workplace = {
    workspace: join(folder, "workspace"),
    environment: {
      ...environment,
      ...filledAll(job.env, known),
      RUNNER_TEMP: temporary,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: join(folder, "summary"),
    },
  };
  // It exists before the checkout.
  mkdirSync(place.workspace);
  const runs: StepRun[] = [];
  for (const step of job.steps ?? []) {
    const name = step.name ?? step.uses?.split("@")[0] ?? step.run ?? "";
    if (!isWanted(step.if, known, runs.some(failed))) {
      runs.push({ step: name, code: undefined, output: "", milliseconds: 0 });
      continue;
    }
    const begun = performance.now();
    if (step.uses !== undefined) {
      const standIn = standIns[step.uses.split("@")[0] ?? ""];
      if (standIn === undefined) throw new Error(`no stand-in for ${step.uses}`);
      await standIn(filledAll(step.with, known), place);
      runs.push({ step: name, code: 0, output: "", milliseconds: performance.now() - begun });
      continue;
    }
    writeFileSync(output, "");
    const env = { ...place.environment, ...filledAll(step.env, known) };
    const ended = await bash(step.run ?? "", place.workspace, env);
    runs.push({ step: name, ...ended, milliseconds: performance.now() - begun });
    if (step.id !== undefined)
      steps[step.id] = { outputs: outputsOf(readFileSync(output, "utf8")) };
  }
  return { runs, outputs: filledAll(job.outputs, known) };
}

/** As GitHub's runner starts bash (workflow syntax, `jobs.<job_id>.steps[*].shell`). */
async function bash(script: string, cwd: string, env: Record<string, string>) {
  const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code, output };
}

/** `name=value`, and for values of several lines `name<<end` up to a line that is `end`. */
function outputsOf(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split("\n");
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    const [, name = "", mark = "", rest = ""] = /^([\w-]+)(=|<<)(.*)$/.exec(line) ?? [];
    if (mark === "=") outputs[name] = rest;
    if (mark === "<<")
      outputs[name] = lines
        .splice(0, lines.indexOf(rest) + 1)
        .slice(0, -1)
        .join("\n");
  }
  return outputs;
}
