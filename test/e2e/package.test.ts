/**
 * Proves that a vendor gets from an empty folder and an empty home to a pulled image with the package alone: `npm install`,
 * `init`, `validate`, `preview`, `up` and `sandbox` as they are typed there. The sandbox's engine, emulator and clients are this
 * checkout's, because building them takes minutes; that they install on an empty machine, `npm test` shows there. npm's
 * registry, or its cache, is used for the package's dependencies.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "chai";
import { dependencies } from "../../package.json";
import { parseArguments } from "../../automation/cli/arguments";
import { COMMANDS } from "../../automation/commandTable";
import type { Key } from "../../sandbox/ociClient";
import { PROJECT } from "../../sandbox/paths";
import { INVOCATION } from "../../src/invocation";
import { readmeBlock } from "../fixtures/readme";
import { installedNames, productionNames } from "./support/packageNames";
import { packageOf, type Tarball } from "./support/packageOf";
import { prepareInstalled, VendorRepository } from "./support/vendorRepository";

const MINUTE = 60_000;
const ONE = "name: Acme Robotics GmbH\nrepositories: [edge-agent]\n";
const README_COMMANDS = readmeBlock("own repository").split("\n");
const BOTH = ONE.replace("[edge-agent]", "[edge-agent, orchestrator]");

/** What a vendor needs of the package beside its code. */
const PARTS = [
  "schemas/customer.schema.json",
  "schemas/settings.schema.json",
  "automation/sales/mapping/ready/hubspot-companies.yaml",
  "automation/handover/files",
  "docs/customer-file.md",
  "docs/aws-setup/deploy-role.json",
  "sandbox/aws/requirements.txt",
  "sandbox/engine/go.mod",
  "template/customers/README.md",
];

