import { hasUser } from "../../src/customers/identity";
import { accessDifference } from "../../src/access/difference";
import type { RepositoryBudget } from "../../src/access/budget";
import { entitledGrants } from "../../src/access/entitlements";
import type { GrantMode } from "../../src/access/model";
import type { Customer, IsoDate } from "../../src/customers/model";
import { renamedCustomers } from "../../src/customers/renamed";
import type { StackInput } from "../../src/project";
import type { StackOutputs } from "../../src/stack/outputs";
import { budgetsOf } from "./budgetReport";
import type { EngineReport, ResourceChange } from "../engine/events";
import { canonicalJson } from "../output/json";
import { recordedCompanies, recordedGrants, recordedRegions, type Baseline } from "./baseline";
import { writtenPolicies } from "./writtenPolicies";
import { foreignFindings, place, type ForeignFinding, type PresentDocument } from "./foreign";
import { keyChanges, withoutWorkingKey, type KeyChange } from "./keyChanges";
import type { LimitedFacts } from "./limits";
import { endingSoon, type EndingSoon } from "./endingSoon";
import { adoptedCustomers, type AdoptedCustomer } from "./adopted";
import { handovers, type NewKey } from "./newKeys";
import { newUsers } from "./newUsers";
import { losesAccess, plannedAccess, type PlannedAccess } from "./plannedAccess";
import { replacementsIn, unknownIn } from "./resourceFacts";

/** A repository that switches between grants by name and by tag; no one gains or loses access by it. */
export interface ModeChange {
  repository: string;
  before: GrantMode;
  after: GrantMode;
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
  /** Users and keys that exist and are taken into the state; nothing of them is replaced. */
  adopted: AdoptedCustomer[];
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
  const access = plannedAccess(differences, keyless, recorded, customers, { today, day });
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
    adopted: adoptedCustomers(resources, input),
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
  return new Set(customers.filter(hasUser).map(({ id }) => id));
}

function recordsTheSame({ outputsBefore, outputsAfter }: EngineReport): boolean {
  return canonicalJson(outputsBefore ?? null) === canonicalJson(outputsAfter ?? null);
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
