// The one definition of a mapping file: it is read by it, and the JSON Schema is made from it.
import { z } from "zod";
import { customerDefinition } from "../../../src/customers/definition";
import { fieldWords } from "../../../src/yaml/fieldWords";
import { repositoryName } from "../../../src/customers/repositoryName";
import { isDateFormat, isTimeZone } from "../reading/endDate";

/**
 * Encodings by their names in the WHATWG Encoding Standard, but for those in which 7-bit bytes are
 * no ASCII. A file in UTF-8, or with a byte order mark, needs none.
 */
export const ENCODINGS = [
  ..."utf-16le utf-16be iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 iso-8859-5 iso-8859-6".split(
    " ",
  ),
  ..."iso-8859-7 iso-8859-8 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 iso-8859-16".split(" "),
  ..."windows-874 windows-1250 windows-1251 windows-1252 windows-1253 windows-1254".split(" "),
  ..."windows-1255 windows-1256 windows-1257 windows-1258 macintosh koi8-r koi8-u ibm866".split(
    " ",
  ),
  ..."shift_jis euc-jp gbk gb18030 big5 euc-kr".split(" "),
] as const;

const header = z.string().min(1).max(200);
const headers = z.union([header, z.array(header).min(1)]);
const action = z.enum(["grant", "keep", "suspend", "ignore"]);
const statuses = z.record(z.string().max(200), action);
const repositoryList = z.array(repositoryName);
const products = z.record(z.string().max(200), repositoryList);
const ignoreRows = z.record(header, z.array(z.string().max(200)).min(1));

const columns = z.strictObject({
  id: headers.describe("The customer's id in the sales system; it finds the file"),
  name: headers.describe("The company's name"),
  status: headers.describe("Whether the customer has access, by `statuses`"),
  products: headers.optional().describe("What the customer bought, by `products`"),
  repositories: headers.optional().describe("Repositories by their own names"),
  expires: headers.optional().describe("The end of the contract"),
  contact: headers.optional().describe("Who receives notices"),
});

const dates = z.strictObject({
  format: z
    .string()
    .refine(isDateFormat)
    .optional()
    .describe(
      "How days are written, e.g. DD.MM.YYYY; a time behind it is understood. Without it: YYYY-MM-DD",
    ),
  timeZone: z
    .string()
    .refine(isTimeZone)
    .optional()
    .describe("Time zone of times without one, e.g. America/New_York; UTC without it"),
  blank: z
    .enum(["none", "keep", "suspend"])
    .optional()
    .describe(
      "What a blank end date means: no end date (without it), the file's own one stays, or no access",
    ),
  graceDays: z
    .number()
    .int()
    .min(0)
    .max(366)
    .optional()
    .describe("Days of access behind the end date"),
});

/** The keys of a mapping file, each with its meaning. */
export const mappingDefinition = z.strictObject({
  system: customerDefinition.shape.source
    .unwrap()
    .shape.system.clone()
    .describe("Name of the sales system, written into each file as `source.system`; never changes"),
  encoding: z
    .enum(ENCODINGS)
    .optional()
    .describe(
      "Encoding of files that are not UTF-8 and have no byte order mark; windows-1252 without it",
    ),
  ids: z
    .enum(["text", "number", "salesforce", "guid"])
    .optional()
    .describe(
      "What an id looks like; with `salesforce`, 15 and 18 characters are one id. `text` without it",
    ),
  columns: columns.describe(
    "Headers of the columns, each one or several of which the first that is there counts",
  ),
  statuses: statuses.describe(
    "What each value of the status column means; a value that is missing stops the import",
  ),
  products: products
    .optional()
    .describe("Product → repositories; a product that is missing stops the import"),
  repositories: repositoryList.optional().describe("Repositories that every customer gets"),
  separator: z
    .string()
    .length(1)
    .optional()
    .describe(
      "What stands between several products or repositories in a cell; a semicolon without it",
    ),
  ignoreRows: ignoreRows
    .optional()
    .describe("Header → values: rows with such a value say nothing, e.g. rows of the recycle bin"),
  rowsWithoutId: z
    .enum(["refuse", "ignore"])
    .optional()
    .describe("What becomes of rows without an id, such as guests; `refuse` without it"),
  duplicates: z
    .enum(["refuse", "any-active", "latest-end"])
    .optional()
    .describe(
      "Several rows of one id: refused when they differ (without it); one that grants is enough; or the latest end counts",
    ),
  dates: dates.optional().describe("How end dates are read"),
});

