/**
 * Proves how the statements of others in a repository's policy are read from the file that the settings
 * name: as AWS shows them, unchanged, and with a problem at its place for what AWS would refuse. What
 * happens to them in the policy is proved in test/access.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { loadStackConfig } from "../src/config";
import { formatProblem } from "../src/problem";
import { parseStatements } from "../src/statements";

const PUSH = `{
    "Sid": "CI pushes",
    "Effect": "Allow",
    "Principal": { "AWS": "arn:aws:iam::123456789012:role/ci" },
    "Action": ["ecr:PutImage", "ecr:InitiateLayerUpload"]
  }`;

const FILE = "statements/edge-agent.json";

function said(text: string): string[] {
  return parseStatements(text, FILE).problems.map(formatProblem);
}

/** PUSH without one element, or with another value of it. */
function withElement(name: string, value: unknown): string {
  return JSON.stringify([{ ...(JSON.parse(PUSH) as object), [name]: value }]);
}

describe("a file of statements", () => {
  it("is read as AWS shows it, and nothing in it is changed", () => {
    const text = `[\n  ${PUSH}\n]\n`;
    expect(parseStatements(text, FILE)).to.deep.equal({
      statements: JSON.parse(text) as unknown,
      problems: [],
    });
    expect(parseStatements("[]", FILE)).to.deep.equal({ statements: [], problems: [] });
  });

  const mistakes: [string, string, string[]][] = [
    [
      "with a final comma",
      `[${PUSH},\n]`,
      [`${FILE}:1:1  expected valid JSON, got a syntax error: Unexpected token`],
    ],
    [
      "with a name without quotes",
      `[\n  { Sid: "a" }\n]`,
      [
        `${FILE}:2:5  expected valid JSON, got a syntax error: Expected property name or '}'. Write it as AWS shows it: keys and strings in double quotes, no comments, no trailing comma. [statements-json]`,
      ],
    ],
    [
      "with a complete policy",
      `{ "Version": "2012-10-17", "Statement": [${PUSH}] }`,
      [
        `${FILE}:1:1  expected a list of statements, got a complete policy. Write a list of statements in brackets, as printed by \`aws ecr get-repository-policy\`. [statements-list]`,
      ],
    ],
    [
      "with something else than a statement",
      `["Allow"]`,
      [
        `${FILE}:1:2  [0]: expected a statement in braces, got "Allow". Write a list of statements in brackets, as printed by \`aws ecr get-repository-policy\`. [statement]`,
      ],
    ],
    [
      "with a Resource, which ECR refuses",
      `[\n  ${PUSH.replace('"Effect"', '"Resource": "*",\n    "Effect"')}\n]`,
      [
        `${FILE}:4:17  [0].Resource: expected no \`Resource\`, which ECR refuses in a repository's policy, got one. Delete it: a repository's policy applies to that repository only. [statement-resource]`,
      ],
    ],
    [
      "with an unknown element",
      withElement("Conditions", {}),
      [
        `${FILE}:1:159  [0].Conditions: expected an element of a statement, got "Conditions". Write one of: Sid, Effect, Principal, NotPrincipal, Action, NotAction, Condition. [statement]`,
      ],
    ],
    [
      "with another Effect",
      withElement("Effect", "allow"),
      [
        `${FILE}:1:30  [0].Effect: expected \`Effect\` Allow or Deny, got "allow". Write \`"Effect": "Allow"\`. [statement]`,
      ],
    ],
    [
      "without a principal",
      withElement("Principal", undefined),
      [
        `${FILE}:1:2  [0]: expected \`Principal\` or \`NotPrincipal\`, got neither. Write one of the two. [statement]`,
      ],
    ],
    [
      "with Action beside NotAction",
      withElement("NotAction", "ecr:*"),
      [
        `${FILE}:1:2  [0]: expected \`Action\` or \`NotAction\`, got both. Write one of the two. [statement]`,
      ],
    ],
    [
      "with a Sid twice",
      `[${PUSH}, ${PUSH}]`,
      [
        `${FILE}:7:12  [1].Sid: expected a unique \`Sid\`, got "CI pushes", which another statement has. Write another one, or delete it. [statement-sid]`,
      ],
    ],
    [
      "with the Sid of the program's own statement",
      withElement("Sid", "EcrCustomersPull"),
      [
        `${FILE}:1:9  [0].Sid: expected a unique \`Sid\`, got "EcrCustomersPull", which this program's own statement has. Write another one, or delete it. [statement-sid]`,
      ],
    ],
    [
      "with an element twice",
      `[{ "Effect": "Allow", "Effect": "Deny", "Principal": "*", "Action": "ecr:*" }]`,
      [
        `${FILE}:1:23  expected each key once, got "Effect" again. Delete one of the two. [duplicate-key]`,
      ],
    ],
    [
      "larger than a policy",
      withElement(
        "Action",
        Array.from({ length: 600 }, (_, at) => `ecr:Action${at}xxxxxx`),
      ),
      [
        `${FILE}:1:1  expected at most 10,240 characters, the limit of a repository's policy, got 13,195. Merge statements: one statement may list several principals and actions. [statements-size]`,
      ],
    ],
  ];
  for (const [what, text, expected] of mistakes) {
    it(`is refused ${what}`, () => {
      const found = said(text);
      expect(found).to.have.length(expected.length);
      // How Node.js words an error of JSON differs between its versions.
      expected.forEach((line, at) =>
        expect(found[at]).to.satisfy((one: string) => one.startsWith(line), found[at]),
      );
      expect(parseStatements(text, FILE).statements).to.equal(undefined);
    });
  }
});

describe("the setting `statements`", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "ecr-customers-statements-"));
    put("Pulumi.yaml", "name: ecr-customers\n");
    put(
      "Pulumi.prod.yaml",
      `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: { statements: ${FILE} }
    orchestrator: {}
`,
    );
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function put(name: string, text: string): void {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }

  it("takes the statements from a file of the project into the catalogue", () => {
    put(FILE, `[${PUSH}]`);
    const { config } = loadStackConfig(directory, "prod");
    expect([...(config?.repositories ?? [])]).to.deep.equal([
      [
        "edge-agent",
        {
          create: false,
          grants: "named",
          regions: ["eu-central-1"],
          statements: [JSON.parse(PUSH) as unknown],
          statementsFile: FILE,
        },
      ],
      ["orchestrator", { create: false, grants: "named", regions: ["eu-central-1"] }],
    ]);
  });

  it("has no effect with an empty list", () => {
    put(FILE, "[]");
    const { config } = loadStackConfig(directory, "prod");
    expect(config?.repositories.get("edge-agent")).not.to.have.property("statements");
  });

  it("has a problem when its file is missing or wrong, and then no settings are given", () => {
    const missing = loadStackConfig(directory, "prod");
    expect(missing.config).to.equal(undefined);
    expect(missing.problems.map(({ check }) => check)).to.deep.equal(["statements-readable"]);
    put(FILE, "{}");
    const wrong = loadStackConfig(directory, "prod");
    expect(wrong.config).to.equal(undefined);
    expect(wrong.problems.map(({ check }) => check)).to.deep.equal(["statements-list"]);
  });
});
