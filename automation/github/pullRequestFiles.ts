// Replaces the checkout's customer files and settings with those of a pull request, as data: for the
// preview, whose job can read the stack's state and therefore runs no code of a pull request.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isMap, isScalar, parseDocument, type YAMLMap } from "yaml";
import { CUSTOMER_ID } from "../../src/customers/entries";
import { MAX_FILE_BYTES } from "../../src/yaml/text";
import { parseStackConfig } from "../../src/config";
import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";
import type { GitHubCall, JobEnvironment } from "./api";
import { proposedVersion } from "./proposedVersion";

/** Which pull request, as the event names it. Checked here, because it is untrusted input. */
export interface PullRequest {
  /** As the event names it, e.g. `12`. */
  number: string;
  /** The commit that was checked. */
  head: string;
}

export interface TakenFiles {
  customers: number;
  /** Other files that the pull request changes; a preview does not show their effect. */
  otherFiles: number;
  /** The newer version of this package that the pull request proposes. */
  version?: string;
}

/** Where the default branch is checked out, and how to reach GitHub. */
export interface Place {
  directory: string;
  repository: string;
  stack: string;
  call: GitHubCall;
  /** For `git fetch`, which has no credentials of its own. */
  gitEnvironment?: JobEnvironment;
}

/** The settings that a preview takes from a pull request: those of our own namespace. */
const OUR_KEY = /^ecr-customers:/;

const MANIFEST = "package.json";
const LOCKFILE = "package-lock.json";

const REGULAR_FILE = "100644";

/** Longest output of git; the list of files is the longest. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Customer files that one git reads; one git for each of 5,000 would take half a minute. */
const FILES_A_CALL = 500;

/**
 * Takes the files of a pull request as they will be once it is merged.
 *
 * @returns undefined when there is nothing left to preview: it is closed, or has newer commits.
 * @throws UsageError when it comes from another repository, or holds something other than customer files.
 */
export async function takePullRequestFiles(
  { number, head }: PullRequest,
  { directory, repository, stack, call, gitEnvironment }: Place,
): Promise<TakenFiles | undefined> {
  if (!/^[1-9][0-9]*$/.test(number)) throw refused("expected the number of a pull request");
  if (!/^[0-9a-f]{40}$/.test(head)) throw refused("expected a commit");
  const found = (await call("GET", `/repos/${repository}/pulls/${number}`)) as {
    state?: string;
    head?: { sha?: string; repo?: { full_name?: string } | null };
    base?: { ref?: string; repo?: { default_branch?: string } };
  };
  if (found.head?.repo?.full_name !== repository) {
    throw refused(`pull request ${number} comes from another repository`);
  }
  const isForDefaultBranch = found.base?.ref === found.base?.repo?.default_branch;
  if (found.state !== "open" || found.head.sha !== head || !isForDefaultBranch) return undefined;

  const gitWith = (input: string, ...args: string[]) => {
    try {
      return execFileSync("git", args, {
        cwd: directory,
        env: { ...process.env, ...gitEnvironment },
        maxBuffer: MAX_ANSWER_BYTES,
        input,
        stdio: ["pipe", "pipe", "pipe"],
      });
    } catch (error) {
      const [line = ""] = String((error as { stderr?: Buffer }).stderr ?? error).split("\n");
      throw new UsageError(
        `git ${args[0] ?? ""} failed: ${printable(line)}`,
        "A pull request with conflicts has no merge to preview: resolve them. Otherwise run the job again.",
      );
    }
  };
  const git = (...args: string[]) => gitWith("", ...args);
  const text = (...args: string[]) => git(...args).toString("utf8");
  const fileIn = (commit: string) =>
    text("ls-tree", "--name-only", commit, "--", MANIFEST) === ""
      ? undefined
      : text("show", `${commit}:${MANIFEST}`);
  // GitHub's test merge, with both its parents.
  git("fetch", "--quiet", "--no-tags", "--depth=2", "origin", `refs/pull/${number}/merge`);
  const merge = text("rev-parse", "FETCH_HEAD").trim();
  if (text("rev-parse", `${merge}^2`).trim() !== head) return undefined;

  const settingsFile = `Pulumi.${stack}.yaml`;
  const folder = customersFolder(directory, stack);
  const files = customerFiles(gitWith, merge, folder);
  const settings = mergedSettings(
    readFileSync(join(directory, settingsFile), "utf8"),
    text("show", `${merge}:${settingsFile}`),
  );
  const changed = text("diff", "--name-only", "-z", `${merge}^1`, merge).split("\0");
  const proposed = changed.includes(MANIFEST)
    ? proposedVersion(fileIn(`${merge}^1`), fileIn(merge))
    : undefined;
  const isShown = (path: string) =>
    path === settingsFile ||
    path.startsWith(`${folder}/`) ||
    (proposed?.isAll === true && [MANIFEST, LOCKFILE].includes(path));

  rmSync(join(directory, folder), { recursive: true });
  mkdirSync(join(directory, folder));
  for (const [name, content] of files) writeFileSync(join(directory, folder, name), content);
  writeFileSync(join(directory, settingsFile), settings);
  const otherFiles = changed.filter((path) => path !== "" && !isShown(path)).length;
  return {
    customers: files.size,
    otherFiles,
    ...(proposed !== undefined && { version: proposed.version }),
  };
}

