/**
 * Proves that docs/customer-file.md names each key of the file and only checks that exist, and that its
 * samples and messages are real. Proves nothing about the words between them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CUSTOMER_CHECKS } from "../../src/customers/checkNames";
import { customerDefinition } from "../../src/customers/definition";
import { parseCustomer } from "../../src/customers/parse";
import { formatProblem } from "../../src/problem";
import { problemsOf } from "./support";

const PAGE = readFileSync(join(__dirname, "..", "..", "docs", "customer-file.md"), "utf8");

/** The rows of the table under a heading, as cells. */
function rowsUnder(heading: string): string[][] {
  const section = PAGE.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  const cells = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);
  return rows.slice(2).map((row) => cells(row).map((cell) => cell.trim()));
}

describe("docs/customer-file.md", () => {
  it("explains each key, and each example reads", () => {
    const rows = rowsUnder("Keys").slice(1);
    const keys = rows.map(([key]) => (key ?? "").replaceAll("`", ""));
    expect(keys).to.deep.equal(Object.keys(customerDefinition.shape));
    for (const [key, , , example = ""] of rows) {
      if (key === "`pgpKey`") continue;
      const line = example.replaceAll("`", "");
      const others = ["name: A", "repositories: [edge-agent]"];
      if (key === "`revoked`") others.push("status: suspended");
      const rest = others.filter((other) => !line.startsWith(other.split(":")[0] ?? ""));
      expect(problemsOf([...rest, line].join("\n")).map(formatProblem), line).to.deep.equal([]);
    }
  });

  it("names only checks that exist", () => {
    const cells = rowsUnder("Mistakes").map(([checks]) => checks ?? "");
    const names = cells.flatMap((cell) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(names).to.have.length.above(15);
    for (const name of names) expect(CUSTOMER_CHECKS, name).to.contain(name);
  });

  it("shows messages as they are printed", () => {
    const text = "name: Acme\nrepositories: [edge-agnt]\nawsAccount: 012345678901\n";
    const said = problemsOf(text).map(formatProblem);
    expect(said).to.have.length(2);
    for (const line of said) expect(PAGE).to.contain(`customers/${line}`);
  });

  it("shows a smallest file that reads", () => {
    const sample = /```yaml\n([^`]+)```/.exec(PAGE)?.[1] ?? "";
    expect(parseCustomer(sample, "acme", "").customer?.name).to.equal("Acme Robotics GmbH");
  });
});
