import type { Sandbox } from "../../sandbox/sandbox";
import type { Vendor } from "./vendor";

/** What is measured: bring AWS to what the files say, or only tell what that would change. */
export type Operation = "deploy" | "plan";

/** A process to be started and measured. */
export interface Command {
  argv: readonly [string, ...string[]];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** One way of doing the vendor's job, set up for one vendor and one AWS. */
export interface Contestant {
  /** Heads its columns. */
  readonly name: string;
  /** What of it ran, for the table's caption: versions of engine and provider. */
  versions(): Promise<string>;
  /** What is done once before the first deployment, and not measured. */
  prepare(): Promise<void>;
  /** A command that fails when `plan` finds anything to change. */
  command(operation: Operation): Command;
}

/** Makes a contestant for a vendor and a sandbox that is its own. */
export type MakeContestant = (vendor: Vendor, sandbox: Sandbox) => Contestant;
