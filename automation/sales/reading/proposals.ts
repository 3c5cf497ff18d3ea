// Lines for a mapping file, as a problem proposes them: copied into the file, they must mean what the
// problem says.
import { printable } from "../../../src/printable";
import { toJson } from "../../output/json";

/** A text in double quotes, which mean the same in YAML as in JSON; backticks end a quotation in a message. */
export function quotedYaml(text: string): string {
  return toJson(text).replaceAll("`", "\\u0060");
}

/** One line `key: value` in YAML; lists and maps in their short form. */
export function yamlLine(key: string, value: unknown): string {
  const name = /^[A-Za-z][A-Za-z0-9]*$/.test(key) ? key : quotedYaml(key);
  return `${name}: ${yamlValue(value)}`;
}

/** The same for a key that is a value of the export. */
export function valueLine(text: string, value: unknown): string {
  return `${quotedYaml(text)}: ${yamlValue(value)}`;
}

/** Words that need no quotes: no reader of YAML 1.1 or 1.2 takes them for something else. */
const BARE = /^(?!(?:y|n|yes|no|on|off|true|false|null)$)[A-Za-z][A-Za-z0-9/.-]*$/i;

function yamlValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(yamlValue).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, one]) => one !== undefined);
    return `{ ${entries.map(([key, one]) => yamlLine(key, one)).join(", ")} }`;
  }
  if (typeof value === "string") return BARE.test(value) ? value : quotedYaml(value);
  return String(value);
}

/** A line that a problem proposes. */
export interface Proposal {
  line: string;
  /** When it is the right one, e.g. `if it stands for no end date`. */
  when?: string;
}

/**
 * What to write into a mapping: ``Write `a: b` if …, or `c: d` if …, under `statuses` in crm.yaml.``
 *
 * @param section - the key under which the lines belong, e.g. `ignoreRows.IsDeleted`; none for lines of the file itself.
 */
export function propose(proposals: readonly Proposal[], file: string, section?: string): string {
  const words = proposals.map(
    ({ line, when }) => `\`${line}\`${when === undefined ? "" : ` ${when}`}`,
  );
  const isPlain = proposals.every(({ when }) => when === undefined);
  const list = words.join(isPlain ? " or " : ", or ");
  const comma = proposals.at(-1)?.when?.startsWith("if ") === true ? "," : "";
  const where = section === undefined ? "" : ` under \`${section}\``;
  return `Write ${list}${comma}${where} in ${printable(file)}.`;
}
