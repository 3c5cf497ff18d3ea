import type { Sandbox } from "../../sandbox/sandbox";
import type { Vendor } from "./vendor";

/** What is measured: apply the files to AWS, or only show what that would change. */
export type Operation = "deploy" | "plan";

/** A process to start and measure. */
export interface Command {
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** One tool that does the vendor's job, set up for one vendor and one emulator. */
export interface Contestant {
  /** The title of its columns. */
  readonly name: string;
  /** Versions of engine and provider, for the table's caption. */
  versions(): Promise<string>;
  /** Runs once before the first deployment; not measured. */
  prepare(): Promise<void>;
  /** A command that fails when `plan` finds anything to change. */
  command(operation: Operation): Command;
}

/** Makes a contestant for a vendor and a sandbox that is its own. */
export type MakeContestant = (vendor: Vendor, sandbox: Sandbox) => Contestant;
