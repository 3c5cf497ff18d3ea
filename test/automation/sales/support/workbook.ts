import { strToU8, zipSync } from "fflate";

/**
 * A cell as a workbook holds it; a string is text, a number is a number, `{date}` a day in Excel's
 * count.
 */
export type WorkbookCell =
  string | number | boolean | null | { date: number } | { error: string } | { raw: string };

/** What a workbook says besides its cells. */
export interface WorkbookOptions {
  /** Names of hidden sheets. */
  hidden?: readonly string[];
  /** The program that wrote it computes no formulas, and leaves that to the next one. */
  isUncomputed?: boolean;
  /** Days are counted from 1904, as in workbooks of old Macs. */
  from1904?: boolean;
  /** Ranges in each sheet, e.g. `A2:A4`. */
  merged?: readonly string[];
}

/**
 * A workbook as Excel writes it: deflated entries, shared strings, a date style; the sheets in this
 * order.
 */
export function workbook(
  sheets: Readonly<Record<string, readonly (readonly WorkbookCell[])[]>>,
  { hidden = [], isUncomputed = false, from1904 = false, merged = [] }: WorkbookOptions = {},
): Uint8Array {
  const mergeCells = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join("");
  const strings: string[] = [];
  const names = Object.keys(sheets);
  const files: Record<string, string> = {
    "[Content_Types].xml": `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>`,
    "xl/workbook.xml": `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${from1904 ? '<workbookPr date1904="1"/>' : "<workbookPr/>"}<sheets>${names
      .map(
        (name, at) =>
          `<sheet name="${name}" sheetId="${at + 1}"${hidden.includes(name) ? ' state="hidden"' : ""} r:id="rId${at + 1}"/>`,
      )
      .join("")}</sheets>${isUncomputed ? '<calcPr fullCalcOnLoad="1"/>' : ""}</workbook>`,
    "xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${names
      .map(
        (_, at) =>
          `<Relationship Id="rId${at + 1}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet${at + 1}.xml"/>`,
      )
      .join(
        "",
      )}<Relationship Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rIdTexts" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
    "xl/styles.xml": `<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0" xfId="0"/><xf numFmtId="22" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`,
  };
  names.forEach((name, at) => {
    const rows = (sheets[name] ?? []).map((row, index) => {
      const cells = row.map((cell, column) =>
        cellXml(cell, `${letter(column)}${index + 1}`, strings),
      );
      return `<row r="${index + 1}">${cells.join("")}</row>`;
    });
    files[`xl/worksheets/sheet${at + 1}.xml`] =
      `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>${rows.join("")}</sheetData>${mergeCells && `<mergeCells>${mergeCells}</mergeCells>`}</worksheet>`;
  });
  files["xl/sharedStrings.xml"] =
    `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">${strings
      .map((text) => `<si><t>${escape(text)}</t></si>`)
      .join("")}</sst>`;
  return deflatedZip(files);
}

function cellXml(cell: WorkbookCell, place: string, strings: string[]): string {
  if (cell === null) return "";
  if (typeof cell === "number") return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === "boolean") return `<c r="${place}" t="b"><v>${Number(cell)}</v></c>`;
  if (typeof cell === "string") {
    return `<c r="${place}" t="s"><v>${strings.push(cell) - 1}</v></c>`;
  }
  if ("date" in cell) return `<c r="${place}" s="1"><v>${cell.date}</v></c>`;
  if ("error" in cell) return `<c r="${place}" t="e"><f>NA()</f><v>${cell.error}</v></c>`;
  return cell.raw.replace("PLACE", place);
}

function letter(column: number): string {
  return String.fromCharCode("A".charCodeAt(0) + column);
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A ZIP archive with deflated entries. */
export function deflatedZip(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  return zipSync(Object.fromEntries(entries));
}
