import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "./aws/sandboxError";
import { runTool, type Progress } from "./tool";

export interface GoBuild {
  /** Folder of the go.mod and go.sum that pin what is built. */
  module: string;
  packages: readonly string[];
  /** For the linker, in addition to those that omit debugging information. */
  linkerFlags?: string;
  /** Folder for the programs. */
  output: string;
  log: string;
  progress: Progress;
  doing: string;
  /** What to tell the user to do when it fails. */
  fix: string;
}

/** @throws SandboxError when Go cannot build them, with the end of its output. */
export function goBuild(build: GoBuild): Promise<void> {
  const { module, packages, linkerFlags = "", output, log, progress, doing, fix } = build;
  const flags = ["-mod=readonly", "-trimpath", "-ldflags", `-s -w ${linkerFlags}`.trim()];
  return runTool("go", ["build", ...flags, "-o", `${output}/`, ...packages], {
    cwd: module,
    // The user's GOFLAGS and go.work must not affect the pinned build.
    env: { ...process.env, GOFLAGS: "", GOWORK: "off" },
    log,
    progress,
    doing,
    fix,
  });
}

/** @throws SandboxError when there is no Go. */
export function requireGo(problem: string, fix: string): void {
  try {
    execFileSync("go", ["version"], { stdio: "ignore" });
  } catch {
    throw new SandboxError(problem, fix);
  }
}

/** Identifies a set of pinned modules: another pin is another program. */
export function pinKey(...modules: string[]): string {
  const hash = createHash("sha256");
  for (const module of modules) {
    hash.update(readFileSync(join(module, "go.mod"))).update(readFileSync(join(module, "go.sum")));
  }
  return hash.digest("hex").slice(0, 12);
}
