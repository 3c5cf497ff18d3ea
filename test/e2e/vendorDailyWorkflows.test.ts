/**
 * Proves that the daily workflows of a vendor's repository do their work: every step of `notices` and of `renewals`,
 * from the checkout to what was sent and proposed, for the first stack and for one that was added, in the order of the
 * YAML. Stand-ins: support/vendorOrigin.ts, a webhook on this machine, and GitHub's pull requests by their published
 * description.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect } from "chai";
import { gitHubPulls, type GitHubPulls } from "../automation/support/gitHubPulls";
import { script } from "../automation/support/script";
import { REPOSITORY } from "./support/gitHubStandIns";
import { ranSteps, VendorOrigin } from "./support/vendorOrigin";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;

const NIGHT = { event_name: "schedule", ref: "refs/heads/main" };

/** When access ends: in six days, or five once midnight has passed, so the notice of seven days is due. */
const ENDS = new Date(Date.now() + 6 * 86_400_000).toISOString().slice(0, "YYYY-MM-DD".length);

describe("the daily workflows of a vendor's repository", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);
  const received: { key: string; stack: string; customer: string }[] = [];
  const webhook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push(JSON.parse(body) as (typeof received)[number]);
      response.end();
    });
  });
  let vendor: VendorOrigin;
  let gitHub: GitHubPulls;

  before(async () => {
    vendor = await VendorOrigin.create(running, undefined, "  ecr-customers:renewal: 1y\n");
    gitHub = await gitHubPulls(REPOSITORY, "a-token");
    await new Promise<void>((ready) => webhook.listen(0, "127.0.0.1", ready));
    const { origin } = vendor;
    const added = await script(
      "init --yes --stack qa --account 123456789012 --repositories qa/edge-agent".split(" "),
      { directory: origin },
    );
    expect(added.code, added.stderr).to.equal(0);
    // The backend is the first stack's, and so is the salt of the passphrase.
    const salt = /^encryptionsalt:.*\n/m.exec(
      readFileSync(join(origin, "Pulumi.dev.yaml"), "utf8"),
    );
    const settings = join(origin, "Pulumi.qa.yaml");
    writeFileSync(settings, `${salt?.[0] ?? ""}${readFileSync(settings, "utf8")}`);
    for (const [file, repository] of [
      ["customers/acme.yaml", "edge-agent"],
      ["customers-qa/globex.yaml", "qa/edge-agent"],
    ] as const) {
      writeFileSync(
        join(origin, file),
        `name: Customer\nrepositories: [${repository}]\nexpires: ${ENDS}\nowner: jo@vendor.example\n`,
      );
    }
    vendor.git("add", "--all");
    vendor.git("commit", "--quiet", "-m", "Add a customer to each stack");
  });
  after(() => {
    gitHub?.close();
    webhook.close();
    vendor?.remove();
  });

  const notices = (name: string, vars: Record<string, string>) => {
    const { port } = webhook.address() as AddressInfo;
    const secrets = {
      NOTICES_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
      NOTICES_WEBHOOK_SECRET: "s3cret",
    };
    return vendor.run(name, "refs/heads/main", NIGHT, { vars, secrets });
  };
  const sent = () => received.splice(0).map(({ stack, key }) => `${stack} ${key}`);
  const recorded = () => vendor.git("ls-tree", "-r", "--name-only", "notices").split("\n");

  it("send nothing before a variable says how", async () => {
    expect(await notices("notices", {})).to.deep.equal([]);
    expect(await notices("notices-qa", { NOTICES_SEND: "webhook" })).to.deep.equal([]);
    expect(sent()).to.deep.equal([]);
  });

  it("send what is due, once, and push the record to its branch", async () => {
    const runs = await notices("notices", { NOTICES_SEND: "webhook" });
    expect(ranSteps(runs)).to.deep.equal([
      "actions/checkout",
      "actions/setup-node",
      "actions/cache",
      "npm ci",
      "pulumi/actions",
      "aws-actions/configure-aws-credentials",
      "Send what is due",
    ]);
    expect(sent()).to.deep.equal([`dev acme/ends/${ENDS}/7/owner`]);
    expect(recorded()).to.deep.equal(["notices/dev.json"]);
    expect(vendor.asked()).to.deep.equal(["auth setup-git"]);
    await notices("notices", { NOTICES_SEND: "webhook" });
    expect(sent()).to.deep.equal([]);
  });

  it("send those of a further stack by its own variable and record", async () => {
    await notices("notices-qa", { NOTICES_SEND_QA: "webhook" });
    expect(sent()).to.deep.equal([`qa globex/ends/${ENDS}/7/owner`]);
    expect(recorded()).to.deep.equal(["notices/dev.json", "notices/qa.json"]);
  });

  const renewals = (name: string) =>
    vendor.run(name, "refs/heads/main", NIGHT, { api: gitHub.url });

  it("propose a renewal in one pull request, once, from the whole history", async () => {
    const runs = await renewals("renewals");
    expect(ranSteps(runs)).to.deep.equal([
      "actions/checkout",
      "actions/setup-node",
      "actions/cache",
      "npm ci",
      "Open what was not proposed before",
    ]);
    const branch = `renewals/customers/acme/${ENDS}`;
    expect(gitHub.requests.map(({ head, base }) => [head, base])).to.deep.equal([[branch, "main"]]);
    expect(vendor.git("diff", "--name-only", "main", branch)).to.equal("customers/acme.yaml");
    await renewals("renewals");
    expect(gitHub.requests).to.have.length(1);
    expect(gitHub.problems).to.deep.equal([]);
  });

  it("propose nothing for a stack whose settings name no length", async () => {
    const runs = await renewals("renewals-qa");
    expect(runs.at(-1)?.output).to.contain("The settings of qa do not say how long");
    const settings = join(vendor.origin, "Pulumi.qa.yaml");
    writeFileSync(
      settings,
      readFileSync(settings, "utf8").replace(
        /^config:\n/m,
        "config:\n  ecr-customers:renewal: 3m\n",
      ),
    );
    vendor.git("commit", "--quiet", "--all", "-m", "Renew customers of qa");
    await renewals("renewals-qa");
    expect(gitHub.requests.map(({ head }) => head)).to.deep.equal([
      `renewals/customers/acme/${ENDS}`,
      `renewals/customers-qa/globex/${ENDS}`,
    ]);
  });
});
