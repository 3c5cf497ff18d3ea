// `npx tsx scripts/otherSamples.ts FOLDER`: copies this repository with another vendor's settings and
// customers, to prove that nothing but the samples' own test depends on the samples.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const ROOT = join(__dirname, "..");

/** Legal, and not laid out as Prettier would. */
const OTHERS: Readonly<Record<string, string>> = {
  "customers/northwind.yaml": `name:   'Northwind'
repositories:
    - agent
    - cli
expires:  2099-12-31
`,
  "Pulumi.prod.yaml": `config:
    aws:region:   us-east-2
    ecr-customers:account:   '111122223333'
    ecr-customers:repositories: {agent: {}, cli: {grants:   tagged}}
`,
};

/** Copies all files that git knows or would know, with other samples; the packages are shared. */
export function copyWithOtherSamples(directory: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: ROOT,
  });
  const files = listed.toString().split("\0");
  // The samples here may have any names: all files of theirs stay behind.
  const copied = files.filter((file) => !/^(customers\/|Pulumi\.[^/]+\.yaml$|$)/.test(file));
  for (const file of copied.filter((name) => existsSync(join(ROOT, name)))) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    cpSync(join(ROOT, file), join(directory, file));
  }
  for (const [file, text] of Object.entries(OTHERS)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  }
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "pipe" });
  git("init", "--quiet");
  git("add", "--all");
}

if (require.main === module) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    console.error("Name a folder that does not exist yet.");
    process.exitCode = 1;
  } else {
    const directory = resolve(folder);
    rmSync(directory, { recursive: true, force: true });
    copyWithOtherSamples(directory);
    console.log(`cd ${directory} && npm run check`);
  }
}
