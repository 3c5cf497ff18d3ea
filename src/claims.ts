import type { StackConfig } from "./config";
import type { Problem } from "./problem";
import { problemInSettings, type SettingsFile } from "./settingsFile";

interface ReadStack {
  config: StackConfig;
  settings: SettingsFile;
}

/**
 * Repositories that two stacks of a project claim in one account and region. A repository has one policy, and
 * whichever stack was updated last would take the access of the other one's customers.
 *
 * @param stacks - all that could be read.
 * @returns a problem in the settings of the later stack for each such repository and region.
 */
export function claimProblems(stacks: readonly ReadStack[]): Problem[] {
  const owners = new Map<string, string>();
  return stacks.flatMap(({ config: { stack, account, repositories }, settings }) =>
    [...repositories].flatMap(([repository, { regions }]) =>
      regions.flatMap((region) => {
        const place = `${account} ${region} ${repository}`;
        const owner = owners.get(place);
        if (owner === undefined) owners.set(place, stack);
        if (owner === undefined) return [];
        return problemInSettings(
          settings,
          repository,
          "repository-claimed",
          `expected a repository of one stack, got ${repository} in ${region} of account ${account}, which stack ${owner} also claims`,
          "Keep it in one of the two: a repository has one policy, and only one stack can write it.",
        );
      }),
    ),
  );
}
