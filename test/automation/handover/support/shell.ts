import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { TarEntry } from "../../../../automation/handover/tar";

/** Exit code and output of a shell command. */
export interface ShellRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * A customer's machine: a home directory, an unpacked bundle, and stand-ins for `aws`, `docker` and others.
 * Each stand-in writes a line with its arguments to `calls`.
 */
export class CustomerMachine {
  readonly root = mkdtempSync(join(tmpdir(), "ecr-customers-customer-"));
  readonly home = this.#folder("home");
  readonly bundle = this.#folder("bundle");
  readonly programs = this.#folder("programs");
  /** In addition to HOME and PATH. */
  environment: Readonly<Record<string, string>> = {};

  /** Writes a bundle's files as if they were unpacked. */
  unpack(files: readonly TarEntry[]): void {
    for (const { path, content, mode } of files) {
      const file = join(this.bundle, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { mode });
    }
  }

  /** @param script - POSIX shell, run after the call was recorded. */
  program(name: string, script: string): void {
    const file = join(this.programs, name);
    // A single write for each call: the programs of a pipeline write at the same time.
    const note = `printf '%s\\n' "${name} $*" >> "$CALLS"`;
    writeFileSync(file, `#!/bin/sh\n${note}\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** The calls of the stand-ins, in order. */
  get calls(): string[] {
    const text = readFileSync(join(this.root, "calls"), { encoding: "utf8", flag: "a+" });
    return text.split("\n").filter(Boolean);
  }

  /** Runs shell text in the bundle's folder. Asynchronous, because a test may serve what the text calls. */
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
