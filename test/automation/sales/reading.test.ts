/**
 * Proves how an export is read: delimiter and encoding by the mapped headers, and each trap either
 * understood or refused with its row, its column and the way out. The files are made here. Proves
 * nothing about what follows from the rows.
 */
import { expect } from "chai";
import { Archive } from "../../../automation/sales/reading/archive";
import { deflatedZip, workbook } from "./support/workbook";
import { briefly, FULL_MAPPING, MAPPING, read, withDates } from "./support/read";

const ROWS = [
  ["Id", "Name", "Status"],
  ["1", "Müller, Söhne; Co", "Won"],
  ["2", 'The "Best"', "Lost"],
];

function csv(rows: readonly (readonly string[])[], delimiter = ",", lineEnd = "\n"): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return rows.map((row) => row.map(cell).join(delimiter) + lineEnd).join("");
}

function utf16(text: string, order: "le" | "be"): Buffer {
  const bytes = Buffer.from(text, "utf16le");
  return order === "le" ? bytes : bytes.swap16();
}

const READ = ["1 Müller, Söhne; Co grant", 'The "Best"'];

describe("an export's delimiter and encoding", () => {
  const encodings: [name: string, said: string, encode: (text: string) => Buffer][] = [
    ["UTF-8", "UTF-8", (text) => Buffer.from(text)],
    ["UTF-8 with a byte order mark", "UTF-8", (text) => Buffer.from(`\ufeff${text}`)],
    ["UTF-16LE with a mark", "UTF-16le", (text) => utf16(`\ufeff${text}`, "le")],
    ["UTF-16BE with a mark", "UTF-16be", (text) => utf16(`\ufeff${text}`, "be")],
    ["UTF-16LE without a mark", "UTF-16le", (text) => utf16(text, "le")],
    ["UTF-16BE without a mark", "UTF-16be", (text) => utf16(text, "be")],
    [
      "UTF-16LE with the mark of the other order, as Data Loader writes it",
      "UTF-16le",
      (text) => Buffer.concat([Buffer.from([0xfe, 0xff]), utf16(text, "le")]),
    ],
    ["windows-1252", "windows-1252", (text) => Buffer.from(text, "latin1")],
  ];
  const delimiters = { comma: ",", semicolon: ";", tab: "\t", pipe: "|" };
  for (const [name, said, encode] of encodings) {
    for (const [word, delimiter] of Object.entries(delimiters)) {
      it(`are found: ${name}, ${word}`, async () => {
        const lineEnd = word === "tab" ? "\r\n" : "\n";
        const result = await read(encode(csv(ROWS, delimiter, lineEnd)));
        expect(result.problems).to.deep.equal([]);
        expect(briefly(result)).to.deep.equal([READ[0], `2 ${READ[1]} suspend`]);
        expect(result.how).to.equal(`CSV, ${said}, ${word}`);
      });
    }
  }

  it("are noted in the report when no one named them, and a mapping names others", async () => {
    const latin = await read(Buffer.from(csv(ROWS), "latin1"));
    expect(latin.notes?.join()).to.match(
      /^read as windows-1252, because neither the file nor the mapping names an encoding: /,
    );
    const greek = Buffer.concat([
      Buffer.from("Id,Name,Status\n1,"),
      Buffer.from([0xc1, 0xe8]),
      Buffer.from(",Won\n"),
    ]);
    const result = await read(greek, `${MAPPING}encoding: iso-8859-7\n`);
    expect(briefly(result)).to.deep.equal(["1 Αθ grant"]);
    expect(result.notes).to.deep.equal([]);
  });

  it("are found below a title, behind `sep=` and whatever the case of a header", async () => {
    expect(briefly(await read("sep=;\nID; name ;STATUS\n1;Acme;Won\n"))).to.deep.equal([
      "1 Acme grant",
    ]);
    const report = "Customers of 2027\n\nId,Name,Status\n1,Acme,Won\n";
    expect(briefly(await read(report))).to.deep.equal(["1 Acme grant"]);
  });

  it("take the first alias that is there", async () => {
    const mapping = MAPPING.replace("id: Id", "id: [Customer ID, Id]");
    const both = "Id,Customer ID,Name,Status\nsub_1,cus_1,Acme,Won\n";
    expect(briefly(await read(both, mapping))).to.deep.equal(["cus_1 Acme grant"]);
    expect(briefly(await read(csv(ROWS), mapping))[0]).to.equal(READ[0]);
  });
});

