/**
 * Proves that `pulls` reads a trail's files in S3, by prefix and day, and a trail's table in Athena: each event once,
 * continued where an earlier run ended, and with what is not known named. Against stand-ins for both services; that AWS
 * answers as they do is not proved here.
 */
import { expect } from "chai";
import { readPulls } from "../../../automation/pulls/cache";
import { queryOf } from "../../../automation/pulls/sources";
import { dayFolders, deliveredAt, mayHold, trailPlace } from "../../../src/pulls/trail";
import { projectFolder } from "../support/project";
import { script } from "../support/script";
import { TrailStandIn } from "../support/trailStandIn";

// The script's day in tests is 2026-11-23.
const event = (id: string, at: string, more: object = {}) => ({
  ...{ eventID: id, eventTime: at, eventSource: "ecr.amazonaws.com", eventName: "BatchGetImage" },
  ...{ awsRegion: "eu-central-1", sourceIPAddress: "203.0.113.9" },
  userIdentity: {
    type: "IAMUser",
    arn: "arn:aws:iam::123456789012:user/customers/acme",
    accountId: "123456789012",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  },
  requestParameters: { repositoryName: "edge-agent", imageIds: [{ imageTag: "1.0" }] },
  ...more,
});

const row = (id: string, at: string, error: string | null = null) => [
  ...[id, at, "eu-central-1", "arn:aws:iam::123456789012:user/customers/acme", "123456789012"],
  ...["AKIAIOSFODNN7EXAMPLE", "203.0.113.9", error],
  '{"repositoryName":"edge-agent","imageIds":[{"imageTag":"1.0"}]}',
];

describe("a trail's files in S3", () => {
  it("are found by bucket and prefix, with the account's folder unless the address has it", () => {
    const place = (address: string) => trailPlace(address, "123456789012");
    const own = "AWSLogs/123456789012/CloudTrail/";
    expect(place("s3://my-trail")).to.deep.equal({ bucket: "my-trail", prefix: own });
    expect(place("s3://my-trail/audit/")).to.deep.equal({
      bucket: "my-trail",
      prefix: `audit/${own}`,
    });
    const organization = "AWSLogs/o-1/123456789012/CloudTrail";
    expect(place(`s3://my-trail/${organization}`)?.prefix).to.equal(`${organization}/`);
    for (const wrong of ["s3:/my-trail", "s3://", "s3://My_Trail", "https://my-trail"]) {
      expect(place(wrong), wrong).to.equal(undefined);
    }
  });

  it("are those of the days of a stretch of time, by when they were delivered", () => {
    const window = { from: "2026-10-31T10:00:30Z", through: "2026-11-01T23:30:00Z" };
    expect(dayFolders(window)).to.deep.equal(["2026/10/31/", "2026/11/01/", "2026/11/02/"]);
    const key = (time: string) => `x/123456789012_CloudTrail_eu-central-1_${time}_Mu0Ks.json.gz`;
    expect(deliveredAt(key("20261031T1000Z"))).to.equal("2026-10-31T10:00:00Z");
    const held = ["20261031T0959Z", "20261031T1000Z", "20261102T0030Z", "20261102T0031Z"];
    expect(held.map((time) => mayHold(key(time), window))).to.deep.equal([
      ...[false, true, true, false],
    ]);
    expect([mayHold("other.json.gz", window), mayHold("other.json", window)]).to.deep.equal([
      ...[true, false],
    ]);
  });
});

