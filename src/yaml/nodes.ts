// Text → nodes with positions. YAML is used for its syntax only: maps, lists and text. A value stays
// the text that was written; what it means is decided by the field that it belongs to.
import { Composer, type CST, isMap, isScalar, isSeq, type Document, type ParsedNode } from "yaml";
import { printable, quoted } from "../printable";
import { problemIn, type Problem } from "../problem";
import { Lines, type Position } from "./text";
import { readTokens, reportSecondDocument, REWRITE, type Report } from "./tokens";

interface Extent extends Position {
  /** Offsets in the text, end excluded; a comment or line end after the value is not part of it. */
  start: number;
  end: number;
}

interface ScalarNode extends Extent {
  kind: "scalar";
  /** As written, never converted to a number, boolean or date. Empty when nothing is written. */
  text: string;
  /** In single or double quotes. */
  quoted: boolean;
  /** A block (`|`, `>`), whose end is the start of the line after it. */
  block: boolean;
}

export interface ListNode extends Extent {
  kind: "list";
  /** In brackets, not with dashes. */
  flow: boolean;
  items: YamlNode[];
}

export interface MapEntry {
  key: ScalarNode;
  value: YamlNode;
}

export interface MapNode extends Extent {
  kind: "map";
  /** In braces, not one key per line. */
  flow: boolean;
  entries: MapEntry[];
}

export type YamlNode = ScalarNode | ListNode | MapNode;

interface ReadYaml {
  /** Missing when there is a problem; a text without content is an empty scalar. */
  root?: YamlNode;
  problems: Problem[];
}

/** Most parts of a customer file. 800 repositories fit; 64 KiB of brackets do not, and are refused at once. */
const MAX_PARTS = 5_000;

/** What git writes into a file when a merge needs a decision (git-merge, "How conflicts are presented"). */
const CONFLICT = /^(?:<{7}|>{7}|\|{7})(?: [^\r\n]*)?$/m;

/** More findings in one file would add nothing new. */
const MAX_FINDINGS = 20;

/**
 * Reads one YAML document. Never throws, and its time is linear in the text's length.
 *
 * @param maxParts - most tokens and escapes; more is a problem.
 */
export function readYaml(text: string, file: string, maxParts = MAX_PARTS): ReadYaml {
  const problems: Problem[] = [];
  const lines = new Lines(text);
  const report: Report = (offset, check, message, fix) => {
    if (problems.length >= MAX_FINDINGS) return;
    problems.push(problemIn(file, check, message, fix, lines.position(offset)));
  };
  const conflict = CONFLICT.exec(text);
  if (conflict !== null) {
    const message = `expected one version of the file, got git's conflict marker ${quoted(conflict[0])}`;
    const fix =
      "Keep one of the two versions, or parts of both, and delete the lines with <<<<<<<, ======= and >>>>>>>.";
    report(conflict.index, "merge-conflict", message, fix);
    return { problems };
  }
  try {
    const tokens = readTokens(text, maxParts, report);
    const contents = problems.length === 0 ? compose(tokens, text.length, report) : null;
    if (problems.length > 0) return { problems };
    const root = new Converter(lines, report).node(contents, 0);
    return problems.length > 0 ? { problems } : { root, problems };
  } catch (error) {
    report(0, "yaml-syntax", `expected YAML, got ${printable(String(error), 100)}`, REWRITE);
    return { problems };
  }
}

function compose(tokens: readonly CST.Token[], length: number, report: Report): ParsedNode | null {
  const composer = new Composer({
    schema: "failsafe",
    version: "1.2",
    stringKeys: true,
    uniqueKeys: false, // It would compare every key with every other; the converter keeps a set.
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents = [...composer.compose(tokens)] as Document.Parsed[];
  const mistakes = documents.flatMap((document) => [...document.errors, ...document.warnings]);
  // One mistake causes a series of errors; the first is where it was made.
  const [first] = mistakes.sort((a, b) => a.pos[0] - b.pos[0]);
  if (first !== undefined) {
    const reason = printable(first.message.split("\n", 1)[0] ?? "", 120).replace(/\.$/, "");
    const message = `expected valid YAML, got a syntax error: ${reason}`;
    report(Math.min(first.pos[0], length), "yaml-syntax", message, REWRITE);
  } else if (documents[1] !== undefined) {
    reportSecondDocument(documents[1].range[0], report);
  }
  return documents[0]?.contents ?? null;
}

class Converter {
  constructor(
    private readonly lines: Lines,
    private readonly report: Report,
  ) {}

  node(node: ParsedNode | null, offset: number): YamlNode {
    if (isMap(node)) return this.map(node);
    if (isSeq(node)) {
      const items = node.items.map((item) => this.node(item, node.range[0]));
      return { kind: "list", flow: node.flow === true, items, ...this.extent(node, items.at(-1)) };
    }
    return this.scalar(node, offset);
  }

  private scalar(node: ParsedNode | null, offset: number): ScalarNode {
    const [start, end] = node?.range ?? [offset, offset];
    const text = isScalar(node) && typeof node.value === "string" ? node.value : "";
    const style = isScalar(node) ? (node.type ?? "PLAIN") : "PLAIN";
    return {
      kind: "scalar",
      text,
      quoted: style.startsWith("QUOTE"),
      block: style.startsWith("BLOCK"),
      start,
      end,
      ...this.lines.position(start),
    };
  }

  private map(node: ParsedNode): MapNode {
    const entries: MapEntry[] = [];
    const seen = new Set<string>();
    for (const pair of isMap(node) ? node.items : []) {
      const key = this.scalar(pair.key, node.range[0]);
      if (key.text === "<<" && !key.quoted) {
        const message = "expected a key, got the merge key <<";
        this.report(key.start, "yaml-merge", message, "Write the keys themselves.");
      } else if (seen.has(key.text)) {
        const message = `expected each key once, got ${quoted(key.text)} again`;
        this.report(key.start, "duplicate-key", message, "Delete one of the two.");
      }
      seen.add(key.text);
      entries.push({ key, value: this.node(pair.value, key.end) });
    }
    const flow = isMap(node) && node.flow === true;
    return { kind: "map", flow, entries, ...this.extent(node, entries.at(-1)?.value) };
  }

  /** A block collection ends with its last value, not with the comments and empty lines after it. */
  private extent(node: ParsedNode, last: YamlNode | undefined): Extent {
    const [start, valueEnd] = node.range;
    const flow = "flow" in node && node.flow === true;
    const end = flow ? valueEnd : (last?.end ?? valueEnd);
    return { start, end, ...this.lines.position(start) };
  }
}