describe("an export's traps, understood:", () => {
  const understood: [what: string, source: string, records: string[]][] = [
    [
      "line ends in quotes",
      'Id,Name,Status\r\n1,"Acme\r\nRobotics",Won\r\n',
      ["1 Acme Robotics grant"],
    ],
    ["line ends of old Macs", "Id,Name,Status\r1,Acme,Won\r", ["1 Acme grant"]],
    [
      "rows padded by Excel",
      "Id,Name,Status,,\n1,Acme,Won,,\n,,,,\n2,B,Lost,,\n",
      ["1 Acme grant", "2 B suspend"],
    ],
    ["more blank cells than headers", "Id,Name,Status\n1,Acme,Won,,\n", ["1 Acme grant"]],
    ["blank lines", "\nId,Name,Status\n\n1,Acme,Won\n\n\n", ["1 Acme grant"]],
    [
      "no line end at the end, after a column that is not mapped",
      "Id,Name,Status,Note\n1,Acme,Won,x",
      ["1 Acme grant"],
    ],
    [
      "missing cells after the mapped ones, as Excel leaves them out",
      "Id,Name,Status,Note\n1,Acme,Won\n2,B,Won,x\n",
      ["1 Acme grant", "2 B grant"],
    ],
    [
      "a header twice with the same values or blanks",
      "Id,Name,Status,Name,Id\n1,Acme,Won,Acme,\n,B,Won,,2\n",
      ["1 Acme grant", "2 B grant"],
    ],
    ["the same row twice", "Id,Name,Status\n1,Acme,Won\n1,Acme,Won\n", ["1 Acme grant"]],
    [
      "invisible characters in names",
      "Id,Name,Status\n1,A\u202ec\u200bme\u00a0 GmbH,Won\n",
      ["1 Acme GmbH grant"],
    ],
    ["one id twice in a cell", "Id,Name,Status\n9;9,Acme,Won\n", ["9 Acme grant"]],
    ["a customer called Total", "Name,Id,Status\nTotal,1,Won\n", ["1 Total grant"]],
  ];
  for (const [what, source, records] of understood) {
    it(what, async () => {
      const result = await read(source);
      expect(result.problems).to.deep.equal([]);
      expect(briefly(result)).to.deep.equal(records);
    });
  }

  it("the footer of a report, also padded by Excel, with its totals", async () => {
    const footer = [
      ",,",
      ",,",
      "Grand Totals (2 records),,",
      "Customers with access,,",
      "Copyright (c) 2000-2027 salesforce.com, inc. All rights reserved.,",
      "Generated By:  Ann  26/07/2027 09:24,,",
      "Vendor,,",
    ];
    const source = ["Id,Name,Status", "1,Acme,Won", "2,B,Won", ...footer, ""].join("\n");
    const result = await read(source);
    expect([result.problems, briefly(result)]).to.deep.equal([[], ["1 Acme grant", "2 B grant"]]);
    expect(result.counts?.footer).to.equal(5);
  });

  it("rows of guests and of the recycle bin, where the mapping says so", async () => {
    const mapping = `${MAPPING}rowsWithoutId: ignore\nignoreRows: { IsDeleted: { "true": ignore, "false": read } }\n`;
    const source =
      "Id,Name,Status,IsDeleted\n,Guest,,false\n1,Acme,Won,TRUE\n2,B,Won,false\n3,C,Open,false\n";
    const result = await read(source, mapping);
    expect([result.problems, briefly(result)]).to.deep.equal([[], ["2 B grant"]]);
    expect(result.counts).to.deep.equal({ rows: 4, footer: 0, ignored: 2, withoutId: 1 });
  });
});

