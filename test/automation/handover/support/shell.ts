import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TarEntry } from "../../../../automation/handover/tar";

/** How a shell text ended and what it wrote. */
export interface ShellRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A customer's machine: a home, an unpacked bundle, and programs that stand in for `aws`, `docker` and
 * others. Each notes its words, a line for each call, in `calls`.
 */
export class CustomerMachine {
  readonly root = mkdtempSync(join(tmpdir(), "ecr-customers-customer-"));
  readonly home = this.#folder("home");
  readonly bundle = this.#folder("bundle");
  readonly programs = this.#folder("programs");
  /** Beside HOME and PATH. */
  environment: Readonly<Record<string, string>> = {};

  /** Puts a bundle's files where an engineer would unpack them. */
  unpack(files: readonly TarEntry[]): void {
    for (const { path, content, mode } of files) {
      const file = join(this.bundle, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { mode });
    }
  }

  /** @param script - POSIX shell, after the call was noted. */
  program(name: string, script: string): void {
    const file = join(this.programs, name);
    // One write a call: the programs of a pipeline note theirs at the same moment.
    const note = `printf '%s\\n' "${name} $*" >> "$CALLS"`;
    writeFileSync(file, `#!/bin/sh\n${note}\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** What the stand-ins were called with, in order. */
  get calls(): string[] {
    const text = readFileSync(join(this.root, "calls"), { encoding: "utf8", flag: "a+" });
    return text.split("\n").filter(Boolean);
  }

  /** Runs shell text as an engineer who pastes it in the bundle's folder. Not synchronous: a test may serve what it calls. */
  run(text: string, folder = this.bundle): Promise<ShellRun> {
    const PATH = [this.programs, process.env["PATH"]].join(delimiter);
    const CALLS = join(this.root, "calls");
    const env = { PATH, HOME: this.home, CALLS, ...this.environment };
    return new Promise((resolve, reject) => {
      const child = spawn("/bin/sh", ["-c", text], { cwd: folder, env });
      const run = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (part: string) => (run.stdout += part));
      child.stderr.setEncoding("utf8").on("data", (part: string) => (run.stderr += part));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code, ...run }));
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #folder(name: string): string {
    const folder = join(this.root, name);
    mkdirSync(folder);
    return folder;
  }
}

/** The shell blocks of a Markdown page, in order. */
export function shellBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, text = ""]) => text);
}
