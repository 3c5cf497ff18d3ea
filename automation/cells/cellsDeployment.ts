import { byCell, cellOf, cellStack, type Cell } from "../../src/access/cells";
import { baseDigest } from "../../src/access/digest";
import { userArn, userName } from "../../src/access/arns";
import type { StackInput } from "../../src/project";
import { declareBase } from "../../src/stack/declareStack";
import { celledOutputs, type StackOutputs } from "../../src/stack/outputs";
import type { KnownUsers } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../awsClient";
import type { Deployment, DeploymentResult, Scope } from "../deployment";
import { asEngineError, explainEngineText } from "../engineErrors";
import { readBaseline } from "../plan/baseline";
import type { RunSettings, StackRunner } from "../stackRunner";
import { toPlainInput, type CellJob } from "./job";
import { allCells, digestsOf } from "./layout";
import { merged } from "./merge";
import { presentUsers } from "./presentUsers";
import type { CellWorkers } from "./workers";

/** One part of a deployment over several stacks. */
export type Part = Cell | "base";

export interface CellsOptions {
  /** Over how many the settings spread the customers. */
  cells: number;
  projectDirectory: string;
  environment: Readonly<Record<string, string | undefined>>;
  secretsProvider?: string;
  /** Every cell, also those that have not changed: to see what was changed by hand. */
  all: boolean;
  /** Only this part; the others run elsewhere. */
  only?: Part;
  /** Told when a cell is done. */
  onCell: (done: number, total: number) => void;
}

/**
 * The customers spread over cells, each a stack of its own, and a base stack with what all share:
 * the cost of a change does not grow with the number of customers (issue 7). Cells that have not
 * changed are left alone; the others run side by side, and then the base stack.
 */
export class CellsDeployment implements Deployment {
  readonly scope: Scope;
  readonly #base: StackRunner;
  readonly #workers: CellWorkers;
  readonly #aws: AwsClient;
  readonly #options: CellsOptions;
  /** What the cells have declared, as far as is known. */
  #digests: Record<string, string> = {};
  #recorded: StackOutputs | undefined;

  constructor(base: StackRunner, workers: CellWorkers, aws: AwsClient, options: CellsOptions) {
    this.#base = base;
    this.#workers = workers;
    this.#aws = aws;
    this.#options = options;
    const { cells, only } = options;
    this.scope = {
      includes: (customer) => only === undefined || only === cellOf(customer, cells),
      policies: only === undefined || only === "base",
    };
  }