describe("an export's traps, refused:", () => {
  const HEAD = "Id,Name,Status\n";
  const refused: [what: string, source: string | Uint8Array, said: string | RegExp][] = [
    [
      "an empty file",
      "\n \n",
      "export.csv:1:1  expected a table with a header, got an empty file. Export again: nothing was written. [export-empty]",
    ],
    [
      "a file that is cut off in a quote",
      `${HEAD}1,Acme,Won\n2,"B GmbH,Wo`,
      "export.csv:3:2  expected a quote at the end of the cell that begins here, got the end of the file in line 3. Export again: the file is cut off, or a quote inside of a cell is not doubled. [export-quote]",
    ],
    [
      "a file that is cut off in a row",
      `${HEAD}1,Acme,Won\n2,B`,
      "export.csv:3:1  row 3: expected 3 cells as in the header, got 2. Export again: the file is cut off in this row. [export-row]",
    ],
    [
      "a file that is cut off in a character",
      Buffer.from(`${HEAD}1,Müller,Won\n2,Mü`).subarray(0, -1),
      /^export\.csv:3:1 {2}expected text in UTF-8 as in the rest of the file, got a byte that is not\. .*\[export-encoding\]$/,
    ],
    [
      "a NUL byte",
      `${HEAD}1,Acme,Won\n2,B\0,Won\n`,
      "export.csv:3:4  expected text, got a NUL byte. Export again: the file is damaged, or no CSV. [export-nul]",
    ],
    [
      "a web page",
      "<!DOCTYPE html><html><body><table><tr><td>Id,Name,Status</td></tr></table></body></html>",
      "export.csv:1:1  expected a table, got a web page. Export again as CSV or XLSX: this is a login page, or a report saved as Excel's old format. [export-html]",
    ],
    [
      "a quote in the middle of a cell",
      `${HEAD}1,12" Tools,Won\n`,
      /^export\.csv:2:2 {2}expected quotes around whole cells, got one in the middle of a cell\./,
    ],
    [
      "a delimiter in a cell without quotes",
      `${HEAD}1,Acme, Inc.,Won\n`,
      /^export\.csv:2:1 {2}row 2: expected 3 cells as in the header, got 4\. .*delimiter/,
    ],
    [
      "ids that Excel has rounded",
      `${HEAD}1.91E+10,Acme,Won\n`,
      'export.csv:2:1  Id (A2): expected an id of letters, digits and _ . : / = + @ -, got "1.91E+10", a number that Excel has rounded. Export again and import that file as it is; Excel has cut the ids when it saved this one. [record-id]',
    ],
    [
      "a row without an id",
      `${HEAD},Acme,Won\n2,B,Won\n`,
      /^export\.csv:2:1 {2}Id \(A2\): expected an id .*, got a blank cell\. .*rowsWithoutId: ignore/,
    ],
    [
      "two ids in one cell",
      `${HEAD}1;2,Acme,Won\n`,
      /^export\.csv:2:1 {2}Id \(A2\): expected an id .*, got "1;2"/,
    ],
    [
      "a header twice with different values",
      "Id,Name,Status,Name\n1,Acme,Won,Other\n",
      'export.csv:2:2  Name (B2): expected one value under a header that occurs several times, got "Acme" and "Other". Leave one of the two columns out of the export. [export-twin-header]',
    ],
    [
      "an error of a spreadsheet",
      `${HEAD}1,#REF!,Won\n`,
      'export.csv:2:2  Name (B2): expected a value, got an error that a spreadsheet shows instead of a value: "#REF!". Correct the cell where it comes from, and export again. [export-cell]',
    ],
    [
      "a character lost in another encoding",
      `${HEAD}1,M\ufffdller,Won\n`,
      /^export\.csv:2:2 {2}Name \(B2\): .*lost in another encoding/,
    ],
    [
      "a column that is missing",
      "Id,Company,Status\n1,Acme,Won\n",
      'export.csv:1:1  expected a column "Name", got none of that name. Add it to the export, or write `name: Company` under `columns` in crm.yaml if that is the column. The export has: Company, Id, Status. [export-column]',
    ],
    [
      "another file altogether",
      "a,b\n1,2\n",
      'export.csv:1:1  expected a table with the columns "Id", "Name", "Status", got a file without any of them. Check that this is the export that the mapping is for, or write its headers under `columns` in crm.yaml. The file begins with: a, b. [export-header]',
    ],
    [
      "Excel's old format",
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]),
      /got a workbook in Excel's old format or with a password\. Open it in Excel/,
    ],
    [
      "an OpenDocument spreadsheet",
      deflatedZip({ mimetype: "x", "content.xml": "<x/>" }),
      /got an OpenDocument spreadsheet \(\.ods\)\. .*\.xlsx.*\[export-kind\]$/,
    ],
    [
      "a binary workbook",
      deflatedZip({ "xl/workbook.bin": "x" }),
      /got a binary workbook \(\.xlsb\)\. .*\.xlsx.*\[export-kind\]$/,
    ],
    ["a PDF", "%PDF-1.7\n", /got a PDF\. Export as CSV or XLSX\. \[export-kind\]/],
    [
      "a ZIP archive of CSV files",
      deflatedZip({ "Subscriptions.csv": "a", "Customers.csv": "b" }),
      /got a ZIP archive with "Subscriptions\.csv", "Customers\.csv"\. Unpack it/,
    ],
    [
      "an archive that is cut off",
      deflatedZip({ "a.csv": "a".repeat(99) }).subarray(0, 40),
      /got an archive that is cut off/,
    ],
    [
      "text after the data that is not a footer",
      `${HEAD}1,Acme,Won\nsomething,else,\n`,
      /^export\.csv:3:3 {2}Status \(C3\): expected a status that the mapping knows, got a blank cell in 1 row/,
    ],
    [
      "an id on its own at the end, which a footer right after the data never is",
      `${HEAD}1,Acme,Won\n2,,\n`,
      /^export\.csv:3:3 {2}Status \(C3\): expected a status/,
    ],
  ];
  for (const [what, source, said] of refused) {
    it(what, async () => {
      const { problems, records } = await read(source);
      expect(problems, problems.join("\n")).to.have.length(1);
      if (typeof said === "string") expect(problems[0]).to.equal(said);
      else expect(problems[0]).to.match(said);
      expect(records.length).to.be.lessThan(2);
    });
  }

  const spreadsheetErrors = [
    ..."#VALUE! #REF! #NAME? #DIV/0! #NULL! #NUM! #N/A #SPILL! #CALC! #GETTING_DATA".split(" "),
    ..."#WERT! #BEZUG! #NV #¿NOMBRE? #¡REF! #NOM? #VALEUR! #ЗНАЧ! #Н/Д #SAKNAS! #N/D".split(" "),
    ..."#ARG! #YOK #DEĞER! ##### Err:502 Fehler:508 Ошибка:522".split(" "),
  ];
  it("errors of spreadsheets in any language, also in a column of free text", async () => {
    for (const error of spreadsheetErrors) {
      const { problems } = await read(`${HEAD}1,${error},Won\n`);
      expect(problems, error).to.deep.equal([
        `export.csv:2:2  Name (B2): expected a value, got an error that a spreadsheet shows instead of a value: "${error}". Correct the cell where it comes from, and export again. [export-cell]`,
      ]);
    }
    for (const name of ["#1 Tools", "#Hashtag!", "Error:Free GmbH", "N/A Ltd", "Wow!", "C# & Co"]) {
      const result = await read(`${HEAD}1,${name},Won\n`);
      expect([result.problems, briefly(result)]).to.deep.equal([[], [`1 ${name} grant`]]);
    }
  });

  it("days that the declared order does not read, with both readings of one that it reads", async () => {
    const mapping = withDates("format: DD/MM/YYYY");
    const ends = (...days: string[]) =>
      `Id,Name,Status,Product,End,Mail\n${days.map((day, at) => `${at + 1},A${at},Won,Agent,${day},\n`).join("")}`;
    const both = await read(ends("5/4/2027", "12/31/2027"), mapping);
    expect(both.problems).to.deep.equal([
      'export.csv:3:5  End (E3): expected a day as DD/MM/YYYY or YYYY-MM-DD, got "12/31/2027" beside "5/4/2027", which is 2027-04-05 as DD/MM/YYYY and 2027-05-04 as MM/DD/YYYY in 1 row. Write `dates: { format: MM/DD/YYYY }` in crm.yaml. [record-date]',
    ]);
    const alone = await read(ends("5/4/2027"), mapping);
    expect(alone.problems).to.deep.equal([]);
    expect(alone.records.map(({ expires }) => expires)).to.deep.equal(["2027-04-05"]);
    expect(alone.notes).to.deep.equal([
      'no date of the export proves that it writes DD/MM/YYYY, such as "5/4/2027", which is 2027-04-05 as DD/MM/YYYY and 2027-05-04 as MM/DD/YYYY',
    ]);
    const proven = await read(ends("5/4/2027", "31/12/2027"), mapping);
    expect([proven.problems, proven.notes]).to.deep.equal([[], []]);
  });

  it("a blank end date where nearly all customers have one, also when the mapping says what a blank one means", async () => {
    const ends = (...days: string[]) =>
      `Id,Name,Status,Product,End,Mail\n${days.map((day, at) => `${at + 1},A${at},Won,Agent,${day},\n`).join("")}99,Z,Lost,Agent,,\n`;
    const filled = (count: number) => Array.from({ length: count }, () => "2027-12-31");
    for (const [blank, means] of [
      ["none", "end"],
      ["suspend", "access"],
    ] as const) {
      const { problems } = await read(
        ends("2027-12-31", "", "2028-12-31"),
        withDates(`blank: ${blank}`),
      );
      expect(problems).to.deep.equal([
        `export.csv:3:5  End (E3): expected an end date, as in 2 rows of 3 with access, got a blank cell in 1 row. Write \`dates: { blank: ${blank}, fewBlanks: accept }\` if the cell is blank because there is no ${means}, or \`dates: { blank: keep }\` if the end in the customer's file stays, in crm.yaml. If it was left empty by mistake, write the end date in the sales system, and export again. [record-end-exception]`,
      ]);
    }
    const checks = async (mapping: string, ...days: string[]) =>
      (await read(ends(...days), withDates(mapping))).problems.length;
    // 10 % and less are few; a column that is often blank means what the mapping says.
    expect(await checks("blank: none", ...filled(18), "", "")).to.equal(1);
    expect(await checks("blank: none", ...filled(17), "", "")).to.equal(0);
    expect(await checks("blank: none", ...filled(1), "")).to.equal(0);
    expect(await checks("blank: none", "", "", "")).to.equal(0);
    expect(await checks("blank: keep", ...filled(2), "")).to.equal(0);
    expect(await checks("blank: none, fewBlanks: accept", ...filled(2), "")).to.equal(0);
  });

  it("two columns that are missing, and not the encoding of a file that no header was found in", async () => {
    const damaged = Buffer.concat([
      Buffer.from("Id,Company,State\n1,Grün,Won\n2,Gr"),
      Buffer.from([0xfc]),
      Buffer.from("n,Won\n"),
    ]);
    const { problems } = await read(damaged);
    expect(problems.map((one) => /"(\w+)".*\[(.*)\]$/.exec(one)?.slice(1))).to.deep.equal([
      ["Name", "export-column"],
      ["Status", "export-column"],
    ]);
  });

  it("a bad cell below a quoted line break, with the editor's line and the spreadsheet's row", async () => {
    for (const [before, delimiter, line] of [
      ["", ",", 4],
      ["sep=;\n", ";", 5],
    ] as const) {
      const rows = [
        "Id,Name,Status,Product,End,Mail",
        '1,"Acme\nGmbH",Won,Agent,,',
        "2,B,Won,Agent,soon,",
      ];
      const source = before + rows.map((row) => `${row.replaceAll(",", delimiter)}\n`).join("");
      const { problems } = await read(source, FULL_MAPPING);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.match(new RegExp(`^export\\.csv:${line}:5 {2}End \\(E3\\): `));
    }
  });

  it("no instant without a time zone: the later day counts", async () => {
    const end = async (day: string, dates: string) => {
      const source = `Id,Name,Status,Product,End,Mail\n1,A,Won,Agent,${day},\n`;
      const { records, problems } = await read(source, withDates(dates));
      expect(problems).to.deep.equal([]);
      return records[0]?.expires;
    };
    expect(await end("2027-01-30T23:00Z", "blank: none")).to.equal("2027-01-31");
    expect(await end("2027-01-30T09:59Z", "blank: none")).to.equal("2027-01-30");
    expect(await end("2027-01-30T23:00Z", "timeZone: UTC")).to.equal("2027-01-30");
    expect(await end("2027-01-30T23:00Z", "timeZone: America/New_York")).to.equal("2027-01-30");
  });

  it("statuses that the mapping does not know, blank included, each with its rows", async () => {
    const source = `${HEAD}1,A,Won\n2,B,Closed - won\n3,C,\n4,D,closed - won\n5,E,Closed - won\n`;
    const mapping = MAPPING.replace("Won: grant", '"WON ": grant');
    expect((await read(source, mapping)).problems).to.deep.equal([
      'export.csv:3:3  Status (C3): expected a status that the mapping knows, got "Closed - won" in 2 rows. Write `"Closed - won": grant` (or keep, suspend, ignore) under `statuses` in crm.yaml. [status-unmapped]',
      'export.csv:4:3  Status (C4): expected a status that the mapping knows, got a blank cell in 1 row. Write `"": grant` (or keep, suspend, ignore) under `statuses` in crm.yaml. [status-unmapped]',
      'export.csv:5:3  Status (C5): expected a status that the mapping knows, got "closed - won" in 1 row. Write `"closed - won": grant` (or keep, suspend, ignore) under `statuses` in crm.yaml. [status-unmapped]',
    ]);
  });

  it("unknown products and repositories, for rows that grant", async () => {
    const head = "Id,Name,Status,Product,End,Mail\n";
    const rows = "1,A,Won,Agent;Gadget,,\n2,B,Lost,Widget,,\n3,C,Won,Support,,\n";
    const { problems } = await read(head + rows, FULL_MAPPING);
    expect(problems).to.deep.equal([
      'export.csv:2:4  Product (D2): expected a product that the mapping knows, got "Gadget" in 1 row. Write `"Gadget": [dashboard]` with its own repositories, or `"Gadget": []` if it has no images, under `products` in crm.yaml. [product-unmapped]',
      "export.csv:4:1  expected at least one repository for a customer with access, got none for 3. Correct its products in the sales system, or what they stand for. Write `withoutRepositories: ignore` if such a record means nothing, or `withoutRepositories: suspend` if it has no access, in crm.yaml. [record-repositories]",
    ]);
    const mapping = MAPPING.replace(
      "  status: Status\n",
      "  status: Status\n  repositories: Repos\n",
    );
    const own = await read("Id,Name,Status,Repos\n1,A,Won,edge-agnt;orchestrator\n", mapping);
    expect(own.problems).to.deep.equal([
      'export.csv:2:4  Repos (D2): expected a repository of the stack\'s catalogue, got "edge-agnt" in 1 row. Correct it in the sales system, or add it to the catalogue. "edge-agent" may be meant. [repository-known]',
    ]);
  });

  it("a blank cell of the repositories beside those of the mapping, until the mapping decides it", async () => {
    const mapping = MAPPING.replace(
      "  status: Status\n",
      "  status: Status\n  repositories: Repos\n",
    );
    const source = "Id,Name,Status,Repos\n1,A,Won,orchestrator\n2,B,Won,\n3,C,Won, ; \n4,D,Lost,\n";
    expect((await read(source, mapping)).problems).to.deep.equal([
      "export.csv:3:4  Repos (D3): expected the names of repositories, got a blank cell in 2 rows. Write `blankRepositories: none` if such a customer has no repositories beyond what its products or all get, in crm.yaml. [repository-blank]",
    ]);
    const decided = await read(source, `${mapping}blankRepositories: none\n`);
    expect(decided.problems).to.deep.equal([]);
    expect(decided.records.map(({ id, repositories }) => [id, ...repositories])).to.deep.equal([
      ["1", "edge-agent", "orchestrator"],
      ["2", "edge-agent"],
      ["3", "edge-agent"],
      ["4"],
    ]);
    // Nothing else is given: as with products that have no images.
    const alone = await read(source, mapping.replace(/^repositories: .*\n/m, ""));
    expect(alone.problems.join("\n"))
      .to.contain("got none for 2.")
      .and.contain("[record-repositories]");
  });

  it("a thousand rows with one mistake, in a list that can be read", async () => {
    const head = "Id,Name,Status,Product,End,Mail\n";
    const rows = Array.from({ length: 1000 }, (_, at) => `${at},A,Won,Agent,31.12.2027,\n`);
    expect((await read(`${head}${rows.join("")}`, FULL_MAPPING)).problems).to.deep.equal([
      'export.csv:2:5  End (E2): expected a day as YYYY-MM-DD, got "31.12.2027" in 1,000 rows. Write `dates: { blank: none, fewBlanks: accept, format: DD.MM.YYYY }` in crm.yaml. [record-date]',
    ]);
    const ids = Array.from({ length: 1000 }, (_, at) => `${at} x,A,Won,Agent,,\n`);
    const { problems } = await read(`${head}${ids.join("")}`, FULL_MAPPING);
    expect(problems).to.have.length(21);
    expect(problems[20]).to.contain("the same check finds 980 more than the ones that are listed");
  });
});

