import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackInput } from "../../src/project";
import { declareBase, declareStack } from "../../src/stack/declareStack";
import { celledOutputs, stackOutputs } from "../../src/stack/outputs";
import type { AwsClient } from "../aws/client";
import type { CommandContext } from "../cli/command";
import { canonicalJson } from "../output/json";
import { readBaseline } from "../plan/baseline";
import { Counter } from "../update/progress";
import { readBack, type ReadBack } from "../update/readBack";
import type { ExportedState } from "../engine/recovery";
import { StackRunner } from "../engine/stackRunner";
import { copyProjectFile, secretsSettings, writeSecretsSettings } from "../files/stackFiles";
import { withTemporaryFolder } from "../files/temporaryFolders";
import { UsageError } from "../output/usageError";
import { allCells, digestsOf } from "./layout";
import { movesTo, stacksOf } from "./move";
import { presentUsers } from "./presentUsers";
import { counted } from "../../src/counted";

/** What a move needs. */
interface MoveParts {
  /** With the settings from before the move. */
  input: StackInput;
  /** The new number of cells. */
  cells: number;
  aws: AwsClient;
  context: CommandContext;
}

/** The result of a move. */
interface Moved {
  /** Resources whose state was moved. */
  resources: number;
  /** The folder with the states from before the move. */
  backup: string;
  /** How AWS differs from before; expected to be empty, because nothing in AWS is changed. */
  differences: string[];
}

/**
 * Spreads an existing deployment over another number of cells: states are moved and AWS is not changed, so
 * no user and no key is replaced. Running it again finishes an interrupted move.
 *
 * @throws UsageError when the deployment does not match the files: `up` must run first.
 */
export function moveCells({ input, cells, aws, context }: MoveParts): Promise<Moved> {
  const { directory, environment, terminal } = context;
  const { stack } = input.config;
  return withTemporaryFolder("move", async (folder) => {
    copyProjectFile(directory, folder);
    copyFileSync(join(directory, `Pulumi.${stack}.yaml`), join(folder, `Pulumi.${stack}.yaml`));
    const runner = new StackRunner({ projectDirectory: folder, stack, environment });
    const count = await begin(runner, input, cells);
    const before = await readBack(aws, input);
    const names = [...new Set([...stacksOf(stack, count), ...stacksOf(stack, cells)])];
    const secrets = secretsSettings(directory, stack);
    for (const name of stacksOf(stack, cells).slice(1)) {
      writeSecretsSettings(folder, name, secrets);
      if ((await runner.state.outputs(name)) === undefined) {
        await runner.state.create(secrets.secretsprovider, name);
      }
    }
    const states = await exported(runner, names);
    const backup = keep(states, directory, stack, context);
    const { moves, duplicates } = movesTo(states, stack, cells);
    for (const { stack: name, urn } of duplicates) await runner.state.forget(name, urn);
    const counter = new Counter(terminal, moves.length, "state moves done");
    for (const { source, target, urns } of moves) {
      await runner.state.moveResources(source, target, urns);
      counter.done(target);
    }
    const moved: StackInput = { ...input, config: { ...input.config, cells } };
    await record(runner, moved, aws);
    for (const name of names.filter((one) => !stacksOf(stack, cells).includes(one))) {
      if (states.has(name)) await runner.state.remove(name);
    }
    const after = await readBack(aws, moved);
    const resources = moves.reduce((sum, { urns }) => sum + urns.length, 0);
    return { resources, backup, differences: differencesOf(before, after) };
  });
}

/**
 * Records that a move has started, so that no update runs before it is finished.
 *
 * @returns the current number of cells.
 */
async function begin(runner: StackRunner, input: StackInput, cells: number): Promise<number> {
  const baseline = readBaseline(await runner.state.outputs());
  const withheld =
    baseline.kind === "recorded" ? Object.entries(baseline.outputs.withheld ?? {}) : [];
  if (withheld.length > 0) {
    const who = [...new Set(withheld.flatMap(([, ids]) => ids))].join(", ");
    throw new UsageError(
      `someone took ${who} out of a repository's policy by hand, which a move would undo`,
      "Write that into the customer's file and run `ecr-customers up`, or give it back with `ecr-customers up --restore`; then move.",
    );
  }
  if (baseline.kind !== "recorded") {
    throw new UsageError(
      "nothing has been deployed yet",
      "Write `cells` into the settings, and run `ecr-customers up`.",
    );
  }
  const { count = 1, moving } = baseline.outputs.cells ?? {};
  if (moving !== undefined && moving !== cells) {
    throw new UsageError(
      `a move to ${counted(moving, "cell")} was interrupted`,
      `Finish it first: \`ecr-customers cells --set ${moving}\`.`,
    );
  }
  if (moving !== undefined) return count;
  const was: StackInput = { ...input, config: { ...input.config, cells: count } };
  const wanted =
    count === 1 ? stackOutputs(was) : celledOutputs(was, digestsOf(was, allCells(was)));
  if (canonicalJson(baseline) !== canonicalJson(readBaseline({ ...wanted }))) {
    throw new UsageError(
      "the deployment does not match the files",
      "Run `ecr-customers up` first.",
    );
  }
  const cellsOutput = wanted.cells ?? { count, base: "", digests: {} };
  await runner.state.recordOutputs({ ...wanted, cells: { ...cellsOutput, moving: cells } });
  return count;
}

/** Declares what remains in the base stack, and records the new number of cells. */
async function record(runner: StackRunner, input: StackInput, aws: AwsClient): Promise<void> {
  const { config } = input;
  const users = await presentUsers(aws, input);
  const { error } = await runner.update(async () => {
    if (config.cells === 1) return { ...(await declareStack(input)) };
    await declareBase(input, users);
    return { ...celledOutputs(input, digestsOf(input, allCells(input))) };
  });
  if (error !== undefined) throw error;
}

async function exported(
  runner: StackRunner,
  names: readonly string[],
): Promise<Map<string, ExportedState>> {
  const states = new Map<string, ExportedState>();
  for (const name of names) {
    const state = await runner.state.exportOf(name);
    if (state !== undefined) states.set(name, state);
  }
  return states;
}

/** Saves the states unchanged; secrets in them stay encrypted. */
function keep(
  states: ReadonlyMap<string, ExportedState>,
  directory: string,
  stack: string,
  { now }: CommandContext,
): string {
  const backup = join(
    directory,
    ".cells-backup",
    `${stack}-${now.toISOString().replaceAll(":", "")}`,
  );
  mkdirSync(backup, { recursive: true, mode: 0o700 });
  for (const [name, state] of states) {
    writeFileSync(join(backup, `${name}.json`), JSON.stringify(state), { mode: 0o600 });
  }
  return backup;
}

/** The names of users and policies that have changed. */
function differencesOf(before: ReadBack, after: ReadBack): string[] {
  const parts = ({ users, repositories }: ReadBack) =>
    new Map<string, unknown>([
      ...users.map(
        (user) =>
          [user.name, { ...user, inlinePolicies: [...(user.inlinePolicies ?? [])] }] as const,
      ),
      ...repositories,
    ]);
  const [was, is] = [parts(before), parts(after)];
  return [...new Set([...was.keys(), ...is.keys()])].filter(
    (name) => canonicalJson(was.get(name) ?? null) !== canonicalJson(is.get(name) ?? null),
  );
}
