import { problemIn, type Place, type Problem } from "./problem";
import { fullKey } from "./settingsKeys";
import type { MapNode, YamlNode } from "./yaml/nodes";

/** Where a stack's settings are, for what is found out about them after they were read. */
export interface SettingsFile {
  /** As the user knows it. */
  file: string;
  /** Where each repository of the catalogue is written. */
  repositories: ReadonlyMap<string, Place>;
}

/** Notes where each repository is. `settings` as of settingsKeys. */
export function settingsFile(settings: MapNode, file: string): SettingsFile {
  const catalogue: YamlNode | undefined = settings.entries.find(
    ({ key }) => key.text === "repositories",
  )?.value;
  const entries = catalogue?.kind === "map" ? catalogue.entries : [];
  const repositories = new Map(
    entries.map(({ key: { text, line, column } }) => [
      text,
      { line, column, path: fullKey(`repositories.${text}`) },
    ]),
  );
  return { file, repositories };
}

/** A problem at a repository's line of the settings, or about the file as a whole. */
export function problemInSettings(
  { file, repositories }: SettingsFile,
  repository: string | undefined,
  check: string,
  message: string,
  fix: string,
): Problem {
  const place = repository === undefined ? undefined : repositories.get(repository);
  return problemIn(file, check, message, fix, place);
}
