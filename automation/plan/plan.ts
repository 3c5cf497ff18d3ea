import { accessDifference, type AccessChange } from "../../src/access/difference";
import type { RepositoryBudget } from "../../src/access/budget";
import { entitledGrants, accessEnded } from "../../src/access/entitlements";
import { byText } from "../../src/access/order";
import type { GrantMode } from "../../src/access/model";
import type { Customer, IsoDate } from "../../src/customers/model";
import { renamedCustomers } from "../../src/customers/renamed";
import type { StackInput } from "../../src/project";
import type { CustomerOutput, StackOutputs } from "../../src/stack/outputs";
import { budgetsOf } from "./budgetReport";
import type { EngineReport, ResourceChange } from "../engine/events";
import { canonicalJson } from "../output/json";
import { recordedCompanies, recordedGrants, recordedRegions, type Baseline } from "./baseline";
import { writtenPolicies } from "./writtenPolicies";
import { foreignFindings, place, type ForeignFinding, type PresentDocument } from "./foreign";
import { keyChanges, withoutWorkingKey, type KeyChange } from "./keyChanges";
import type { LimitedFacts } from "./limits";
import { newUsers } from "./newUsers";
import { replacementsIn, unknownIn } from "./resourceFacts";

/** Why a customer's access begins, ends or changes. */
export type AccessReason = "new" | "back" | "removed" | "suspended" | "ended" | "edited";

export interface PlannedAccess extends AccessChange {
  reason: AccessReason;
  /** Keeps its grants, but none of its working keys. */
  losesKeys: boolean;
}

/** A customer whose last day is near; this update does not change that. */
export interface EndingSoon {
  customer: string;
  expires: IsoDate;
  /** 0: today is the last day. */
  daysLeft: number;
}

/** A repository that switches between grants by name and by tag; no one gains or loses access by it. */
export interface ModeChange {
  repository: string;
  before: GrantMode;
  after: GrantMode;
}

/** A key that its customer does not have yet. */
export interface NewKey {
  customer: string;
  generation: number;
}

/** Everything an update would do, in terms of customers and repositories first. */
export interface Plan {
  stack: string;
  /** The day that it is made for. */
  day: IsoDate;
  baseline: Baseline["kind"];
  access: PlannedAccess[];
  endingSoon: EndingSoon[];
  modes: ModeChange[];
  keys: KeyChange[];
  /** Keys that customers need after the update, and do not have yet. */
  handovers: NewKey[];
  budgets: RepositoryBudget[];
  /** What others have in repositories' policies and no file declares. */
  foreign: ForeignFinding[];
  resources: ResourceChange[];
  /** Nothing in AWS changes, and nothing new is to be recorded. */
  isEmpty: boolean;
  /** What the limits are applied to. */
  facts: LimitedFacts;
}

export interface PlanParts {
  input: StackInput;
  baseline: Baseline;
  /** What the engine would do. */
  preview: EngineReport;
  /** Repositories' policies as AWS holds them, those that were read. */
  present?: readonly PresentDocument[];
  /** The day on which the plan is made; `input.today` may be a later one (`--as-of`). */
  today: IsoDate;
}

/** An end within this many days is shown. */
const SOON_DAYS = 14;
const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;

/** Combines everything an update would do. Pure. */
export function makePlan({ input, baseline, preview, present = [], today }: PlanParts): Plan {
  const { config, customers } = input;
  const day = input.today;
  const recorded = baseline.kind === "recorded" ? baseline.outputs : undefined;
  const before = recorded === undefined ? [] : recordedGrants(recorded, config, today);
  const after = entitledGrants(customers, config, day);
  const regions = {
    before: recorded === undefined ? new Map() : recordedRegions(recorded),
    after: new Map([...config.repositories].map(([name, settings]) => [name, settings.regions])),
  };
  // The engine also counts its own plugins, which are nothing in AWS.
  const resources = preview.changes.filter(({ type }) => !type.startsWith("pulumi:"));
  const keyless = new Set(withoutWorkingKey(recorded?.customers ?? {}, customers, { today, day }));
  const differences = accessDifference(before, after, regions);
  const keys = keyChanges(recorded?.customers ?? {}, customers, day, preview);
  const access = [...differences, ...onlyKeys(keyless, differences)]
    .sort((a, b) => (a.customer < b.customer ? -1 : 1))
    .map((change) => ({
      ...change,
      reason: reasonOf(change, recorded, customers, { today, day }),
      losesKeys: keyless.has(change.customer),
    }));
  const written = writtenPolicies(resources);
  // Our statement goes back to what the files say only where its policy is written.
  const foreign = foreignFindings(present, input, baseline).filter(
    ({ kind, repository, region }) =>
      kind !== "own-statement" || written.has(place(repository, region)),
  );
  return {
    stack: config.stack,
    day,
    baseline: baseline.kind,
    access,
    endingSoon: endingSoon(customers, day),
    modes: modeChanges(recorded, config.repositories),
    keys,
    handovers: handovers(keys, access, customers),
    budgets: budgetsOf(input),
    foreign,
    resources,
    isEmpty: resources.length === 0 && recordsTheSame(preview),
    facts: {
      entitled:
        recorded === undefined ? undefined : new Set(before.map((one) => one.customer)).size,
      renamed:
        recorded === undefined
          ? []
          : renamedCustomers(recordedCompanies(recorded), customers, input.retired ?? new Set()),
      // An emergency has ended access already, and is no decision of this update.
      losers: access
        .filter(losesAccess)
        .map(({ customer }) => customer)
        .filter((customer) => input.revokedInAws?.has(customer) !== true),
      replacements: replacementsIn(
        preview.changes,
        usersOf(customers),
        newUsers(recorded?.customers ?? {}, customers),
      ),
      foreign,
      unknown: unknownIn(preview, baseline),
    },
  };
}

