import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AdoptionPlan } from "../../src/adopt/plan";
import type { StackConfig } from "../../src/config";
import { setStatements } from "../files/settingsEdit";
import { withFileErrors, writeAtomic } from "../files/writeAtomic";
import { UsageError } from "../output/usageError";

/** Where the files of a plan go. */
export interface WritePlaces {
  /** The project's folder. */
  directory: string;
  /** The folder of customer files, relative to the working directory. */
  folder: string;
}

/**
 * Writes what a plan says: customer files, and statements of others with the settings that name them. A customer file
 * that is there is never overwritten: it was written before, and may have been edited since.
 *
 * @returns the paths that were written, relative to the project's folder where they are inside it.
 * @throws UsageError when a customer file exists that the plan does not know, or a file cannot be written.
 */
export function writePlan(
  { customers, kept }: Pick<AdoptionPlan, "customers" | "kept">,
  config: StackConfig,
  { directory, folder }: WritePlaces,
): string[] {
  const files = customers.map(({ customer, text }) => ({
    file: join(folder, `${customer.id}.yaml`),
    text,
  }));
  const present = files.find(({ file }) => existsSync(file));
  if (present !== undefined) {
    throw new UsageError(
      `${present.file} exists already`,
      "Nothing was written. Give the customer another id with `--map`, or move the file away.",
    );
  }
  const statements = [...kept.byRepository].map(([repository, added]) => {
    const settings = config.repositories.get(repository);
    const path = settings?.statementsFile ?? `statements/${repository.replaceAll("/", "-")}.json`;
    const text = `${JSON.stringify([...(settings?.statements ?? []), ...added], undefined, 2)}\n`;
    return { repository, path, text };
  });
  const settingsFile = join(directory, `Pulumi.${config.stack}.yaml`);
  return withFileErrors(settingsFile, () => {
    let settings = readFileSync(settingsFile, "utf8");
    for (const { repository, path } of statements) {
      settings = setStatements(settings, config.stack, repository, path);
    }
    mkdirSync(folder, { recursive: true });
    // The statements first: an update that finds customers without them would stop at the statements of others.
    for (const { path, text } of statements) {
      const file = join(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeAtomic(file, { text, mode: 0o644 }, directory);
    }
    if (statements.length > 0)
      writeAtomic(settingsFile, { text: settings, mode: 0o644 }, directory);
    // The temporary file is created next to the folder: in it, it would count as a customer file.
    for (const { file, text } of files) writeAtomic(file, { text, mode: 0o644 }, dirname(folder));
    return [
      ...files.map(({ file }) => file),
      ...statements.map(({ path }) => path),
      ...(statements.length > 0 ? [`Pulumi.${config.stack}.yaml`] : []),
    ];
  });
}