describe("the lines that an import proposes for a mapping", () => {
  const HEAD = "Id,Name,Status,Product,End,Mail\n";
  const DATES = "dates: { blank: none, fewBlanks: accept }\n";
  const meanings: [line: string, rows: string, records: [id: string, end: string | null][]][] = [
    ["idForm: { digits: 4 }", "12,A,Won,Agent,,\n", [["0012", null]]],
    ['idForm: { grouping: "," }', '"1,234",A,Won,Agent,,\n', [["1234", null]]],
    ["dates: { noEnd: [unlimited] }", "1,A,Won,Agent,Unlimited,\n", [["1", null]]],
    ["dates: { noEnd: [9999-12-31] }", "1,A,Won,Agent,9999-12-31,\n", [["1", null]]],
    ["dates: { serialNumbers: true }", "1,A,Won,Agent,46752,\n", [["1", "2027-12-31"]]],
    ["dates: { format: MM/DD/YYYY }", "1,A,Won,Agent,5/4/2027,\n", [["1", "2027-05-04"]]],
    [
      "skipRows: [Summe]",
      "1,A,Won,Agent,2027-12-31,\nSumme,,,,,\n2,B,Won,Agent,2028-12-31,\n",
      [
        ["1", "2027-12-31"],
        ["2", "2028-12-31"],
      ],
    ],
  ];
  for (const [line, rows, records] of meanings) {
    it(`give the records that they are meant to give: ${line}`, async () => {
      const mapping = line.startsWith("dates: ")
        ? FULL_MAPPING.replace(DATES, `${line}\n`)
        : `${FULL_MAPPING}${line}\n`;
      const result = await read(HEAD + rows, mapping);
      expect(result.problems).to.deep.equal([]);
      expect(result.records.map(({ id, expires }) => [id, expires])).to.deep.equal(records);
    });
  }

  it("give the record of merged cells all its products, in a workbook and in CSV", async () => {
    const mapping = `${FULL_MAPPING}rowsWithoutId: above\nduplicates: any-active\n`;
    const rows = "1,Acme,Won,Agent,2027-12-31,\n,,,Suite,,\n2,B,Won,Agent,2028-12-31,\n";
    const recordsOf = async (source: string | Uint8Array) => {
      const { problems, records } = await read(source, mapping);
      expect(problems).to.deep.equal([]);
      return records.map(({ id, name, expires, repositories }) => [
        id,
        name,
        expires,
        ...repositories,
      ]);
    };
    const expected = [
      ["1", "Acme", "2027-12-31", "edge-agent", "orchestrator"],
      ["2", "B", "2028-12-31", "edge-agent"],
    ];
    expect(await recordsOf(HEAD + rows)).to.deep.equal(expected);
    const [first = [], ...others] = (HEAD + rows)
      .trimEnd()
      .split("\n")
      .map((one) => one.split(",").map((cell) => cell || null));
    const merged = ["A2:A3", "B2:B3", "C2:C3", "E2:E3"];
    const bytes = workbook({ Export: [first, ...others] }, { merged });
    expect(await recordsOf(bytes)).to.deep.equal(expected);
  });
});

