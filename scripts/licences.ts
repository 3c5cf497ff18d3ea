// The licences of packages whose code is bundled: they ask that their text goes with every copy.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const LICENCE = /^(licen[cs]e|copying)([.-]|$)/i;

/**
 * The licences of all packages that files belong to, sorted by name.
 *
 * @param root - the folder of `node_modules`.
 * @param files - relative to it; those outside of `node_modules` are this project's own.
 * @throws Error for a package without a licence text.
 */
export function licenceTexts(root: string, files: readonly string[]): string {
  const folders = new Set(files.flatMap((file) => packageFolder(root, file) ?? []));
  const texts = [...folders].map((folder) => {
    const { name, version, license } = manifest(folder);
    const file = readdirSync(folder).find((entry) => LICENCE.test(entry));
    if (file === undefined) throw new Error(`${name} ${version} has no licence text`);
    const text = readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  return texts.sort().join(`\n${"-".repeat(80)}\n\n`);
}

/** The folder of the installed package that a file belongs to. */
function packageFolder(root: string, file: string): string | undefined {
  if (!file.includes("node_modules/")) return undefined;
  let folder = dirname(join(root, file));
  while (!existsSync(join(folder, "package.json")) || manifest(folder).version === undefined) {
    folder = dirname(folder);
  }
  return folder;
}

function manifest(folder: string): Record<string, string | undefined> {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
}
