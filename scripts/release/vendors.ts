// Generated vendors, as the files that every version of the program reads: keys that an older one does not know are left out.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";

/** A vendor's files, path → text. */
type Vendor = Record<string, string>;

/** Whether a version's files may have a key. */
export type Knows = (key: string) => boolean;

/** Repository → its settings. */
type Catalogue = Map<
  string,
  { grants?: string | undefined; regions?: string[] | undefined; statements?: string }
>;

const IDS = ["acme", "globex", "hooli", "initech", "umbrella", "vandelay"];
const REPOSITORIES = ["edge-agent", "orchestrator", "sdk", "tools/cli"];
const HOME = "eu-central-1";
const REGIONS = [HOME, "us-east-1"];
const CUSTOMER_ACCOUNTS = ["210987654321", "210987654322"];
/** Before, on and after any day on which this is run. */
const ENDS = ["2020-12-31", "2090-01-01", "2091-06-30"];

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const keys = fc.constantFrom<Record<string, string>>(
  { 1: "active" },
  { 1: "inactive" },
  { 1: "active", 2: "active" },
  { 2: "inactive", 5: "active" },
);

/** `ID` is the customer's: no two customers may have the same tokens. */
const tokens = fc.record({
  issuer: fc.constantFrom(
    "https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
    "https://oidc.ID.example",
  ),
  audience: fc.constantFrom("sts.amazonaws.com", "registry"),
  // The form that EKS's issuers demand.
  subjects: fc.constantFrom(
    ["system:serviceaccount:ID:puller"],
    ["system:serviceaccount:ID:ci", "system:serviceaccount:ID:cd"],
  ),
});

const customer = fc.record({
  status: fc.constantFrom(undefined, undefined, "suspended"),
  expires: optional(fc.constantFrom(...ENDS)),
  account: fc.constantFrom(undefined, undefined, undefined, ...CUSTOMER_ACCOUNTS),
  keys: optional(keys),
  hasSource: fc.boolean(),
  roles: optional(fc.constantFrom(["puller"], ["ci/deploy", "puller"])),
  networks: optional(fc.constantFrom(["203.0.113.0/24"], ["198.51.100.7/32", "2001:db8::/32"])),
  vpcEndpoints: optional(fc.constant(["vpce-0a1b2c3d4e5f67890"])),
  hasOwnName: fc.boolean(),
  oidc: optional(tokens),
  hasKeyBeside: fc.boolean(),
  regions: optional(fc.subarray(REGIONS, { minLength: 1 })),
  repositories: fc.subarray(REPOSITORIES),
});

type Drawn = typeof customer extends fc.Arbitrary<infer T> ? T : never;

/** Statements of others: one that pushes, one for everyone in an account, one that denies a customer. */
const STATEMENTS = [
  {
    Sid: "Pushes",
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::555566667777:root" },
    Action: ["ecr:PutImage", "ecr:UploadLayerPart"],
  },
  {
    Sid: "Partner",
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::555566667777:user/puller" },
    Action: "ecr:BatchGetImage",
  },
  {
    Sid: "Closed",
    Effect: "Deny",
    Principal: { AWS: "arn:aws:iam::210987654321:root" },
    Action: "ecr:*",
  },
];

const repository = fc.record({
  create: fc.boolean(),
  grants: optional(fc.constantFrom("named", "tagged")),
  regions: optional(fc.subarray(REGIONS, { minLength: 1 })),
  statements: fc.subarray(STATEMENTS),
});

const OTHER_PRINCIPALS = [
  { arn: "arn:aws:iam::123456789012:role/ci-*", reason: "pushes images" },
  { arn: "arn:aws:iam::123456789012:user/operator", reason: "pulls by hand" },
];

