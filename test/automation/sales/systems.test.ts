/**
 * Proves the worked example of each sales system in docs/sales-exports.md against reality: its
 * rows, with its ready mapping, give just its customer files. And the same rows in the other forms
 * in which that system or Excel writes them. No real export of a customer is used; the rows are
 * made up.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseMapping, READY_MAPPINGS } from "../../../automation/sales/mapping/mapping";
import { fold } from "../../../automation/sales/reading/cellText";
import { mappingDefinition } from "../../../automation/sales/mapping/definition";
import { parse } from "csv-parse/sync";
import { script } from "../support/script";
import { ImportProject } from "./support/importProject";
import { workbook, type WorkbookCell } from "./support/workbook";

const PAGE = readFileSync(join(__dirname, "../../../docs/sales-exports.md"), "utf8");

interface Example {
  system: string;
  mapping: string;
  csv: string;
  files: Record<string, string>;
}

const EXAMPLES: readonly Example[] = (PAGE.split("\n## Examples\n")[1] ?? "")
  .split("\n### ")
  .slice(1)
  .map((section) => ({
    system: section.split("\n")[0] ?? "",
    mapping:
      /--mapping automation\/sales\/mapping\/ready\/([a-z0-9-]+\.yaml)/.exec(section)?.[1] ?? "",
    csv: /```csv\n([^`]*)```/.exec(section)?.[1] ?? "",
    files: Object.fromEntries(
      [...section.matchAll(/<!-- (customers\/\S+) -->\n\n```yaml\n([^`]*)```/g)].map(
        ([, path = "", text = ""]) => [path, text],
      ),
    ),
  }));

function example(system: string): Example {
  const found = EXAMPLES.find((one) => one.system === system);
  if (found === undefined) throw new Error(`no example of ${system}`);
  return found;
}

/** What importing `content` makes of an empty project. */
async function filesOf(
  { mapping }: Example,
  content: string | Uint8Array,
): Promise<Record<string, string>> {
  const project = new ImportProject();
  const { code, stderr } = await project.importFile(
    content,
    "--mapping",
    join(READY_MAPPINGS, mapping),
    "--write",
  );
  expect([code, stderr]).to.deep.equal([0, ""]);
  return Object.fromEntries(
    Object.entries(project.files()).filter(([path]) => path.startsWith("customers")),
  );
}

function rowsOf({ csv }: Example): string[][] {
  return parse(csv, { columns: false, relax_column_count: true }) as string[][];
}

/**
 * As Excel saves it: with as few quotes as can be, rows padded, another delimiter, a mark, CRLF.
 */
function savedByExcel(rows: readonly (readonly string[])[], delimiter: string): Buffer {
  const width = Math.max(...rows.map((row) => row.length));
  const cell = (text: string) =>
    /["\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  const lines = rows.map((row) =>
    [...row, ...Array<string>(width - row.length).fill("")].map(cell).join(delimiter),
  );
  return Buffer.from(`\ufeff${lines.join("\r\n")}\r\n`);
}