/** The folder that the default branch's settings name. */
function customersFolder(directory: string, stack: string): string {
  const file = `Pulumi.${stack}.yaml`;
  const { config } = parseStackConfig(readFileSync(join(directory, file)), file, stack);
  if (config === undefined) throw refused(`${file} of the default branch has problems`);
  return config.customers;
}

/**
 * Reads customer files from git's object store, so that attributes, filters and links have no effect,
 * as they would in a checkout. Anything but a plain file named like a customer is an error.
 */
function customerFiles(
  git: (input: string, ...args: string[]) => Buffer,
  commit: string,
  folder: string,
): Map<string, Buffer> {
  const listed = git("", "ls-tree", "-r", "-l", "-z", commit, "--", `${folder}/`).toString("utf8");
  const entries = listed
    .split("\0")
    .filter((entry) => entry !== "" && !entry.endsWith(`\t${folder}/README.md`));
  if (entries.length === 0) throw refused(`${folder} holds no customer file`);
  const files = entries.map((entry) => {
    const [, mode, id = "", size, path = ""] =
      /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]*)$/.exec(entry) ?? [];
    const name = path.slice(folder.length + 1);
    const isCustomer = name.endsWith(".yaml") && CUSTOMER_ID.test(name.slice(0, -".yaml".length));
    if (mode !== REGULAR_FILE || !isCustomer || Number(size) > MAX_FILE_BYTES) {
      throw refused(`${printable(path)} is not a plain customer file of at most 64 KiB`);
    }
    return { name, id, size: Number(size) };
  });
  const contents = new Map<string, Buffer>();
  for (let first = 0; first < files.length; first += FILES_A_CALL) {
    const listing = files.slice(first, first + FILES_A_CALL);
    const answer = git(listing.map(({ id }) => `${id}\n`).join(""), "cat-file", "--batch");
    let at = 0;
    for (const { name, size } of listing) {
      // `<id> blob <size>`, the content, and a line end after each.
      const start = answer.indexOf("\n", at) + 1;
      at = start + size + 1;
      contents.set(name, answer.subarray(start, start + size));
    }
  }
  return contents;
}

/**
 * The default branch's settings with the pull request's values for our own keys. All others (secrets
 * provider, encrypted key, other providers' settings) say what the engine does with its credentials.
 */
export function mergedSettings(ours: string, theirs: string): string {
  const document = parseDocument(ours);
  const proposal = parseDocument(theirs);
  if (proposal.errors.length > 0) throw refused("the pull request's settings are not YAML");
  const [config, proposed] = [document, proposal].map((one) => one.get("config"));
  if (!isMap(config) || !isMap(proposed)) throw refused("expected settings with `config:`");
  const isOurs = ({ key }: YAMLMap["items"][number]) =>
    isScalar(key) && OUR_KEY.test(String(key.value));
  config.items = [
    ...config.items.filter((pair) => !isOurs(pair)),
    ...proposed.items.filter(isOurs),
  ];
  return document.toString();
}

function refused(message: string): UsageError {
  return new UsageError(
    message,
    "Nothing was taken from the pull request: a preview takes customer files and settings only.",
  );
}