const vendorOf = (knows: Knows): fc.Arbitrary<Vendor> =>
  fc
    .record({
      namePrefix: optional(fc.constantFrom("eu-", "v.")),
      names: fc.subarray(REPOSITORIES, { minLength: 1 }),
      repositories: fc.array(repository, { minLength: 4, maxLength: 4 }),
      ids: fc.subarray(IDS, { minLength: 1 }),
      customers: fc.array(customer, { minLength: 6, maxLength: 6 }),
      cells: fc.constantFrom(undefined, undefined, 2),
      otherPrincipals: optional(fc.subarray(OTHER_PRINCIPALS, { minLength: 1 })),
    })
    .map(({ namePrefix, names, repositories, ids, customers, cells, otherPrincipals }) => {
      const files: Vendor = { "Pulumi.yaml": "name: registry-access\nruntime: nodejs\n" };
      const catalogue: Catalogue = new Map();
      for (const [at, name] of names.entries()) {
        const { statements = [], ...rest } = repositories[at] ?? {};
        const file = `statements/${name.replace("/", "-")}.json`;
        const isKept = statements.length > 0 && knows("statements");
        if (isKept) files[file] = JSON.stringify(statements);
        catalogue.set(name, { ...rest, ...(isKept && { statements: file }) });
      }
      files["Pulumi.prod.yaml"] = text({
        config: {
          "aws:region": HOME,
          "ecr-customers:account": "123456789012",
          "ecr-customers:namePrefix": namePrefix,
          ...(knows("ecr-customers:cells") && { "ecr-customers:cells": cells }),
          ...(knows("ecr-customers:otherPrincipals") && {
            "ecr-customers:otherPrincipals": otherPrincipals,
          }),
          "ecr-customers:repositories": Object.fromEntries(catalogue),
        },
      });
      for (const [at, id] of ids.entries()) {
        const drawn = customers[at];
        if (drawn !== undefined)
          files[`customers/${id}.yaml`] = text(customerOf(id, drawn, catalogue, knows));
      }
      return files;
    });

/** A customer's file, with what the settings allow and a version knows. */
function customerOf(id: string, drawn: Drawn, catalogue: Catalogue, knows: Knows): unknown {
  const { status, hasSource, expires } = drawn;
  const given = drawn.repositories.filter((name) => catalogue.has(name));
  const regions = drawn.regions ?? [];
  const fits = given.every((name) => {
    const { grants, regions: its = [HOME] } = catalogue.get(name) ?? {};
    const inside = its.filter((region) => regions.includes(region)).length;
    // A tag opens a repository in all of its regions.
    return grants === "tagged" ? inside === its.length : inside > 0;
  });
  const known = [...catalogue.values()].flatMap((one) => one.regions ?? [HOME]);
  const isLimited = regions.length > 0 && fits && regions.every((one) => known.includes(one));
  return {
    name: `${id} Ltd`,
    repositories: given,
    expires,
    source: hasSource ? { system: "hubspot", id } : undefined,
    // A customer without repositories has to be suspended.
    status: given.length === 0 ? "suspended" : status,
    ...(isLimited && knows("regions in a customer file") && { regions }),
    ...identityOf(id, drawn, knows),
  };
}

/** By what the customer pulls, and from where. */
function identityOf(id: string, drawn: Drawn, knows: Knows): object {
  const { account, roles, oidc, hasKeyBeside, keys: own, networks, vpcEndpoints } = drawn;
  const places = {
    ...(knows("networks") && { networks }),
    ...(knows("vpcEndpoints") && { vpcEndpoints }),
  };
  if (account !== undefined) {
    return roles === undefined || !knows("roles")
      ? { awsAccount: account }
      : { identity: { account, roles } };
  }
  if (oidc !== undefined && knows("oidc")) {
    const tokens = JSON.parse(JSON.stringify(oidc).replaceAll("ID", id)) as typeof oidc;
    return hasKeyBeside
      ? { identity: { key: true, oidc: tokens }, keys: own, ...places }
      : { identity: { oidc: tokens }, ...places };
  }
  return { keys: own, ...places, userName: drawn.hasOwnName ? `Old_${id}` : undefined };
}

/**
 * What the schemas of a version know: keys of customer files and of settings, at any depth. A version without schemas
 * is taken to know all that this one does.
 *
 * @param version - the folder of its sources or of its package.
 */
export function knownKeys(version: string): Knows {
  const folder = join(version, "schemas");
  if (!existsSync(folder)) return () => true;
  const [customers = "", settings = ""] = ["customer", "settings"].map((name) =>
    readFileSync(join(folder, `${name}.schema.json`), "utf8"),
  );
  const inCustomers = JSON.parse(customers) as { properties: object };
  return (key) =>
    key === "regions in a customer file"
      ? "regions" in inCustomers.properties
      : `${customers}${settings}`.includes(`"${key}": {`);
}

/** YAML without what is undefined; account numbers in quotes, as the parser demands. */
function text(value: unknown): string {
  return stringify(JSON.parse(JSON.stringify(value)));
}

/**
 * Writes generated vendors, each into a folder of its own.
 *
 * @param seed - the same seed gives the same vendors.
 * @param knows - what their files may have; both of two versions that are compared have to know it.
 * @returns the folders.
 */
export function writeVendors(root: string, count: number, seed: number, knows: Knows): string[] {
  return fc.sample(vendorOf(knows), { numRuns: count, seed }).map((files, number) => {
    const folder = join(root, `vendor-${String(number).padStart(3, "0")}`);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  });
}
