/**
 * Proves that an edit changes what it says and keeps every other byte, and that what is written
 * reads back as the same customer. Proves nothing about files with mistakes but that they stay.
 */
import { expect } from "chai";
import fc from "fast-check";
import { CUSTOMER_ID } from "../../src/customers/load";
import type { Customer } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import {
  newCustomerText,
  setExpires,
  setKeys,
  setRepositories,
  setStatus,
  UneditableFileError,
} from "../../src/customers/write";

const TEXT = `# a customer
name: Acme # since 2019
repositories:
  - edge-agent # pilot
  - orchestrator

# ends with the contract
expires: 2027-01-31   # see the CRM
# last words
`;

describe("editing a customer file", () => {
  it("adds a key behind the last one and takes it away again, to the byte", () => {
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

  it("replaces a list of lines by one line", () => {
    const edited = setRepositories(TEXT, ["edge-agent"]);
    expect(parseCustomer(edited, "acme", "").customer?.repositories).to.deep.equal(["edge-agent"]);
    expect(edited).to.contain("# ends with the contract\nexpires: 2027-01-31   # see the CRM\n");
  });

  it("sets the generations of keys", () => {
    const keys = [
      { generation: 1, status: "inactive" },
      { generation: 2, status: "active" },
    ] as const;
    const edited = setKeys(TEXT, keys);
    expect(edited).to.contain("\nkeys: {1: inactive, 2: active}\n");
    expect(parseCustomer(edited, "acme", "").customer?.keys).to.deep.equal(keys);
  });

  it("keeps line ends, and needs none at the end of the file", () => {
    const windows = "name: Acme\r\nrepositories: [edge-agent]";
    expect(setStatus(windows, "suspended")).to.equal(`${windows}\r\nstatus: suspended\r\n`);
  });

  it("refuses a file that it cannot edit safely, and says why", () => {
    for (const text of ["{name: Acme, repositories: [edge-agent]}", "name: [", "- acme"]) {
      expect(() => setStatus(text, "suspended"), text).to.throw(UneditableFileError);
    }
  });

  it("keeps the customer's other values, for any customer and any edit", () => {
    fc.assert(
      fc.property(customers(), fc.boolean(), (customer, suspend) => {
        const text = newCustomerText(customer);
        expect(parseCustomer(text, customer.id, "").customer).to.deep.equal(customer);
        const status = suspend ? "suspended" : "active";
        const edited = setExpires(setStatus(text, status), "2030-01-01");
        expect(parseCustomer(edited, customer.id, "").customer).to.deep.equal({
          ...customer,
          status,
          expires: "2030-01-01",
        });
      }),
    );
  });
});

function customers(): fc.Arbitrary<Customer> {
  const plain = fc
    .string({ minLength: 1, maxLength: 40, unit: "grapheme" })
    .map((text) => text.normalize("NFC").trim())
    .filter((text) => text !== "" && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text));
  return fc
    .record({
      id: fc.stringMatching(CUSTOMER_ID),
      name: plain,
      repositories: fc.uniqueArray(fc.constantFrom("edge-agent", "orchestrator", "sdk"), {
        minLength: 1,
      }),
      status: fc.constantFrom("active" as const, "suspended" as const),
      expires: fc.option(fc.constantFrom("2027-01-31", "2028-02-29"), { nil: undefined }),
      second: fc.boolean(),
      contact: fc.option(plain, { nil: undefined }),
      isProtected: fc.boolean(),
    })
    .map(({ expires, second, contact, isProtected, ...rest }) => ({
      ...rest,
      repositories: [...rest.repositories].sort(),
      keys: [
        { generation: 1, status: second ? ("inactive" as const) : ("active" as const) },
        ...(second ? [{ generation: 2, status: "active" as const }] : []),
      ],
      protected: isProtected,
      ...(expires === undefined ? {} : { expires }),
      ...(contact === undefined ? {} : { contact }),
    }));
}
