import fc from "fast-check";
import { grantRegions } from "../../../src/access/grantRegions";
import type { Catalogue, RepositorySettings } from "../../../src/access/model";
import { hasUser } from "../../../src/customers/identity";
import type { Customer, KeyGeneration } from "../../../src/customers/model";
import type { StackInput } from "../../../src/project";
import { TODAY } from "../../access/support";
import { customers } from "../../customers/arbitrary";
import { stackInput } from "./support";

/** Few, so that two inputs are about the same customers. */
const IDS = ["acme", "globex", "hooli", "initech", "umbrella"];
const REPOSITORIES = ["edge-agent", "orchestrator", "sdk"];
/** Past, today and to come. */
const ENDS = [undefined, "2026-11-10", "2026-11-22", TODAY, "2026-12-01", "2027-01-31"];
const ACCOUNTS = [undefined, undefined, undefined, "210987654321", "210987654322"];

const TOKENS = [
  undefined,
  undefined,
  { issuer: "https://oidc.one.example", audience: "sts", subjects: ["ci"] },
  { issuer: "https://oidc.one.example", audience: "sts", subjects: ["cd", "ci"] },
  { issuer: "https://oidc.two.example", audience: "sts", subjects: ["cd"] },
];

const key: fc.Arbitrary<KeyGeneration> = fc.record({
  generation: fc.constantFrom(1, 2, 3),
  status: fc.constantFrom("active", "active", "inactive"),
});

const keys = fc
  .uniqueArray(key, { minLength: 1, maxLength: 2, selector: ({ generation }) => generation })
  .map((some) => [...some].sort((a, b) => a.generation - b.generation));

const person: fc.Arbitrary<Customer> = fc
  .record({
    base: customers(),
    end: fc.constantFrom(...ENDS),
    status: fc.constantFrom("active" as const, "active" as const, "suspended" as const),
    own: keys,
    account: fc.constantFrom(...ACCOUNTS),
    roles: fc.constantFrom(undefined, ["ci/puller"], ["ci/puller", "deploy"], ["deploy"]),
    moves: fc.boolean(),
    oidc: fc.constantFrom(...TOKENS),
    regions: fc.constantFrom(undefined, undefined, ["eu-central-1"], ["us-east-1"]),
  })
  .map(({ base: { expires: _, networks, vpcEndpoints, ...base }, ...given }) => {
    const { end, status, own, account, roles, moves, oidc, regions } = given;
    const isOwn = account === undefined && oidc === undefined;
    return {
      ...base,
      ...(account === undefined && networks !== undefined ? { networks } : {}),
      ...(account === undefined && vpcEndpoints !== undefined ? { vpcEndpoints } : {}),
      ...(regions === undefined ? {} : { regions }),
      status,
      keys: isOwn || moves ? own : [],
      ...(end === undefined ? {} : { expires: end }),
      ...(account === undefined
        ? {}
        : { awsAccount: account, ...(roles === undefined ? {} : { awsRoles: roles }) }),
      ...(oidc === undefined ? {} : { oidc }),
      ...(!isOwn && moves ? { withKey: true as const } : {}),
    };
  });

const settings: fc.Arbitrary<RepositorySettings> = fc.record({
  create: fc.constant(false),
  grants: fc.constantFrom("named", "tagged"),
  regions: fc.subarray(["eu-central-1", "us-east-1"], { minLength: 1 }),
});

/**
 * What a stack may be declared from, on `today`: customers of every kind, with AWS accounts, ends
 * before and after the day, and a catalogue of one to three repositories in one or two regions.
 */
export function stackInputs(today = TODAY): fc.Arbitrary<StackInput> {
  return fc
    .record({
      people: fc.tuple(...IDS.map(() => person)),
      ids: fc.subarray(IDS),
      names: fc.subarray(REPOSITORIES, { minLength: 1 }),
      all: fc.tuple(...REPOSITORIES.map(() => settings)),
    })
    .map(({ people, ids, names, all }) => {
      const repositories = new Map(
        REPOSITORIES.flatMap((name, at) => (names.includes(name) ? [[name, all[at]!]] : [])),
      );
      const files = people.map((one, at) => ({ ...one, id: IDS[at]! }));
      return stackInput(
        files.filter(({ id }) => ids.includes(id)).map((one) => known(one, repositories)),
        { repositories },
        today,
      );
    });
}

/**
 * As the checks demand it: repositories of the catalogue in the customer's regions only, and none only when suspended. A
 * tag opens all regions of its repository.
 */
function known(customer: Customer, catalogue: Catalogue): Customer {
  const { regions: asked, ...rest } = customer;
  const isOpen = customer.repositories.some((name) => {
    const its = catalogue.get(name);
    return its?.grants === "tagged" && its.regions.some((region) => !asked?.includes(region));
  });
  const regions = hasUser(customer) && isOpen ? undefined : asked;
  const repositories = customer.repositories.filter(
    (name) => grantRegions({ regions }, catalogue.get(name)?.regions ?? []).length > 0,
  );
  const fitting = { ...rest, ...(regions === undefined ? {} : { regions }), repositories };
  return repositories.length === 0 ? { ...fitting, status: "suspended" } : fitting;
}