/** A mapping file's keys as written. */
export type MappingFile = z.infer<typeof mappingDefinition>;
export type StatusAction = z.infer<typeof action>;

const { shape } = mappingDefinition;

function words(schema: z.ZodType, check: string, expected: string, fix: string): void {
  fieldWords.add(schema, { check, expected, fix });
}

words(
  mappingDefinition,
  "mapping",
  "the keys of a mapping",
  "Write at least `system`, `columns`, `statuses` and what gives repositories; see docs/sales-exports.md.",
);
words(
  shape.system,
  "mapping-system",
  "a system's name of lower-case letters, digits and hyphens",
  "Write e.g. `system: hubspot`.",
);
words(
  shape.encoding.unwrap(),
  "mapping-encoding",
  "an encoding by its name",
  "Write e.g. `encoding: windows-1252`, or leave it out for UTF-8.",
);
words(
  shape.ids.unwrap(),
  "mapping-ids",
  "text, number, salesforce or guid",
  "Write e.g. `ids: salesforce`, or leave it out.",
);
words(
  columns,
  "mapping-columns",
  "the headers of the columns",
  "Write at least `id`, `name` and `status`, e.g. `id: Record ID`.",
);
words(
  headers,
  "mapping-header",
  "a header or a list of headers",
  "Write e.g. `id: [Record ID, Company ID]`.",
);
words(
  statuses,
  "mapping-statuses",
  "what each status means",
  "Write e.g. `Closed Won: grant` under `statuses`.",
);
words(
  action,
  "mapping-status",
  "grant, keep, suspend or ignore",
  "Write e.g. `Closed Won: grant`.",
);
words(
  products,
  "mapping-products",
  "the repositories of each product",
  "Write e.g. `Edge Agent: [edge-agent]` under `products`; [] for a product without images.",
);
words(
  repositoryList,
  "mapping-repositories",
  "a list of repositories",
  "Write e.g. `[edge-agent, orchestrator]`.",
);
words(
  shape.separator.unwrap(),
  "mapping-separator",
  "one character",
  'Write e.g. `separator: ","`, or leave it out for a semicolon.',
);
words(
  ignoreRows,
  "mapping-ignore-rows",
  "headers with the values whose rows say nothing",
  'Write e.g. `IsDeleted: ["true"]` under `ignoreRows`.',
);
words(
  shape.rowsWithoutId.unwrap(),
  "mapping-rows-without-id",
  "refuse or ignore",
  "Write `rowsWithoutId: ignore`, or leave it out.",
);
words(
  shape.duplicates.unwrap(),
  "mapping-duplicates",
  "refuse, any-active or latest-end",
  "Write e.g. `duplicates: any-active`, or leave it out.",
);
words(
  dates,
  "mapping-dates",
  "`format`, `timeZone`, `blank` and `graceDays`",
  "Write e.g. `dates: { format: DD.MM.YYYY }`.",
);
words(
  dates.shape.format.unwrap(),
  "mapping-date-format",
  "year (YYYY, YY), month (MM, MMM) and day (DD), each once",
  "Write e.g. `format: DD/MM/YYYY`, or leave it out for YYYY-MM-DD.",
);
words(
  dates.shape.timeZone.unwrap(),
  "mapping-time-zone",
  "a time zone by its name",
  "Write e.g. `timeZone: Europe/Berlin`, or leave it out for UTC.",
);
words(
  dates.shape.blank.unwrap(),
  "mapping-blank-end",
  "none, keep or suspend",
  "Write e.g. `blank: keep`, or leave it out.",
);
words(
  dates.shape.graceDays.unwrap(),
  "mapping-grace-days",
  "a number of days from 0 to 366",
  "Write e.g. `graceDays: 14`, or leave it out.",
);
