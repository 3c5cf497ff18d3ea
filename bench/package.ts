// `npm run bench:package`: what a vendor downloads, installs and waits for. Makes the package, installs it in an empty
// folder, and measures there; with `-- FOLDER`, only how long programs of the package that is installed there take.
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { printTable } from "./table";

const ROOT = join(__dirname, "..");
const RUNS = 5;
/** A package beside ours. */
const EMPTY = "does-nothing";
const INSTALL = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];

/** From the start until everything is declared: Pulumi's mocks answer immediately, and so does an ECR without policies. */
const DECLARE = `
  const pulumi = require("@pulumi/pulumi");
  const server = require("node:http").createServer((_, response) => {
    response.writeHead(400, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: "RepositoryPolicyNotFoundException" }));
  });
  const listening = new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "B" });
  const newResource = ({ name, inputs }) => ({
    id: name,
    state: { ...inputs, arn: "arn:" + name, uniqueId: "AIDA" + name, repository: { name } },
  });
  listening
    .then(() => {
      process.env.AWS_ENDPOINT_URL = "http://127.0.0.1:" + server.address().port;
      return pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "p", "dev");
    })
    .then(() => require("./index.ts")())
    .then(() => {
      server.close();
      server.closeAllConnections();
    });`;

/** This repository's own index.ts is TypeScript. */
const FROM_SOURCES = ["--import", "tsx", "-e"];

function main(installed: string | undefined): void {
  if (installed !== undefined) return printStarts(addSamples(installed));
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
    printStarts(addSamples(vendor));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function printStarts(vendor: string): void {
  const script = join(vendor, "node_modules", ".bin", "ecr-customers");
  const empty = addEmptyProgram(vendor);
  printTable(
    ["start", `fastest of ${RUNS}`, "median", "slowest"],
    [
      measured("node, doing nothing", vendor, process.execPath, "-e", "0"),
      measured("an empty program", vendor, empty),
      measured("ecr-customers --help", vendor, script, "--help"),
      // What npx itself takes: the difference to the line after it is ours.
      measured("npx, an empty program", vendor, "npx", EMPTY),
      measured("npx ecr-customers --help", vendor, "npx", "ecr-customers", "--help"),
      measured("ecr-customers validate", vendor, script, "validate"),
      measured("Pulumi's SDK alone", vendor, process.execPath, "-e", 'require("@pulumi/pulumi")'),
      measured("program, all declared", vendor, process.execPath, "-e", DECLARE),
      measured("the same from the sources", ROOT, process.execPath, ...FROM_SOURCES, DECLARE),
    ],
  );
}

/** Installs a package whose program does nothing. @returns the program. */
function addEmptyProgram(vendor: string): string {
  const modules = join(vendor, "node_modules");
  const folder = join(modules, EMPTY);
  const program = join(modules, ".bin", EMPTY);
  if (existsSync(program)) return program;
  mkdirSync(folder);
  const manifest = { name: EMPTY, version: "1.0.0", bin: "cli.js" };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "cli.js"), "#!/usr/bin/env node\n", { mode: 0o755 });
  symlinkSync(join("..", EMPTY, "cli.js"), program);
  return program;
}

function pack(folder: string): string {
  npm(ROOT, "run", "--silent", "pack", "--", "--pack-destination", folder);
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
}

function install(vendor: string, tarball: string): void {
  mkdirSync(vendor);
  writeFileSync(join(vendor, "package.json"), "{}");
  npm(vendor, "install", ...INSTALL, tarball);
}

/** Adds this repository's samples to a vendor's folder. */
function addSamples(vendor: string): string {
  for (const name of ["customers", "Pulumi.dev.yaml"]) {
    cpSync(join(ROOT, name), join(vendor, name), { recursive: true });
  }
  for (const name of ["index.ts", "Pulumi.yaml"]) {
    cpSync(join(ROOT, "template", name), join(vendor, name));
  }
  return vendor;
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
  return [what, shown(times[0]), shown(times[Math.floor(RUNS / 2)]), shown(times.at(-1))];
}

main(process.argv[2]);
