// An export without a mapping → a first mapping for it, for an operator to fill in.
import { problemIn, ProblemsError } from "../../../src/problem";
import { writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { errorCode } from "../../../src/errorCode";
import { packageFile } from "../../../src/package";
import { printable } from "../../../src/printable";
import type { CommandContext } from "../../cli/command";
import { ExitCode } from "../../cli/exitCode";
import { UsageError } from "../../output/usageError";
import { readBytes } from "../reading/readBytes";
import { chooseColumns, readColumns } from "./chooseColumns";
import { columnsToRead, suggestionText } from "./suggestion";

const SCHEMA = packageFile("schemas", "mapping.schema.json");

/**
 * Writes a first mapping for an export.
 *
 * @param target - the mapping file to write, relative to the project's folder; never written over.
 */
export async function runSuggest(
  exportFile: string,
  target: string,
  { directory, terminal }: CommandContext,
): Promise<ExitCode> {
  const path = resolve(directory, exportFile);
  const file = printable(relative(process.cwd(), path) || path);
  const bytes = readBytes(path, file);
  if (!(bytes instanceof Uint8Array)) throw new ProblemsError([bytes]);
  const mappingPath = resolve(directory, target);
  const text = await suggestMapping(bytes, file, relative(dirname(mappingPath), SCHEMA));
  try {
    writeFileSync(mappingPath, text, { flag: "wx" });
  } catch (error) {
    const code = errorCode(error);
    if (code !== "EEXIST")
      throw new UsageError(
        `${printable(target)} cannot be written: ${code ?? "an error"}`,
        "Check the path.",
      );
    throw new UsageError(
      `${printable(target)} exists already`,
      "Name a new file: a mapping is not written over.",
    );
  }
  terminal.print(
    `Wrote ${target}. Fill in what each status means and what each product stands for, then:`,
  );
  terminal.print(`  \`ecr-customers import ${exportFile} --mapping ${target}\``);
  return ExitCode.done;
}

/**
 * A first mapping's text for an export.
 *
 * @param schema - where the JSON Schema is, as seen from the mapping.
 * @throws ProblemsError when the export is not a table.
 */
async function suggestMapping(bytes: Uint8Array, file: string, schema: string): Promise<string> {
  const chosen = await chooseColumns(bytes, file);
  if (chosen === undefined) {
    const message = "expected a table with a header, got none in its first rows";
    const fix = "Check that this is an export of accounts, deals or subscriptions.";
    throw new ProblemsError([problemIn(file, "export-header", message, fix)]);
  }
  const table = await readColumns(columnsToRead(chosen), bytes, file, chosen.encoding);
  return suggestionText(table, chosen, schema);
}
