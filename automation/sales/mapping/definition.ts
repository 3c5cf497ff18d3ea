// The one definition of a mapping file: the parser uses it, and the JSON Schema is generated from it. What
// problems say about its parts: definitionWords.ts.
import { z } from "zod";
import { customerDefinition } from "../../../src/customers/definition";
import { repositoryName } from "../../../src/customers/repositoryName";
import { cellTexts, dates, day } from "./dateDefinition";

/**
 * Encodings by their names in the WHATWG Encoding Standard, but for those in which 7-bit bytes are
 * no ASCII. A file in UTF-8, or with a byte order mark, needs none.
 */
const ENCODINGS = [
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
const rowMeaning = z.enum(["ignore", "read"]);
const ignoreRows = z.record(header, z.record(z.string().max(200), rowMeaning));

const columns = z.strictObject({
  id: headers.describe("The customer's id in the sales system; it finds the file"),
  name: headers.describe("The company's name"),
  status: headers.describe("Whether the customer has access, by `statuses`"),
  products: headers.optional().describe("What the customer bought, by `products`"),
  repositories: headers.optional().describe("Repositories by their own names"),
  expires: headers.optional().describe("The end of the contract"),
  contact: headers.optional().describe("Who receives notices"),
});

const idForm = z.strictObject({
  prefix: z.string().min(1).max(50).optional().describe("What each id begins with, e.g. cus_"),
  digits: z
    .number()
    .int()
    .min(2)
    .max(30)
    .optional()
    .describe("Ids of digits have this many: zeros that a spreadsheet has cut are put back"),
  grouping: z
    .string()
    .length(1)
    .optional()
    .describe("What separates groups of three digits, e.g. a comma; it is removed"),
  case: z
    .enum(["exact", "ignore"])
    .optional()
    .describe("Whether ids that differ only in case are different ids or the same"),
  zeros: z
    .enum(["exact"])
    .optional()
    .describe("`exact`: ids that differ only in leading zeros are different ids"),
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
  sheet: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe("Name of the sheet, for workbooks in which several have the mapped columns"),
  finalLineEnd: z
    .enum(["required", "optional"])
    .optional()
    .describe(
      "`optional`: the system writes no line end after the last row, so that a file that is cut off in its last cell looks complete. `required` by default",
    ),
  ids: z
    .enum(["text", "number", "salesforce", "guid"])
    .optional()
    .describe(
      "What an id looks like; with `salesforce`, 15 and 18 characters are one id. `text` without it",
    ),
  idForm: idForm.optional().describe("More about the form of ids"),
  columns: columns.describe(
    "Headers of the columns, each one or several, of which the first that exists is used",
  ),
  statuses: statuses.describe(
    "What each value of the status column means; a value that is missing stops the import",
  ),
  products: products
    .optional()
    .describe("Product → repositories; a product that is missing stops the import"),
  repositories: repositoryList.optional().describe("Repositories that every customer gets"),
  blankRepositories: z
    .enum(["refuse", "none"])
    .optional()
    .describe(
      "What a blank cell of the column `repositories` means for a customer that gets others by the mapping: it is refused (the default), or `none`: it has no further ones",
    ),
  separator: z
    .string()
    .length(1)
    .optional()
    .describe("What separates several products or repositories in a cell; a semicolon by default"),
  ignoreRows: ignoreRows
    .optional()
    .describe(
      "Header → value → whether rows with it are ignored or read, e.g. those of the recycle bin; the header must be there, and a value that is missing stops the import",
    ),
  skipRows: cellTexts
    .optional()
    .describe("Texts of the first filled cell of rows that are not records, such as totals"),
  rowsWithoutId: z
    .enum(["refuse", "ignore", "above"])
    .optional()
    .describe(
      "What happens to rows without an id: they are refused (the default), ignored, as for guests, or part of the record in the row above, as merged cells leave them",
    ),
  withoutRepositories: z
    .enum(["refuse", "ignore", "suspend"])
    .optional()
    .describe(
      "What happens to a customer with access whose products have no repositories; `refuse` by default",
    ),
  duplicates: z
    .enum(["refuse", "any-active", "latest-end"])
    .optional()
    .describe(
      "Several rows of one id: refused when they differ (the default); one that grants is enough; or of those that grant, the one that ends last decides what was bought",
    ),
  dates: dates.optional().describe("How end dates are read"),
});

/** A mapping file's keys as written. */
export type MappingFile = z.infer<typeof mappingDefinition>;
export type StatusAction = z.infer<typeof action>;

/** Parts that several keys share, for the words of their problems. */
export const mappingParts = {
  action,
  statuses,
  repositoryList,
  products,
  rowMeaning,
  ignoreRows,
  cellTexts,
  day,
  columns,
  idForm,
  dates,
};