describe("an export without a mapped column", () => {
  it("is refused with its headers: up to 60, the ones that may be meant first", async () => {
    const headers = (count: number) =>
      Array.from({ length: count }, (_, at) => (at === 13 ? "Deal Status" : `Field ${at + 1}`));
    const said = async (count: number) => {
      const { problems } = await read(`${["Id", "Name", ...headers(count)].join(",")}\n`, MAPPING);
      expect(problems).to.have.length(1);
      return problems.join();
    };
    expect(await said(14))
      .to.contain("The export has: ")
      .and.to.contain("Deal Status");
    const many = await said(110);
    expect(many).to.match(/Field 5\d … \(5\d more\)/);
    expect(many).to.contain("Deal Status");
  });
});

describe("an XLSX workbook", () => {
  const HEAD = ["(hidden) x", "Id", "Name", "Status", "Product", "End", "Mail"];
  const row = (id: string | number, end: { date: number } | string | null = null) =>
    [null, id, "Müller & Co", "Won", "Agent", end, "ops@example.com"] as const;

  it("is read from the sheet with the mapped headers, with days and whole numbers", async () => {
    const bytes = workbook({
      hiddenSheet: [["this"], ["is", "no", "data"]],
      Deals: [
        HEAD,
        row(18_912_345_678, { date: 46_752 }),
        row("0015", { date: 46_752.395_833_333_34 }),
      ],
    });
    const result = await read(bytes, FULL_MAPPING);
    expect(result.problems).to.deep.equal([]);
    expect(result.how).to.equal('XLSX, sheet "Deals"');
    expect(result.records.map(({ id, name, expires }) => [id, name, expires])).to.deep.equal([
      ["0015", "Müller & Co", "2027-12-31"],
      ["18912345678", "Müller & Co", "2027-12-31"],
    ]);
  });

  it("with an error or a formula without a result says where, and does not take it for blank", async () => {
    const bad: [unknown, RegExp][] = [
      [
        { error: "#N/A" },
        /^export\.csv:2:6 {2}End \(F2\): expected a value, got an error that a spreadsheet shows instead of a value: "#N\/A"/,
      ],
      [
        { raw: '<c r="PLACE"><f>A1+1</f></c>' },
        /^export\.csv:2:6 {2}End \(F2\): expected a value, got a formula whose result is not in the file\. Open the file in Excel and save it, which computes all formulas, or export values instead\. \[export-cell\]$/,
      ],
      [
        { raw: '<c r="PLACE" s="1"><f t="shared" si="0"/></c>' },
        /^export\.csv:2:6 {2}End \(F2\): .*a formula whose result is not in the file/,
      ],
      [{ date: 46_752 }, /^$/],
    ];
    for (const [end, said] of bad) {
      const bytes = workbook({ Deals: [HEAD, row("1", end as { date: number })] });
      expect((await read(bytes, FULL_MAPPING)).problems.join("\n")).to.match(said);
    }
  });

  it("with texts whose day is over 12 beside date cells of which none is says that days and months may be exchanged", async () => {
    const mapping = withDates("format: auto");
    const readEnds = async (...ends: ({ date: number } | string)[]) =>
      read(workbook({ A: [HEAD, ...ends.map((end, at) => row(`${at}`, end))] }), mapping);
    const fourth = { date: 46_391 }; // 4 January, or 1 April.
    const { problems } = await readEnds(fourth, "25/12/2027");
    expect(problems).to.deep.equal([
      'export.csv:2:6  End (F2): expected days as the sales system wrote them, got "25/12/2027" as text beside 2027-01-04 as a date, which may have been 2027-04-01: Excel exchanges day and month of dates in the form DD/MM/YYYY where it expects another one, and leaves those as text whose day is over 12, in 2 rows. Import the file as it was exported, or check each date and give the whole column a date format in Excel. [record-date-exchanged]',
    ]);
    const harmless: ({ date: number } | string)[][] = [
      [fourth, { date: 46_752 }, "25/12/2027"],
      [{ date: 46_388 }, "25/12/2027"],
      [fourth, "25 Dec 2027"],
      [fourth, "2027/12/25"],
      [fourth],
    ];
    for (const ends of harmless) expect((await readEnds(...ends)).problems).to.deep.equal([]);
    // A text file has no date cells.
    const csv =
      "Id,Name,Status,Product,End,Mail\n1,A,Won,Agent,2027-01-04,\n2,B,Won,Agent,25/12/2027,\n";
    expect((await read(csv, mapping)).problems).to.deep.equal([]);
  });

  it("with a number that Excel cannot hold as an id is refused", async () => {
    for (const id of [1.5, 1.234_567_890_123_456_7e19]) {
      const { problems } = await read(
        workbook({ Deals: [HEAD, row(id)] }),
        `${FULL_MAPPING}ids: number\n`,
      );
      expect(problems.join("\n"), String(id)).to.match(
        /^export\.csv:2:2 {2}Id \(B2\): expected an id of digits/,
      );
    }
  });

  it("with two sheets that fit, or none, is refused", async () => {
    const two = workbook({ May: [HEAD, row("1")], June: [HEAD, row("1")] });
    expect((await read(two, FULL_MAPPING)).problems).to.deep.equal([
      'export.csv:1:1  expected one sheet with the mapped columns, got "May" and "June". Write `sheet: May` or `sheet: June` in crm.yaml. [export-sheet]',
    ]);
    const none = await read(workbook({ Notes: [["x", "y"]] }), FULL_MAPPING);
    expect(none.problems.join()).to.contain('got none in "Notes"');
    const column = await read(workbook({ Deals: [HEAD.slice(0, -1)] }), FULL_MAPPING);
    expect(column.problems.join()).to.contain('expected a column "Mail"');
  });

  it("that unpacks to more than a file should is refused, whatever sizes it names", async () => {
    const bomb = Buffer.from(deflatedZip({ "xl/workbook.xml": "x".repeat(2 * 1024 * 1024) }));
    const unpacked = async (most: number) => {
      let size = 0;
      const archive = await Archive.open(bomb, most);
      for await (const chunk of archive.unpack("xl/workbook.xml")) size += chunk.length;
      return size;
    };
    const refusal = async (most: number) =>
      unpacked(most).then(
        () => "read",
        (error: unknown) => (error as Error).message,
      );
    expect(await unpacked(3 * 1024 * 1024)).to.equal(2 * 1024 * 1024);
    expect(await refusal(1024 * 1024)).to.equal("one that unpacks to more than 1 MiB");
    // The size that the archive names for the entry, in both headers.
    for (const at of [22, bomb.indexOf("PK\u0001\u0002") + 24]) bomb.writeUInt32LE(10, at);
    expect(await refusal(1024 * 1024)).to.equal("one that unpacks to more than 1 MiB");
    expect(await refusal(3 * 1024 * 1024)).to.equal("a damaged archive");
  });

  it("that is damaged anywhere is a problem and never an error", async () => {
    const whole = workbook({ Deals: [HEAD, row("1")] });
    expect((await read(whole, FULL_MAPPING)).problems).to.deep.equal([]);
    for (let at = 0; at < whole.length; at += 41) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      const result = await read(damaged, FULL_MAPPING);
      expect(result.records.length + result.problems.length, `byte ${at}`).to.be.greaterThan(0);
    }
  });
});
