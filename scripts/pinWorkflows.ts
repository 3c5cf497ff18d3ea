// `npm run pin-workflows`, a step of a release: writes which commit's reusable workflows a vendor's repository calls.
// With --check it changes nothing, and fails when the workflows have changed since that commit.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../package.json";

const ROOT = join(__dirname, "..");
const FOLDER = ".github/workflows";
const PIN = join("automation", "init", "workflowsPin.json");

interface Pin {
  repository: string;
  commit: string;
  version: string;
}

/** The reusable workflows that differ from those of a commit, e.g. `reusable-apply.yml`; all of them if it is unknown. */
export function changedSince(commit: string, root = ROOT): string[] {
  const names = readdirSync(join(root, FOLDER)).filter((name) => name.startsWith("reusable-"));
  return names.filter((name) => {
    const now = readFileSync(join(root, FOLDER, name), "utf8");
    return git(root, "show", `${commit}:${FOLDER}/${name}`) !== now;
  });
}

function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync("git", args, {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch {
    return undefined;
  }
}

function main(check: boolean): void {
  const pin = JSON.parse(readFileSync(join(ROOT, PIN), "utf8")) as Pin;
  if (!check) {
    pin.commit = git(ROOT, "rev-parse", "HEAD")?.trim() ?? pin.commit;
    pin.version = `v${version}`;
  }
  const changed = changedSince(pin.commit);
  if (changed.length > 0 || pin.version !== `v${version}`) {
    const what = changed.length > 0 ? changed.join(", ") : `the version ${pin.version}`;
    console.error(
      `${PIN} pins ${pin.commit.slice(0, 12)}, and this checkout differs: ${what}. Commit the workflows, then run \`npm run pin-workflows\` and commit its change.`,
    );
    process.exitCode = 1;
    return;
  }
  if (!check) writeFileSync(join(ROOT, PIN), `${JSON.stringify(pin, undefined, 2)}\n`);
}

if (require.main === module) main(process.argv.includes("--check"));
