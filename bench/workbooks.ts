// XLSX files for `bench/import.ts`: an export as Excel writes it, and the worst of 10 MB that are known.
import { randomBytes } from "node:crypto";
import { strToU8, zipSync, type Zippable } from "fflate";

const TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const RELATION = (id: string, kind: string, target: string) =>
  `<Relationship Id="${id}" Type="${TYPE}/${kind}" Target="${target}"/>`;
const PARTS = {
  "xl/workbook.xml": `<workbook xmlns:r="${TYPE}"><sheets><sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/_rels/workbook.xml.rels": `<Relationships>${RELATION("rId1", "worksheet", "worksheets/sheet1.xml")}${RELATION("rId2", "sharedStrings", "sharedStrings.xml")}</Relationships>`,
  "xl/sharedStrings.xml": "<sst/>",
};

function packed(parts: Readonly<Record<string, string>>, others: Zippable = {}): Uint8Array {
  const entries = Object.entries({ ...PARTS, ...parts }).map(
    ([name, text]): [string, Uint8Array] => [name, strToU8(text)],
  );
  return zipSync({ ...Object.fromEntries(entries), ...others }, { level: 6 });
}

/** A workbook with one sheet and shared strings. */
export function workbookOf(rows: readonly (readonly string[])[]): Uint8Array {
  const places = new Map<string, number>();
  const placeOf = (text: string) => {
    const place = places.get(text) ?? places.size;
    places.set(text, place);
    return place;
  };
  const lines = rows.map((cells, row) => {
    const texts = cells.map((text, column) => {
      const name = `${String.fromCharCode(0x41 + column)}${row + 1}`;
      return `<c r="${name}" t="s"><v>${placeOf(text)}</v></c>`;
    });
    return `<row r="${row + 1}">${texts.join("")}</row>`;
  });
  const texts = [...places.keys()].map(
    (text) => `<si><t>${text.replaceAll("&", "&amp;")}</t></si>`,
  );
  return packed({
    "xl/worksheets/sheet1.xml": sheet(lines.join("")),
    "xl/sharedStrings.xml": `<sst>${texts.join("")}</sst>`,
  });
}

const sheet = (rows: string) => `<worksheet><sheetData>${rows}</sheetData></worksheet>`;

/** Most that a workbook may unpack to (automation/sales/reading/workbook.ts). */
const UNPACKED = 190 * 1024 * 1024;

/** Bytes that do not compress, so that a file has the size. */
const filler = (): Zippable => ({ "docProps/filler.bin": randomBytes(9_500_000) });

/** Each has 10 MB, or unpacks to as much as a workbook may. */
export const HOSTILE: Readonly<Record<string, () => Uint8Array>> = {
  "as many cells as fit": () => hostile("<c><v>1</v></c>"),
  "as many empty elements as fit": () => hostile("<a/>"),
  "as many attributes as fit": () => hostile(`<c a="" b="" d="" e="" f="" g="" h="" i=""/>`),
  "one row without an end": () => hostile("<c/>", "<row>"),
  "tags that are never closed": () => hostile("<c>"),
  "one tag as long as fits": () => hostile(' a=""', "<row><c"),
  "a comment that does not end": () => hostile("-", "<!--"),
  "entities in every cell": () => hostile("<c><v>&amp;&amp;&amp;&amp;</v></c>"),
  "text without a cell": () => hostile("x", "<row><c><v>"),
  "merged cells that overlap": () =>
    packed(
      {
        "xl/worksheets/sheet1.xml": `<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Id</t></is></c></row></sheetData><mergeCells>${`<mergeCell ref="A1:A1048576"/>`.repeat(300_000)}</mergeCells></worksheet>`,
      },
      filler(),
    ),
  "shared texts as many as fit": () =>
    packed(
      { "xl/sharedStrings.xml": `<sst>${"<si><t/></si>".repeat(UNPACKED / 13)}</sst>` },
      filler(),
    ),
  "more than a workbook may unpack to": () =>
    packed({ "xl/worksheets/sheet1.xml": " ".repeat(500 * 1024 * 1024) }, filler()),
  "bytes at random": () => Buffer.concat([Buffer.from("PK\u0003\u0004"), randomBytes(9_999_996)]),
};

function hostile(unit: string, start = "<row>"): Uint8Array {
  const body = start + unit.repeat(Math.floor(UNPACKED / unit.length));
  return packed({ "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${body}` }, filler());
}