/** Ids of the customers that have a user in this account. */
function usersOf(customers: readonly Customer[]): ReadonlySet<string> {
  return new Set(customers.flatMap(({ id, awsAccount }) => (awsAccount === undefined ? id : [])));
}

function recordsTheSame({ outputsBefore, outputsAfter }: EngineReport): boolean {
  return canonicalJson(outputsBefore ?? null) === canonicalJson(outputsAfter ?? null);
}

/** Whether some pull that works before the update fails after it. */
export function losesAccess({ loses, changes, losesKeys }: PlannedAccess): boolean {
  const otherPrincipal = changes.some(
    (one) => one.before.principal.kind !== one.after.principal.kind || !samePrincipal(one),
  );
  return loses.length > 0 || losesKeys || otherPrincipal;
}

function samePrincipal({ before, after }: PlannedAccess["changes"][number]): boolean {
  return canonicalJson(before.principal) === canonicalJson(after.principal);
}

/** Customers whose grants do not change, but whose keys do. */
function onlyKeys(keyless: ReadonlySet<string>, shown: readonly AccessChange[]): AccessChange[] {
  const shownIds = new Set(shown.map(({ customer }) => customer));
  return [...keyless]
    .filter((customer) => !shownIds.has(customer))
    .map((customer) => ({
      customer,
      isNew: false,
      isGone: false,
      gains: [],
      loses: [],
      changes: [],
    }));
}

function reasonOf(
  { customer, isNew, isGone }: AccessChange,
  recorded: StackOutputs | undefined,
  customers: readonly Customer[],
  { today, day }: { today: IsoDate; day: IsoDate },
): AccessReason {
  if (isNew) return hadEnded(recorded?.customers[customer], today) ? "back" : "new";
  if (!isGone) return "edited";
  const file = customers.find(({ id }) => id === customer);
  if (file === undefined) return "removed";
  if (file.status === "suspended") return "suspended";
  return accessEnded(file, day) ? "ended" : "edited";
}

/**
 * Whether a recorded customer has lost access before. One that is active and has no grant was left
 * unfinished by an update that failed or was interrupted.
 */
function hadEnded(recorded: CustomerOutput | undefined, today: IsoDate): boolean {
  return recorded !== undefined && accessEnded(recorded, today);
}

/** Every new key, and the keys of customers whose access begins only now. */
function handovers(
  keys: readonly KeyChange[],
  access: readonly PlannedAccess[],
  customers: readonly Customer[],
): NewKey[] {
  const fresh = keys.filter(
    ({ change, works }) => (change === "new" || change === "another") && works,
  );
  const starting = new Set(
    access.filter(({ reason }) => reason === "new").map(({ customer }) => customer),
  );
  const unfinished = customers
    .filter(({ id, awsAccount }) => awsAccount === undefined && starting.has(id))
    .flatMap(({ id: customer, keys: all }) =>
      all
        .filter(({ status }) => status === "active")
        .map(({ generation }) => ({ customer, generation })),
    );
  const byName = new Map(
    [...fresh, ...unfinished].map(({ customer, generation }) => [
      `${customer} ${generation}`,
      { customer, generation },
    ]),
  );
  return [...byName.values()].sort(
    (a, b) => byText(a.customer, b.customer) || a.generation - b.generation,
  );
}

function endingSoon(customers: readonly Customer[], day: IsoDate): EndingSoon[] {
  return customers.flatMap((customer) => {
    const { id, expires } = customer;
    if (expires === undefined || accessEnded(customer, day)) return [];
    const daysLeft = Math.round((Date.parse(expires) - Date.parse(day)) / DAY_MILLISECONDS);
    return daysLeft <= SOON_DAYS ? [{ customer: id, expires, daysLeft }] : [];
  });
}

function modeChanges(
  recorded: StackOutputs | undefined,
  catalogue: StackInput["config"]["repositories"],
): ModeChange[] {
  return [...catalogue].flatMap(([repository, { grants: after }]) => {
    const before = recorded?.repositories[repository]?.mode;
    return before === undefined || before === after ? [] : [{ repository, before, after }];
  });
}
