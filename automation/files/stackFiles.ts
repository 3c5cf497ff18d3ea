import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { programPart } from "../../src/project";
import { UsageError } from "../output/usageError";

const SETTINGS_FILE = /^Pulumi\.(.+)\.yaml$/;
/** What Pulumi takes for a stack's name; nothing that leads out of the folder. */
const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** Names of the stacks that have settings in a project's folder, in code-unit order. */
export function stackNames(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return (
    readdirSync(directory)
      .flatMap((file) => SETTINGS_FILE.exec(file)?.[1] ?? [])
      // A Pulumi runner that deploys a cell by itself may keep settings for it; it is no stack of its own.
      .filter((name) => programPart(directory, name).cell === undefined)
      .sort((a, b) => (a < b ? -1 : 1))
  );
}

/** The project's name, which is in the name of everything that Pulumi knows. */
export function projectName(directory: string): string {
  const text = readFileSync(join(directory, "Pulumi.yaml"), "utf8");
  return String((parse(text) as Record<string, unknown>)["name"]);
}

/** What encrypts a stack's secrets, as `pulumi stack init` writes it into its settings. None of it is secret. */
const SECRETS_SETTINGS = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

export type SecretsSettings = Partial<Record<(typeof SECRETS_SETTINGS)[number], string>>;

/** What encrypts the secrets of a stack, by its settings. */
export function secretsSettings(directory: string, stack: string): SecretsSettings {
  const text = readFileSync(join(directory, `Pulumi.${stack}.yaml`), "utf8");
  const settings = parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    SECRETS_SETTINGS.flatMap((name) =>
      typeof settings[name] === "string" ? [[name, settings[name]]] : [],
    ),
  );
}

/** Makes another stack's secrets encrypted as these are; without it the engine takes a passphrase for each stack. */
export function writeSecretsSettings(
  directory: string,
  stack: string,
  settings: SecretsSettings,
): void {
  writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify(settings));
}

/**
 * The stack that was asked for, else the only one there is. It is never guessed among several: an
 * update of the wrong stack cannot be taken back.
 *
 * @throws UsageError
 */
export function chooseStack(directory: string, asked: string | undefined): string {
  const names = stackNames(directory);
  if (asked !== undefined) {
    if (STACK_NAME.test(asked)) return asked;
    throw new UsageError(
      `expected a stack's name, got ${JSON.stringify(asked)}`,
      "Write letters, digits, `-`, `_` and `.` only, as in `--stack prod`.",
    );
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw names.length === 0
    ? new UsageError(
        "there is no Pulumi.<stack>.yaml in this folder",
        "Go to the project's folder, or write one: README shows how.",
      )
    : new UsageError(
        `there are ${names.length} stacks: ${names.join(", ")}`,
        "Say which one with `--stack`.",
      );
}
