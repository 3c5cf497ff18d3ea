/**
 * Proves how a file that the script writes looks: as an engineer with this project's formatter would have
 * left it, and the same customer when it is read. Round trips of any customer: write.test.ts.
 */
import { expect } from "chai";
import fc from "fast-check";
import { format } from "prettier";
import type { Customer } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import { newCustomerText } from "../../src/customers/newText";
import { customers } from "./arbitrary";

describe("a new customer file", () => {
  it("looks as the formatter of this project leaves it", async () => {
    const samples = fc.sample(customers(), { numRuns: 30, seed: 7 });
    expect(samples).to.have.length(30);
    for (const customer of samples) {
      // Which quotes a text with quotes gets is the formatter's own taste.
      const text = newCustomerText({
        ...customer,
        name: customer.name.replace(/["'\\]/g, "") + "x",
      });
      const plain = text.replace(/^contact: .*\n/m, "");
      expect(await format(plain, { parser: "yaml", printWidth: 100 })).to.equal(plain);
    }
  });

  it("with a record of hand-overs does so too, although a recipient is long", async () => {
    const text = newCustomerText({ ...NORTHWIND, handedOver: HANDED_OVER });
    expect(await format(text, { parser: "yaml", printWidth: 100 })).to.equal(text);
  });

  it("quotes what other tools would not read as text", () => {
    for (const name of ["NO", "true", "0123", "1e3", "~", "a: b", "a #b", "- a", "2027-01-31"]) {
      const text = newCustomerText({ ...NORTHWIND, name });
      expect(text).to.contain(`\nname: "${name}"\n`);
    }
    expect(newCustomerText({ ...NORTHWIND, name: "Müller & Söhne, Inc." })).to.contain(
      "\nname: Müller & Söhne, Inc.\n",
    );
  });

  it("with an AWS account, a PGP key or a source reads back as the same customer", () => {
    const pgpKey = Buffer.from([0x98, 1, 4]).toString("base64");
    const variants: Customer[] = [
      { ...NORTHWIND, keys: [], awsAccount: "012345678901" },
      { ...NORTHWIND, keys: [], awsAccount: "012345678901", awsRoles: ["ci/puller", "yes"] },
      { ...NORTHWIND, awsAccount: "012345678901", awsRoles: ["ci/puller"], withKey: true },
      { ...NORTHWIND, pgpKey, protected: true },
      { ...NORTHWIND, ageRecipient: AGE_RECIPIENT, handedOver: HANDED_OVER },
      {
        ...NORTHWIND,
        source: { system: "hubspot", id: "0042" },
        repositories: [],
        status: "suspended",
        revoked: "2026-11-28T07:24:00Z",
        user: 2,
      },
    ];
    for (const customer of variants) {
      const text = newCustomerText(customer);
      expect(parseCustomer(text, "northwind", "").customer, text).to.deep.equal(customer);
    }
  });

  it("has a line for each of many repositories", () => {
    const repositories = Array.from({ length: 20 }, (_, index) => `repository-${10 + index}`);
    const text = newCustomerText({ ...NORTHWIND, repositories });
    expect(text).to.contain("repositories:\n  - repository-10\n");
    expect(parseCustomer(text, "northwind", "").customer?.repositories).to.deep.equal(repositories);
  });
});

const AGE_RECIPIENT = "age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw";
const HANDED_OVER = [1, 2].map((generation) => ({
  generation,
  key: "AKIAIOSFODNN7EXAMPLE",
  on: "2026-11-24",
  to: AGE_RECIPIENT,
}));

const NORTHWIND: Customer = {
  id: "northwind",
  name: "Northwind",
  repositories: ["edge-agent"],
  status: "active",
  keys: [{ generation: 1, status: "active" }],
  protected: false,
};
