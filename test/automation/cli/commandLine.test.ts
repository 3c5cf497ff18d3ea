/**
 * Proves how the command line is read (strictly, with help everywhere), which stack is taken, and
 * what `validate` and `access` print and end with. No engine and no AWS takes part. Also runs the
 * script once as a process of its own, as `npm run customers` does.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { nameOf } from "../../../automation/cli/command";
import { COMMANDS } from "../../../automation/commandTable";
import { VENDOR } from "../../fixtures/vendor";
import { projectFolder, SETTINGS } from "../support/project";
import { script } from "../support/script";

const ROOT = join(__dirname, "../../..");
const OTHER_ACCOUNT = SETTINGS.replace("123456789012", "210987654321");
const CUSTOMERS = {
  acme: "name: Acme\nrepositories: [edge-agent, orchestrator]\n",
  globex: "name: =HYPERLINK(1)\nrepositories: [edge-agent]\nexpires: 2027-01-31\n",
  umbrella: "name: Umbrella\nrepositories: [edge-agent]\nstatus: suspended\n",
};

describe("the command line", () => {
  const directory = projectFolder(CUSTOMERS);
  const several = projectFolder(CUSTOMERS, { dev: SETTINGS, prod: OTHER_ACCOUNT });
  const none = projectFolder(CUSTOMERS, {});

  it("has help with an example and the common options for each command, and the exit codes", async function () {
    // Each command's code is loaded for it.
    this.timeout(60_000);
    expect(COMMANDS.length).to.be.greaterThan(1);
    for (const name of ["keys", ...COMMANDS.map(nameOf)]) {
      const { code, stdout } = await script([...name.split(" "), "--help"], { directory });
      expect(code, name).to.equal(0);
      expect(stdout, name).to.contain(`npm run customers -- ${name}`);
      expect(stdout, name).to.match(/Examples:\n/);
      for (const option of ["--customers", "--stack", "--json", "--debug", "--version"]) {
        expect(stdout, name).to.contain(option);
      }
      const tooWide = stdout.split("\n").filter((line) => line.length > 80);
      expect(tooWide, name).to.deep.equal([]);
    }
    expect((await script(["--help"], { directory })).stdout).to.contain("refused by a limit");
  });

  for (const [argv, said] of [
    [[], "Name a command"],
    [["frob"], "there is no command frob\n`npm run customers -- --help` lists"],
    [["valdate"], "Did you mean `npm run customers -- validate`?"],
    [["key", "rotate", "acme"], "Did you mean `npm run customers -- keys rotate`?"],
    [["access", "--colour"], "there is no option --colour\n`npm run customers -- access --help`"],
    [["access", "--as-off=2027-01-01"], "there is no option --as-off\nDid you mean `--as-of`?"],
    [["access", "-x"], "there is no option -x"],
    [["access", "acme", "globex"], "unexpected argument globex"],
    [["access", "--stack", "dev", "--stack", "prod"], "--stack is given twice"],
    [["access", "--stack", "../dev"], '"../dev"'],
    [["access", "--as-of", "2026-02-29"], "2026-02-29"],
    [["access", "--csv", "--json"], "--csv and --json cannot be combined"],
    [
      ["adopt", "--finish", "acme", "--write"],
      "--finish cannot be combined with other steps of an adoption",
    ],
    [
      ["adopt", "--secrets", "keys.csv", "--existing"],
      "--secrets cannot be combined with other steps of an adoption",
    ],
    [["access", "--per-customer"], "--per-customer needs --csv"],
    [["access", "acne"], "Did you mean acme?"],
    [["access", "--repository", "edge-agnet"], "Did you mean edge-agent?"],
    [["access", "--repository", "else"], "name these: edge-agent, orchestrator."],
    [["access", "--expiring", "soon"], "Write e.g. `--expiring 30d`."],
    [["access", "--prove", "--expiring", "60d"], "--prove is about all customers together"],
    [["up", "--cell", "0"], "there are no cells"],
    [["up", "--concurrency", "0"], "a whole number of at least 1"],
    [["keys"], "Name a command: keys status, keys rotate, keys retire."],
    [["keys", "frob"], "there is no command keys frob\n`npm run customers -- keys --help`"],
    [["keys", "rotat", "acme"], "Did you mean `npm run customers -- keys rotate`?"],
    [["keys", "rotate"], "expected `npm run customers -- keys rotate <customer>`"],
    [["keys", "rotate"], "`npm run customers -- keys rotate --help` lists"],
    [["keys", "rotate", "acme", "--colour"], "there is no option --colour"],
    [["keys", "rotate", "acme", "globex"], "unexpected argument globex"],
    [["keys", "retire", "acme", "--idle-days", "soon"], "--idle-days takes a number of days"],
    [["keys", "retire", "acme", "--force", " "], "--force takes a reason"],
    [["keys", "status", "--older-than", "x"], "--older-than takes a number of days"],
    [["suspend"], "expected `npm run customers -- suspend <customer>`"],
    [["revoke", "../acme", "--now"], '"../acme"'],
  ] as const) {
    it(`refuses \`${argv.join(" ")}\``, async () => {
      const { code, stdout, stderr } = await script(argv, { directory });
      const json = (argv as readonly string[]).includes("--json");
      expect([code, stdout === ""]).to.deep.equal([1, !json]);
      expect(stderr).to.contain(said);
    });
  }

  it("takes the only stack there is, and never guesses among several", async () => {
    expect((await script(["access"], { directory })).code).to.equal(0);
    const guess = await script(["access"], { directory: several });
    expect([guess.code, guess.stderr]).to.deep.equal([
      1,
      "Error: there are 2 stacks: dev, prod\nChoose one with `--stack`.\n",
    ]);
    expect((await script(["access", "--stack", "prod"], { directory: several })).code).to.equal(0);
    expect((await script(["validate"], { directory: none })).stderr).to.contain(
      "Pulumi.<stack>.yaml",
    );
  });

  it("works as a process: exit code, standard output, standard error", function () {
    this.timeout(60_000);
    const node = process.execPath;
    const argv = ["--import", "tsx", join(ROOT, "automation/cli.ts")];
    const stdout = execFileSync(node, [...argv, "validate"], { cwd: VENDOR, encoding: "utf8" });
    expect(stdout).to.match(/^dev: \d+ customers, no problems\n/);
    const bad = spawnSync(node, [...argv, "frob"], { cwd: VENDOR, encoding: "utf8" });
    expect([bad.status, bad.stdout]).to.deep.equal([1, ""]);
    expect(bad.stderr).to.contain("there is no command frob");
  });

  it("shows its version", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      version: string;
    };
    const { code, stdout } = await script(["--version"], { directory });
    expect([code, stdout]).to.deep.equal([0, `${version}\n`]);
  });

  it("finds the command behind options whose values are commands' names", async () => {
    const { code, stdout } = await script(["--stack", "up", "access", "--csv"], {
      directory: projectFolder(CUSTOMERS, { up: SETTINGS }),
    });
    expect(code).to.equal(0);
    expect(stdout).to.match(/^customer,name/);
  });

  it("loads the code of a command only when it is used", function () {
    this.timeout(60_000);
    const program = `
      const { main } = require("./automation/cli");
      const { StreamTerminal } = require("./automation/output/terminal");
      const terminal = new StreamTerminal(process, {});
      const context = { terminal, environment: {}, directory: ".", today: "2026-11-23", now: new Date() };
      const loaded = () => console.log("loaded", Object.keys(require.cache)
        .flatMap((file) => /automation.commands.(\\w+)\\.ts$/.exec(file)?.[1] ?? []).join());
      main(["--help"], context).then(loaded).then(() => main(["validate"], context)).then(loaded);`;
    const stdout = execFileSync(process.execPath, ["--import", "tsx", "-e", program], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(stdout.match(/^loaded.*$/gm)).to.deep.equal(["loaded ", "loaded validate"]);
  });

  it("loads nothing of Pulumi for validate and access", function () {
    this.timeout(60_000);
    const program = `
      const { main } = require("./automation/cli");
      const { StreamTerminal } = require("./automation/output/terminal");
      const terminal = new StreamTerminal(process, {});
      const context = { terminal, environment: {}, directory: ${JSON.stringify(VENDOR)}, today: "2026-11-23", now: new Date() };
      main(["validate"], context).then(() => main(["access"], context)).then(() =>
        console.log(Object.keys(require.cache).filter((file) => file.includes("@pulumi")).length));`;
    const stdout = execFileSync(process.execPath, ["--import", "tsx", "-e", program], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(stdout.trimEnd().split("\n").at(-1)).to.equal("0");
  });
});

describe("validate", () => {
  const directory = projectFolder(CUSTOMERS, { dev: SETTINGS, prod: OTHER_ACCOUNT });
  const wrong = projectFolder(
    { acme: "name: Acme\nrepositories: [edge-agnt]\n" },
    { dev: SETTINGS, prod: OTHER_ACCOUNT },
  );

  it("checks every stack and shows the fullest policy", async () => {
    const { code, stdout } = await script(["validate"], { directory });
    expect(code).to.equal(0);
    expect(stdout).to.match(
      /^dev: 3 customers, no problems\n {2}policy of edge-agent \d+ of 10,240, room for \d+ more\nprod: 3/,
    );
  });

  it("lists a problem once, however many stacks share the file, and annotates it in GitHub only", async () => {
    const plain = await script(["validate"], { directory: wrong });
    expect(plain.code).to.equal(1);
    expect(plain.stderr.trimEnd().split("\n")).to.have.length(2);
    expect(plain.stderr).to.contain("1 problem in 1 file").and.to.contain('Write "edge-agent"');
    const environment = { GITHUB_ACTIONS: "true" };
    const github = await script(["validate"], { directory: wrong, environment });
    const [annotation, ...others] = github.stderr.split("\n").filter((line) => /^::/.test(line));
    expect(others).to.deep.equal([]);
    expect(annotation).to.match(
      /^::error file=[^,:]*acme\.yaml,line=2,col=16,title=repository-known::repositories\[0\]: expected/,
    );
  });

  it("says which stacks a problem concerns, when it checks several", async () => {
    const prod = OTHER_ACCOUNT.replace("    orchestrator: {}\n", "    other: {}\n");
    const files = {
      acme: "name: Acme\nrepositories: [edge-agent, orchestrator]\n",
      globex: "name: G\nrepositories: [edge-agent, edge-agent]\n",
    };
    const several = projectFolder(files, { dev: SETTINGS, prod });
    const { stderr } = await script(["validate"], { directory: several });
    const [acme, globex, summary, ...others] = stderr.trimEnd().split("\n");
    expect(acme).to.match(/acme\.yaml:2:28 .* \[repository-known\] \(prod\)$/);
    expect(globex).to.match(/globex\.yaml:2:28 .* \(dev, prod\)$/);
    expect(summary).to.equal("2 problems in 2 files: 1 in dev, 2 in prod");
    expect(others).to.deep.equal([]);

    const json = JSON.parse((await script(["validate", "--json"], { directory: several })).stdout);
    expect(json.problems.map(({ stacks }: { stacks: string[] }) => stacks)).to.deep.equal([
      ["prod"],
      ["dev", "prod"],
    ]);
    const one = await script(["validate", "--stack", "dev"], { directory: several });
    expect(one.stderr).not.to.contain("dev)");
    const environment = { GITHUB_ACTIONS: "true" };
    const github = await script(["validate"], { directory: several, environment });
    expect(github.stderr).to.match(/^::error file=.*acme.*\(prod\)$/m);
  });

  it("refuses two stacks that claim the same repository in one account and region", async () => {
    const other = "config:\n  aws:region: us-east-1\n";
    const us = SETTINGS.replace("config:\n  aws:region: eu-central-1\n", other);
    const both = projectFolder(CUSTOMERS, { dev: SETTINGS, eu: SETTINGS, us });
    const { code, stderr } = await script(["validate"], { directory: both });
    expect(code).to.equal(1);
    const claimed = stderr.split("\n").filter((line) => line.includes("[repository-claimed]"));
    expect(claimed).to.have.length(2);
    expect(claimed[0]).to.match(
      /Pulumi\.eu\.yaml:\d+:5 {2}ecr-customers:repositories\.edge-agent: expected a repository of one stack, got edge-agent in eu-central-1 of account 123456789012, which stack dev also claims\./,
    );
    expect((await script(["validate", "--stack", "eu"], { directory: both })).code).to.equal(0);
  });

  it("prints problems as JSON", async () => {
    const { code, stdout } = await script(["validate", "--json"], { directory: wrong });
    expect(code).to.equal(1);
    expect(JSON.parse(stdout)).to.have.nested.property("problems[0].check", "repository-known");
  });
});

describe("access", () => {
  const directory = projectFolder(CUSTOMERS);

  it("is a table of all customers and repositories", async () => {
    const { code, stdout } = await script(["access"], { directory });
    expect([code, stdout]).to.deep.equal([
      0,
      "customer  edge-agent        orchestrator\n" +
        "acme      yes               yes\n" +
        "globex    until 2027-01-31  -\n" +
        "umbrella  -                 -\n",
    ]);
  });

  it("is a list where the terminal is too narrow", async () => {
    const { stdout } = await script(["access"], { directory, answers: [], columns: 39 });
    expect(stdout).to.equal(
      "acme      edge-agent, orchestrator\nglobex    edge-agent                until 2027-01-31\numbrella  -\n",
    );
  });

  it("shows one customer on another day", async () => {
    const until = await script(["access", "globex", "--as-of", "2027-01-31"], { directory });
    expect(until.stdout).to.equal(
      "globex  =HYPERLINK(1)  active on 2027-01-31\n  pulls as user globex\n  edge-agent  until 2027-01-31\n",
    );
    const past = await script(["access", "globex", "--as-of", "2027-02-01"], { directory });
    expect(past.stdout).to.equal(
      "globex  =HYPERLINK(1)  ended after 2027-01-31 on 2027-02-01\n  can pull nothing\n",
    );
  });

  it("says that a past day is answered from today's files", async () => {
    const past = await script(["access", "--as-of", "2026-01-01"], { directory });
    expect([past.code, past.stderr]).to.deep.equal([
      0,
      "2026-01-01 is past: this is what today's files say about that day, not who had access then.\n",
    ]);
    expect((await script(["access", "--as-of", "2026-11-23"], { directory })).stderr).to.equal("");
  });

  it("shows only those who can pull one repository", async () => {
    const { stdout } = await script(["access", "--repository", "orchestrator"], { directory });
    expect(stdout).to.equal("customer  orchestrator\nacme      yes\n");
  });

  it("shows whose access ends within some days, on the last of them too", async () => {
    const within = (days: string, asOf: string) =>
      script(["access", "--expiring", days, "--as-of", asOf], { directory });
    const globex = "2027-01-31  globex  =HYPERLINK(1)  edge-agent\n";
    expect((await within("60d", "2026-12-02")).stdout).to.equal(globex);
    expect((await within("60d", "2026-12-01")).stdout).to.equal(
      "No customer's access ends within 60 days of 2026-12-01.\n",
    );
    expect((await within("0", "2027-01-31")).stdout).to.equal(globex);
    expect((await within("60", "2027-02-01")).stdout).to.equal(
      "No customer's access ends within 60 days of 2027-02-01.\n",
    );
  });

  it("is CSV in which no cell is a formula, and JSON", async () => {
    const { stdout } = await script(["access", "--csv"], { directory });
    expect(stdout).to.equal(
      'customer,name,repository,until,"pulls as",status,contact,owner,source\n' +
        'acme,Acme,edge-agent,,"user acme",active,,,\nacme,Acme,orchestrator,,"user acme",active,,,\n' +
        `globex,"'=HYPERLINK(1)",edge-agent,2027-01-31,"user globex",active,,,\n`,
    );
    const perCustomer = await script(["access", "--csv", "--per-customer"], { directory });
    const umbrella = perCustomer.stdout.split("\n").at(3);
    expect(perCustomer.stdout.split("\n").slice(0, 3)).to.deep.equal([
      "customer,name,repositories,until,status,contact,owner,source",
      'acme,Acme,"edge-agent orchestrator",,active,,,',
      `globex,"'=HYPERLINK(1)",edge-agent,2027-01-31,active,,,`,
    ]);
    expect(umbrella).to.match(/^umbrella,.*,suspended,/);
    const json = JSON.parse((await script(["access", "globex", "--json"], { directory })).stdout);
    expect(json).to.deep.equal({
      stack: "dev",
      asOf: "2026-11-23",
      customers: [
        {
          customer: "globex",
          name: "=HYPERLINK(1)",
          status: "active",
          expires: "2027-01-31",
          repositories: ["edge-agent"],
        },
      ],
    });
  });
});
