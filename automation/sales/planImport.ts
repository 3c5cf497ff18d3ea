// An export, a mapping and the customer files → what an import would do: every change, who gains
// and who loses, what a limit asks. Reads files, writes none.
import type { Problem } from "../../src/problem";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { loadStackConfig, type StackConfig } from "../../src/config";
import type { SettingsFile } from "../../src/settingsFile";
import { customerEntries } from "../../src/customers/entries";
import { loadCustomers } from "../../src/customers/load";
import type { Customer } from "../../src/customers/model";
import { loadRetired } from "../../src/customers/retired";
import { printable } from "../../src/printable";
import { canonicalJson } from "../output/json";
import { idFormProblems } from "./idForms";
import { importFacts } from "./importFacts";
import type { ImportFacts } from "./importLimits";
import type { ImportPlan, ImportRequest, PlannedImport } from "./importPlan";
import { targetPath } from "./journal";
import { readLedgers, type Ledger } from "./ledger";
import { loadMapping, type Mapping } from "./mapping/mapping";
import { mappingChanges } from "./mapping/changes";
import { normalId } from "./reading/recordId";
import { digestOf, plannedWrites } from "./plannedWrites";
import { problemsAfter } from "./problemsAfter";
import { readExport, type ExportSource } from "./readExport";
import { customersAfter, reconcile } from "./reconcile";

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
      hasEnds: mapping.columns.expires !== undefined,
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
    const problems = [
      ...reconciled.problems,
      ...problemsAfter(
        changes,
        after,
        { ...this.stack, today: request.today },
        { exportFile: source.file, fileOf: (customer) => this.#shownFile(customer) },
      ),
    ];
    if (problems.length > 0) return { problems };

    const next = {
      mapping: JSON.parse(canonicalJson(mapping.written)) as unknown,
      customers: entries,
    };
    const writes = plannedWrites(folder, system, changes, next);
    const facts: ImportFacts = {
      rows: source.counts.rows,
      ...importFacts({ before: customers, after, changes, absent }, system, config, request.today),
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
      access: facts.access,
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
}
