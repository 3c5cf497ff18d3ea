import { expect } from "chai";
import type { Problem } from "../../../../src/problem";

/** Lines for a mapping and where they belong, as a fix proposes them. */
export interface Proposal {
  lines: string[];
  section?: string;
}

/** What a problem of an export proposes for the mapping `crm.yaml`; each line is a way out by itself. */
export function proposals({ fix }: Problem): Proposal {
  const [, list = "", section] =
    /[Ww]rite (`.*?)(?: under `([^`]+)`)? in \S*crm\.yaml(?: if[^.]*)?\./.exec(fix) ?? [];
  return proposal(list, section);
}

/** What a problem of the mapping itself proposes: lines that belong together, or a value for its key. */
export function mappingProposal({ fix, path }: Problem): Proposal {
  const [, list = "", section] =
    /^Write (?:e\.g\. )?(`[^`]+`(?: and `[^`]+`)*)(?: under `([^`]+)`)?/.exec(fix) ?? [];
  const [, parent, key = ""] = /^(?:(.*)\.)?([^.]*)$/.exec(path) ?? [];
  const { lines } = proposal(list, section);
  const isValue = (text: string) => !/^(?:"[^"]*"|[\w ]+): /.test(text);
  const whole = lines.map((line) => (isValue(line) ? `${key}: ${line}` : line));
  return proposal(whole.map((line) => `\`${line}\``).join(), section ?? parent);
}

function proposal(list: string, section: string | undefined): Proposal {
  const lines = [...list.matchAll(/`([^`]+)`/g)].map(([, line = ""]) => line);
  return { lines, ...(section === undefined ? {} : { section }) };
}

/** The mapping with a line copied into it, as an operator would: in place of one with its key. */
export function withLine(mapping: string, line: string, section = ""): string {
  const key = /^(?:"(?:[^"\\]|\\.)*"|[^:]+):/.exec(line)?.[0] ?? "";
  const { before, indent, inside } = inSection(mapping, section);
  return `${before}${indent}${line}\n${without(inside, key, indent)}`;
}

/** The mapping without a key, which an operator leaves out. */
export function withoutKey(mapping: string, key: string, section = ""): string {
  const { before, indent, inside } = inSection(mapping, section);
  const left = without(inside, `${key}:`, indent);
  expect(left).not.to.equal(inside);
  // A section without keys is left out as a whole.
  const isEmpty = indent !== "" && !left.startsWith(indent);
  return (isEmpty ? before.replace(/.*\n$/, "") : before) + left;
}

/** A mapping up to a section's first line, that line's indent, and the rest. */
function inSection(mapping: string, section: string) {
  if (section === "") return { before: "", indent: "", inside: mapping };
  const [outer = "", inner] = section.split(/\.(.*)/);
  const header = inner === undefined ? `${outer}:\n` : `  ${inner}:\n`;
  const at = mapping.indexOf(header);
  expect(at, section).to.be.greaterThan(-1);
  const start = at + header.length;
  const indent = inner === undefined ? "  " : "    ";
  return { before: mapping.slice(0, start), indent, inside: mapping.slice(start) };
}

/** Lines without the one of a key of the section that they begin with. */
function without(lines: string, key: string, indent: string): string {
  const all = lines.split("\n");
  const end = all.findIndex((other) => other !== "" && !other.startsWith(indent));
  return all
    .filter((one, at) => !(one.startsWith(indent + key) && (end === -1 || at < end)))
    .join("\n");
}
