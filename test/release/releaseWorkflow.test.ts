/** Proves in which order the workflow of a release checks, packs and publishes, and with which rights; not that npm accepts it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";

const FILE = join(__dirname, "..", "..", ".github", "workflows", "release.yml");

interface Release {
  on: Record<string, unknown>;
  jobs: Record<
    string,
    {
      environment: string;
      permissions: Record<string, string>;
      steps: { uses?: string; run?: string; with?: Record<string, unknown> }[];
    }
  >;
}

/** What keeps a text from being the workflow of a release; empty when nothing does. */
function releaseProblems(text: string): string[] {
  const { on, jobs } = parse(text) as Release;
  const [[, job] = []] = Object.entries(jobs);
  const commands = (job?.steps ?? []).map(({ run = "" }) => run);
  const at = (pattern: RegExp) => commands.findIndex((run) => pattern.test(run));
  const order = [
    /^npm ci$/,
    /scripts\/releaseVersion\.ts "\$GITHUB_REF_NAME"/,
    /^npm run pin-workflows -- --check$/,
    /^npm run check$/,
    /npm run release:check -- /,
    /^npm run pack$/,
    /^npm publish /,
  ].map(at);
  const publish = commands.filter((run) => run.includes("npm publish"));
  return [
    ...(JSON.stringify(on) === '{"push":{"tags":["v*"]}}' ? [] : ["not started by tags only"]),
    ...(Object.keys(jobs).length === 1 ? [] : ["another job"]),
    ...(job?.environment === "release" ? [] : ["no protected environment"]),
    ...(JSON.stringify(job?.permissions) === '{"contents":"read","id-token":"write"}'
      ? []
      : ["other permissions"]),
    ...(order.every((place, index) => place >= 0 && place > (order[index - 1] ?? -1))
      ? []
      : ["a check is missing, or comes after what it is about"]),
    ...(publish.length === 1 && publish[0]?.includes("./ecr-customers-*.tgz --provenance")
      ? []
      : ["not the packed file, with provenance"]),
    // An identity token is the only credential.
    ...(/secrets\.|NODE_AUTH_TOKEN/.test(text) ? ["a token of npm's"] : []),
    ...(job?.steps.some((step) => "continue-on-error" in step) ? ["a failure is ignored"] : []),
  ];
}

describe("the workflow of a release", () => {
  const text = readFileSync(FILE, "utf8");

  it("checks, compares with the previous version, packs, and publishes that file with provenance", () => {
    expect(releaseProblems(text)).to.deep.equal([]);
  });

  for (const [problem, from, to] of [
    ["not started by tags only", 'tags: ["v*"]', 'branches: ["main"]'],
    ["no protected environment", "    environment: release\n", ""],
    ["other permissions", "id-token: write", "packages: write"],
    ["other permissions", "contents: read", "contents: write"],
    ["a check is missing, or comes after what it is about", "      - run: npm run check\n", ""],
    [
      "a check is missing, or comes after what it is about",
      '            npm run release:check -- "$previous"\n',
      "            true\n",
    ],
    ["not the packed file, with provenance", " --provenance", ""],
    ["not the packed file, with provenance", "./ecr-customers-*.tgz ", ""],
    [
      "a token of npm's",
      "      - run: npm run pack\n",
      "      - run: npm run pack\n        env: { NODE_AUTH_TOKEN: '${{ secrets.NPM }}' }\n",
    ],
    [
      "a failure is ignored",
      "      - run: npm run check\n",
      "      - run: npm run check\n        continue-on-error: true\n",
    ],
  ] as const) {
    it(`is refused with ${JSON.stringify(to)} for ${JSON.stringify(from)}`, () => {
      const changed = text.replace(from, () => to);
      expect(changed).not.to.equal(text);
      expect(releaseProblems(changed)).to.include(problem);
    });
  }
});
