/**
 * Proves how single values of an export are read: end dates, record ids, names of new files. The
 * readers of whole files: reading.test.ts. Several rows of one record: severalRows.test.ts.
 */
import { expect } from "chai";
import fc from "fast-check";
import { cleanText } from "../../../automation/sales/reading/cellText";
import { isDateFormat } from "../../../automation/sales/reading/dateFormat";
import { EndDates, type DateRules } from "../../../automation/sales/reading/endDate";
import { fileNameFor } from "../../../automation/sales/fileName";
import { readId } from "../../../automation/sales/reading/recordId";
import { CUSTOMER_ID } from "../../../src/customers/entries";

describe("an end date", () => {
  const RULES: DateRules = {
    timeZone: "UTC",
    graceDays: 0,
    earliest: "0001-01-01",
    latest: "9999-12-31",
    latestShortYear: "9999-12-31",
    noEnd: new Set(),
    serialNumbers: false,
    firstYear: 1900,
  };
  const day = (text: string, format?: string, timeZone?: string, graceDays = 0) => {
    const rules = { ...RULES, ...(timeZone === undefined ? {} : { timeZone }), format, graceDays };
    const read = new EndDates(rules).read(text);
    return read.kind === "day" ? read.day : undefined;
  };

  it("is always read in ISO form, with any time after it", () => {
    const texts = [
      "2027-12-31",
      "2027-12-31T03:23:15.000Z",
      "2027-12-31 14:27",
      "2027-12-31 2:27 pm",
      "2027-12-31T12:00:00+02:00",
    ];
    for (const text of texts) expect(day(text), text).to.equal("2027-12-31");
    expect(day("2027-12-31", "DD/MM/YYYY")).to.equal("2027-12-31");
  });

  it("is read in the declared form, and never guessed", () => {
    const read: [string, string][] = [
      ["31.12.2027", "DD.MM.YYYY"],
      ["31/12/2027 09:24", "DD/MM/YYYY"],
      ["12/31/2027, 9:05 AM", "MM/DD/YYYY"],
      ["12/31/27 20:18", "MM/DD/YY"],
      ["31-Dec-2027 00:00", "DD-MMM-YYYY"],
      ["December 31, 2027", "MMMM DD, YYYY"],
      ["31 dec. 2027", "DD MMM YYYY"],
      ["2027/12/31", "YYYY/MM/DD"],
    ];
    for (const [text, format] of read) expect(day(text, format), text).to.equal("2027-12-31");
    expect(day("1.2.2027", "DD.MM.YYYY")).to.equal("2027-02-01");
    const wrong: [string, string | undefined][] = [
      ["04/05/2027", undefined],
      ["31.12.2027", "DD/MM/YYYY"],
      ["31/12/2027", "MM/DD/YYYY"],
      ["2027-02-29", undefined],
      ["46752", undefined],
      ["2027-12-31 25:00", undefined],
      ["2027-12-31 13:00 pm", undefined],
      ["31-Foo-2027", "DD-MMM-YYYY"],
      ["2027-12-31 soon", undefined],
      ["1.91E+10", "DD.MM.YYYY"],
    ];
    for (const [text, format] of wrong) expect(day(text, format), text).to.equal(undefined);
  });

  it("is the later one of the day as written and the day in UTC, so that no one is cut off early", () => {
    expect(day("2027-12-31 20:00", undefined, "America/Los_Angeles")).to.equal("2028-01-01");
    expect(day("2028-01-01 00:30", undefined, "Europe/Berlin")).to.equal("2028-01-01");
    expect(day("2027-12-31", undefined, "America/Los_Angeles")).to.equal("2027-12-31");
    expect(day("2027-12-31T23:30:00-05:00")).to.equal("2028-01-01");
    expect(day("2027-07-01 21:00", undefined, "America/New_York")).to.equal("2027-07-02");
    expect(day("2027-12-01 18:59", undefined, "America/New_York")).to.equal("2027-12-01");
  });

  it("with a year of two digits is refused where 1970 or 1999 may be meant", () => {
    const end = (text: string, latestShortYear = "2046-11-23") =>
      new EndDates({ ...RULES, format: "DD/MM/YY", latestShortYear }).read(text);
    expect(end("31/12/46")).to.deep.equal({ kind: "late", day: "2046-12-31", limit: "2046-11-23" });
    expect(end("01/01/70")).to.deep.equal({ kind: "late", day: "2070-01-01", limit: "2046-11-23" });
    expect(end("23/11/46")).to.deep.equal({ kind: "day", day: "2046-11-23" });
    expect(end("01/01/70", "2076-11-23")).to.deep.equal({ kind: "day", day: "2070-01-01" });
  });

  it("has days of grace after it, up to the last possible day", () => {
    expect(day("2027-12-25", undefined, "UTC", 14)).to.equal("2028-01-08");
    expect(day("9999-12-31", undefined, "UTC", 14)).to.equal("9999-12-31");
  });

  it("never throws, whatever is written", () => {
    const formats = ["DD.MM.YYYY", "MMM DD, YY", "D/M/YYYY"];
    expect(formats.every(isDateFormat)).to.equal(true);
    for (const format of ["DD.MM", "YYYY-DD-DD", "YYYYMMDD", ""])
      expect(isDateFormat(format)).to.equal(false);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.constantFrom(...formats), (text, format) => {
        const result = day(text, format, "Asia/Tokyo");
        return result === undefined || /^\d{4}-\d\d-\d\d$/.test(result);
      }),
    );
  });
});

