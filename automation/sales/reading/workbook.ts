// An XLSX workbook (ECMA-376 part 1): its sheets, and what their cells refer to.
import { Archive } from "./archive";
import { showsDay, type FirstYear } from "./numberFormat";
import type { CellContext } from "./cellValue";
import { readSheet, type MergedCells, type SheetRow } from "./sheet";
import { TextList } from "./textList";
import { parseXml } from "./xml";
import { XmlError } from "./xmlError";

/**
 * Most that a workbook may unpack to. A sheet of 100,000 rows with ten columns takes about 60 MiB.
 */
const MAX_UNPACKED = 192 * 1024 * 1024;

/** A sheet as the workbook lists it. */
export interface SheetInfo {
  name: string;
  isHidden: boolean;
}

interface SheetPart extends SheetInfo {
  path: string;
}

/** Reads the sheets of a workbook one by one; none of them is kept. */
export class Workbook {
  private constructor(
    private readonly archive: Archive,
    readonly sheets: readonly SheetInfo[],
    private readonly context: CellContext,
  ) {}

  /** @throws ArchiveError, XmlError */
  static async open(bytes: Uint8Array): Promise<Workbook> {
    const archive = await Archive.open(bytes, MAX_UNPACKED);
    const list = await readWorkbook(part(archive, "xl/workbook.xml"));
    const targets = await readRelations(part(archive, "xl/_rels/workbook.xml.rels"));
    const sheets = list.sheets.flatMap(({ name, isHidden, relation }): SheetPart[] => {
      const target = targets.get(relation);
      return target?.kind === "worksheet" ? [{ name, isHidden, path: target.path }] : [];
    });
    const pathOf = (kind: string) => [...targets.values()].find((one) => one.kind === kind)?.path;
    const [styles, texts] = [pathOf("styles"), pathOf("sharedStrings")];
    return new Workbook(archive, sheets, {
      texts: texts === undefined ? new TextList() : await readTexts(part(archive, texts)),
      dayStyles: styles === undefined ? new Set() : await readDayStyles(part(archive, styles)),
      firstYear: list.firstYear,
      isUncomputed: list.isUncomputed,
    });
  }

  /** The day of number 0 in cells that no format shows as a day. */
  get firstYear(): FirstYear {
    return this.context.firstYear;
  }

  /**
   * Reads the rows of a sheet until `add` returns false.
   *
   * @returns merged cells of more than one row.
   * @throws ArchiveError, XmlError
   */
  async readSheet(sheet: SheetInfo, add: (row: SheetRow) => boolean): Promise<MergedCells[]> {
    const { path } = sheet as SheetPart;
    return readSheet(part(this.archive, path), this.context, add);
  }
}

type Part = AsyncIterable<Uint8Array>;

function part(archive: Archive, path: string): Part {
  if (!archive.has(path)) throw new XmlError("one that is damaged");
  return archive.unpack(path);
}

interface WorkbookPart {
  sheets: (SheetInfo & { relation: string })[];
  firstYear: FirstYear;
  isUncomputed: boolean;
}

async function readWorkbook(part: Part): Promise<WorkbookPart> {
  const result: WorkbookPart = { sheets: [], firstYear: 1900, isUncomputed: false };
  await parseXml(part, {
    open: (name, tag) => {
      if (name === "sheet") {
        const relation = tag.get(tag.names.find((key) => /(?:^|:)id$/.test(key)) ?? "id") ?? "";
        const isHidden = (tag.get("state") ?? "visible") !== "visible";
        result.sheets.push({ name: tag.get("name") ?? "", isHidden, relation });
      } else if (name === "workbookPr") {
        if (isTrue(tag.get("date1904"))) result.firstYear = 1904;
      } else if (name === "calcPr") result.isUncomputed = isTrue(tag.get("fullCalcOnLoad"));
    },
  });
  return result;
}

function isTrue(value: string | undefined): boolean {
  return value === "1" || value === "true";
}

/** Id → the kind of the part, e.g. `worksheet`, and its path in the archive. */
async function readRelations(part: Part): Promise<Map<string, { kind: string; path: string }>> {
  const targets = new Map<string, { kind: string; path: string }>();
  await parseXml(part, {
    open: (name, tag) => {
      if (name !== "Relationship") return;
      const [id = "", type = "", target = ""] = ["Id", "Type", "Target"].map((key) => tag.get(key));
      const path = target.startsWith("/") ? target.slice(1) : `xl/${target}`;
      targets.set(id, { kind: type.slice(type.lastIndexOf("/") + 1), path });
    },
  });
  return targets;
}

/** The shared texts, formatting and reading aids left out. */
async function readTexts(part: Part): Promise<TextList> {
  const texts = new TextList();
  let [isText, isAid] = [false, false];
  await parseXml(part, {
    open: (name) => {
      if (name === "t") isText = !isAid;
      else if (name === "rPh") isAid = true;
    },
    close: (name) => {
      if (name === "si") texts.end();
      else if (name === "t") isText = false;
      else if (name === "rPh") isAid = false;
    },
    text: (text) => {
      if (isText) texts.append(text);
    },
  });
  return texts;
}

/** Numbers of the cell styles whose number format shows a day. */
async function readDayStyles(part: Part): Promise<Set<number>> {
  const codes = new Map<number, string>();
  const formats: number[] = [];
  let isCellStyle = false;
  await parseXml(part, {
    open: (name, tag) => {
      if (name === "numFmt") {
        codes.set(Number(tag.get("numFmtId")), tag.get("formatCode") ?? "");
      } else if (name === "cellXfs") isCellStyle = true;
      else if (name === "xf" && isCellStyle) formats.push(Number(tag.get("numFmtId") ?? 0));
    },
    close: (name) => {
      if (name === "cellXfs") isCellStyle = false;
    },
  });
  return new Set(formats.flatMap((id, style) => (showsDay(id, codes.get(id)) ? [style] : [])));
}
