// Cells that hold no value although they are not empty. To take one for blank would be to read
// "has no end date" where a program could not compute one.

/** What a workbook says about a cell besides its text. */
export type CellFault = "error" | "not-computed";

/**
 * Errors that no exclamation or question mark ends: `#N/A` in the languages that Excel, Google Sheets
 * and LibreOffice have, and what they show meanwhile.
 */
const NOT_AVAILABLE =
  /^#(?:N\/[ABD]|NV|I\/T|YOK|ND|N\/DISP|SAKNAS|HIÁNYZIK|PUUTTUU|Н\/Д|NENÍ_K_DISPOZICI|GETTING_DATA|BUSY|ΔΥ|#+)!?$/iu;

/** `#VALUE!`, `#WERT!`, `#¿NOMBRE?`, `#ЗНАЧ!`, `#DIV/0!`: a number sign and capitals in any script. */
const MARKED = /^#[¡¿]?[\p{Lu}\p{Lo}/_0]+[!?]$/u;

/** LibreOffice: `Err:502`, in a German one `Fehler:502`. */
const NUMBERED = /^(?:Err|Error|Fehler|Erreur|Errore|Fout|Fel|Błąd|Chyba|Hiba|Ошибка):\d{3}$/i;

/** A character that an earlier program could not read (Unicode, "replacement character"). */
const REPLACEMENT = "\ufffd";

/** Each damaged text has one of these; of 100,000 rows hardly any cell does. */
const SUSPICIOUS = /[#:\ufffd]/;

/** What is wrong with a cell whatever it should hold; undefined when nothing is. */
export interface Damage {
  /** Completes "got …". */
  found: string;
  fix: string;
}

/**
 * Whether a cell holds a value.
 *
 * @param fault - what the workbook says about it.
 */
export function damageOf(cell: string, fault?: CellFault): Damage | undefined {
  if (fault === undefined && !SUSPICIOUS.test(cell)) return undefined;
  if (fault === "not-computed") {
    return {
      found: "a formula whose result is not in the file",
      fix: "Open the file in Excel and save it, which computes all formulas, or export values instead.",
    };
  }
  const isError = NOT_AVAILABLE.test(cell) || MARKED.test(cell) || NUMBERED.test(cell);
  if (fault === "error" || isError) {
    return {
      found: "an error that a spreadsheet shows instead of a value",
      fix: "Correct the cell where it comes from, and export again.",
    };
  }
  if (!cell.includes(REPLACEMENT)) return undefined;
  return {
    found: "a character that was lost in another encoding",
    fix: "Export again, in UTF-8.",
  };
}
