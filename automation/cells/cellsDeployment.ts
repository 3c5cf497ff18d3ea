import { byCell, cellOf, cellStack, type Cell } from "../../src/access/cells";
import { baseDigest } from "../../src/access/digest";
import { userArn, userName } from "../../src/access/arns";
import type { StackConfig } from "../../src/config";
import type { Customer } from "../../src/customers/model";
import type { StackInput } from "../../src/project";
import { declareBase } from "../../src/stack/declareStack";
import { celledOutputs, type StackOutputs } from "../../src/stack/outputs";
import type { KnownUsers } from "../../src/stack/repositoryAccess";
import type { AwsClient } from "../awsClient";
import type { Deployment, DeploymentResult, Scope } from "../deployment";
import { explainEngineText } from "../engineErrors";
import { readBaseline } from "../plan/baseline";
import type { SecretsSettings } from "../stackFiles";
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
  /** What encrypts secrets, by the base stack's settings. */
  secrets: SecretsSettings;
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
  /** Stacks that there are, until the first update; asked for when nothing is recorded. */
  #stacks: ReadonlySet<string> | undefined;

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
    if (this.#recorded === undefined) this.#stacks = new Set(await this.#base.stacks());
    const cells = this.#changedCells(input, settings.refresh === true);
    const [cellRuns, base] = await Promise.all([
      this.#runCells("preview", cells, input, settings),
      this.#runsBase(input, cells) ? this.#previewBase(input, settings) : undefined,
    ]);
    const runs = base === undefined ? cellRuns : [...cellRuns, base];
    const after = celledOutputs(input, { ...this.#digests, ...digestsOf(input, cells) });
    const users = base && { users: base.users };
    return { ...merged(runs), ...users, outputsBefore, outputsAfter: { ...after } };
  }

  async update(input: StackInput, settings: RunSettings = {}): Promise<DeploymentResult> {
    const runs: DeploymentResult[] = [];
    const { only } = this.#options;
    if (this.#recorded === undefined && only === undefined) {
      // The group that cells' users join must be there; nothing is recorded by it.
      runs.push(await this.#updateBase(input, settings, undefined));
      if (runs[0]?.error !== undefined) return merged(runs);
    }
    const cells = this.#changedCells(input, settings.refresh === true);
    const cellRuns = await this.#runCells("update", cells, input, settings);
    this.#stacks = undefined;
    cells.forEach((cell, at) => {
      if (cellRuns[at]?.error !== undefined) return;
      Object.assign(this.#digests, digestsOf(input, [cell]));
    });
    runs.push(...cellRuns);
    if (settings.signal?.aborted !== true && (only === undefined || only === "base")) {
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

  async #previewBase(input: StackInput, settings: RunSettings) {
    const { config, customers } = input;
    const present = await presentUsers(this.#aws, config.account);
    const known: KnownUsers = new Map([...plannedUsers(config, customers), ...present]);
    const run = await this.#base.preview(
      () => declareBase(input, known).then(() => ({})),
      settings,
    );
    return { ...run, users: new Set(present.keys()) };
  }

  async #updateBase(
    input: StackInput,
    settings: RunSettings,
    digests: Readonly<Record<string, string>> | undefined,
  ): Promise<DeploymentResult> {
    const { account } = input.config;
    const users = await presentUsers(this.#aws, account);
    // Before the cells, AWS need not be asked about each user that they are yet to make.
    const named = digests === undefined ? withUsers(input, users) : input;
    const program = async () => {
      await declareBase(named, users);
      return digests === undefined ? {} : { ...celledOutputs(input, digests) };
    };
    return this.#base.updateAndSettle(program, account, this.#aws, settings);
  }

  #runCells(
    operation: CellJob["operation"],
    cells: readonly Cell[],
    input: StackInput,
    settings: RunSettings,
  ): Promise<DeploymentResult[]> {
    const { projectDirectory, environment, secrets, onCell } = this.#options;
    const customers = byCell(input.customers, input.config.cells);
    const jobs = cells.map((cell): CellJob => ({
      operation,
      cell,
      stack: cellStack(input.config.stack, cell),
      isNew: this.#stacks?.has(cellStack(input.config.stack, cell)) === false,
      projectDirectory,
      environment,
      secrets,
      input: toPlainInput(input, customers[cell] ?? []),
      refresh: settings.refresh,
    }));
    let done = 0;
    return this.#workers.run(jobs, settings, () => onCell((done += 1), jobs.length));
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

/** The users of all customers; nobody knows yet the ids of those that this very update makes. */
function plannedUsers({ account, namePrefix }: StackConfig, customers: readonly Customer[]) {
  const names = customers.map(({ id }) => userName(namePrefix, id));
  return names.map((name) => [name, { arn: userArn(account, name), uniqueId: "new" }] as const);
}

/** The same input with only those customers that need no user or have one. */
function withUsers(input: StackInput, users: KnownUsers): StackInput {
  const { namePrefix } = input.config;
  const customers = input.customers.filter(
    ({ id, awsAccount }) => awsAccount !== undefined || users.has(userName(namePrefix, id)),
  );
  return { ...input, customers };
}
