import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type * as Esbuild from "esbuild";

// esbuild comes with tsx, which runs everything here.
const { build } = createRequire(require.resolve("tsx/package.json"))("esbuild") as typeof Esbuild;

const SOURCES = __dirname;

/** A hash of the provider's sources and of the versions of what it uses. */
export async function sourcesHash(): Promise<string> {
  const names = await readdir(SOURCES, { recursive: true });
  const hash = createHash("sha256");
  for (const name of names.filter((file) => file.endsWith(".ts")).sort()) {
    hash.update(`${name}\0`).update(await readFile(join(SOURCES, name)));
  }
  hash.update(await readFile(join(SOURCES, "..", "..", "package-lock.json")));
  return hash.digest("hex").slice(0, 16);
}

/**
 * Bundles a program into one file, which starts several times faster than many. It is written to a
 * temporary file and moved into place, so that concurrent installations do no harm.
 *
 * @param entry - a file of this directory, e.g. `main.ts`.
 */
export async function bundle(entry: string, target: string): Promise<void> {
  const aside = join(target, "..", `.${randomUUID()}-${basename(target)}`);
  try {
    await build({
      entryPoints: [join(SOURCES, entry)],
      outfile: aside,
      bundle: true,
      platform: "node",
      target: "node20",
      format: "cjs",
      // ES modules can be tree-shaken.
      mainFields: ["module", "main"],
      // But this one's needs its own location in the file system, which a bundle does not have.
      alias: { openpgp: require.resolve("openpgp") },
      minifySyntax: true,
      logLevel: "error",
    });
    await rename(aside, target);
  } finally {
    await rm(aside, { force: true });
  }
}
