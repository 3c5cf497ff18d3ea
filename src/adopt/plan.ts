import { repositoryBudgets, type RepositoryBudget } from "../access/budget";
import { entitledGrants } from "../access/entitlements";
import { byText } from "../access/order";
import { stackPolicies } from "../access/stackPolicies";
import type { AccountContext } from "../account/context";
import type { Customer, IsoDate } from "../customers/model";
import { newId } from "../customers/newId";
import type { AccessChange } from "./change";
import { keptStatements, type AdoptedPrincipal, type KeptStatements } from "./kept";
import { leftPolicies, type LeftPolicy } from "./leftPolicies";
import { plannedCustomer, type PlannedCustomer } from "./plannedCustomer";
import { adoptionChanges } from "./proof";
import type { Puller } from "./puller";
import { wantedOf, type Selection, type Wanted } from "./selection";

/** What an adoption would do, before anything is written. */
export interface AdoptionPlan {
  /** In the order of their ids. */
  customers: readonly PlannedCustomer[];
  /** Who can pull and does not become a customer. */
  staying: readonly Puller[];
  /** Who has a customer file already. */
  declared: readonly { id: string; principal: string }[];
  /** Who was selected and cannot become a customer. */
  leftOut: readonly { principal: string; why: string }[];
  kept: KeptStatements;
  /** Every change of someone's access that the first update would make, as it lists them before it writes. */
  changes: readonly AccessChange[];
  /** Policies made by hand that the first update leaves, and that someone has to delete after it. */
  leftPolicies: readonly LeftPolicy[];
  /** Repositories whose policy would be longer than ECR takes. */
  tooLong: readonly RepositoryBudget[];
}

/** What the files say already. */
export interface KnownFiles {
  customers: readonly Customer[];
  /** Principal → id of the customer file that declares it. */
  declared: ReadonlyMap<string, string>;
  /** Ids that no new file may have. */
  isTaken: (id: string) => boolean;
}

/**
 * The plan: which of those who can pull become customers, with their files, and what stays as it is.
 *
 * @param context - without customers.
 * @param pullers - everyone who can pull, see `pullersOf`.
 */
export function adoptionPlan(
  context: AccountContext,
  pullers: readonly Puller[],
  selection: Selection,
  files: KnownFiles,
): AdoptionPlan {
  const {
    observed,
    declared: { today },
  } = context;
  const leftOut: { principal: string; why: string }[] = missingOf(context, pullers, selection);
  const chosen: { puller: Puller; wanted: Wanted }[] = [];
  const staying: Puller[] = [];
  const declared: { id: string; principal: string }[] = [];
  for (const puller of pullers) {
    const its = files.declared.get(puller.principal);
    const wanted = wantedOf(puller, selection);
    const why = wanted === undefined ? undefined : (cannotBe(puller) ?? takenId(wanted, files));
    if (its !== undefined) declared.push({ id: its, principal: puller.principal });
    else if (wanted !== undefined && why === undefined) chosen.push({ puller, wanted });
    else staying.push(puller);
    if (its === undefined && why !== undefined) leftOut.push({ principal: puller.principal, why });
  }
  const ids = idsFor(chosen, files);
  const customers = chosen
    .map(({ puller, wanted }) =>
      plannedCustomer(context, puller, { ...wanted, id: ids.get(puller.principal) ?? "" }),
    )
    .sort((a, b) => byText(a.customer.id, b.customer.id));
  const kept = keptStatements(context, adoptedOf(customers, files, context));
  const declares = { ...context.settings, repositories: withKept(context, kept) };
  const all = [...files.customers, ...customers.map((one) => one.customer)];
  return {
    customers,
    staying,
    declared,
    leftOut,
    kept,
    changes:
      all.length === 0
        ? []
        : adoptionChanges(observed, { config: declares, customers: all, today }),
    leftPolicies:
      all.length === 0
        ? []
        : leftPolicies(context, stackPolicies(all, declares, today).repositories),
    tooLong: tooLong(all, declares, today),
  };
}