describe("docs/sales-exports.md", () => {
  it("has an example for each ready mapping", () => {
    expect(EXAMPLES).to.have.length(9);
    expect(new Set(EXAMPLES.map(({ mapping }) => mapping)).size).to.equal(9);
    for (const { system, csv, files } of EXAMPLES) {
      expect(csv.length, system).to.be.greaterThan(100);
      expect(Object.keys(files), system).to.have.length.above(0);
    }
  });

  for (const one of EXAMPLES) {
    it(`shows what an export of ${one.system} becomes`, async () => {
      const rows = rowsOf(one);
      const isWorkbook = one.mapping === "dynamics-365.yaml";
      const content = isWorkbook
        ? workbook({
            hiddenSheet: [["x"], ["y"]],
            "Active Accounts": rows.map((row) =>
              row.map((cell): WorkbookCell =>
                cell === "2027-12-31" ? { date: 46_752 } : cell || null,
              ),
            ),
          })
        : one.csv;
      expect(await filesOf(one, content)).to.deep.equal(one.files);
    });

    it(`gives the same for ${one.system} when Excel has saved it, in any order of the rows`, async () => {
      const [head = [], ...rows] = rowsOf(one);
      expect(await filesOf(one, savedByExcel([head, ...rows], ";"))).to.deep.equal(one.files);
      const data = rows.filter((row) => row.filter((cell) => cell !== "").length > 1);
      expect(await filesOf(one, savedByExcel([head, ...data.reverse()], "\t"))).to.deep.equal(
        one.files,
      );
    });

    it(`gives the same for ${one.system} from a workbook`, async () => {
      const rows = rowsOf(one).map((row) =>
        row.map((cell): WorkbookCell =>
          /^[1-9]\d{0,14}$/.test(cell) ? Number(cell) : cell || null,
        ),
      );
      expect(await filesOf(one, workbook({ Export: rows }))).to.deep.equal(one.files);
    });
  }

  for (const one of EXAMPLES) {
    it(`has a system whose suggestion extends the ready mapping and leaves all else open: ${one.system}`, async () => {
      const [head = [], ...rows] = rowsOf(one);
      const data = rows.filter((row) => row.filter((cell) => cell !== "").length > 1);
      const marked = data.map((row, at) => [...row, at === 0 ? "WAHR" : "FALSCH", "no"]);
      const table = [[...head, "Gelöscht", "Archived"], ...marked];
      const project = new ImportProject();
      project.put("export.csv", savedByExcel(table, ","));
      const argv = ["import", "export.csv", "--suggest", "own.yaml"];
      const { code, stderr } = await script(argv, { directory: project.directory });
      expect([code, stderr]).to.deep.equal([0, ""]);
      const text = project.text("own.yaml");
      const { mapping } = parseMapping(
        readFileSync(join(READY_MAPPINGS, one.mapping)),
        one.mapping,
      );
      if (mapping === undefined) throw new Error(one.mapping);
      expect(text).to.contain(`based on the ready mapping ${one.mapping}.`);
      expect(text).to.contain(`\nsystem: ${mapping.system}\nids: ${mapping.ids}\n`);
      const at = (field: "id" | "status" | "products") =>
        head.findIndex((cell) => {
          const headers = (mapping.columns[field] ?? []).filter((known) =>
            head.some((other) => fold(other) === fold(known)),
          );
          return fold(cell) === fold(headers[0] ?? "");
        });
      expect(text).to.contain(`\n  id: "${head[at("id")]}"\n`);
      const statuses = data.map((row) => row[at("status")] ?? "");
      const products = data.flatMap((row) =>
        (row[at("products")] ?? "").split(mapping.separator).map((part) => part.trim()),
      );
      const open = [...statuses, ...products, "WAHR", "FALSCH", "no"];
      expect(open.length).to.be.greaterThan(5);
      for (const value of open) expect(text).to.match(new RegExp(`^ +"${value}": # \\d+ row`, "m"));
      expect(text).to.match(/^ignoreRows:\n(?: {2}"IS.*\n(?: {4}.*\n)+)? {2}"Gelöscht":\n/m);
      expect(text).to.match(/^ {2}"Archived":\n/m);
      const { problems } = parseMapping(text, "own.yaml");
      expect(problems.length).to.be.at.least(new Set(open.map(fold)).size);
    });
  }

  it("explains each key of a mapping, and each option of the command", async () => {
    const keys = Object.keys(mappingDefinition.shape);
    expect(keys).to.have.length.above(10);
    for (const key of keys) expect(PAGE, key).to.contain(`| \`${key}\``);
    const { stdout } = await script(["import", "--help"], {
      directory: new ImportProject().directory,
    });
    const common = ["--help", "--version", "--customers", "--stack", "--debug"];
    const options = [...stdout.matchAll(/^ +(--[a-z-]+)/gm)].map(([, option = ""]) => option);
    expect(options).to.have.length.above(12);
    for (const option of options) {
      if (!common.includes(option)) expect(PAGE, option).to.contain(option);
    }
  });
});

describe("the forms in which a system writes its exports", () => {
  it("Salesforce reports in ISO-8859-1, all cells in quotes", async () => {
    const one = example("Salesforce, report");
    const quoted = rowsOf(one)
      .map((row) =>
        row
          .map((cell) => `"${cell}"`)
          .join(",")
          .replace("Acme Robotics", "Müller Robotics"),
      )
      .join("\n");
    const files = await filesOf(one, Buffer.from(quoted, "latin1"));
    expect(Object.values(files)[0]).to.contain("name: Müller Robotics GmbH\n");
  });

  it("Data Loader with a byte order mark of the other order", async () => {
    const one = example("Salesforce, Data Loader");
    const bytes = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(one.csv, "utf16le")]);
    expect(await filesOf(one, bytes)).to.deep.equal(one.files);
  });

  it("Stripe's customers instead of its subscriptions", async () => {
    const one = example("Stripe");
    const csv =
      "id,Description,Email,Name,Created (UTC),Delinquent,Plan,Status\ncus_A1b2C3d4E5f6G7,,ops@acme.example,Acme,2025-11-26 16:18,false,edge-agent-yearly,active\n,,guest@x.example,,2025-11-26 16:18,false,,\ncus_C1b2C3d4E5f6G7,,c@x.example,C,2025-11-26 16:18,false,,\n";
    expect(await filesOf(one, csv)).to.deep.equal(one.files);
  });

  it("HubSpot's ids after Excel has shown them are refused", async () => {
    const one = example("HubSpot, companies");
    const project = new ImportProject();
    const { code, stderr } = await project.importFile(
      one.csv.replace("8800000012", "8.8E+09"),
      "--mapping",
      join(READY_MAPPINGS, one.mapping),
    );
    expect([
      code,
      /export\.csv:2:1 {2}Record ID \(A2\): expected an id of digits, got "8\.8E\+09", a number that Excel has rounded\./.test(
        stderr,
      ),
    ]).to.deep.equal([1, true]);
  });
});
