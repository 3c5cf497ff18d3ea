// An export, a mapping and the customer files → what an import would do: every change, who gains
// and who loses, what a limit asks. Reads files, writes none.
import { type Problem, problemIn } from "../../src/problem";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { budgetExcesses } from "../../src/access/excesses";
import { accessDifference, type AccessChange } from "../../src/access/difference";
import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { loadStackConfig, type StackConfig } from "../../src/config";
import { problemInSettings, type SettingsFile } from "../../src/settingsFile";
import { checkCustomer } from "../../src/customers/checks";
import { customerEntries } from "../../src/customers/entries";
import { loadCustomers } from "../../src/customers/load";
import type { Customer, IsoDate } from "../../src/customers/model";
import { loadRetired } from "../../src/customers/retired";
import { parseCustomer } from "../../src/customers/parse";
import { printable } from "../../src/printable";
import { canonicalJson } from "../output/json";
import { fold } from "./reading/cellText";
import { idFormProblems } from "./idForms";
import type { ImportFacts } from "./importLimits";
import { targetPath, type PlannedWrite } from "./journal";
import { ledgerFile, ledgerText, readLedgers, type Ledger } from "./ledger";
import { loadMapping, type Mapping } from "./mapping/mapping";
import { mappingChanges } from "./mapping/changes";
import { normalId } from "./reading/recordId";
import { readExport, type ExportSource } from "./readExport";
import { customersAfter, reconcile, type CustomerChange, type ImportNote } from "./reconcile";
import type { ReadRecords } from "./records/records";

/** What is imported, and into what. Paths are absolute, or relative to the working directory. */
export interface ImportRequest {
  /** The project's folder, with `Pulumi.<stack>.yaml`. */
  directory: string;
  stack: string;
  /** A folder of customer files instead of the one in the settings. */
  customersDirectory?: string;
  exportPath: string;
  mappingPath: string;
  /** What happens to customers that are not in the export. */
  removals: "report" | "suspend";
  today: IsoDate;
}

/** Everything that an import would do. */
export interface ImportPlan {
  stack: string;
  system: string;
  /** As the user knows it. */
  exportFile: string;
  /** How the export was read, e.g. `CSV, UTF-8, comma`, and what to know about that. */
  how: string;
  readingNotes: readonly string[];
  counts: ReadRecords["counts"] & { customers: number };
  /** In order of the customers' ids. */
  changes: readonly CustomerChange[];
  notes: readonly ImportNote[];
  access: readonly AccessChange[];
  facts: ImportFacts;
  /** The folder of the customer files. */
  folder: string;
  /** Files to write, the ledger included; empty when nothing changes. */
  writes: readonly PlannedWrite[];
  /** SHA-256 of all that would be written and of what it replaces, in hexadecimal. */
  digest: string;
}

/** Either a plan, or all problems. */
export type PlannedImport =
  { plan: ImportPlan; problems: readonly [] } | { plan?: undefined; problems: Problem[] };

/** Works out what an import would do. Nothing in an export makes it reject. */
export async function planImport(request: ImportRequest): Promise<PlannedImport> {
  const { directory, stack, exportPath, mappingPath, today } = request;
  const { config, settings, problems: inSettings } = loadStackConfig(directory, stack);
  if (config === undefined) return { problems: inSettings };
  const folder = folderOf(request, config);
  const { ledgers, ...ledgerProblems } = readLedgers(folder);
  const isFirst = ledgers?.size === 0 && isEmptyFolder(folder);
  const retired = loadRetired(directory);
  const loaded = isFirst ? NO_CUSTOMERS : loadCustomers(folder, config, today, retired.ids);
  const { mapping, problems } = loadMapping(mappingPath, config);
  const before = [...ledgerProblems.problems, ...retired.problems, ...loaded.problems, ...problems];
  if (mapping === undefined || ledgers === undefined || before.length > 0)
    return { problems: before };

  const catalogue = [...config.repositories.keys()];
  const read = await readExport(exportPath, mapping, { catalogue, today });
  if (read.source === undefined) return { problems: read.problems };
  const known = { customers: loaded.customers, retired: new Set(retired.ids.keys()) };
  return new Planner(request, { config, settings }, folder, mapping, ledgers, known).plan(
    read.source,
  );
}

/** The folder of customer files that a request is about, as problems name it. */
export function folderOf(
  { directory, customersDirectory }: Pick<ImportRequest, "directory" | "customersDirectory">,
  { customers }: StackConfig,
): string {
  return customersDirectory ?? relative(process.cwd(), join(directory, customers));
}

const NO_CUSTOMERS = { customers: [] as Customer[], problems: [] as Problem[] };

/** Before the first import there may be no customers; later that is a mistake. */
function isEmptyFolder(folder: string): boolean {
  return (
    !existsSync(folder) ||
    customerEntries(readdirSync(folder, { withFileTypes: true })).length === 0
  );
}

/** All customers, and the ids of those that were off-boarded. */
interface KnownCustomers {
  customers: readonly Customer[];
  retired: ReadonlySet<string>;
}

class Planner {
  constructor(
    private readonly request: ImportRequest,
    private readonly stack: { config: StackConfig; settings: SettingsFile },
    private readonly folder: string,
    private readonly mapping: Mapping,
    private readonly ledgers: ReadonlyMap<string, Ledger>,
    private readonly known: KnownCustomers,
  ) {}

