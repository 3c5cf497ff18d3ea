// `npm run bench:package`: what a vendor downloads, installs and waits for. Makes the package, installs it in an empty
// folder, and measures there.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { printTable } from "./table";

const ROOT = join(__dirname, "..");
const RUNS = 9;
const INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

/** What a program waits for before its first resource: Pulumi's mocks answer immediately. */
const DECLARE = `
  const pulumi = require("@pulumi/pulumi");
  const newResource = ({ name, inputs }) => ({
    id: name,
    state: { ...inputs, arn: "arn:" + name, uniqueId: "AIDA" + name, repository: { name } },
  });
  Promise.resolve(
    pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "ecr-customers", "dev"),
  )
    .then(() => require("./index.ts")())
    .then(({ customers }) => console.log(Object.keys(customers).length + " customers"));`;

function main(): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-package-"));
  try {
    const vendor = join(folder, "vendor");
    const tarball = pack(folder);
    install(vendor, tarball);
    const ours = join(folder, "repository");
    mkdirSync(ours);
    for (const name of ["package.json", "package-lock.json", ".npmrc"]) {
      cpSync(join(ROOT, name), join(ours, name));
    }
    npm(ours, "ci", "--omit=dev");
    printTable(
      ["size", ""],
      [
        ["package, packed", megabytes(statSync(tarball).size)],
        ["package, unpacked", megabytes(sizeOf(join(vendor, "node_modules", "ecr-customers")))],
        ["vendor's node_modules", megabytes(sizeOf(join(vendor, "node_modules")))],
        ["this repository's, without development", megabytes(sizeOf(join(ours, "node_modules")))],
      ],
    );
    const script = join(vendor, "node_modules", ".bin", "ecr-customers");
    printTable(
      ["start", `median of ${RUNS}`, "slowest"],
      [
        measured("node, doing nothing", vendor, process.execPath, "-e", "0"),
        measured("ecr-customers --help", vendor, script, "--help"),
        measured("npx ecr-customers --help", vendor, "npx", "ecr-customers", "--help"),
        measured("ecr-customers validate", vendor, script, "validate"),
        measured("Pulumi's SDK alone", vendor, process.execPath, "-e", 'require("@pulumi/pulumi")'),
        measured("program, all declared", vendor, process.execPath, "-e", DECLARE),
      ],
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pack(folder: string): string {
  npm(ROOT, "run", "--silent", "pack", "--", "--pack-destination", folder);
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
}

/** A vendor's repository with this repository's samples. */
function install(vendor: string, tarball: string): void {
  mkdirSync(vendor);
  writeFileSync(join(vendor, "package.json"), "{}");
  npm(vendor, "install", ...INSTALL, tarball);
  for (const name of ["customers", "Pulumi.dev.yaml"]) {
    cpSync(join(ROOT, name), join(vendor, name), { recursive: true });
  }
  for (const name of ["index.ts", "Pulumi.yaml"]) {
    cpSync(join(ROOT, "template", name), join(vendor, name));
  }
}

function npm(cwd: string, ...argv: readonly string[]): void {
  execFileSync("npm", argv, { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function measured(
  what: string,
  cwd: string,
  command: string,
  ...argv: readonly string[]
): string[] {
  const times = Array.from({ length: RUNS }, () => {
    const started = performance.now();
    const { status, stderr } = spawnSync(command, argv, { cwd, encoding: "utf8" });
    if (status !== 0) throw new Error(`${what}: ${stderr}`);
    return performance.now() - started;
  }).sort((a, b) => a - b);
  const shown = (time = 0) => `${time.toFixed(0)} ms`;
  return [what, shown(times[Math.floor(RUNS / 2)]), shown(times.at(-1))];
}

main();
