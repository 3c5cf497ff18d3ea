/**
 * Proves whose approval each file of the repository needs, and of a fresh vendor's: customer files the access approvers', all
 * else the platform team's. That GitHub asks for it is set in the branch's ruleset (docs/aws-setup).
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { fillTemplate } from "../automation/init/template";
import { FOLDERS, vendor } from "./automation/init/support";

const ROOT = join(__dirname, "..");
const PLATFORM = "@example-org/platform";
const APPROVERS = "@example-org/access-approvers";

interface Line {
  pattern: RegExp;
  owners: string;
}

/**
 * Reads CODEOWNERS, as far as this repository uses its patterns.
 *
 * @throws Error for a pattern of another form, so that none is read wrongly.
 */
function readCodeowners(text: string): Line[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [pattern = "", ...owners] = line.split(/\s+/);
      if (owners.length === 0) throw new Error(`no one owns ${pattern}`);
      if (pattern === "*") return { pattern: /^/, owners: owners.join(" ") };
      // A path from the top; `*` stands for a part of one name.
      if (!/^\/[\w./-]+$/.test(pattern.replaceAll("*", "")) || pattern.includes("**")) {
        throw new Error(`unknown form: ${pattern}`);
      }
      const source = pattern.slice(1).replaceAll(".", "\\.").replaceAll("*", "[^/]*");
      const end = pattern.endsWith("/") ? "" : "(/.*)?$";
      return { pattern: new RegExp(`^${source}${end}`), owners: owners.join(" ") };
    });
}

function ownersOf(file: string, lines: readonly Line[]): string | undefined {
  return lines.filter(({ pattern }) => pattern.test(file)).at(-1)?.owners;
}

/** Files whose owner is not the one that they must have. */
function wronglyOwned(files: readonly string[], text: string): string[] {
  const lines = readCodeowners(text);
  return files.filter((file) => {
    const isCustomer = /^(customers\/[^/]+\.yaml|imports\/[^/]+\.json)$/.test(file);
    return ownersOf(file, lines) !== (isCustomer ? APPROVERS : PLATFORM);
  });
}

describe("CODEOWNERS", () => {
  const text = readFileSync(join(ROOT, ".github", "CODEOWNERS"), "utf8");
  const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT })
    .toString()
    .split("\0")
    .filter((file) => file !== "");

  it("gives customer files to the access approvers, and all that runs to the platform team", () => {
    expect(tracked.length).to.be.greaterThan(200);
    expect(wronglyOwned(tracked, text)).to.deep.equal([]);
  });

  it("also gives the platform team files that do not exist yet", () => {
    const files = [
      ".github/CODEOWNERS",
      "CODEOWNERS",
      "customers/.npmrc",
      "customers/evil.ts",
      "customers/deep/acme.yaml",
      "customers/acme.yaml.ts",
      "deep/customers/acme.yaml",
      "Pulumi.prod.yaml",
      "imports/crm.json",
      "imports/evil.ts",
      "mappings/sales.yaml",
    ];
    expect(wronglyOwned(files, text)).to.deep.equal([]);
  });

  const teams = { platformTeam: PLATFORM, approversTeam: APPROVERS };
  const fresh = fillTemplate(FOLDERS, vendor(teams)).files;
  const vendorText = fresh.find(({ path }) => path === ".github/CODEOWNERS")?.text ?? "";

  it("does the same in a fresh vendor's repository, with the teams that init asks for", () => {
    const files = [...fresh.map(({ path }) => path), "package-lock.json", "customers/acme.yaml"];
    expect(wronglyOwned([...files, "imports/crm.json"], vendorText)).to.deep.equal([]);
    const others = fillTemplate(FOLDERS, vendor()).files;
    const named = others.find(({ path }) => path === ".github/CODEOWNERS")?.text ?? "";
    expect(wronglyOwned(["index.ts"], named)).to.deep.equal(["index.ts"]);
  });

  for (const [what, line, file] of [
    ["a line that gives code away", `/src/ ${APPROVERS}`, "src/config.ts"],
    ["a wider line for customers", `/customers/* ${APPROVERS}`, "customers/evil.ts"],
    ["a line that takes customers back", `/customers/ ${PLATFORM}`, "customers/acme.yaml"],
    ["settings given away", `/Pulumi.*.yaml ${APPROVERS}`, "Pulumi.prod.yaml"],
  ] as const) {
    it(`is found out with ${what}`, () => {
      const files = [
        "src/config.ts",
        "customers/evil.ts",
        "customers/acme.yaml",
        "Pulumi.prod.yaml",
      ];
      for (const own of [text, vendorText]) {
        expect(wronglyOwned(files, own)).to.deep.equal([]);
        expect(wronglyOwned(files, `${own}\n${line}\n`)).to.include(file);
      }
    });
  }

  it("is found out with lines that this test cannot read, or without an owner", () => {
    for (const line of ["**/secrets @x", "docs/*.md @x", "*.ts @x", "/customers/[a-z].yaml @x"]) {
      expect(() => wronglyOwned(tracked, `${text}\n${line}\n`), line).to.throw("unknown form");
    }
    expect(() => wronglyOwned(tracked, `${text}\n/src/\n`)).to.throw("no one owns /src/");
  });
});
