/**
 * Proves that an edit changes what it says and keeps every other byte, and that what is written
 * reads back as the same customer. Proves nothing about files with mistakes but that they stay.
 */
import { expect } from "chai";
import fc from "fast-check";
import { parseCustomer } from "../../src/customers/parse";
import {
  setKey,
  setExpires,
  setKeys,
  setRepositories,
  setRevoked,
  setStatus,
  UneditableFileError,
} from "../../src/customers/write";
import { setHandedOver } from "../../src/customers/handedOver";
import { newCustomerText } from "../../src/customers/newText";
import { customers } from "./arbitrary";

const TEXT = `# a customer
name: Acme # since 2019
repositories:
  - edge-agent # pilot
  - orchestrator

# ends with the contract
expires: 2027-01-31   # see the CRM
# last words
`;

const RECORD = { key: "AKIAIOSFODNN7EXAMPLE", on: "2026-11-24", to: "passphrase" };

describe("editing a customer file", () => {
  it("adds a key after the last one and removes it again, to the byte", () => {
    const suspended = setStatus(TEXT, "suspended");
    expect(suspended).to.equal(TEXT.replace("# last words", "status: suspended\n# last words"));
    expect(setStatus(suspended, "active")).to.equal(TEXT);
  });

  it("changes a value and keeps the comments around it", () => {
    expect(setExpires(TEXT, "2028-12-31")).to.equal(TEXT.replace("2027-01-31", "2028-12-31"));
    expect(setExpires(TEXT, undefined)).to.equal(
      TEXT.replace("expires: 2027-01-31   # see the CRM\n", ""),
    );
  });

  it("records a revocation and deletes the record, to the byte", () => {
    const revoked = setRevoked(TEXT, "2026-11-28T07:24:00Z");
    expect(revoked).to.equal(
      TEXT.replace("# last words", "revoked: 2026-11-28T07:24:00Z\n# last words"),
    );
    expect(setRevoked(revoked, undefined)).to.equal(TEXT);
  });

  it("adds and removes repositories, each with its own line and comment", () => {
    const one = TEXT.replace("  - orchestrator\n", "");
    expect(setRepositories(TEXT, ["edge-agent"])).to.equal(one);
    expect(setRepositories(one, ["edge-agent", "orchestrator"])).to.equal(TEXT);
    expect(setRepositories(TEXT, ["edge-agent", "mesh", "orchestrator", "sdk"])).to.equal(
      TEXT.replace("  - orchestrator\n", "  - mesh\n  - orchestrator\n  - sdk\n"),
    );
  });

  it("does so inside brackets as well", () => {
    const text = "name: A\nrepositories: [ b, d ] # two\n";
    const edits: [string[], string][] = [
      [["a", "b", "d"], "[ a, b, d ]"],
      [["b", "c", "d", "e"], "[ b, c, d, e ]"],
      [["d"], "[ d ]"],
      [["b"], "[ b ]"],
      [["x"], "[x]"],
      [[], "[]"],
    ];
    for (const [repositories, list] of edits) {
      expect(setRepositories(text, repositories), list).to.equal(text.replace("[ b, d ]", list));
    }
  });

  it("adds a generation, sets its status and takes one away", () => {
    const both = [
      { generation: 1, status: "inactive" },
      { generation: 2, status: "active" },
    ] as const;
    const second = [{ generation: 2, status: "active" }] as const;
    expect(setKeys("name: A\n", both)).to.equal("name: A\nkeys: { 1: inactive, 2: active }\n");

    const flow = "keys: {1: active} # one\nname: A\n";
    const flowBoth = "keys: {1: inactive, 2: active} # one\nname: A\n";
    expect(setKeys(flow, both)).to.equal(flowBoth);
    expect(setKeys(flowBoth, second)).to.equal("keys: {2: active} # one\nname: A\n");

    const lines = "keys:\n  # the first\n  1: active # old\nname: A\n";
    const linesBoth = "keys:\n  # the first\n  1: inactive # old\n  2: active\nname: A\n";
    expect(setKeys(lines, both)).to.equal(linesBoth);
    expect(setKeys(linesBoth, second)).to.equal("keys:\n  # the first\n  2: active\nname: A\n");
  });

  it("records a hand-over, beside earlier ones, in the file's own style", () => {
    const record = (generation: number, to = "passphrase") => ({
      generation,
      key: `AKIAIOSFODNN7EXAMPL${generation}`,
      on: "2026-11-24",
      to,
    });
    const block = (generation: number, to = "passphrase", indent = "  ") =>
      `${indent}${generation}:\n${indent}  key: AKIAIOSFODNN7EXAMPL${generation}\n${indent}  on: 2026-11-24\n${indent}  to: ${to}\n`;
    const flow = (generation: number) =>
      `${generation}: { key: AKIAIOSFODNN7EXAMPL${generation}, on: 2026-11-24, to: passphrase }`;

    const second = setHandedOver(TEXT, [record(2)]);
    expect(second).to.equal(TEXT.replace("# last words", `handedOver:\n${block(2)}# last words`));
    const all = [record(1), record(2), record(10)];
    const three = `${block(1)}${block(2)}${block(10)}`;
    expect(setHandedOver(second, all)).to.equal(second.replace(block(2), three));
    expect(setHandedOver(three.replace(/^/, "handedOver:\n"), all)).to.equal(
      `handedOver:\n${three}`,
    );

    const wide = `handedOver: # by the script\n${block(2, "passphrase", "    ")}name: A\n`;
    expect(setHandedOver(wide, [record(2), record(3)])).to.equal(
      wide.replace("name", `${block(3, "passphrase", "    ")}name`),
    );
    const inBraces = `handedOver: { ${flow(2)} } # by the script\n`;
    expect(setHandedOver(inBraces, [record(2), record(3)])).to.equal(
      inBraces.replace(flow(2), `${flow(2)}, ${flow(3)}`),
    );
    const to = `pgp:${"A".repeat(40)}`;
    const commented = second.replace("on: 2026-11-24", "on: 2025-01-01 # the first");
    expect(setHandedOver(commented, [record(2, to)])).to.equal(
      commented.replace("2025-01-01", "2026-11-24").replace("to: passphrase", `to: ${to}`),
    );
    const ofStack = (stack: string | undefined, generation: number) => ({
      ...record(generation),
      ...(stack === undefined ? {} : { stack }),
    });
    const stacks = [ofStack(undefined, 2), ofStack("dev", 2), ofStack("prod", 2)];
    const named = `${block(2)}  dev/${block(2).trimStart()}  prod/${block(2).trimStart()}`;
    expect(setHandedOver(second, stacks)).to.equal(second.replace(block(2), named));
    const odd = `handedOver:\n  ? 2\n  : { key: AKIAIOSFODNN7EXAMPL2, on: 2026-11-24, to: passphrase }\n`;
    expect(setHandedOver(odd, all)).to.equal(`handedOver:\n${three}`);
    expect(setHandedOver("name: A\r\n", [record(2)])).to.equal(
      `name: A\r\nhandedOver:\n${block(2)}`.replace(/(?<!\r)\n/g, "\r\n"),
    );
  });

  it("replaces a block of text and keeps the next key on its line", () => {
    const text = "name: |-\n  Acme\n  and more\nrepositories: [a]\n";
    expect(setKey(text, "name", "Acme")).to.equal("name: Acme\nrepositories: [a]\n");
  });

  it("keeps line ends, and needs none at the end of the file", () => {
    const windows = "name: Acme\r\nrepositories: [edge-agent]";
    expect(setStatus(windows, "suspended")).to.equal(`${windows}\r\nstatus: suspended\r\n`);
  });

  it("refuses a file that it cannot edit safely, and says why", () => {
    const texts = ["{name: Acme, repositories: [a]}", "name: [", "- acme", "\ufeffname: A\n"];
    for (const text of texts) {
      expect(() => setStatus(text, "suspended"), text).to.throw(UneditableFileError);
    }
  });

  it("keeps the customer's other values, for any customer and any edit", () => {
    const generation = fc.constantFrom(1, 2, 3, 10);
    fc.assert(
      fc.property(customers(), customers(), generation, (customer, other, added) => {
        const text = newCustomerText(customer);
        expect(parseCustomer(text, customer.id, "").customer).to.deep.equal(customer);
        const keys = [
          ...other.keys.filter((key) => key.generation !== added).slice(0, 1),
          { generation: added, status: "active" as const },
        ].sort((a, b) => a.generation - b.generation);
        let edited = setStatus(text, other.status);
        edited = setExpires(edited, "2030-01-01");
        edited = setRepositories(edited, other.repositories);
        edited = setKeys(edited, keys);
        edited = setHandedOver(edited, [{ ...RECORD, generation: added }]);
        expect(parseCustomer(edited, customer.id, "").customer).to.deep.equal({
          ...customer,
          status: other.status,
          expires: "2030-01-01",
          repositories: other.repositories,
          keys,
          handedOver: [{ ...RECORD, generation: added }],
        });
      }),
      { numRuns: 300 },
    );
  });
});
