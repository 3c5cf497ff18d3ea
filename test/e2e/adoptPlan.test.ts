/**
 * Proves in the sandbox, with the emulator as the judge, that `adopt` lists what every user of a brown-field account can
 * pull with its own key, that it writes nothing to AWS, and that its files are valid, the same each time, and never
 * overwritten. Does not prove the update that follows.
 */
import {
  BatchGetImageCommand,
  ECRClient,
  GetDownloadUrlForLayerCommand,
} from "@aws-sdk/client-ecr";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import pMap from "p-map";
import { brownField } from "../../bench/brownfield/generate";
import { arnsOf } from "../../bench/brownfield/account";
import { plantField, type PlantedKey } from "../../bench/brownfield/plant";
import { settingsText } from "../../bench/brownfield/settingsText";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const FIELD = brownField(7, 30);
const LAYER = `sha256:${"0".repeat(64)}`;

interface Report {
  pullers: { principal: string; pulls: string[]; notJudged: Record<string, string[]> }[];
  customers: { id: string; principal: string }[];
  written: string[];
}

describe("adopt", function () {
  const running = withSandbox(this, settingsText(FIELD));
  let keys: PlantedKey[];
  let report: Report;

  before(async function () {
    this.timeout(120_000);
    keys = await plantField(FIELD, running.sandbox.aws);
  });

  async function adopt(...argv: string[]) {
    const ended = await customersScript(running, ["adopt", "--json", ...argv]);
    expect(ended.code, ended.stderr + ended.stdout).to.equal(0);
    return JSON.parse(ended.stdout) as Report;
  }

  /** What AWS answers to the two calls of a pull: anything but "access denied" lets it through. */
  async function canPull(key: PlantedKey, place: string): Promise<boolean> {
    const [repositoryName = "", region = ""] = place.split("@");
    const credentials = { ...key };
    const ecr = new ECRClient({ ...running.sandbox.aws, region, credentials });
    const calls = [
      () =>
        ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "none" }] })),
      () => ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: LAYER })),
    ];
    for (const call of calls) {
      try {
        await call();
      } catch (error) {
        if ((error as Error).name === "AccessDeniedException") return false;
        if ((error as Error).name !== "LayersNotFoundException") throw error;
      }
    }
    return true;
  }

  it("lists what every user can pull with its own key, and writes nothing to AWS", async () => {
    const { journal } = running.sandbox.front;
    const before = journal.writes();
    report = await adopt();
    expect(journal.writes()).to.equal(before);
    const pullers = new Map(report.pullers.map((one) => [one.principal, one]));
    const arns = arnsOf(FIELD);
    const active = keys.filter(({ status }) => status === "Active");
    expect(active.length).to.be.greaterThan(10);
    const places = [...FIELD.catalogue].flatMap(([repository, regions]) =>
      regions.map((region) => `${repository}@${region}`),
    );
    const wrong: string[] = [];
    const asked = active.flatMap((key) => places.map((place) => ({ key, place })));
    await pMap(
      asked,
      async ({ key, place }) => {
        const found = pullers.get(arns.get(key.user) ?? "");
        if (found?.notJudged[place] !== undefined) return;
        const listed = found?.pulls.includes(place) === true;
        if ((await canPull(key, place)) !== listed) wrong.push(`${key.user} ${place} ${listed}`);
      },
      { concurrency: 16 },
    );
    expect(wrong).to.deep.equal([]);
  });

  it("writes a table of everyone, and refuses to overwrite it", async () => {
    await adopt("--suggest", "map.csv", "--tag", "role=customer");
    const lines = readFileSync(join(running.project.directory, "map.csv"), "utf8").split("\n");
    expect(lines[0]).to.match(/^principal,"customer id",name,"source system","source id",/);
    const again = await customersScript(running, ["adopt", "--suggest", "map.csv"]);
    expect(again.code).to.equal(1);
    expect(again.stderr).to.contain("map.csv exists already");
  });

  it("plans the same from the table as from the selection that filled it in", async () => {
    const bySelection = await adopt("--tag", "role=customer");
    const byTable = await adopt("--map", "map.csv");
    expect(byTable.customers.map(({ id }) => id)).to.deep.equal(
      bySelection.customers.map(({ id }) => id),
    );
  });

  it("writes files that are valid", async () => {
    const { customers, written } = await adopt(
      "--tag",
      "role=customer",
      "--accounts",
      "all",
      "--write",
    );
    expect(written.length).to.be.greaterThan(customers.length);
    const folder = join(running.project.directory, "customers");
    expect(readdirSync(folder).sort()).to.deep.equal(
      customers.map(({ id }) => `${id}.yaml`).sort(),
    );
    expect(existsSync(join(running.project.directory, "statements"))).to.equal(true);
    const validated = await customersScript(running, ["validate"]);
    expect(validated.code, validated.stderr + validated.stdout).to.equal(0);
  });

  it("writes nothing the second time, and leaves an edited file alone", async () => {
    const folder = join(running.project.directory, "customers");
    const [name = ""] = readdirSync(folder);
    const edited = readFileSync(join(folder, name), "utf8") + "contact: ops@example.com\n";
    writeFileSync(join(folder, name), edited);
    const settings = readFileSync(join(running.project.directory, "Pulumi.dev.yaml"), "utf8");
    const { written } = await adopt("--tag", "role=customer", "--accounts", "all", "--write");
    expect(written).to.deep.equal([]);
    expect(readFileSync(join(folder, name), "utf8")).to.equal(edited);
    expect(readFileSync(join(running.project.directory, "Pulumi.dev.yaml"), "utf8")).to.equal(
      settings,
    );
  });
});
