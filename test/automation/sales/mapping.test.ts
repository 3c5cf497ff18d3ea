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
      dates: { timeZone: "UTC", graceDays: 0, blank: "none" },
      columns: { id: ["Id"], name: ["Name"], status: ["Status"] },
    });
    expect(mapping?.statuses.get("won")).to.equal("grant");
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
      expect([...(mapping?.statuses.values() ?? [])], name).to.include.members(
        ["grant", "suspend"].slice(0, name.includes("companies") ? 1 : 2),
      );
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
      "crm.yaml:3:3  columns.name: expected a header or a list of headers, got nothing. Write e.g. `id: [Record ID, Company ID]`. [mapping-header]",
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
      "crm.yaml:6:11  statuses: expected at least one status that means grant, got none. Write e.g. `Closed Won: grant`. [mapping-no-grant]",
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
      "crm.yaml:1:1  expected something that says which repositories a customer gets, got nothing. Write `products` with its column, a column `repositories`, or `repositories` for all. [mapping-no-repositories]",
    ],
    [
      "mapping-separator",
      `${MAPPING}separator: ", "\n`,
      'crm.yaml:8:12  separator: expected one character, got ", ". Write e.g. `separator: ","`, or leave it out for a semicolon. [mapping-separator]',
    ],
    [
      "mapping-ignore-rows",
      `${MAPPING}ignoreRows: { Deleted: [] }\n`,
      'crm.yaml:8:24  ignoreRows.Deleted: expected headers with the values whose rows say nothing, got an empty list. Write e.g. `IsDeleted: ["true"]` under `ignoreRows`. [mapping-ignore-rows]',
    ],
    [
      "mapping-rows-without-id",
      `${MAPPING}rowsWithoutId: skip\n`,
      'crm.yaml:8:16  rowsWithoutId: expected refuse or ignore, got "skip". Write `rowsWithoutId: ignore`, or leave it out. [mapping-rows-without-id]',
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
      'crm.yaml:8:8  dates: expected `format`, `timeZone`, `blank` and `graceDays`, got "DD.MM.YYYY". Write e.g. `dates: { format: DD.MM.YYYY }`. [mapping-dates]',
    ],
    [
      "mapping-date-format",
      `${MAPPING}dates: { format: DD.MM }\n`,
      'crm.yaml:8:18  dates.format: expected year (YYYY, YY), month (MM, MMM) and day (DD), each once, got "DD.MM". Write e.g. `format: DD/MM/YYYY`, or leave it out for YYYY-MM-DD. [mapping-date-format]',
    ],
    [
      "mapping-time-zone",
      `${MAPPING}dates: { timeZone: Berlin }\n`,
      'crm.yaml:8:20  dates.timeZone: expected a time zone by its name, got "Berlin". Write e.g. `timeZone: Europe/Berlin`, or leave it out for UTC. [mapping-time-zone]',
    ],
    [
      "mapping-blank-end",
      `${MAPPING}dates: { blank: end }\n`,
      'crm.yaml:8:17  dates.blank: expected none, keep or suspend, got "end". Write e.g. `blank: keep`, or leave it out. [mapping-blank-end]',
    ],
    [
      "mapping-grace-days",
      `${MAPPING}dates: { graceDays: 400 }\n`,
      'crm.yaml:8:21  dates.graceDays: expected a number of days from 0 to 366, got "400". Write e.g. `graceDays: 14`, or leave it out. [mapping-grace-days]',
    ],
    [
      "unknown-key",
      MAPPING.replace("statuses:", "status:"),
      'crm.yaml:1:1  statuses: expected what each status means, got nothing. Write e.g. `Closed Won: grant` under `statuses`. [mapping-statuses]\ncrm.yaml:6:1  expected a known key, got "status". Write "statuses", or one of: system, encoding, ids, columns, statuses, products, repositories, separator, ignoreRows, rowsWithoutId, duplicates, dates. [unknown-key]',
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
      "expected a readable mapping file, got nothing there. Check `--mapping`; ready ones are in automation/sales/mapping/ready. [mapping-readable]",
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