  plan(source: ExportSource): PlannedImport {
    const { mapping, request, folder } = this;
    const { config } = this.stack;
    const { customers, retired } = this.known;
    const { system, ids, idForm } = mapping;
    const ledger = this.ledgers.get(system);
    const forms = idFormProblems(source.exportedIds, this.#knownIds(ledger), mapping, source.file);
    if (forms.length > 0) return { problems: forms };
    const reconciled = reconcile({
      system,
      ids,
      idForm,
      records: source.records,
      ignoredIds: source.ignoredIds,
      customers,
      texts: this.#texts(),
      ledger,
      namesGiven: this.#namesGiven(),
      retired,
      removals: request.removals,
      today: request.today,
      exportFile: source.file,
      fileOf: (customer) => this.#shownFile(customer),
    });
    const { changes, notes, absent, entries } = reconciled;
    const after = customersAfter(customers, changes);
    const problems = [...reconciled.problems, ...this.#afterProblems(changes, after, source.file)];
    if (problems.length > 0) return { problems };

    const next = {
      mapping: JSON.parse(canonicalJson(mapping.written)) as unknown,
      customers: entries,
    };
    const writes = this.#writes(changes, next);
    const access = accessDifference(
      entitledGrants(customers, config, request.today),
      entitledGrants(after, config, request.today),
    );
    const facts: ImportFacts = {
      rows: source.counts.rows,
      entitledBefore: this.#entitled(customers),
      entitledAfter: this.#entitled(after),
      access,
      lifted: changes
        .filter(
          (change) => change.before?.expires !== undefined && change.after.expires === undefined,
        )
        .filter((change) => !accessEnded(change.after, request.today))
        .map(({ customer }) => customer),
      absent: absent.map((customer) => this.#identity(customer)),
      added: changes
        .filter(({ kind }) => kind === "new")
        .map((change) => this.#identity(change.after)),
      mappingChanges: ledger === undefined ? [] : mappingChanges(ledger.mapping, next.mapping),
    };
    const plan: ImportPlan = {
      stack: config.stack,
      system,
      exportFile: source.file,
      how: source.how,
      readingNotes: source.notes,
      counts: { ...source.counts, customers: source.records.length },
      changes,
      notes,
      access,
      facts,
      folder,
      writes,
      digest: digestOf(writes),
    };
    return { plan, problems: [] };
  }

  #owned(): Customer[] {
    return this.known.customers.filter(({ source }) => source?.system === this.mapping.system);
  }

  /** Of this system's files, and of earlier imports whose file is gone. */
  #knownIds(ledger: Ledger | undefined): Set<string> {
    const { ids, idForm } = this.mapping;
    const written = this.#owned().flatMap(({ source }) => source?.id ?? []);
    const all = [...written, ...(ledger?.customers.keys() ?? [])];
    return new Set(all.map((id) => normalId(id, ids, idForm)));
  }

  #texts(): Map<string, string> {
    return new Map(
      this.#owned().map(({ id }) => [
        id,
        readFileSync(targetPath(this.folder, { customer: id }), "utf8"),
      ]),
    );
  }

  #namesGiven(): Map<string, string> {
    const names = [...this.ledgers].flatMap(([system, { customers }]) =>
      [...customers].map(([record, { file }]): [string, string] => [file, `${system}/${record}`]),
    );
    return new Map(names);
  }

  #shownFile(customer: string): string {
    return printable(targetPath(this.folder, { customer }));
  }

  /**
   * What would be wrong with the files once they are written, reported at the cause in the export.
   */
  #afterProblems(
    changes: readonly CustomerChange[],
    after: readonly Customer[],
    exportFile: string,
  ): Problem[] {
    const { request } = this;
    const { config, settings } = this.stack;
    const place = (line: number | undefined) => ({ line: line ?? 1, column: 1 });
    const single = changes.flatMap(({ customer, textAfter, line }) => {
      const file = this.#shownFile(customer);
      const { draft, root, problems } = parseCustomer(textAfter, customer, file);
      const checked =
        draft === undefined || root === undefined
          ? []
          : checkCustomer({ ...draft, root, file }, { config, today: request.today });
      return [...problems, ...checked].map(({ check, message, fix }) =>
        problemIn(exportFile, check, `in ${file} after this import: ${message}`, fix, place(line)),
      );
    });
    const grants = entitledGrants(after, config, request.today);
    const sizes = budgetExcesses(after, grants, config, request.today).map(
      ({ repository, check, message, fix }) =>
        problemInSettings(settings, repository, check, `after this import: ${message}`, fix),
    );
    return [...single, ...sizes];
  }

  #writes(changes: readonly CustomerChange[], next: Ledger): PlannedWrite[] {
    const { system } = this.mapping;
    const path = ledgerFile(this.folder, system);
    const before = existsSync(path) ? readFileSync(path, "utf8") : null;
    const after = ledgerText(next);
    return [
      ...changes.map(({ customer, textBefore, textAfter }) => ({
        target: { customer },
        before: textBefore ?? null,
        after: textAfter,
      })),
      ...(before === after ? [] : [{ target: { ledger: system }, before, after }]),
    ];
  }

  /** Ids of this system's customers with access today. */
  #entitled(customers: readonly Customer[]): string[] {
    return customers.filter((customer) => this.#isEntitled(customer)).map(({ id }) => id);
  }

  #isEntitled(customer: Customer): boolean {
    const isOwned = customer.source?.system === this.mapping.system;
    return (
      isOwned && customer.repositories.length > 0 && !accessEnded(customer, this.request.today)
    );
  }

  #identity(customer: Customer) {
    const { id, name, contact } = customer;
    return { customer: id, name: fold(name), contact, entitled: this.#isEntitled(customer) };
  }
}

/** Another digest for any other content, before or after. */
function digestOf(writes: readonly PlannedWrite[]): string {
  const hash = createHash("sha256");
  for (const { target, before, after } of writes) {
    hash.update(JSON.stringify([target, before, after]));
  }
  return hash.digest("hex");
}
