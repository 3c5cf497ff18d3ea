import pMap from "p-map";
import { hasRole } from "../../src/customers/identity";
import { oidcIssuers } from "../../src/access/roleContent";
import { cellOf, cellStack, type Cell } from "../../src/access/cells";
import type { StackInput } from "../../src/project";
import { celledOutputs, type StackOutputs } from "../../src/stack/outputs";
import type { AwsClient } from "../aws/client";
import {
  type Deployment,
  type DeploymentResult,
  type DeploymentSettings,
  type Scope,
} from "../update/deployment";
import { explainEngineText } from "../engine/errors";
import type { StateResource } from "../engine/recovery";
import { readBaseline } from "../plan/baseline";
import type { SecretsSettings } from "../files/stackFiles";
import type { RunSettings, StackRunner } from "../engine/stackRunner";
import { changedCells, readDigests, runsBase, type DeploymentPart } from "./changedParts";
import { previewBase, updateBase, type UpdatedCells } from "./baseRun";
import { cellJobs } from "./cellJobs";
import type { CellJob } from "./job";
import { allCells, digestsOf } from "./layout";
import { merged } from "./merge";
import type { CellWorkers } from "./workers";

interface CellsOptions {
  /** The number of cells in the settings. */
  cells: number;
  projectDirectory: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** How secrets are encrypted, according to the base stack's settings. */
  secrets: SecretsSettings;
  /** Run every cell, including unchanged ones, to find changes made by hand. */
  all: boolean;
  /** Run only this part; the others run elsewhere. */
  only?: DeploymentPart;
  /** Called whenever a cell is done. */
  onCell: (done: number, total: number) => void;
}

/**
 * The customers spread over cells, each a stack of its own, and a base stack with what all cells share, so
 * that the cost of a change does not grow with the number of customers. Unchanged cells are skipped; the
 * others run in parallel, then the base stack, whose engine starts in the meantime.
 */
export class CellsDeployment implements Deployment {
  readonly #base: StackRunner;
  readonly #workers: CellWorkers;
  readonly #aws: () => Promise<AwsClient>;
  readonly #options: CellsOptions;
  /** Digests of what the cells have declared, as far as known. */
  #digests: Record<string, string> = {};
  #recorded: StackOutputs | undefined;
  /** The base part has run before the very first cell: there is no user yet that a policy could name. */
  #isOnlyShared = false;
  /** The existing stacks, until the first update; listed only when nothing is recorded. */
  #stacks: ReadonlySet<string> | undefined;

  /** @param aws - opens the client when it is needed: it loads slowly, and unchanged stacks do without. */
  constructor(
    base: StackRunner,
    workers: CellWorkers,
    aws: () => Promise<AwsClient>,
    options: CellsOptions,
  ) {
    this.#base = base;
    this.#workers = workers;
    this.#aws = aws;
    this.#options = options;
  }

  get scope(): Scope {
    const { cells, only } = this.#options;
    return {
      includes: (customer) => only === undefined || only === cellOf(customer, cells),
      policies: (only === undefined || only === "base") && !this.#isOnlyShared,
    };
  }