describe("`pulls` beyond the event history", function () {
  this.timeout(60_000);
  let aws: TrailStandIn;
  let directory: string;
  beforeEach(async () => {
    aws = await TrailStandIn.open();
    directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });
  });
  afterEach(() => {
    aws.close();
  });

  const run = (line: string) =>
    script(["pulls", ...line.split(" ")], {
      directory,
      environment: {
        ...{ AWS_ENDPOINT_URL: aws.url, AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" },
        AWS_REGION: "eu-central-1",
      },
    });
  const ids = (stdout: string) =>
    (JSON.parse(stdout) as { pulls: { id: string }[] }).pulls.map(({ id }) => id);
  const file = (day: string, time: string) =>
    `eu-central-1/${day.replaceAll("-", "/")}/123456789012_CloudTrail_eu-central-1_${day.replaceAll("-", "")}T${time}Z_${time}.json.gz`;

  it("reads the files of the days from S3, pages them, and continues where it ended", async () => {
    aws.put(file("2026-05-01", "0010"), [event("1", "2026-05-01T00:05:00Z")]);
    aws.put(file("2026-05-01", "0020"), [
      event("2", "2026-05-01T00:11:00Z", { eventName: "PutImage" }),
    ]);
    aws.put(file("2026-05-01", "0030"), [event("3", "2026-05-01T00:21:00Z")]);
    // Delivered on the next day.
    aws.put(file("2026-05-02", "0005"), [
      event("4", "2026-05-01T23:58:00Z"),
      event("1", "2026-05-01T00:05:00Z"),
    ]);
    aws.put("eu-west-1/2026/05/01/other.json.gz", [event("5", "2026-05-01T00:05:00Z")]);
    const first = await run("--trail s3://my-trail --since 400d --json");
    expect([first.code, ids(first.stdout)]).to.deep.equal([0, ["1", "3", "4"]]);
    expect(first.stderr).to.contain("only 2026-05-01T00:10:00Z to 2026-11-23");
    expect(readPulls(directory, "dev").regions["eu-central-1"]?.from).to.equal(
      "2026-05-01T00:10:00Z",
    );
    const before = aws.read.length;
    aws.put(file("2026-11-23", "1155"), [event("6", "2026-11-23T11:50:00Z")]);
    const second = await run("--trail s3://my-trail --since 100d --json");
    expect(ids(second.stdout)).to.deep.equal(["6"]);
    expect(aws.read.slice(before)).to.have.length(1);
    expect(ids((await run("--cached --since 400d --json")).stdout)).to.deep.equal([
      ...["1", "3", "4", "6"],
    ]);
  });

  it("says that nothing is known where S3 has no file of the region, and which file is damaged", async () => {
    const { stdout, stderr } = await run("--trail s3://my-trail --since 100d");
    expect(stdout).to.equal("0 pulls by 0 customers, 0 refused.\n");
    expect(stderr).to.contain(
      "Pulls in eu-central-1: nothing is known. The trail has nothing before it; check its address, its regions, and that it logs read events.",
    );
    aws.put(file("2026-11-20", "0010"), []);
    for (const key of aws.objects.keys()) aws.objects.set(key, Buffer.from("not gzip"));
    const damaged = await run("--trail s3://my-trail --since 100d");
    expect([damaged.code, damaged.stderr]).to.satisfy(
      ([code, text]: [number, string]) =>
        code !== 0 &&
        text.includes(`${file("2026-11-20", "0010")} is no file of a trail, or damaged`),
    );
    expect(readPulls(directory, "dev").regions).to.deep.equal({});
  });

  it("queries Athena once for a region, with parameters, and reads all pages", async () => {
    aws.partitions = ["timestamp"];
    aws.rows = [
      row("1", "2026-05-01T00:05:00Z"),
      row("2", "2026-06-01T00:05:00Z", "AccessDenied"),
      row("3", "2026-11-22T00:05:00Z"),
    ];
    const line = "--athena audit.cloudtrail_logs --athena-workgroup audit --since 300d --json";
    const { code, stdout, stderr } = await run(line);
    expect([code, ids(stdout)], stderr).to.deep.equal([0, ["1", "2", "3"]]);
    expect(JSON.parse(stdout)).to.have.nested.include({
      "pulls[0].customer": "acme",
      "pulls[1].error": "AccessDenied",
      "pulls[2].image": "1.0",
    });
    expect(stderr).to.contain("only 2026-05-01T00:05:00Z to");
    const [query] = aws.queries;
    expect(aws.queries).to.have.length(1);
    expect(query?.WorkGroup).to.equal("audit");
    expect(query?.QueryExecutionContext).to.deep.equal({
      ...{ Catalog: "AwsDataCatalog", Database: "audit" },
    });
    expect(query?.ExecutionParameters).to.deep.equal([
      ...["'ecr.amazonaws.com'", "'BatchGetImage'", "'eu-central-1'"],
      ...["'2026-01-27T00:00:00Z'", "'2026/01/27'"],
    ]);
    // What is known already is not asked for again.
    await run(line);
    expect(aws.queries[1]?.ExecutionParameters[3]).to.equal("'2026-01-27T00:00:00Z'");
    await run(line.replace("300d", "90d"));
    expect(aws.queries[2]?.ExecutionParameters[3]?.startsWith("'2026-11-2")).to.equal(true);
  });

  it("reports why a query failed, and refuses what is no table and what cannot be combined", async () => {
    aws.failure = "TABLE_NOT_FOUND: line 1:1";
    const failed = await run("--athena audit.logs --athena-output s3://results/x/");
    expect([failed.code === 0, failed.stderr]).to.satisfy(
      ([isDone, text]: [boolean, string]) =>
        !isDone && text.includes("the query in Athena failed: TABLE_NOT_FOUND: line 1:1"),
    );
    expect(aws.queries[0]?.ResultConfiguration).to.deep.equal({
      OutputLocation: "s3://results/x/",
    });
    const refusals: readonly [line: string, text: string][] = [
      ['--athena logs"', "expected DATABASE.TABLE for --athena"],
      ["--trail s3://No_Bucket", "expected a bucket for --trail"],
      ["--trail s3://my-trail --athena a.b", "--trail and --athena cannot be combined"],
      ["--cached --trail s3://my-trail", "--cached does not ask AWS"],
      ["--athena-output s3://x/", "--athena-output takes --athena"],
      ["--since soon", "expected a number of days for --since"],
    ];
    for (const [line, text] of refusals) {
      const { code, stderr } = await run(line);
      expect([code === 0, stderr.includes(text)], line).to.deep.equal([false, true]);
    }
    expect(aws.queries).to.have.length(1);
  });

  it("names the region's partition in a query where the table has one", () => {
    const { query, parameters } = queryOf(
      { database: "a", table: "b" },
      "eu-west-1",
      "2026-01-01T00:00:00Z",
      ["region"],
    );
    expect(query).to.contain('FROM "a"."b" WHERE eventsource = ?').and.to.contain("AND region = ?");
    expect(parameters.at(-1)).to.equal("eu-west-1");
  });
});
