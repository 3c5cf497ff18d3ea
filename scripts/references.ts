// References from comments and pages to documents, headings and files that this repository does not have.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";

/** A reference that leads nowhere. */
export interface DanglingReference {
  /** Relative to the checkout. */
  file: string;
  line: number;
  /** As it is written. */
  reference: string;
  why: string;
}

/** Folders that hold nothing written by hand. */
const SKIPPED = new Set(["node_modules", ".git", ".sandbox", "package-lock.json"]);

const TEXT = /\.(?:md|ts|mts|mjs|js|yml|yaml|json)$/;

/** Pages that were never part of the repository. */
const ELSEWHERE: readonly [pattern: RegExp, why: string][] = [
  [/\bDESIGN\b(?: §\d+)?/g, "a page outside this repository"],
  [/\b[Ii]ssue \d+\b/g, "an issue without its repository"],
  [/\bfacts (?:of|about) the [A-Z]\w+|\bfacts\/[a-z-]+\.md/g, "a page outside this repository"],
];

/** `[text](target)` of a page, without images and addresses of other sites. */
const LINK = /\]\((?!\w+:)([^()\s]+)\)/g;

/** A page, perhaps with its heading: as an anchor, or after the name, in quotes or not. */
const PAGE =
  /(?<![\w./@-])(docs\/[\w./-]+\.md)(?:#([\w-]+)| \("([^"]+)"\)|, "([^"]+)"|, ([A-Z][\w ]*)(?=[).;]))?/g;

/** A file or folder of this repository, by its path from the top. */
const PATH =
  /(?<![\w./@-])(?:src|automation|sandbox|scripts|bench|test|docs|schemas|\.github)\/[\w./-]*\w/g;

/**
 * Finds every reference that leads nowhere: links of Markdown pages with their anchors, pages and
 * paths that comments name, and pages that were never in the repository.
 *
 * @param root - the checkout's folder.
 * @param files - those to read, relative to it.
 */
export function danglingReferences(root: string, files = textFiles(root)): DanglingReference[] {
  return files.flatMap((file) =>
    readFileSync(join(root, file), "utf8")
      .split("\n")
      .flatMap((text, at) =>
        inLine(root, file, text).map((found) => ({ file, line: at + 1, ...found })),
      ),
  );
}

/** The text files of a checkout, sorted, relative to it. */
export function textFiles(root: string, folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return textFiles(root, path);
      return TEXT.test(entry.name) ? [path] : [];
    })
    .sort();
}

type Found = Pick<DanglingReference, "reference" | "why">;

function inLine(root: string, file: string, text: string): Found[] {
  const found: Found[] = ELSEWHERE.flatMap(([pattern, why]) =>
    [...text.matchAll(pattern)].map(([reference]) => ({ reference, why })),
  );
  if (file.endsWith(".md")) {
    for (const [, target = ""] of text.matchAll(LINK)) {
      const [path = "", anchor] = target.split("#");
      const page = path === "" ? file : posix.join(dirname(file), path);
      found.push(...missing(root, page, anchor, target));
    }
  }
  const pages = [...text.matchAll(PAGE)];
  for (const [reference, page = "", anchor, ...titles] of pages) {
    const title = titles.find((name) => name !== undefined);
    found.push(...missing(root, page, anchor ?? (title && slug(title)), reference));
  }
  // What tests write as text may be a file of their own.
  const spoken = file.endsWith(".md") ? text : comment(text);
  for (const [reference] of spoken.matchAll(PATH)) {
    if (!pages.some(([page]) => page.startsWith(reference))) {
      found.push(...missing(root, reference, undefined, reference));
    }
  }
  return found;
}

/** The comment in a line of code; empty without one. */
function comment(text: string): string {
  return /(?:^\s*\/?\*|(?:^|\s)\/\/|^\s*#)(.*)$/.exec(text)?.[1] ?? "";
}

function missing(
  root: string,
  path: string,
  anchor: string | undefined,
  reference: string,
): Found[] {
  const place = join(root, path);
  if (![place, `${place}.ts`].some(existsSync)) return [{ reference, why: "no such file" }];
  if (anchor === undefined || !path.endsWith(".md")) return [];
  return headings(place).has(anchor) ? [] : [{ reference, why: "no such heading" }];
}

/** The anchors of a page's headings, as GitHub makes them. */
function headings(page: string): ReadonlySet<string> {
  const lines = readFileSync(page, "utf8").split("\n");
  return new Set(lines.flatMap((line) => /^#{1,6} (.+)$/.exec(line)?.slice(1).map(slug) ?? []));
}

/** `What's declared in AWS` → `whats-declared-in-aws`. */
function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}
