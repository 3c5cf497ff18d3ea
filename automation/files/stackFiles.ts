import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { programPart } from "../../src/project";
import { UsageError } from "../output/usageError";
import { counted } from "../../src/counted";

const SETTINGS_FILE = /^Pulumi\.(.+)\.yaml$/;
/** The stack names that Pulumi accepts; none of them leads out of the folder. */
const STACK_NAME = /^[A-Za-z0-9_.-]{1,100}$/;

/** Names of the stacks with settings in a project's folder, in code-unit order. */
export function stackNames(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return (
    readdirSync(directory)
      .flatMap((file) => SETTINGS_FILE.exec(file)?.[1] ?? [])
      // A cell that another tool deploys may have settings of its own; it is still a part of its stack.
      .filter((name) => programPart(directory, name).cell === undefined)
      .sort((a, b) => (a < b ? -1 : 1))
  );
}

/** The project's name, which is part of every URN. */
export function projectName(directory: string): string {
  return String(projectFile(directory)["name"]);
}

function projectFile(directory: string): Record<string, unknown> {
  return parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8")) as Record<string, unknown>;
}

/**
 * Writes the project's file into another folder, for inline programs: without `main`, which the engine would look for
 * there, and with a state in a folder by its absolute path.
 */
export function copyProjectFile(from: string, to: string): void {
  const {
    main: _,
    backend,
    ...project
  } = projectFile(from) as {
    main?: unknown;
    backend?: { url?: unknown };
  };
  const url = backend?.url;
  const [, folder] = (typeof url === "string" && /^file:\/\/(?![/~])(.+)$/.exec(url)) || [];
  const state =
    folder === undefined ? backend : { ...backend, url: `file://${resolve(from, folder)}` };
  const copy = { ...project, ...(state === undefined ? {} : { backend: state }) };
  writeFileSync(join(to, "Pulumi.yaml"), stringify(copy));
}

/** The settings that say how a stack's secrets are encrypted, written by `pulumi stack init`. They are not secret. */
const SECRETS_SETTINGS = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

export type SecretsSettings = Partial<Record<(typeof SECRETS_SETTINGS)[number], string>>;

/** How the secrets of a stack are encrypted, according to its settings. */
export function secretsSettings(directory: string, stack: string): SecretsSettings {
  const text = readFileSync(join(directory, `Pulumi.${stack}.yaml`), "utf8");
  const settings = parse(text) as Record<string, unknown>;
  return Object.fromEntries(
    SECRETS_SETTINGS.flatMap((name) =>
      typeof settings[name] === "string" ? [[name, settings[name]]] : [],
    ),
  );
}

/** Writes a stack's settings so that its secrets are encrypted like those of another stack. */
export function writeSecretsSettings(
  directory: string,
  stack: string,
  settings: SecretsSettings,
): void {
  writeFileSync(join(directory, `Pulumi.${stack}.yaml`), stringify(settings));
}

/**
 * The stack that was named, otherwise the only one there is. Among several none is chosen: an update of
 * the wrong stack cannot be undone.
 *
 * @throws UsageError
 */
export function chooseStack(directory: string, asked: string | undefined): string {
  const names = stackNames(directory);
  if (asked !== undefined) {
    if (STACK_NAME.test(asked)) return asked;
    throw new UsageError(
      `expected a stack's name, got ${JSON.stringify(asked)}`,
      "Use only letters, digits, `-`, `_` and `.`, e.g. `--stack prod`.",
    );
  }
  const [only] = names;
  if (only !== undefined && names.length === 1) return only;
  throw names.length === 0
    ? new UsageError(
        "there is no Pulumi.<stack>.yaml in this folder",
        "Change to the project's folder, or make a repository of your own with `ecr-customers init`.",
      )
    : new UsageError(
        `there are ${counted(names.length, "stack")}: ${names.join(", ")}`,
        "Choose one with `--stack`.",
      );
}
