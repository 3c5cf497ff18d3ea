import { expect } from "chai";
import { compareWithAws } from "../../../automation/compare/compare";
import { readRecordedIds } from "../../../automation/engine/readState";
import type { RunResult } from "../../../automation/engine/stackRunner";
import type { ReadBack } from "../../../automation/update/readBack";
import { deviationWords } from "../../../src/account/deviation";
import type { Running } from "./withSandbox";

/** Fails with what the engine reported, unless it ended well. */
export function expectDone(run: RunResult): void {
  const said = [run.error?.message, ...run.errors, ...run.failures.map((one) => one.message)];
  expect(run.error, said.join("\n")).to.equal(undefined);
}

/** Deploys the files as they are; what AWS holds afterwards is what they say. */
export async function deploy(running: Running): Promise<ReadBack> {
  expectDone(await running.project.update());
  return expectAsFilesSay(running);
}

/** What AWS holds is what the files say; keys are told apart by the ids in the stack's state. */
export async function expectAsFilesSay({ sandbox, project }: Running): Promise<ReadBack> {
  const input = project.load();
  const state = await readRecordedIds(input.config, project);
  const { observed, deviations: found } = await compareWithAws(sandbox.view, input, { state });
  expect(found.map(deviationWords)).to.deep.equal([]);
  return observed;
}

/** An update now finds nothing to do, and writes nothing to AWS. */
export async function expectNothingToDo({ sandbox, project }: Running): Promise<void> {
  const before = sandbox.front.journal.writes();
  const run = await project.update();
  expectDone(run);
  expect(run.changes).to.deep.equal([]);
  expect(sandbox.front.journal.writes() - before).to.equal(0);
}

/** What the engine did, as `update aws:iam/user:User acme`, sorted. */
export function changesOf(run: RunResult): string[] {
  return run.changes.map(({ change, type, name }) => `${change} ${type} ${name}`).sort();
}
