// `npx tsx bench/house.ts [COMMIT]…`: counts the layout and the words of this checkout, or of the given commits,
// and how many files a stranger opens to answer ten questions.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { houseFigures } from "./house/figures";
import { filesOpened, QUESTIONS } from "./house/questions";
import { printTable } from "./table";

const ROOT = join(__dirname, "..");

/** What is counted of one checkout, in the order in which it is shown. */
function columnOf(root: string): ReadonlyMap<string, string> {
  const opened = QUESTIONS.map((one): [string, string] => {
    const files = filesOpened(root, one);
    return [
      `files opened: ${one.question}`,
      files === undefined ? "no answer" : String(files.length),
    ];
  });
  return new Map([...houseFigures(root), ...opened]);
}

/** The same of a commit, whose files are read from git. */
function columnOfCommit(commit: string): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "ecr-customers-house-"));
  try {
    const archive = execFileSync("git", ["archive", "--format=tar", commit], {
      cwd: ROOT,
      maxBuffer: 1 << 30,
    });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    return columnOf(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function main(commits: readonly string[]): void {
  const columns = commits.length === 0 ? [columnOf(ROOT)] : commits.map(columnOfCommit);
  const heads = commits.length === 0 ? ["this checkout"] : commits;
  const names = [...(columns[0]?.keys() ?? [])];
  printTable(
    ["", ...heads],
    names.map((name) => [name, ...columns.map((column) => column.get(name) ?? "-")]),
  );
}

if (require.main === module) main(process.argv.slice(2));
