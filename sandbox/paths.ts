import { join } from "node:path";

/** The project's root. */
export const PROJECT = join(__dirname, "..");

/** Where the sandbox keeps what it installs, and its state. Ignored by git. */
export const SANDBOX = join(PROJECT, ".sandbox");
