// What a problem says about each part of a mapping file. Imported for its effect, by whoever reads one.
import type { z } from "zod";
import { fieldWords } from "../../../src/yaml/fieldWords";
import "./columnWords";
import { mappingDefinition, mappingParts } from "./definition";

const { shape } = mappingDefinition;
const { columns, idForm, dates } = mappingParts;

/** A part, the check's name, what completes "expected …", and what to write. */
const WORDS: readonly (readonly [part: z.ZodType, check: string, expected: string, fix: string])[] =
  [
    [
      mappingDefinition,
      "mapping",
      "the keys of a mapping",
      "Write at least `system`, `columns`, `statuses` and what gives repositories; see docs/sales-exports.md.",
    ],
    [
      shape.system,
      "mapping-system",
      "a system's name of lower-case letters, digits and hyphens",
      "Write e.g. `system: hubspot`.",
    ],
    [
      shape.encoding.unwrap(),
      "mapping-encoding",
      "an encoding by its name",
      "Write e.g. `encoding: windows-1252`, or leave it out for UTF-8.",
    ],
    [
      shape.sheet.unwrap(),
      "mapping-sheet",
      "the name of a sheet",
      "Write e.g. `sheet: Export`, or leave it out where one sheet has the mapped columns.",
    ],
    [
      shape.finalLineEnd.unwrap(),
      "mapping-final-line-end",
      "required or optional",
      "Write `finalLineEnd: optional`, or leave it out.",
    ],
    [
      shape.ids.unwrap(),
      "mapping-ids",
      "text, number, salesforce or guid",
      "Write e.g. `ids: salesforce`, or leave it out.",
    ],
    [
      idForm,
      "mapping-id-form",
      "`prefix`, `digits`, `grouping`, `case` and `zeros`",
      "Write e.g. `idForm: { digits: 8 }`.",
    ],
    [
      idForm.shape.prefix.unwrap(),
      "mapping-id-prefix",
      "what each id begins with",
      "Write e.g. `prefix: cus_`, or leave it out.",
    ],
    [
      idForm.shape.digits.unwrap(),
      "mapping-id-digits",
      "a number of digits from 2 to 30",
      "Write e.g. `digits: 8`, or leave it out.",
    ],
    [
      idForm.shape.grouping.unwrap(),
      "mapping-id-grouping",
      "one character",
      'Write e.g. `grouping: ","`, or leave it out.',
    ],
    [
      idForm.shape.case.unwrap(),
      "mapping-id-case",
      "exact or ignore",
      "Write e.g. `case: exact`, or leave it out.",
    ],
    [
      idForm.shape.zeros.unwrap(),
      "mapping-id-zeros",
      "exact",
      "Write `zeros: exact`, or leave it out.",
    ],
    [
      columns,
      "mapping-columns",
      "the headers of the columns",
      "Write e.g. `columns: { id: Record ID, name: Company Name, status: Deal Stage }`.",
    ],
    [
      mappingParts.statuses,
      "mapping-statuses",
      "what each status means",
      "Write e.g. `Closed Won: grant` under `statuses`.",
    ],
    [
      mappingParts.action,
      "mapping-status",
      "grant, keep, suspend or ignore",
      "Write e.g. `Closed Won: grant`.",
    ],
    [
      mappingParts.products,
      "mapping-products",
      "the repositories of each product",
      "Write e.g. `Edge Agent: [edge-agent]` under `products`; [] for a product without images.",
    ],
    [
      mappingParts.repositoryList,
      "mapping-repositories",
      "a list of repositories",
      "Write e.g. `[edge-agent, orchestrator]`.",
    ],
    [
      shape.separator.unwrap(),
      "mapping-separator",
      "one character",
      'Write e.g. `separator: ","`, or leave it out for a semicolon.',
    ],
    [
      mappingParts.ignoreRows,
      "mapping-ignore-rows",
      "for each header its values, each with `ignore` or `read`",
      'Write e.g. `IsDeleted: { "true": ignore, "false": read }` under `ignoreRows`.',
    ],
    [
      mappingParts.rowMeaning,
      "mapping-ignore-row",
      "ignore or read",
      'Write e.g. `"true": ignore` and `"false": read`.',
    ],
    [
      mappingParts.cellTexts,
      "mapping-cell-texts",
      "a list of texts of cells",
      'Write e.g. `["N/A", "-"]`.',
    ],
    [
      shape.rowsWithoutId.unwrap(),
      "mapping-rows-without-id",
      "refuse, ignore or above",
      "Write e.g. `rowsWithoutId: ignore`, or leave it out.",
    ],
    [
      shape.blankRepositories.unwrap(),
      "mapping-blank-repositories",
      "refuse or none",
      "Write `blankRepositories: none`, or leave it out.",
    ],
    [
      shape.withoutRepositories.unwrap(),
      "mapping-without-repositories",
      "refuse, ignore or suspend",
      "Write e.g. `withoutRepositories: ignore`, or leave it out.",
    ],
    [
      shape.duplicates.unwrap(),
      "mapping-duplicates",
      "refuse, any-active or latest-end",
      "Write e.g. `duplicates: any-active`, or leave it out.",
    ],
    [
      dates,
      "mapping-dates",
      "`format`, `timeZone`, `blank`, `fewBlanks`, `noEnd`, `earliest`, `latest`, `serialNumbers` and `graceDays`",
      "Write e.g. `dates: { format: DD.MM.YYYY }`.",
    ],
    [
      dates.shape.format.unwrap(),
      "mapping-date-format",
      "auto, or year (YYYY, YY), month (MM, MMM) and day (DD), each once",
      "Write e.g. `format: DD/MM/YYYY`, or leave it out for YYYY-MM-DD.",
    ],
    [
      dates.shape.timeZone.unwrap(),
      "mapping-time-zone",
      "a time zone by its name",
      "Write e.g. `timeZone: Europe/Berlin`, or leave it out for UTC.",
    ],
    [
      dates.shape.blank.unwrap(),
      "mapping-blank-end",
      "none, keep or suspend",
      "Write e.g. `blank: keep`, or leave it out where no end date is blank.",
    ],
    [
      dates.shape.fewBlanks.unwrap(),
      "mapping-few-blanks",
      "accept",
      "Write `fewBlanks: accept`, or leave it out.",
    ],
    [mappingParts.day, "mapping-day", "a day as YYYY-MM-DD", "Write e.g. `2015-01-01`."],
    [
      dates.shape.serialNumbers.unwrap(),
      "mapping-serial-numbers",
      "true or false",
      "Write `serialNumbers: true`, or leave it out.",
    ],
    [
      dates.shape.graceDays.unwrap(),
      "mapping-grace-days",
      "a number of days from 0 to 366",
      "Write e.g. `graceDays: 14`, or leave it out.",
    ],
  ];

for (const [part, check, expected, fix] of WORDS) fieldWords.add(part, { check, expected, fix });
