// `npm run pin-workflows`, a step of a release: writes which repository's and commit's reusable workflows a vendor's
// repository calls, and package.json's repository, which provenance is checked against. With --check it changes nothing, and fails when the workflows have changed since that commit, or the
// repository is not the one that is released.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../package.json";

const ROOT = join(__dirname, "..");
const FOLDER = ".github/workflows";
const MANIFEST = "package.json";
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

/** What stands for the owner until this project has a home on GitHub. */
const PLACEHOLDER = "example-org/";

/** `acme/ecr-customers` of an address of GitHub's, in any of git's or npm's forms. */
export function repositoryOf(address: string): string | undefined {
  return /github\.com[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(address.trim())?.[1];
}

/**
 * What is wrong with a pin.
 *
 * @param here - the repository that this is released from, if that is known.
 * @param address - package.json's `repository`: npm refuses a package whose provenance names another one.
 * @returns what differs; empty when nothing does.
 */
export function pinProblems(
  pin: Pin,
  here: string | undefined,
  address: string | undefined,
  root = ROOT,
): string[] {
  return [
    ...(repositoryOf(address ?? "") === pin.repository
      ? []
      : [`package.json names ${address ?? "no repository"}, not ${pin.repository}`]),
    ...changedSince(pin.commit, root).map((name) => `${name} has changed`),
    ...(pin.version === `v${version}` ? [] : [`the version is ${pin.version}`]),
    ...(pin.repository.startsWith(PLACEHOLDER)
      ? [`${pin.repository} stands for a repository that is not yet known`]
      : []),
    ...(here === undefined || here === pin.repository
      ? []
      : [`the repository is ${pin.repository}, not ${here}`]),
  ];
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

/** In a workflow GitHub names the repository; elsewhere the clone's origin is it. */
function thisRepository(): string | undefined {
  const named = process.env["GITHUB_REPOSITORY"];
  return named || repositoryOf(git(ROOT, "remote", "get-url", "origin") ?? "");
}

/** A package.json, as far as it is read here. */
interface Manifest {
  repository?: { type: string; url: string };
}

function main(check: boolean): void {
  const pin = JSON.parse(readFileSync(join(ROOT, PIN), "utf8")) as Pin;
  const manifest = JSON.parse(readFileSync(join(ROOT, MANIFEST), "utf8")) as Manifest;
  const here = thisRepository();
  if (!check) {
    if (here !== undefined) {
      manifest.repository = { type: "git", url: `git+https://github.com/${here}.git` };
    }
    pin.repository = here ?? pin.repository;
    pin.commit = git(ROOT, "rev-parse", "HEAD")?.trim() ?? pin.commit;
    pin.version = `v${version}`;
  }
  const problems = pinProblems(pin, here, manifest.repository?.url);
  if (problems.length > 0) {
    console.error(
      `${PIN} pins ${pin.commit.slice(0, 12)} of ${pin.repository}, which does not fit: ${problems.join("; ")}. Commit the workflows in a clone of the repository that vendors call, then run \`npm run pin-workflows\` and commit its change.`,
    );
    process.exitCode = 1;
    return;
  }
  if (check) return;
  writeFileSync(join(ROOT, PIN), `${JSON.stringify(pin, undefined, 2)}\n`);
  writeFileSync(join(ROOT, MANIFEST), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

if (require.main === module) main(process.argv.includes("--check"));
