// How many files a stranger opens to answer ten questions about a checkout.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MODULE_FOLDERS, modulesIn } from "../../scripts/moduleGraph";

/** A question, what a stranger searches for, and how the line of code that answers it is recognised. */
export interface Question {
  question: string;
  term: RegExp;
  answer: RegExp;
}

/** Names that were given up are part of the patterns, so that older commits can be asked, too. */
export const QUESTIONS: readonly Question[] = [
  {
    question: "Where is the limit of 10,240 characters?",
    term: /10[_,]?240/,
    answer: /= 10_?240\b/,
  },
  {
    question: "Who deletes keys whose secret was lost?",
    term: /lost|recover/i,
    answer: /await \w+\.deleteAccessKey\(/,
  },
  {
    question: "What waits for AWS's consistency?",
    term: /consisten/i,
    answer: /export async function (?:pollUntil|look[A]gain)\b/,
  },
  {
    question: "What is the order of `up`?",
    term: /\border of\b|limits, confirm/i,
    answer: /export async function runUpdate\b/,
  },
  {
    question: "Which exit codes are there?",
    term: /exit ?code/i,
    answer: /refused: 2,/,
  },
  {
    question: "How many customers may lose access in one run?",
    term: /10 %|percent/i,
    answer: /\bLOSS_PERCENT = |const \w*PERCENT\w* = /,
  },
  {
    question: "Which characters never reach a terminal?",
    term: /control|printable/i,
    answer: /export function printable\b/,
  },
  {
    question: "What ends access on a day if nothing is run?",
    term: /CurrentTime/,
    answer: /DateGreaterThan\w*: \{/,
  },
  {
    question: "Which ids may a customer have?",
    term: /customer.?id/i,
    answer: /\bCUSTOMER_ID = /,
  },
  {
    question: "Which keys may a customer file have?",
    term: /customer file/i,
    answer: /protected: \w+/,
  },
];

/** The page at which a stranger starts, where there is one. */
const START = "docs/architecture.md";

const PATH = /\b(?:src|automation|sandbox|scripts|bench)\/[\w/]+\.ts\b/g;

/**
 * The files that a stranger opens, in this order, up to the one with the line of code that answers the question:
 *
 * 1. the page about the architecture, and then the modules that its lines with the term name;
 * 2. the modules whose path has the term;
 * 3. the modules whose text has the term.
 *
 * Modules of a group are opened in the order of their paths.
 *
 * @returns undefined when the question stays without an answer.
 */
export function filesOpened(root: string, { term, answer }: Question): string[] | undefined {
  const modules = modulesIn(root, MODULE_FOLDERS);
  const text = (file: string) => readFileSync(join(root, file), "utf8");
  const hasPage = existsSync(join(root, START));
  const lines = hasPage ? text(START).split("\n") : [];
  const named = lines.filter((line) => term.test(line)).flatMap((line) => line.match(PATH) ?? []);
  const order = new Set([
    ...(hasPage ? [START] : []),
    ...named.filter((file) => modules.includes(file)),
    ...modules.filter((file) => term.test(file)),
    ...modules.filter((file) => term.test(text(file))),
  ]);
  const opened = [...order];
  const at = opened.findIndex((file) => file !== START && answer.test(text(file)));
  return at < 0 ? undefined : opened.slice(0, at + 1);
}
