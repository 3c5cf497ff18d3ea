/** Shows what the release workflow refuses before it publishes anything. */
import { expect } from "chai";
import { releaseProblems } from "../../scripts/releaseVersion";

const CHANGELOG = "# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n### Added\n\n- init\n";

describe("a release", () => {
  it("is accepted when tag, package.json and CHANGELOG.md agree", () => {
    expect(releaseProblems("v0.2.0", "0.2.0", CHANGELOG)).to.deep.equal([]);
    const without = CHANGELOG.replace("## Unreleased\n\n", "");
    expect(releaseProblems("v0.2.0", "0.2.0", without)).to.deep.equal([]);
  });

  for (const [why, tag, changelog, message] of [
    ["the tag is of another version", "v0.3.0", CHANGELOG, "The tag is v0.3.0"],
    ["the tag has no v", "0.2.0", CHANGELOG, "The tag is 0.2.0"],
    [
      "the changelog has no section for it",
      "v0.2.0",
      CHANGELOG.replace("0.2.0", "0.1.0"),
      "lists nothing",
    ],
    ["its section is empty", "v0.2.0", CHANGELOG.replace("- init\n", ""), "lists nothing"],
    [
      "changes are still listed as unreleased",
      "v0.2.0",
      CHANGELOG.replace("## Unreleased\n", "## Unreleased\n\n- sandbox\n"),
      "lists changes under",
    ],
  ] as const) {
    it(`is refused when ${why}`, () => {
      const problems = releaseProblems(tag, "0.2.0", changelog);
      expect(problems).to.have.length(1);
      expect(problems[0]).to.contain(message);
    });
  }
});
