// Runs a GitHub workflow's steps on this machine, in their order: `run:` blocks as GitHub's runner does, with bash,
// `uses:` steps by stand-ins. It knows as much of GitHub's expressions as this project's workflows use.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { parse } from "yaml";

/** Values of GitHub's contexts: `env`, `github`, `inputs`, `vars`, `secrets`, `steps`, `runner`. */
export type Contexts = Record<string, unknown>;

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
  uses?: string;
  with?: Record<string, unknown>;
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

/** Runs all jobs of a workflow; a job ends with its first step that fails, but for steps with a condition. */
export async function runWorkflow(run: WorkflowRun): Promise<StepRun[]> {
  const { jobs } = parse(run.text) as Workflow;
  const all: StepRun[] = [];
  for (const job of Object.values(jobs)) {
    if (job.if !== undefined && !evaluate(job.if, run.contexts)) continue;
    if (job.uses === undefined) {
      all.push(...(await runJob(job, run)));
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

async function runJob(job: Job, { contexts, standIns, folder, environment }: WorkflowRun) {
  const temporary = join(folder, "temporary");
  const output = join(folder, "output");
  mkdirSync(temporary);
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  const known: Contexts = { ...contexts, steps, env: filledAll(job.env, contexts) };
  const place: Workplace = {
    workspace: join(folder, "workspace"),
    environment: {
      ...environment,
      ...filledAll(job.env, known),
      RUNNER_TEMP: temporary,
      GITHUB_OUTPUT: output,
    },
  };
  // It exists before the checkout.
  mkdirSync(place.workspace);
  const runs: StepRun[] = [];
  for (const step of job.steps ?? []) {
    const name = step.name ?? step.uses?.split("@")[0] ?? step.run ?? "";
    const hasFailed = runs.some(({ code }) => code !== undefined && code !== 0);
    const isWanted =
      step.if === undefined
        ? !hasFailed
        : Boolean(evaluate(step.if, known)) && (!hasFailed || step.if.includes("cancelled()"));
    if (!isWanted) {
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
  return runs;
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

function outputsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split("\n").flatMap((line) => {
      const [, name, value = ""] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}

function filledAll(values: Readonly<Record<string, unknown>> = {}, contexts: Contexts) {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(filled(value, contexts))]),
  );
}

/** A value with its expressions evaluated; a value that is one expression keeps its type. */
function filled(value: unknown, contexts: Contexts): unknown {
  if (typeof value !== "string") return value;
  const [, only] = /^\$\{\{((?:(?!\}\}).)*)\}\}$/.exec(value) ?? [];
  if (only !== undefined) return evaluate(only, contexts);
  return value.replace(/\$\{\{(.*?)\}\}/g, (_, text: string) => String(evaluate(text, contexts)));
}

const CONTEXT_PATH = /\b(?:env|github|inputs|vars|secrets|steps|runner)(?:\.[\w-]+|\[\d+\])+/g;

/** GitHub's expressions are JavaScript's, but for texts in single quotes and names with hyphens. */
export function evaluate(expression: string, contexts: Contexts): unknown {
  const script = expression
    .replace(/^\$\{\{|\}\}$/g, "")
    .split(/('(?:[^']|'')*')/)
    .map((part, at) =>
      at % 2 === 1
        ? JSON.stringify(part.slice(1, -1).replaceAll("''", "'"))
        : part.replace(CONTEXT_PATH, (path) => `valueOf(${JSON.stringify(path)})`),
    )
    .join("");
  const valueOf = (path: string) =>
    path
      .split(/[.[\]]+/)
      .filter((key) => key !== "")
      .reduce<unknown>((value, key) => (value as Contexts | undefined)?.[key], contexts) ?? "";
  const functions = { valueOf, cancelled: () => false, hashFiles: () => "0".repeat(64) };
  return runInNewContext(script, functions) as unknown;
}
