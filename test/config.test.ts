/**
 * Proves how a stack's settings are read: defaults, each mistake with its whole text, and that
 * other values that the engine was given are refused. Uses no engine.
 */
import { expect } from "chai";
import { engineMismatch, loadStackConfig, parseStackConfig } from "../src/config";
import { formatProblem } from "../src/problem";
import { VENDOR } from "./fixtures/vendor";

const GOOD = [
  "config:",
  "  aws:region: eu-central-1",
  '  ecr-customers:account: "123456789012"',
  "  ecr-customers:repositories:",
  "    edge-agent: {}",
];

function read(lines: readonly string[]) {
  return parseStackConfig(lines.join("\n"), "Pulumi.prod.yaml", "prod");
}

/** GOOD with the line that starts with `start` replaced, or `line` added. */
function withLine(line: string, start = "no such line"): string[] {
  return [...GOOD.filter((one) => !one.trim().startsWith(start)), ...(line === "" ? [] : [line])];
}

describe("a stack's settings", () => {
  it("need account, region and catalogue; the rest has defaults", () => {
    expect(read(GOOD)).to.deep.equal({
      config: {
        project: "ecr-customers",
        stack: "prod",
        account: "123456789012",
        region: "eu-central-1",
        repositories: new Map([
          ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1"] }],
        ]),
        customers: "customers",
        namePrefix: "",
        cells: 1,
      },
      problems: [],
    });
  });

  it("may set everything, also as text like `pulumi config set` writes it", () => {
    const { config } = read([
      ...GOOD,
      "    a-sdk: { create: true, grants: tagged, regions: [us-east-1, eu-west-1] }",
      "  ecr-customers:customers: clients",
      "  ecr-customers:namePrefix: eu-",
      "  ecr-customers:requireExpiry: { maxMonths: 24 }",
      '  ecr-customers:cells: "10"',
      "  other:key: [1, 2]",
      "encryptionsalt: v1:abc=",
    ]);
    expect([...(config?.repositories ?? [])][0]).to.deep.equal([
      "a-sdk",
      { create: true, grants: "tagged", regions: ["eu-west-1", "us-east-1"] },
    ]);
    expect(config).to.deep.include({
      customers: "clients",
      namePrefix: "eu-",
      requireExpiry: { maxMonths: 24 },
      cells: 10,
    });
    expect(
      read(withLine('  ecr-customers:requireExpiry: "true"')).config?.requireExpiry,
    ).to.deep.equal({});
    expect(read(withLine("  ecr-customers:requireExpiry: false")).config).not.to.have.property(
      "requireExpiry",
    );
  });

  const mistakes: [string[], string][] = [
    [
      ["config: {}"],
      'Pulumi.prod.yaml:1:9  aws:region: expected an AWS region, got nothing. Write e.g. `eu-central-1`. [region]\nPulumi.prod.yaml:1:9  ecr-customers:account: expected 12 digits in quotes, got nothing. Write the AWS account\'s number, e.g. "012345678901". [aws-account]\nPulumi.prod.yaml:1:9  ecr-customers:repositories: expected at least one repository, got nothing. Write e.g. `edge-agent: {}` under `ecr-customers:repositories`. [catalogue]',
    ],
    [
      ["encryptionsalt: x"],
      "Pulumi.prod.yaml:1:1  expected `config:` with the stack's settings, got a map with 1 key. The README shows what to write. [stack-settings]",
    ],
    [
      withLine("", "ecr-customers:account"),
      'Pulumi.prod.yaml:2:3  ecr-customers:account: expected 12 digits in quotes, got nothing. Write the AWS account\'s number, e.g. "012345678901". [aws-account]',
    ],
    [
      withLine("  ecr-customers:account: 012345678901", "ecr-customers:account"),
      'Pulumi.prod.yaml:5:26  ecr-customers:account: expected 12 digits in quotes, got 012345678901 without quotes, which other tools read as a number. Write "012345678901". [aws-account]',
    ],
    [
      withLine("  aws:region: Frankfurt", "aws:region"),
      'Pulumi.prod.yaml:5:15  aws:region: expected an AWS region, got "Frankfurt". Write e.g. `eu-central-1`. [region]',
    ],
    [
      withLine("  ecr-customers:acount: x"),
      'Pulumi.prod.yaml:6:3  expected a known key, got "acount". Write "account", or one of: account, aws:region, repositories, customers, namePrefix, requireExpiry, cells. [unknown-key]',
    ],
    [
      withLine("  ecr-customers:region: eu-west-1"),
      'Pulumi.prod.yaml:6:3  expected a known key, got "region". Write one of: account, aws:region, repositories, customers, namePrefix, requireExpiry, cells. [unknown-key]',
    ],
    [
      withLine("  ecr-customers:cells: many"),
      'Pulumi.prod.yaml:6:24  ecr-customers:cells: expected a number from 1 to 500, got "many". Write e.g. `ecr-customers:cells: 10`, or leave it out. [cells]',
    ],
    [
      withLine("  ecr-customers:customers: ../elsewhere"),
      'Pulumi.prod.yaml:6:28  ecr-customers:customers: expected a folder inside the project, got "../elsewhere". Write e.g. `ecr-customers:customers: customers`. [customers-folder]',
    ],
    [
      withLine("  ecr-customers:namePrefix: a b"),
      'Pulumi.prod.yaml:6:29  ecr-customers:namePrefix: expected at most 16 characters that are allowed in IAM user names, got "a b". Write e.g. `ecr-customers:namePrefix: eu-`. [name-prefix]',
    ],
    [
      withLine("  ecr-customers:requireExpiry: { months: 3 }"),
      'Pulumi.prod.yaml:6:32  ecr-customers:requireExpiry: expected true, false or {maxMonths: <number>}, got a map with 1 key. Write e.g. `ecr-customers:requireExpiry: { maxMonths: 24 }`. [require-expiry]\nPulumi.prod.yaml:6:34  ecr-customers:requireExpiry: expected a known key, got "months". Write one of: maxMonths. [unknown-key]',
    ],
    [
      withLine("    Edge: {}"),
      'Pulumi.prod.yaml:6:11  ecr-customers:repositories.Edge: expected the name of a repository, got "Edge". Write it as ECR shows it: lower-case letters, digits, and . _ - / between them. [repository-name]',
    ],
    [
      withLine("    sdk: { grants: all }"),
      'Pulumi.prod.yaml:6:20  ecr-customers:repositories.sdk.grants: expected named or tagged, got "all". Write `grants: tagged`, or leave it out. [grants]',
    ],
    [
      withLine("    sdk: { create: maybe }"),
      'Pulumi.prod.yaml:6:20  ecr-customers:repositories.sdk.create: expected true or false, got "maybe". Write `create: true`, or leave it out. [create]',
    ],
    [
      withLine("    sdk: { regions: [] }"),
      "Pulumi.prod.yaml:6:21  ecr-customers:repositories.sdk.regions: expected a list of at least one AWS region, got an empty list. Write e.g. `regions: [eu-central-1, us-east-1]`, or leave it out. [regions]",
    ],
  ];
  mistakes.push([
    withLine("    sdk: { statements: ../sdk.json }"),
    'Pulumi.prod.yaml:6:24  ecr-customers:repositories.sdk.statements: expected a JSON file inside the project, got "../sdk.json". Write e.g. `statements: statements/edge-agent.json`. [statements]',
  ]);
  mistakes.push([
    withLine("    sdk: tagged"),
    'Pulumi.prod.yaml:6:10  ecr-customers:repositories.sdk: expected `create`, `grants`, `regions` and `statements`, or {}, got "tagged". Write e.g. `edge-agent: { grants: tagged }`. [catalogue-entry]',
  ]);
  for (const [lines, said] of mistakes) {
    it(`with a mistake say so: ${said}`, () => {
      const { config, problems } = read(lines);
      expect(config).to.equal(undefined);
      expect(problems.map(formatProblem).join("\n")).to.equal(said);
    });
  }

  it("may have a long catalogue", () => {
    const many = Array.from({ length: 1_500 }, (_, number) => `    repository-${number}: {}`);
    const { config, problems } = read([...GOOD, ...many]);
    expect(problems).to.deep.equal([]);
    expect(config?.repositories.size).to.equal(1_501);
  });

  it("that are missing are a problem", () => {
    const { problems } = loadStackConfig(VENDOR, "staging");
    expect(problems.map(({ message }) => message)).to.deep.equal([
      'expected the settings of stack "staging", got no such file or folder',
    ]);
  });

  it("count as the file has them, not as the command line overrides them", () => {
    const { config } = read(GOOD);
    expect(config).not.to.equal(undefined);
    if (config === undefined) return;
    expect(
      engineMismatch(config, { account: "123456789012", region: "eu-central-1" }),
    ).to.deep.equal([]);
    const found = engineMismatch(config, { account: "210987654321", region: "us-east-1" });
    expect(found.map(({ check }) => check)).to.deep.equal(["engine-config", "engine-config"]);
  });
});
