// Generated vendors, as the files that every version of the program reads.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";

/** A vendor's files, path → text. */
type Vendor = Record<string, string>;

const IDS = ["acme", "globex", "hooli", "initech", "umbrella", "vandelay"];
const REPOSITORIES = ["edge-agent", "orchestrator", "sdk", "tools/cli"];
const REGIONS = ["eu-central-1", "us-east-1"];
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
  repositories: fc.subarray(REPOSITORIES),
});

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

const vendor: fc.Arbitrary<Vendor> = fc
  .record({
    namePrefix: optional(fc.constantFrom("eu-", "v.")),
    names: fc.subarray(REPOSITORIES, { minLength: 1 }),
    repositories: fc.array(repository, { minLength: 4, maxLength: 4 }),
    ids: fc.subarray(IDS, { minLength: 1 }),
    customers: fc.array(customer, { minLength: 6, maxLength: 6 }),
  })
  .map(({ namePrefix, names, repositories, ids, customers }) => {
    const files: Vendor = { "Pulumi.yaml": "name: registry-access\nruntime: nodejs\n" };
    const catalogue = names.map((name, at) => {
      const { statements = [], ...rest } = repositories[at] ?? {};
      const file = `statements/${name.replace("/", "-")}.json`;
      if (statements.length > 0) files[file] = JSON.stringify(statements);
      return [name, { ...rest, ...(statements.length > 0 && { statements: file }) }];
    });
    files["Pulumi.prod.yaml"] = text({
      config: {
        "aws:region": REGIONS[0],
        "ecr-customers:account": "123456789012",
        "ecr-customers:namePrefix": namePrefix,
        "ecr-customers:repositories": Object.fromEntries(catalogue) as unknown,
      },
    });
    for (const [at, id] of ids.entries()) {
      const {
        account,
        keys: own,
        status,
        hasSource,
        hasOwnName,
        roles,
        networks,
        vpcEndpoints,
        expires,
        repositories: wanted = [],
      } = customers[at] ?? {};
      const given = wanted.filter((name) => names.includes(name));
      files[`customers/${id}.yaml`] = text({
        name: `${id} Ltd`,
        repositories: given,
        expires,
        source: hasSource === true ? { system: "hubspot", id } : undefined,
        // A customer without repositories has to be suspended.
        status: given.length === 0 ? "suspended" : status,
        ...(account === undefined
          ? {
              ...{ keys: own, networks, vpcEndpoints },
              userName: hasOwnName === true ? `Old_${id}` : undefined,
            }
          : roles === undefined
            ? { awsAccount: account }
            : { identity: { account, roles } }),
      });
    }
    return files;
  });

/** YAML without what is undefined; account numbers in quotes, as the parser demands. */
function text(value: unknown): string {
  return stringify(JSON.parse(JSON.stringify(value)));
}

/**
 * Writes generated vendors, each into a folder of its own.
 *
 * @param seed - the same seed gives the same vendors.
 * @returns the folders.
 */
export function writeVendors(root: string, count: number, seed: number): string[] {
  return fc.sample(vendor, { numRuns: count, seed }).map((files, number) => {
    const folder = join(root, `vendor-${String(number).padStart(3, "0")}`);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  });
}