describe("the package, in an empty folder with an empty home", function () {
  this.timeout(3 * MINUTE);
  let tarball: Tarball;
  let vendor: VendorRepository;

  before(async function () {
    this.timeout(12 * MINUTE);
    await prepareInstalled();
    tarball = await packageOf(PROJECT);
    vendor = new VendorRepository();
  });
  after(async () => {
    await vendor?.discard();
    tarball?.discard();
  });

  const succeeds = (command: string, expected = 0) => vendor.succeeds(command, expected);
  const customer = (text: string) =>
    writeFileSync(join(vendor.directory, "customers/acme.yaml"), text);

  /** The customer's key, from the state. */
  function customerKey(): Key {
    const { deployment } = JSON.parse(
      succeeds("pulumi stack export --show-secrets --stack prod --non-interactive"),
    ) as {
      deployment: {
        resources: { type: string; id: string; outputs?: { secret?: { plaintext: string } } }[];
      };
    };
    const key = deployment.resources.find(({ type }) => type === "aws:iam/accessKey:AccessKey");
    return {
      accessKeyId: key?.id ?? "",
      secretAccessKey: JSON.parse(key?.outputs?.secret?.plaintext ?? '""') as string,
    };
  }

  it("installs without a compiler, and exports the program only", () => {
    const [install = ""] = README_COMMANDS;
    expect(install).to.equal("npm install --save-exact ecr-customers");
    expect(basename(tarball.path)).to.match(/^ecr-customers-\d+\.\d+\.\d+\.tgz$/);
    expect(statSync(tarball.path).size).to.be.below(1_500_000);
    succeeds(`npm install --ignore-scripts '${tarball.path}'`);
    for (const name of ["typescript", "tsx", "esbuild", "zod"]) {
      expect(existsSync(join(vendor.directory, "node_modules", name)), name).to.equal(false);
    }
    // No more than this repository's own production packages: what is bundled, or never loaded, is not among them.
    const lockfile = readFileSync(join(PROJECT, "package-lock.json"), "utf8");
    const names = installedNames(join(vendor.directory, "node_modules"));
    const production = productionNames(lockfile);
    expect(names).to.include.members(Object.keys(dependencies));
    expect(names.filter((name) => !production.has(name))).to.deep.equal(["ecr-customers"]);
    const installed = join(vendor.directory, "node_modules", "ecr-customers");
    for (const part of PARTS) expect(existsSync(join(installed, part)), part).to.equal(true);
    expect(readFileSync(join(installed, "dist", "program.d.ts"), "utf8")).to.contain("program");
    const exported = succeeds(
      `node -p 'const all = require("ecr-customers"); [Object.keys(all), typeof all.program()].join(" ")'`,
    );
    expect(exported).to.equal("program function\n");
    expect(succeeds(`node -e 'require("ecr-customers/dist/cli.js")'`, 1)).to.contain(
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  });

  it("makes the vendor's repository, whose messages name commands as they work there", () => {
    const [, init = ""] = README_COMMANDS;
    const output = succeeds(
      `${init} --yes --account 111122223333 --region eu-central-1` +
        " --repositories edge-agent,orchestrator --github acme/registry",
    );
    expect(output).to.contain("`npx ecr-customers validate`").and.not.contain("npm run");
    succeeds("git init --quiet && git add --all");
    expect(succeeds("npx ecr-customers validate", 1)).to.contain("Add the first customer");
    expect(
      succeeds(
        "git -c user.name=A -c user.email=a@a commit --quiet --message first && git ls-files",
      ),
    ).to.match(/^Pulumi\.prod\.yaml$/m);
  });

  it("prints the help texts that the sources print", async () => {
    for (const command of ["", "access ", "keys ", "keys rotate "]) {
      const parsed = await parseArguments(
        [...command.split(" ").filter(Boolean), "--help"],
        COMMANDS,
      );
      const help = (parsed.shown ?? "").replaceAll(INVOCATION, "npx ecr-customers");
      expect(help).to.match(/^npx ecr-customers /);
      expect(succeeds(`npx ecr-customers ${command}--help`)).to.equal(`${help}\n`);
    }
  });

  it("deploys a customer to the sandbox, which starts from the package, and the customer pulls", async () => {
    const [create = "", validate = "", sandbox = ""] = readmeBlock("first customer").split("\n");
    succeeds(create);
    expect(succeeds(validate)).to.match(/^prod: 1 customer, no problems\n/);
    await vendor.startSandbox(sandbox);
    expect(succeeds("npx ecr-customers preview")).to.contain("acme  new, gains edge-agent");
    expect(succeeds("npx ecr-customers up --yes")).to.contain("match the files");
    expect(succeeds("npx ecr-customers preview --expect-no-changes")).to.contain(
      "no change in AWS",
    );

    const own = vendor.client("vendor", vendor.ownKey);
    expect((await own.login()).code).to.equal(0);
    for (const repository of ["edge-agent", "orchestrator"]) {
      const { code, stderr } = await own.push(`${repository}:1.0`, repository);
      expect(code, stderr).to.equal(0);
    }
    const acme = vendor.client("acme", customerKey());
    expect((await acme.login()).code).to.equal(0);
    expect((await acme.pull("edge-agent:1.0")).answer.code).to.equal(0);
    expect((await acme.pull("orchestrator:1.0")).answer.stderr).to.contain("not authorized");
  });

  it("applies an edit, and plain pulumi shows no change after it", async () => {
    customer(BOTH);
    expect(succeeds("npx ecr-customers up --yes")).to.contain("acme  gains orchestrator");
    const acme = vendor.client("acme", customerKey());
    expect((await acme.login()).code).to.equal(0);
    expect((await acme.pull("orchestrator:1.0")).answer.code).to.equal(0);
    const preview =
      "pulumi preview --stack prod --non-interactive --color never --expect-no-changes";
    expect(succeeds(preview)).to.match(/\d+ unchanged/);
  });

  it("reports a wrong customer file in plain pulumi, too, and declares nothing", () => {
    customer(ONE.replace("edge-agent", "edge-agnt"));
    const preview = "pulumi preview --stack prod --non-interactive --color never";
    const { code, output } = vendor.run(preview);
    expect(code).not.to.equal(0);
    expect(output).to.contain("nothing was declared").and.contain("[repository-known]");
    customer(BOTH);
  });

  it("ends the sandbox with Ctrl-C, and leaves nothing of it in the repository", async () => {
    await vendor.stopSandbox();
    expect(succeeds("git status --porcelain")).to.equal("?? customers/acme.yaml\n");
    expect(readFileSync(join(vendor.directory, "Pulumi.prod.yaml"), "utf8")).not.to.contain(
      "encryptionsalt",
    );
  });
});