describe("a record's id", () => {
  const id = (cell: string, kind: Parameters<typeof readId>[1]) => readId(cell, kind).id;

  it("of Salesforce is the same with 15 and 18 characters, and different when the case differs", () => {
    // Salesforce's own example: capitals at places 1, 3, 5 of a group give the pattern 10101.
    expect(id("AbCdE00000fghij", "salesforce")).to.equal("AbCdE00000fghijVAA");
    expect(id("AbCdE00000fghijVAA", "salesforce")).to.equal("AbCdE00000fghijVAA");
    expect(id("AbCdE00000fghijvaa", "salesforce")).to.equal("AbCdE00000fghijVAA");
    expect(id("abcde00000fghij", "salesforce")).to.equal("abcde00000fghijAAA");
    expect(id("ABCDE00000FGHIJVAA", "salesforce")).to.equal(undefined);
    expect(id("AbCdE00000fghi", "salesforce")).to.equal(undefined);
  });

  it("of Salesforce is different from every other, also where case does not count", () => {
    const bare = fc.stringMatching(/^[A-Za-z0-9]{15}$/);
    fc.assert(
      fc.property(bare, bare, (a, b) => {
        const [x, y] = [id(a, "salesforce") ?? "", id(b, "salesforce") ?? ""];
        return (a === b) === (x.toLowerCase() === y.toLowerCase()) && id(x, "salesforce") === x;
      }),
    );
    const twins = ["0015G00000ABCde", "0015g00000abcde", "0015g00000abCde"].map((one) =>
      id(one, "salesforce"),
    );
    expect(new Set(twins.map((one) => one?.toLowerCase())).size).to.equal(3);
  });

  it("of Dynamics has no braces and no capitals", () => {
    expect(id("{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "guid")).to.equal(
      "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
    );
    expect(id("3f2504e0", "guid")).to.equal(undefined);
  });

  it("of digits keeps its zeros, and is refused when Excel has rounded it", () => {
    expect([
      id("0015", "number"),
      id("1.89E+11", "number"),
      id("2E10", "number"),
      id("12.0", "number"),
    ]).to.deep.equal(["0015", undefined, undefined, undefined]);
    expect([
      id("zcrm_4876876000000123456", "text"),
      id("1E10", "text"),
      id("1,9E+10", "text"),
      id("a b", "text"),
    ]).to.deep.equal(["zcrm_4876876000000123456", "1E10", undefined, undefined]);
  });
});

describe("a new file's name", () => {
  const record = { system: "hubspot", id: "9001" };
  const name = (company: string, taken: string[] = []) =>
    fileNameFor(company, record, (id) => taken.includes(id));

  it("is the company's name in letters that every system has", () => {
    const names: [string, string][] = [
      ["Acme Robotics GmbH", "acme-robotics-gmbh"],
      ["Müller & Söhne, Inc.", "muller-sohne-inc"],
      ["Привет ООО", "privet-ooo"],
      ["株式会社", "zhushihuishe"],
      ["شركة", "shrkh"],
      ["O'Neil A.G.", "oneil-ag"],
      ["  --  ", "hubspot-9001"],
      ["", "hubspot-9001"],
      ["CON", "con-2"],
      ["x".repeat(60), "x".repeat(48)],
    ];
    for (const [company, expected] of names) expect(name(company), company).to.equal(expected);
  });

  it("is unique", () => {
    expect(name("Acme", ["acme", "acme-2"])).to.equal("acme-3");
    expect(name("x".repeat(48), ["x".repeat(48)])).to.equal(`${"x".repeat(46)}-2`);
  });

  it("is a valid, unused id for any name", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 80 }),
        fc.integer({ min: 0, max: 12 }),
        (company, count) => {
          const taken: string[] = [];
          for (let at = 0; at <= count; at++) taken.push(name(company, taken));
          return taken.every((id) => CUSTOMER_ID.test(id)) && new Set(taken).size === count + 1;
        },
      ),
    );
  });
});

describe("a cell's text", () => {
  it("does not change when cleaned again, and is allowed in a customer file", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const clean = cleanText(text);
        expect(cleanText(clean)).to.equal(clean);
        return (
          clean === clean.normalize("NFC").trim() &&
          !/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}]/u.test(clean)
        );
      }),
    );
  });
});
