/**
 * Proves with a policy simulator that trail-role.json allows each call that `pulls --trail s3://…` and `pulls --athena`
 * make, on that trail and that table only, and that no other role of docs/aws-setup may make them. What Athena itself
 * asks of S3 and AWS Glue on a query's behalf is as its user guide says; that AWS decides so is not proved here.
 */
import { expect } from "chai";
import { callsInSource } from "./support/calls";
import { ACCOUNT, listed, REGION, setupDocument } from "./support/documents";
import { ask, KEY_POLICY, ROLE_NAMES } from "./support/roles";
import { decision } from "./support/simulation";

const TRAIL = setupDocument("trail-role");
const FILES = `AWSLogs/${ACCOUNT}/CloudTrail/eu-central-1/2026/11/23/`;
const arn = (service: string, what: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${what}`;
const WORK_GROUP = arn("athena", "workgroup/audit");

interface Target {
  action: string;
  ours: string;
  others: readonly string[];
  context?: Readonly<Record<string, string>>;
}

/** What each call of the source asks of AWS. */
const TARGETS: Readonly<Record<string, Target>> = {
  "s3:ListObjectsV2": {
    ...{ action: "s3:ListBucket", ours: "arn:aws:s3:::my-trail" },
    ...{ others: ["arn:aws:s3:::other"], context: { "s3:prefix": FILES } },
  },
  "s3:GetObject": {
    ...{ action: "s3:GetObject", ours: `arn:aws:s3:::my-trail/${FILES}a.json.gz` },
    others: [
      "arn:aws:s3:::my-trail/AWSLogs/210987654321/CloudTrail/a.json.gz",
      "arn:aws:s3:::my-pulumi-state/.pulumi/stacks/a.json",
    ],
  },
  ...Object.fromEntries(
    ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"].map((name) => [
      `athena:${name}`,
      {
        ...{ action: `athena:${name}`, ours: WORK_GROUP },
        others: [arn("athena", "workgroup/primary"), WORK_GROUP.replace(ACCOUNT, "210987654321")],
      },
    ]),
  ),
  "athena:GetTableMetadata": {
    action: "athena:GetTableMetadata",
    ours: arn("athena", "datacatalog/AwsDataCatalog"),
    others: [arn("athena", "datacatalog/other")],
  },
};

/** What Athena asks on the caller's behalf (Athena User Guide, "Identity and access management"). */
const FOR_ATHENA: readonly Target[] = [
  ...["glue:GetTable", "glue:GetPartitions"].map((action) => ({
    ...{ action, ours: arn("glue", "table/audit/cloudtrail_logs") },
    others: [arn("glue", "table/audit/other")],
  })),
  {
    ...{ action: "glue:GetDatabase", ours: arn("glue", "database/audit") },
    others: [arn("glue", "database/other")],
  },
  ...["s3:GetBucketLocation", "s3:ListBucket"].map((action) => ({
    ...{ action, ours: "arn:aws:s3:::my-athena-results", others: ["arn:aws:s3:::other"] },
  })),
  ...["s3:GetObject", "s3:PutObject"].map((action) => ({
    ...{ action, ours: "arn:aws:s3:::my-athena-results/pulls/a.csv" },
    others: ["arn:aws:s3:::my-athena-results/other/a.csv"],
  })),
  {
    ...{ action: "s3:PutObject", ours: "arn:aws:s3:::my-athena-results/pulls/b.csv" },
    others: [`arn:aws:s3:::my-trail/${FILES}a.json.gz`],
  },
  {
    ...{ action: "kms:Decrypt" },
    ours: arn("kms", "key/5678abcd-12ab-34cd-56ef-1234567890ab"),
    others: [arn("kms", "key/other")],
  },
];

const asked = (action: string, resource: string, context: Target["context"]) =>
  decision(
    { action, resource, ...(context && { context }) },
    { identity: [TRAIL], ...(action.startsWith("kms:") && { resource: KEY_POLICY }) },
  );

describe("the rights to read a trail", function () {
  this.timeout(60_000);

  it("are those of the calls that the source makes", () => {
    const made = callsInSource().filter((call) => /^(s3|athena):/.test(call));
    expect(made).to.have.members(Object.keys(TARGETS));
  });

  it("allow each call on the trail, its table and its results, and on nothing else", async () => {
    for (const { action, ours, others, context } of [...Object.values(TARGETS), ...FOR_ATHENA]) {
      expect(await asked(action, ours, context), `${action} on ${ours}`).to.equal("Allowed");
      for (const other of others) {
        const found = await asked(action, other, context);
        expect(found, `${action} on ${other}`).to.equal("ImplicitlyDenied");
      }
    }
    const outside = { "s3:prefix": "AWSLogs/210987654321/" };
    expect(await asked("s3:ListBucket", "arn:aws:s3:::my-trail", outside)).to.equal(
      "ImplicitlyDenied",
    );
  });

  it("name no action that none of these calls needs", () => {
    const needed = [...Object.values(TARGETS), ...FOR_ATHENA].map(({ action }) => action);
    const named = TRAIL.Statement.flatMap(({ Action }) => listed(Action));
    expect(new Set(named)).to.deep.equal(new Set(needed));
  });

  it("are no other role's", async () => {
    for (const role of ROLE_NAMES) {
      for (const { action, ours, context } of Object.values(TARGETS)) {
        const request = { action, resource: ours, ...(context && { context }) };
        expect(await ask(role, request), `${role} ${action}`).to.equal("ImplicitlyDenied");
      }
    }
  });
});
