// Text → tokens, refusing on the way what makes YAML ambiguous or costly: anchors, aliases, tags,
// directives, a second document, too many parts, too many levels. This happens before anything recursive
// sees the tokens: with deep nesting the composer runs out of stack, and V8 may then abort the process
// instead of throwing.
import { CST, Lexer, Parser } from "yaml";
import { quoted } from "../printable";

/** Reports a problem at an offset of the text. */
export type Report = (offset: number, check: string, message: string, fix: string) => void;

export const REWRITE = "Write one `key: value` per line, as in docs/customer-file.md.";

/** The deepest valid file has six levels. */
const MAX_DEPTH = 32;

/** Lexemes that stand for no character: document start, end of a flow collection, scalar follows. */
const ZERO_WIDTH: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);

const REFUSED: ReadonlyMap<string, { check: string; what: string; fix: string }> = new Map([
  ["anchor", { check: "yaml-anchor", what: "the anchor", fix: "Write the value without it." }],
  ["alias", { check: "yaml-alias", what: "the alias", fix: "Write the value itself." }],
  ["tag", { check: "yaml-tag", what: "the tag", fix: "Write the value without it." }],
  ["directive-line", { check: "yaml-directive", what: "the directive", fix: "Delete the line." }],
]);

/**
 * Reads the tokens of one document; they are meaningless once a problem has been reported.
 *
 * @param maxParts - most tokens and escapes together; reading stops there.
 */
export function readTokens(text: string, maxParts: number, report: Report): CST.Token[] {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let [offset, parts, documents, scalarFollows] = [0, 0, 0, false];
  for (const lexeme of new Lexer().lex(text)) {
    parts += 1 + escapes(lexeme);
    if (parts > maxParts) {
      report(offset, "yaml-size", `expected at most ${maxParts} parts, got more`, REWRITE);
      return [];
    }
    const type = scalarFollows ? "scalar" : (CST.tokenType(lexeme) ?? "");
    scalarFollows = lexeme === CST.SCALAR;
    if (type === "doc-start" && ++documents > 1) reportSecondDocument(offset, report);
    const refused = REFUSED.get(type);
    if (refused !== undefined) {
      const message = `expected plain YAML, got ${refused.what} ${quoted(lexeme)}`;
      report(offset, refused.check, message, refused.fix);
    }
    tokens.push(...parser.next(lexeme));
    if (!ZERO_WIDTH.has(lexeme)) offset += lexeme.length;
  }
  tokens.push(...parser.end());
  checkDepth(tokens, report);
  return tokens;
}

/** Reports that a file holds more than one document. */
export function reportSecondDocument(offset: number, report: Report): void {
  const message = "expected one document, got the start of a second one";
  report(offset, "yaml-document", message, "Write each customer in a file of its own.");
}

/** Every wrong escape becomes an error object, so escapes count as parts. */
function escapes(lexeme: string): number {
  return lexeme.startsWith('"') ? lexeme.split("\\").length - 1 : 0;
}

/** With an explicit stack, because it is the depth that is in question. */
function checkDepth(tokens: readonly CST.Token[], report: Report): void {
  const open = tokens.map((token) => ({ token, depth: 1 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, depth } = next;
    if (depth > MAX_DEPTH) {
      report(token.offset, "yaml-size", `expected at most ${MAX_DEPTH} levels, got more`, REWRITE);
      return;
    }
    if (token.type === "document" && token.value) open.push({ token: token.value, depth });
    if (!("items" in token)) continue;
    for (const item of token.items) {
      if (item.key) open.push({ token: item.key, depth: depth + 1 });
      if (item.value) open.push({ token: item.value, depth: depth + 1 });
    }
  }
}
