/** Proves that `pulls --trail` reads a trail's files as CloudTrail writes them, and refuses what is damaged. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { writePulls } from "../../../automation/pulls/cache";
import { cachedKeyUse, cachedLastPull, cachedLastPulls } from "../../../automation/pulls/last";
import { loadProject } from "../../../src/project";
import { pullOf } from "../../../src/pulls/event";
import { projectFolder } from "../support/project";
import { script } from "../support/script";

const event = (id: string, at: string, arn = "arn:aws:iam::123456789012:user/customers/acme") => ({
  ...{ eventID: id, eventTime: at, eventSource: "ecr.amazonaws.com", eventName: "BatchGetImage" },
  ...{ awsRegion: "eu-central-1", sourceIPAddress: "203.0.113.9" },
  userIdentity: {
    type: "IAMUser",
    arn,
    accountId: "123456789012",
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  },
  requestParameters: { repositoryName: "edge-agent", imageIds: [{ imageTag: "1.0" }] },
});

describe("`pulls --trail`", () => {
  const directory = () => projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });
  let trail: string;
  beforeEach(() => {
    trail = mkdtempSync(join(tmpdir(), "trail-"));
  });
  afterEach(() => {
    rmSync(trail, { recursive: true, force: true });
  });

  function write(path: string, records: unknown): void {
    const file = join(trail, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, gzipSync(JSON.stringify(records)));
  }

  const run = (line: string) =>
    script(["pulls", "--cached", "--trail", trail, ...line.split(" ")], { directory: directory() });

  it("shows the pulls of all files since the day, each once", async () => {
    const other = { ...event("3", "2026-11-02T00:00:00Z"), eventName: "PutImage" };
    write("AWSLogs/123456789012/CloudTrail/eu-central-1/2026/11/01/a.json.gz", {
      Records: [event("1", "2026-11-01T00:00:00Z"), event("0", "2025-01-01T00:00:00Z")],
    });
    write("AWSLogs/123456789012/CloudTrail/eu-central-1/2026/11/02/b.json.gz", {
      Records: [event("2", "2026-11-02T00:00:00Z"), event("1", "2026-11-01T00:00:00Z"), other],
    });
    const { code, stdout } = await run("--since 400d --csv");
    expect([code, stdout]).to.deep.equal([
      0,
      [
        "time,customer,as,address,region,repository,image,result",
        '2026-11-01T00:00:00Z,acme,"key AKIAIOSFODNN7EXAMPLE",203.0.113.9,eu-central-1,edge-agent,1.0,ok',
        '2026-11-02T00:00:00Z,acme,"key AKIAIOSFODNN7EXAMPLE",203.0.113.9,eu-central-1,edge-agent,1.0,ok',
        "",
      ].join("\n"),
    ]);
  });

  it("refuses a folder without files, and a file that is damaged", async () => {
    expect((await run("--csv")).stderr).to.contain("there is no file of a trail");
    writeFileSync(join(trail, "a.json.gz"), "not gzip");
    expect((await run("--csv")).stderr).to.contain("a.json.gz is no file of a trail, or damaged");
    write("a.json.gz", { records: [] });
    expect((await run("--csv")).stderr).to.contain("damaged");
  });
});

describe("`pulls --cached`", () => {
  it("says what is not known, instead of that no one pulls", async () => {
    const directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });
    const { stderr, stdout } = await script(["pulls", "--cached"], { directory });
    expect(stderr).to.contain(
      "Pulls in eu-central-1: nothing is known. Run it without `--cached`.",
    );
    expect(stdout).to.equal("0 pulls by 0 customers, 0 refused.\n");
  });

  it("shows what was read, and which pull of a customer and of a key was the last", async () => {
    const directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });
    const pull = pullOf(event("1", "2026-11-22T00:00:00Z"));
    const later = pullOf({ ...event("2", "2026-11-22T01:00:00Z"), errorCode: "AccessDenied" });
    const region = { from: "2026-08-25T00:00:00Z", through: "2026-11-23T00:00:00Z" };
    if (pull === undefined || later === undefined) throw new Error("not a pull");
    writePulls(directory, "dev", { regions: { "eu-central-1": region }, pulls: [pull, later] });
    const { stdout, stderr } = await script(["pulls", "--cached"], { directory });
    expect([stdout.split("\n").at(-2), stderr]).to.deep.equal([
      "2 pulls by 1 customer, 1 refused.",
      "",
    ]);
    const { input } = loadProject(directory, "dev", "2026-11-23");
    const [acme] = input?.customers ?? [];
    if (input === undefined || acme === undefined) throw new Error("no customer");
    expect(cachedLastPulls(directory, "dev", input)).to.deep.equal({
      ...region,
      last: new Map([["acme", pull.at]]),
    });
    expect(cachedLastPull(directory, input.config, [acme], "acme")).to.deep.include({
      id: "2",
      customer: "acme",
    });
    expect([...cachedKeyUse(directory, "dev")]).to.deep.equal([[pull.key, later.at]]);
  });

  it("refuses a file that this project has not written", async () => {
    const directory = projectFolder({ acme: "name: Acme\nrepositories: [edge-agent]\n" });
    mkdirSync(join(directory, ".ecr-customers"));
    writeFileSync(join(directory, ".ecr-customers", "pulls-dev.json"), "{}");
    const { code, stderr } = await script(["pulls", "--cached"], { directory });
    expect([code, /pulls-dev\.json cannot be read/.test(stderr)]).to.deep.equal([1, true]);
  });
});
