// The two folders that this program works with. The only place that knows them.
import { basename, join } from "node:path";

/**
 * The package's own folder, with the files that it brings along: schemas, mappings, templates, sandbox. Both the
 * sources (src/) and the compiled package (dist/) are directly below it.
 */
const PACKAGE = join(__dirname, "..");

/** Whether this is the compiled package, as a vendor installs it, and not this repository. */
export const IS_COMPILED = basename(__dirname) === "dist";

/** A file that the package brings along. */
export function packageFile(...path: readonly string[]): string {
  return join(PACKAGE, ...path);
}

/** The vendor's folder, with `Pulumi.yaml`: commands are run there, and so are programs by the engine. */
export function projectFolder(): string {
  return process.cwd();
}
