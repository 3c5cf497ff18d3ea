/**
 * Proves how a mapping file is read: the ready ones without a problem, each mistake with its whole
 * text and place, and the JSON Schema from the same definition. What a mapping does to rows:
 * reading.test.ts.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import {
  loadMapping,
  parseMapping,
  READY_MAPPINGS,
} from "../../../automation/sales/mapping/mapping";
import { mappingChanges } from "../../../automation/sales/mapping/changes";
import { mappingDefinition } from "../../../automation/sales/mapping/definition";
import { mappingSchemaText } from "../../../automation/sales/mapping/schema";
import { fieldWords } from "../../../src/yaml/fieldWords";
import { exchanged } from "../../../automation/sales/reading/dayOrder";
import { formatProblem } from "../../../src/problem";
import { stackConfig } from "../../customers/support";
import { CATALOGUE, MAPPING } from "./support/read";

const settings = { create: false, grants: "named", regions: ["eu-central-1"] } as const;
const CONFIG = stackConfig({ repositories: new Map(CATALOGUE.map((name) => [name, settings])) });

function said(text: string): string[] {
  return parseMapping(text, "crm.yaml").problems.map(formatProblem);
}

describe("a mapping", () => {
  it("has defaults, and one header is a list of one", () => {
    const { mapping } = parseMapping(MAPPING, "crm.yaml");
    expect(mapping).to.deep.include({
      ids: "text",
      separator: ";",
      rowsWithoutId: "refuse",
      duplicates: "refuse",
      withoutRepositories: "refuse",
      blankRepositories: "refuse",
      finalLineEnd: "required",
      idForm: {},
      columns: { id: ["Id"], name: ["Name"], status: ["Status"] },
    });
    expect(mapping?.statuses.get("won")).to.equal("grant");
    const { dates } = mapping ?? {};
    expect([dates?.earliest, dates?.graceDays, dates?.noEnd.size]).to.deep.equal([
      "2015-01-01",
      0,
      0,
    ]);
    // What no one has said is not assumed.
    expect([dates?.blank, dates?.timeZone, dates?.format]).to.deep.equal(Array(3).fill(undefined));
  });

  const ready = readdirSync(READY_MAPPINGS);
  it("comes ready for each sales system", () => {
    expect(ready.map((name) => name.replace(".yaml", ""))).to.deep.equal([
      "chargebee",
      "dynamics-365",
      "hubspot-companies",
      "hubspot-deals",
      "pipedrive",
      "salesforce-data-loader",
      "salesforce-report",
      "stripe",
      "zoho",
    ]);
    for (const name of ready) {
      const { mapping, problems } = loadMapping(join(READY_MAPPINGS, name), CONFIG);
      expect(problems.map(formatProblem), name).to.deep.equal([]);
      const actions = new Set(mapping?.statuses.values());
      expect(actions, name).to.include("grant");
      // A user's locale decides on the order of day and month, so no ready mapping presets it.
      const { format } = mapping?.dates ?? {};
      expect(format === "auto" ? undefined : exchanged(format ?? "YYYY-MM-DD"), name).to.equal(
        undefined,
      );
      // A deal that was lost says nothing about the ones that were won; a subscription that was
      // cancelled, or an account that is inactive, ends access.
      const isOfDeals = /deals|companies|pipedrive|salesforce|zoho/.test(name);
      expect(actions.has("suspend"), name).to.equal(!isOfDeals);
    }
  });

  const mistakes: [check: string, text: string, said: string][] = [
    [
      "mapping",
      "- a\n",
      "crm.yaml:1:1  expected the keys of a mapping, got a list. Write at least `system`, `columns` and `statuses`; see docs/sales-exports.md. [mapping]",
    ],
    [
      "mapping-system",
      MAPPING.replace("crm", "CRM"),
      'crm.yaml:1:9  system: expected a system\'s name of lower-case letters, digits and hyphens, got "CRM". Write e.g. `system: hubspot`. [mapping-system]',
    ],
    [
      "mapping-encoding",
      `${MAPPING}encoding: utf-7\n`,
      'crm.yaml:8:11  encoding: expected an encoding by its name, got "utf-7". Write e.g. `encoding: windows-1252`, or leave it out for UTF-8. [mapping-encoding]',
    ],
    [
      "mapping-ids",
      `${MAPPING}ids: int\n`,
      'crm.yaml:8:6  ids: expected text, number, salesforce or guid, got "int". Write e.g. `ids: salesforce`, or leave it out. [mapping-ids]',
    ],
    [
      "mapping-columns",
      MAPPING.replace("  name: Name\n", ""),
      "crm.yaml:3:3  columns.name: expected a header or a list of headers, got nothing. Write e.g. `name: [Company Name, Account Name]`. [mapping-header]",
    ],
    [
      "mapping-header",
      MAPPING.replace("id: Id", "id: []"),
      "crm.yaml:3:7  columns.id: expected a header or a list of headers, got an empty list. Write e.g. `id: [Record ID, Company ID]`. [mapping-header]",
    ],
    [
      "mapping-statuses",
      MAPPING.replace(/statuses: .*/, "statuses: Won"),
      'crm.yaml:6:11  statuses: expected what each status means, got "Won". Write e.g. `Closed Won: grant` under `statuses`. [mapping-statuses]',
    ],
    [
      "mapping-status",
      MAPPING.replace("Won: grant", "Won: allow, Done: grant"),
      'crm.yaml:6:18  statuses.Won: expected grant, keep, suspend or ignore, got "allow". Write e.g. `Closed Won: grant`. [mapping-status]',
    ],
    [
      "mapping-no-grant",
      MAPPING.replace("Won: grant", "Won: keep"),
      "crm.yaml:6:11  statuses: expected at least one status that means grant, got none. Write e.g. `Closed Won: grant` under `statuses`. [mapping-no-grant]",
    ],
    [
      "mapping-twin",
      MAPPING.replace("Won: grant", "Won: grant, WON: suspend"),
      'crm.yaml:6:30  statuses.WON: expected each value once, case and blanks aside, got "WON" beside "Won". Delete one of the two. [mapping-twin]',
    ],
    [
      "mapping-products",
      `${MAPPING}products: { A: [edge-agent] }\n`,
      "crm.yaml:8:11  products: expected the column of the products beside `products`, got none. Write e.g. `products: Product` under `columns`. [mapping-products]",
    ],
    [
      "mapping-products",
      MAPPING.replace("  name:", "  products: Product\n  name:"),
      "crm.yaml:4:13  columns.products: expected the repositories of each product, got no `products`. Write e.g. `Edge Agent: [edge-agent]` under `products`. [mapping-products]",
    ],
    [
      "mapping-repositories",
      MAPPING.replace("[edge-agent]", "edge-agent"),
      'crm.yaml:7:15  repositories: expected a list of repositories, got "edge-agent". Write e.g. `[edge-agent, orchestrator]`. [mapping-repositories]',
    ],
    [
      "mapping-no-repositories",
      MAPPING.replace("[edge-agent]", "[]"),
      "crm.yaml:1:1  expected something that says which repositories a customer gets, got nothing. Write e.g. `repositories: [edge-agent]` for every customer, or `products` with its column, or a column of repositories. [mapping-no-repositories]",
    ],
    [
      "mapping-separator",
      `${MAPPING}separator: ", "\n`,
      'crm.yaml:8:12  separator: expected one character, got ", ". Write e.g. `separator: ","`, or leave it out for a semicolon. [mapping-separator]',
    ],
    [
      "mapping-ignore-rows",
      `${MAPPING}ignoreRows: { Deleted: [] }\n`,
      'crm.yaml:8:24  ignoreRows.Deleted: expected for each header its values, each with `ignore` or `read`, got an empty list. Write e.g. `IsDeleted: { "true": ignore, "false": read }` under `ignoreRows`. [mapping-ignore-rows]',
    ],
    [
      "mapping-rows-without-id",
      `${MAPPING}rowsWithoutId: skip\n`,
      'crm.yaml:8:16  rowsWithoutId: expected refuse, ignore or above, got "skip". Write e.g. `rowsWithoutId: ignore`, or leave it out. [mapping-rows-without-id]',
    ],
    [
      "mapping-duplicates",
      `${MAPPING}duplicates: first\n`,
      'crm.yaml:8:13  duplicates: expected refuse, any-active or latest-end, got "first". Write e.g. `duplicates: any-active`, or leave it out. [mapping-duplicates]',
    ],
    [
      "mapping-duplicates",
      `${MAPPING}duplicates: latest-end\n`,
      "crm.yaml:8:13  duplicates: expected the column of the end date, by which `latest-end` decides, got none. Write e.g. `expires: Contract End` under `columns`, or another rule. [mapping-duplicates]",
    ],
    [
      "mapping-dates",
      `${MAPPING}dates: DD.MM.YYYY\n`,
      'crm.yaml:8:8  dates: expected `format`, `timeZone`, `blank`, `fewBlanks`, `noEnd`, `earliest`, `latest`, `serialNumbers` and `graceDays`, got "DD.MM.YYYY". Write e.g. `dates: { format: DD.MM.YYYY }`. [mapping-dates]',
    ],
    [
      "mapping-date-format",
      `${MAPPING}dates: { format: DD.MM }\n`,
      'crm.yaml:8:18  dates.format: expected auto, or year (YYYY, YY), month (MM, MMM) and day (DD), each once, got "DD.MM". Write e.g. `format: DD/MM/YYYY`, or leave it out for YYYY-MM-DD. [mapping-date-format]',
    ],
    [
      "mapping-time-zone",
      `${MAPPING}dates: { timeZone: Berlin }\n`,
      'crm.yaml:8:20  dates.timeZone: expected a time zone by its name, got "Berlin". Write e.g. `timeZone: Europe/Berlin`, or leave it out for UTC. [mapping-time-zone]',
    ],
    [
      "mapping-blank-end",
      `${MAPPING}dates: { blank: end }\n`,
      'crm.yaml:8:17  dates.blank: expected none, keep or suspend, got "end". Write e.g. `blank: keep`, or leave it out where no end date is blank. [mapping-blank-end]',
    ],
    [
      "mapping-grace-days",
      `${MAPPING}dates: { graceDays: 400 }\n`,
      'crm.yaml:8:21  dates.graceDays: expected a number of days from 0 to 366, got "400". Write e.g. `graceDays: 14`, or leave it out. [mapping-grace-days]',
    ],
    [
      "unknown-key",
      MAPPING.replace("statuses:", "status:"),
      'crm.yaml:6:1  expected a known key, got "status". Write "statuses". [unknown-key]',
    ],
    [
      "mapping-sheet",
      `${MAPPING}sheet: ""\n`,
      'crm.yaml:8:8  sheet: expected the name of a sheet, got "". Write e.g. `sheet: Export`, or leave it out where one sheet has the mapped columns. [mapping-sheet]',
    ],
    [
      "mapping-final-line-end",
      `${MAPPING}finalLineEnd: none\n`,
      'crm.yaml:8:15  finalLineEnd: expected required or optional, got "none". Write `finalLineEnd: optional`, or leave it out. [mapping-final-line-end]',
    ],
    [
      "mapping-id-form",
      `${MAPPING}idForm: digits\n`,
      'crm.yaml:8:9  idForm: expected `prefix`, `digits`, `grouping`, `case` and `zeros`, got "digits". Write e.g. `idForm: { digits: 8 }`. [mapping-id-form]',
    ],
    [
      "mapping-id-prefix",
      `${MAPPING}idForm: { prefix: "" }\n`,
      'crm.yaml:8:19  idForm.prefix: expected what each id begins with, got "". Write e.g. `prefix: cus_`, or leave it out. [mapping-id-prefix]',
    ],
    [
      "mapping-id-digits",
      `${MAPPING}idForm: { digits: 1 }\n`,
      'crm.yaml:8:19  idForm.digits: expected a number of digits from 2 to 30, got "1". Write e.g. `digits: 8`, or leave it out. [mapping-id-digits]',
    ],
    [
      "mapping-id-grouping",
      `${MAPPING}idForm: { grouping: ", " }\n`,
      'crm.yaml:8:21  idForm.grouping: expected one character, got ", ". Write e.g. `grouping: ","`, or leave it out. [mapping-id-grouping]',
    ],
    [
      "mapping-id-case",
      `${MAPPING}idForm: { case: upper }\n`,
      'crm.yaml:8:17  idForm.case: expected exact or ignore, got "upper". Write e.g. `case: exact`, or leave it out. [mapping-id-case]',
    ],
    [
      "mapping-id-zeros",
      `${MAPPING}idForm: { zeros: keep }\n`,
      'crm.yaml:8:18  idForm.zeros: expected exact, got "keep". Write `zeros: exact`, or leave it out. [mapping-id-zeros]',
    ],
    [
      "mapping-ignore-row",
      `${MAPPING}ignoreRows: { Deleted: { "true": skip } }\n`,
      'crm.yaml:8:34  ignoreRows.Deleted.true: expected ignore or read, got "skip". Write e.g. `"true": ignore` and `"false": read`. [mapping-ignore-row]',
    ],
    [
      "mapping-cell-texts",
      `${MAPPING}skipRows: Total\n`,
      'crm.yaml:8:11  skipRows: expected a list of texts of cells, got "Total". Write e.g. `["N/A", "-"]`. [mapping-cell-texts]',
    ],
    [
      "mapping-without-repositories",
      `${MAPPING}withoutRepositories: keep\n`,
      'crm.yaml:8:22  withoutRepositories: expected refuse, ignore or suspend, got "keep". Write e.g. `withoutRepositories: ignore`, or leave it out. [mapping-without-repositories]',
    ],
    [
      "mapping-blank-repositories",
      `${MAPPING}blankRepositories: all\n`,
      'crm.yaml:8:20  blankRepositories: expected refuse or none, got "all". Write `blankRepositories: none`, or leave it out. [mapping-blank-repositories]',
    ],
    [
      "mapping-day",
      `${MAPPING}dates: { earliest: 2015-02-29 }\n`,
      'crm.yaml:8:20  dates.earliest: expected a day as YYYY-MM-DD, got "2015-02-29". Write e.g. `2015-01-01`. [mapping-day]',
    ],
    [
      "mapping-day",
      `${MAPPING}dates: { earliest: 2030-01-01, latest: 2029-12-31 }\n`,
      "crm.yaml:8:40  dates.latest: expected a day after `earliest`, got 2029-12-31. Exchange `earliest` and `latest`. [mapping-day]",
    ],
    [
      "mapping-few-blanks",
      `${MAPPING}dates: { fewBlanks: none }\n`,
      'crm.yaml:8:21  dates.fewBlanks: expected accept, got "none". Write `fewBlanks: accept`, or leave it out. [mapping-few-blanks]',
    ],
    [
      "mapping-serial-numbers",
      `${MAPPING}dates: { serialNumbers: yes }\n`,
      'crm.yaml:8:25  dates.serialNumbers: expected true or false, got "yes". Write `serialNumbers: true`, or leave it out. [mapping-serial-numbers]',
    ],
    ["yaml-syntax", "system: [", /yaml-syntax/.source],
  ];
  for (const [check, text, expected] of mistakes) {
    it(`with a mistake that ${check} finds says so`, () => {
      const found = said(text).join("\n");
      if (expected === "yaml-syntax") expect(found).to.contain("[yaml-syntax]");
      else expect(found).to.equal(expected);
    });
  }

  it("has a mistake here for each part that its definition gives words", () => {
    const shape = mappingDefinition.shape;
    const parts = [
      mappingDefinition,
      ...Object.values(shape),
      ...Object.values(shape.columns.shape),
      ...Object.values(shape.dates.unwrap().shape),
      shape.statuses.valueType,
    ];
    const words = parts.flatMap((part: z.ZodType) => {
      const inner = part instanceof z.ZodOptional ? (part.unwrap() as z.ZodType) : part;
      return fieldWords.get(part)?.check ?? fieldWords.get(inner)?.check ?? [];
    });
    const shown = new Set(mistakes.map(([check]) => check));
    expect(words.length).to.be.greaterThan(15);
    for (const check of words) expect([...shown], check).to.include(check);
  });

  it("names a repository that the stack does not have, with its place", () => {
    const file = join(READY_MAPPINGS, "stripe.yaml");
    const { problems } = loadMapping(file, stackConfig());
    expect(problems.map(formatProblem).join("\n")).to.match(
      /stripe\.yaml:\d+:18 {2}products\.suite-yearly\[0\]: expected a repository of the stack's catalogue, got "dashboard"\./,
    );
    expect(loadMapping("/nowhere/crm.yaml", CONFIG).problems.map(formatProblem).join()).to.contain(
      "expected a readable mapping file, got no such file or folder. Check `--mapping`; ready ones are in automation/sales/mapping/ready. [mapping-readable]",
    );
  });

  it("is another one when its meaning changes, not its order or comments", () => {
    const written = (text: string) => parseMapping(text, "").mapping?.written;
    const [system, ...others] = MAPPING.trimEnd().split("\n");
    const moved = [...others, `${system} # the CRM`].join("\n");
    expect(mappingChanges(written(MAPPING), written(moved))).to.deep.equal([]);
    const changed = MAPPING.replace("Late: keep", 'Late: suspend, "": ignore').replace(
      "[edge",
      "[dashboard, edge",
    );
    expect(mappingChanges(written(MAPPING), written(changed))).to.deep.equal([
      "repositories: edge-agent → dashboard, edge-agent",
      'statuses."": nothing → ignore',
      "statuses.Late: keep → suspend",
    ]);
  });
});

describe("the JSON Schema of a mapping", () => {
  interface Schema {
    description?: string;
    additionalProperties?: unknown;
    required?: string[];
    properties?: Record<string, Schema>;
  }
  const schema = JSON.parse(mappingSchemaText()) as Schema;

  it("is what the repository holds", () => {
    const file = join(__dirname, "../../../schemas/mapping.schema.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal(schema);
  });

  it("knows the reader's keys and no other, each described", () => {
    const { properties = {} } = schema;
    expect(Object.keys(properties)).to.deep.equal(Object.keys(mappingDefinition.shape));
    expect([
      schema.additionalProperties,
      properties["columns"]?.additionalProperties,
    ]).to.deep.equal([false, false]);
    expect(schema.required).to.deep.equal(["system", "columns", "statuses"]);
    const all = [
      properties,
      properties["columns"]?.properties ?? {},
      properties["dates"]?.properties ?? {},
    ];
    for (const part of all) {
      expect(Object.keys(part)).to.have.length.above(3);
      for (const [key, { description }] of Object.entries(part))
        expect(description, key).to.be.a("string");
    }
  });
});