  async preview(input: StackInput, settings: RunSettings = {}): Promise<DeploymentResult> {
    const outputsBefore = await this.outputs();
    if (outputsBefore === undefined) {
      return { ...merged([]), error: explainEngineText("no stack named") };
    }
    const baseline = readBaseline(outputsBefore);
    this.#recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
    const spread = this.#recorded?.cells?.count;
    // Other cells than those of the settings: the caller says what to do, and nothing is run.
    if (this.#recorded !== undefined && spread !== input.config.cells) {
      return { ...merged([]), outputsBefore };
    }
    this.#digests = { ...this.#recorded?.cells?.digests };
    const cells = this.#changedCells(input, settings.refresh === true);
    const [cellRuns, baseRun] = await Promise.all([
      this.#runCells("preview", cells, input, settings),
      this.#runsBase(input, cells) ? this.#previewBase(input, settings) : undefined,
    ]);
    const runs = baseRun === undefined ? cellRuns : [...cellRuns, baseRun];
    const after = celledOutputs(input, { ...this.#digests, ...digestsOf(input, cells) });
    return { ...merged(runs), outputsBefore, outputsAfter: { ...after } };
  }

  async update(input: StackInput, settings: RunSettings = {}): Promise<DeploymentResult> {
    const runs: DeploymentResult[] = [];
    const { only } = this.#options;
    if (this.#recorded === undefined && only === undefined) {
      // The group that cells' users join must be there; nothing is recorded by it.
      runs.push(await this.#settleBase(input));
      if (runs[0]?.error === undefined) {
        runs.push(await this.#updateBase(input, settings, undefined));
      }
      if (runs.some(({ error }) => error !== undefined)) return merged(runs);
    }
    const cells = this.#changedCells(input, settings.refresh === true);
    const withBase = only === undefined || only === "base";
    const [settled, cellRuns] = await Promise.all([
      withBase ? this.#settleBase(input) : merged([]),
      this.#runCells("update", cells, input, settings),
    ]);
    cells.forEach((cell, at) => {
      if (cellRuns[at]?.error !== undefined) return;
      Object.assign(this.#digests, digestsOf(input, [cell]));
    });
    runs.push(...cellRuns, settled);
    if (withBase && settings.signal?.aborted !== true && settled.error === undefined) {
      if (only === "base") await this.#readDigests(input);
      // Before the very first cell there is nothing to record: only the group has to be there.
      const isFirst = this.#recorded === undefined && Object.keys(this.#digests).length === 0;
      runs.push(await this.#updateBase(input, settings, isFirst ? undefined : this.#digests));
    }
    return merged(runs);
  }

  async previewDestroy(input: StackInput, settings: RunSettings = {}): Promise<DeploymentResult> {
    const runs = await this.#runCells("previewDestroy", allCells(input), input, settings);
    runs.push(await this.#base.preview(() => Promise.resolve({}), settings));
    return { ...merged(runs), outputsBefore: await this.outputs() };
  }

  async destroy(input: StackInput, settings: RunSettings = {}): Promise<DeploymentResult> {
    const runs = await this.#runCells("destroy", allCells(input), input, settings);
    // Users leave the group before it goes.
    if (runs.every(({ error }) => error === undefined))
      runs.push(await this.#base.destroy(settings));
    return merged(runs);
  }

  outputs(): Promise<Readonly<Record<string, unknown>> | undefined> {
    return this.#base.outputs();
  }

  kill(): void {
    this.#workers.kill();
    this.#base.kill();
  }

  /** Cells of which something is declared otherwise than recorded. */
  #changedCells(input: StackInput, refresh: boolean): Cell[] {
    const { only, all } = this.#options;
    if (only === "base") return [];
    const wanted = digestsOf(input, allCells(input));
    return allCells(input).filter((cell) => {
      if (only !== undefined && only !== cell) return false;
      return all || refresh || wanted[cell] !== this.#digests[cell];
    });
  }

  /** The base stack is asked only when a cell or its own part has changed. */
  #runsBase(input: StackInput, changed: readonly Cell[]): boolean {
    const { only, all } = this.#options;
    if (only !== undefined) return only === "base";
    const { config, customers, today } = input;
    const isSame = this.#recorded?.cells?.base === baseDigest(customers, config, today);
    return all || !isSame || changed.length > 0;
  }

  async #previewBase(input: StackInput, settings: RunSettings): Promise<DeploymentResult> {
    const users = await this.#users(input, true);
    return this.#base.preview(() => declareBase(input, users).then(() => ({})), settings);
  }

  /** Settles what a killed run has left in the base stack. Cells run beside it, so that it never throws. */
  async #settleBase({ config }: StackInput): Promise<DeploymentResult> {
    try {
      const recovery = await this.#base.recover(config.account, this.#aws);
      return { ...merged([]), ...(recovery && { recovery }) };
    } catch (thrown) {
      return { ...merged([]), error: asEngineError(thrown) };
    }
  }

  async #updateBase(
    input: StackInput,
    settings: RunSettings,
    digests: Readonly<Record<string, string>> | undefined,
  ): Promise<DeploymentResult> {
    const users = await this.#users(input, false);
    // Before the cells, AWS need not be asked about each user that they are yet to make.
    const named = digests === undefined ? withUsers(input, users) : input;
    return this.#base.update(async () => {
      await declareBase(named, users);
      return digests === undefined ? {} : { ...celledOutputs(input, digests) };
    }, settings);
  }

  #runCells(
    operation: CellJob["operation"],
    cells: readonly Cell[],
    input: StackInput,
    settings: RunSettings,
  ): Promise<DeploymentResult[]> {
    const { projectDirectory, environment, secretsProvider, onCell } = this.#options;
    const customers = byCell(input.customers, input.config.cells);
    const jobs = cells.map((cell): CellJob => ({
      operation,
      cell,
      stack: cellStack(input.config.stack, cell),
      projectDirectory,
      environment,
      ...(secretsProvider === undefined ? {} : { secretsProvider }),
      input: toPlainInput(input, customers[cell] ?? []),
      refresh: settings.refresh,
    }));
    let done = 0;
    return this.#workers.run(jobs, settings, () => onCell((done += 1), jobs.length));
  }

  /** @param planned - with those that this very update makes, whose ids nobody knows yet. */
  async #users(input: StackInput, planned: boolean): Promise<KnownUsers> {
    const { config, customers } = input;
    const known = await presentUsers(this.#aws, config.account);
    if (!planned) return known;
    for (const { id } of customers) {
      const name = userName(config.namePrefix, id);
      if (!known.has(name))
        known.set(name, { arn: userArn(config.account, name), uniqueId: "new" });
    }
    return known;
  }

  /** What cells that ran on other machines have declared, from their own stacks. */
  async #readDigests(input: StackInput): Promise<void> {
    const wanted = digestsOf(input, allCells(input));
    for (const cell of allCells(input)) {
      if (wanted[cell] === this.#digests[cell]) continue;
      const outputs = await this.#base.outputs(cellStack(input.config.stack, cell));
      if (typeof outputs?.["digest"] === "string") this.#digests[cell] = outputs["digest"];
    }
  }
}

/** The same input with only those customers that need no user or have one. */
function withUsers(input: StackInput, users: KnownUsers): StackInput {
  const { namePrefix } = input.config;
  const customers = input.customers.filter(
    ({ id, awsAccount }) => awsAccount !== undefined || users.has(userName(namePrefix, id)),
  );
  return { ...input, customers };
}