/** Why one who was selected cannot become a customer. */
function cannotBe({ kind, user, pulls, notJudged }: Puller): string | undefined {
  if (kind === "role" || kind === "other") {
    return "only users of the account and AWS accounts can become customers; its statements stay as they are";
  }
  if (pulls.length === 0) {
    const [why = "it can pull nothing"] = [...notJudged.values()].flat();
    return `whether it can pull cannot be judged: ${why}`;
  }
  if (kind === "account") return undefined;
  if (user?.keys === undefined) return "its access keys could not be read";
  if (user.keys.length > 0) return undefined;
  return "it has no access key, so no customer pulls with it";
}

function takenId({ id }: Wanted, { isTaken }: KnownFiles): string | undefined {
  if (id === undefined || !isTaken(id)) return undefined;
  return `the id ${id} is another customer's, or was`;
}

/** Principals that the selection names and that cannot pull. */
function missingOf(
  { observed }: AccountContext,
  pullers: readonly Puller[],
  { table, accounts }: Selection,
): { principal: string; why: string }[] {
  const known = new Set(pullers.map(({ principal }) => principal));
  const users = new Set(observed.users.map(({ arn }) => arn));
  const named = [...(table?.keys() ?? [])].filter((principal) => !known.has(principal));
  const numbers = new Set(pullers.flatMap(({ account }) => account ?? []));
  const missing = accounts === "all" || accounts === undefined ? [] : [...accounts];
  return [
    ...named.map((principal) => ({
      principal,
      why: users.has(principal)
        ? "it can pull no repository of the catalogue"
        : "no policy that lets anyone pull names it",
    })),
    ...missing
      .filter((account) => !numbers.has(account))
      .map((account) => ({
        principal: account,
        why: "no repository's policy lets this account pull",
      })),
  ];
}

/** The ids that a table gives first, then made ones, each once. */
function idsFor(
  chosen: readonly { puller: Puller; wanted: Wanted }[],
  { isTaken }: KnownFiles,
): Map<string, string> {
  const ids = new Map(
    chosen.flatMap(({ puller, wanted }) =>
      wanted.id === undefined ? [] : [[puller.principal, wanted.id] as const],
    ),
  );
  const used = new Set(ids.values());
  for (const { puller } of chosen) {
    if (ids.has(puller.principal)) continue;
    const { user, account = "", accountRole = "" } = puller;
    const name = user?.name ?? `aws-${account} ${accountRole}`;
    const id = newId(name, (candidate) => used.has(candidate) || isTaken(candidate));
    used.add(id);
    ids.set(puller.principal, id);
  }
  return ids;
}

function adoptedOf(
  planned: readonly PlannedCustomer[],
  { declared, customers }: KnownFiles,
  { observed }: AccountContext,
): AdoptedPrincipal[] {
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const users = new Map(observed.users.map((user) => [user.arn, user.name]));
  const already = [...declared].flatMap(([principal, id]): AdoptedPrincipal[] => {
    const customer = byId.get(id);
    if (customer === undefined) return [];
    const { repositories } = customer;
    const name = users.get(principal);
    return [{ customer: id, principal, repositories, ...(name && { userName: name }) }];
  });
  return [
    ...already,
    ...planned.map(({ customer, puller }): AdoptedPrincipal => {
      const { id, repositories } = customer;
      const { principal, user } = puller;
      return { customer: id, principal, repositories, ...(user && { userName: user.name }) };
    }),
  ];
}

/** The catalogue with the statements that the settings will declare. */
function withKept(
  { settings }: AccountContext,
  { byRepository }: KeptStatements,
): AccountContext["settings"]["repositories"] {
  return new Map(
    [...settings.repositories].map(([name, its]) => {
      const statements = [...(its.statements ?? []), ...(byRepository.get(name) ?? [])];
      return [name, { ...its, ...(statements.length === 0 ? {} : { statements }) }];
    }),
  );
}

function tooLong(
  customers: readonly Customer[],
  settings: AccountContext["settings"],
  today: IsoDate,
): RepositoryBudget[] {
  const budgets = repositoryBudgets(entitledGrants(customers, settings, today), settings);
  return budgets.filter(({ level }) => level === "over");
}
