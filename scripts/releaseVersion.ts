// What the release workflow checks first: that the tag, package.json and CHANGELOG.md name the same version.
//
//   npx tsx scripts/releaseVersion.ts v0.2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { version } from "../package.json";

/**
 * @param tag - as pushed.
 * @param released - the version in package.json.
 * @param changelog - its text.
 * @returns what is wrong, with what to do; empty when nothing is.
 */
export function releaseProblems(tag: string, released: string, changelog: string): string[] {
  const sections = changelog.split(/^## /m).slice(1);
  const changes = (name: string) =>
    sections
      .find((section) => section.split("\n", 1)[0]?.replace(/ - .*/, "") === name)
      ?.split("\n")
      .filter((line) => line.startsWith("- "));
  return [
    ...(tag === `v${released}`
      ? []
      : [
          `The tag is ${tag} and package.json says ${released}. Tag the commit that sets the version.`,
        ]),
    ...(changes(released)?.length
      ? []
      : [`CHANGELOG.md lists nothing under "## ${released}". Rename "## Unreleased" to it.`]),
    ...(changes("Unreleased")?.length
      ? [`CHANGELOG.md lists changes under "## Unreleased". Move them to "## ${released}".`]
      : []),
  ];
}

if (require.main === module) {
  const changelog = readFileSync(join(__dirname, "..", "CHANGELOG.md"), "utf8");
  const problems = releaseProblems(process.argv[2] ?? "", version, changelog);
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