  async preview(input: StackInput, settings: DeploymentSettings = {}): Promise<DeploymentResult> {
    const outputsBefore = await this.outputs();
    if (outputsBefore === undefined) {
      return { ...merged([]), error: explainEngineText("no stack named") };
    }
    const baseline = readBaseline(outputsBefore);
    this.#recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
    const recordedCells = this.#recorded?.cells?.count;
    // The settings have another number of cells: nothing is run, and the caller reports what to do.
    if (this.#recorded !== undefined && recordedCells !== input.config.cells) {
      return { ...merged([]), outputsBefore };
    }
    this.#digests = { ...this.#recorded?.cells?.digests };
    if (this.#recorded === undefined) this.#stacks = new Set(await this.#base.state.stacks());
    const cells = changedCells(input, this.#digests, this.#options, settings.refresh);
    const base = { runner: this.#base, aws: this.#aws, input };
    const [cellRuns, baseRun] = await Promise.all([
      this.#runCells("preview", cells, input, settings),
      runsBase(input, this.#recorded?.cells?.base, cells, this.#options)
        ? previewBase(base, ofBase(settings))
        : undefined,
    ]);
    const runs = baseRun === undefined ? cellRuns : [...cellRuns, baseRun];
    const after = celledOutputs(input, { ...this.#digests, ...digestsOf(input, cells) });
    const users = baseRun && { users: baseRun.users };
    return { ...merged(runs), ...users, outputsBefore, outputsAfter: { ...after } };
  }

  async update(input: StackInput, settings: DeploymentSettings = {}): Promise<DeploymentResult> {
    const { only } = this.#options;
    const isFirst = this.#recorded === undefined;
    const parts = { runner: this.#base, aws: await this.#aws(), input };
    const runs: DeploymentResult[] = [];
    if (isFirst && only === undefined) {
      // The group that the cells' users join must exist first; this run records no outputs.
      const before = await updateBase(parts, ofBase(settings), Promise.resolve(NO_CELLS), isFirst);
      if (before.error !== undefined) return before;
      runs.push(before);
    }
    // Roles trust issuers, and have policies, that the base stack declares.
    const isNew = !isFirst && only === undefined && needsNewShared(input, this.#recorded);
    const shared = gate(isNew);
    const cells = shared.opened.then(() => this.#updateCells(input, settings));
    if (only === undefined || only === "base") {
      const updated = cells.then((all) => ({ digests: this.#digests, created: createdBy(all) }));
      const base = updateBase(parts, ofBase(settings), updated, isFirst, shared.open);
      // If one of them fails, still wait for the other.
      await Promise.allSettled([cells, base]);
      this.#isOnlyShared = isFirst && Object.keys(this.#digests).length === 0;
      return merged([...runs, ...(await cells), await base]);
    }
    return merged([...runs, ...(await cells)]);
  }

  async previewDestroy(
    input: StackInput,
    settings: DeploymentSettings = {},
  ): Promise<DeploymentResult> {
    const runs = await this.#runCells("previewDestroy", allCells(input), input, settings);
    runs.push(await this.#base.preview(() => Promise.resolve({}), settings));
    return { ...merged(runs), outputsBefore: await this.outputs() };
  }

  async destroy(input: StackInput, settings: DeploymentSettings = {}): Promise<DeploymentResult> {
    const runs = await this.#runCells("destroy", allCells(input), input, settings);
    // Users leave the group before it is deleted.
    if (runs.every(({ error }) => error === undefined))
      runs.push(await this.#base.destroy(settings));
    return merged(runs);
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#base.state.outputs();
  }

  async resources(): Promise<readonly StateResource[]> {
    const { state, stack } = this.#base;
    const { cells } = this.#options;
    const stacks = Array.from({ length: cells }, (_, cell) => cellStack(stack, cell));
    const all = await pMap([stack, ...stacks], (name) => state.resources(name), { concurrency: 2 });
    return all.flat();
  }

  async record(outputs: StackOutputs): Promise<void> {
    const { only, cells: count } = this.#options;
    // A cell that is updated alone records its own digest only.
    if (only !== undefined && only !== "base") return;
    const digests = this.#digests;
    // The next update runs the base part, whatever it changes.
    await this.#base.state.recordOutputs({
      ...outputs,
      customers: JSON.stringify(outputs.customers),
      cells: { count, base: NOT_APPLIED, digests },
    });
  }

  terminate(): void {
    this.#workers.terminate();
    this.#base.terminate();
  }

  /** Updates the changed cells, and remembers what they have declared. */
  async #updateCells(input: StackInput, settings: DeploymentSettings): Promise<DeploymentResult[]> {
    if (this.#options.only === "base") await readDigests(input, this.#digests, this.#base.state);
    const cells = changedCells(input, this.#digests, this.#options, settings.refresh);
    const runs = await this.#runCells("update", cells, input, settings);
    this.#stacks = undefined;
    cells.forEach((cell, at) => {
      // One that failed runs again, even if what it declares is what it was before.
      if (runs[at]?.error !== undefined) this.#digests[cell] = NOT_APPLIED;
      else Object.assign(this.#digests, digestsOf(input, [cell]));
    });
    return runs;
  }

  #runCells(
    operation: CellJob["operation"],
    cells: readonly Cell[],
    input: StackInput,
    settings: DeploymentSettings,
  ): Promise<DeploymentResult[]> {
    const jobs = cellJobs(operation, cells, input, settings, {
      ...this.#options,
      isNew: (stack) => this.#stacks?.has(stack) === false,
    });
    let done = 0;
    return this.#workers.run(jobs, settings, () => {
      this.#options.onCell((done += 1), jobs.length);
    });
  }
}

/** Whether roles in cells need something of the base stack that no update has declared yet. */
function needsNewShared(
  { config, customers }: StackInput,
  recorded: StackOutputs | undefined,
): boolean {
  if (!customers.some(hasRole) || recorded === undefined) return false;
  const before = new Set(
    oidcIssuers(Object.values(recorded.customers)).flatMap(({ issuer, audiences }) =>
      audiences.map((audience) => `${issuer} ${audience}`),
    ),
  );
  const isNewIssuer = oidcIssuers(customers).some(({ issuer, audiences }) =>
    audiences.some((audience) => !before.has(`${issuer} ${audience}`)),
  );
  const hadTagged = Object.values(recorded.repositories).some(({ mode }) => mode === "tagged");
  const hasTagged = [...config.repositories.values()].some(({ grants }) => grants === "tagged");
  return isNewIssuer || (hasTagged && !hadTagged);
}

/** A promise that is open already, or as soon as `open` is called. */
function gate(isShut: boolean): { opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  if (!isShut) open();
  return { opened, open };
}

/** Stands for the digest of a part that failed: it equals none. */
const NOT_APPLIED = "";

const NO_CELLS: UpdatedCells = { digests: {}, created: new Map() };

/** The base stack has no users. */
function ofBase({ replacedUsers: _, ...settings }: DeploymentSettings): RunSettings {
  return settings;
}

function createdBy(runs: readonly DeploymentResult[]): UpdatedCells["created"] {
  return new Map(runs.flatMap(({ createdUsers = {} }) => Object.entries(createdUsers)));
}
