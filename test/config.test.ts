/**
 * Proves how a stack's settings are read: defaults, each mistake with its whole text, and that
 * other values that the engine was given are refused. Uses no engine.
 */
import { readFileSync } from "node:fs";
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
      settings: {
        file: "Pulumi.prod.yaml",
        repositories: new Map([
          ["edge-agent", { line: 5, column: 5, path: "ecr-customers:repositories.edge-agent" }],
        ]),
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
      "  ecr-customers:owner: team@vendor.example",
      "  ecr-customers:notices: { ends: [30, 0], keyAge: 180 }",
      "  ecr-customers:renewal: { length: 1y, days: 45 }",
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
      owner: "team@vendor.example",
      notices: { ends: [30, 0], keyAge: 180 },
      renewal: { length: 12, days: 45 },
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
      "Pulumi.prod.yaml:1:1  expected `config:` with the stack's settings, got a map with 1 key. docs/settings.md shows what to write. [stack-settings]",
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
      'Pulumi.prod.yaml:6:3  expected a known key, got "acount". Write "account", or one of: account, aws:region, repositories, customers, namePrefix, requireExpiry, cells, otherPrincipals, otherIssuers, owner, notices, renewal, aws:profile, aws:assumeRoles, aws:defaultTags. [unknown-key]',
    ],
    [
      withLine("  ecr-customers:region: eu-west-1"),
      'Pulumi.prod.yaml:6:3  expected a known key, got "region". Write one of: account, aws:region, repositories, customers, namePrefix, requireExpiry, cells, otherPrincipals, otherIssuers, owner, notices, renewal, aws:profile, aws:assumeRoles, aws:defaultTags. [unknown-key]',
    ],
    [
      withLine("  ecr-customers:cells: many"),
      'Pulumi.prod.yaml:6:24  ecr-customers:cells: expected a number from 1 to 500, got "many". Write e.g. `ecr-customers:cells: 10`, or leave it out. [cells]',
    ],
    [
      withLine("  ecr-customers:notices: { ends: [400], budget: 0, keys: 3 }"),
      'Pulumi.prod.yaml:6:35  ecr-customers:notices.ends[0]: expected a number of days from 0 to 365, got "400". Write e.g. `ends: [60, 30, 7, 0]`. [notices]\nPulumi.prod.yaml:6:49  ecr-customers:notices.budget: expected a percentage from 1 to 100, got "0". Write e.g. `budget: 80`. [notices]\nPulumi.prod.yaml:6:52  ecr-customers:notices: expected a known key, got "keys". Write one of: ends, keyAge, keyOverlap, neverPulled, idle, suspended, budget, users. [unknown-key]',
    ],
    [
      withLine("  ecr-customers:renewal: 2w"),
      'Pulumi.prod.yaml:6:26  ecr-customers:renewal: expected same-length, a number of months or years, or {length: <that>, days: <number>}, got "2w". Write e.g. `ecr-customers:renewal: 1y`, or `{ length: same-length, days: 45 }`. [renewal]',
    ],
    [
      withLine("  ecr-customers:renewal: { length: 1y, days: never }"),
      "Pulumi.prod.yaml:6:26  ecr-customers:renewal: expected same-length, a number of months or years, or {length: <that>, days: <number>}, got a map with 2 keys. Write e.g. `ecr-customers:renewal: 1y`, or `{ length: same-length, days: 45 }`. [renewal]",
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
  const DELETE = (fix: string) =>
    `expected no setting that the AWS provider of this stack ignores, got one. ${fix} [aws-setting]`;
  mistakes.push(
    [
      withLine("  aws:region: us-iso-east-1", "aws:region"),
      'Pulumi.prod.yaml:5:15  aws:region: expected an AWS region, got "us-iso-east-1", which is in the partition `aws-iso`. Write a region of the partition `aws`, `aws-cn` or `aws-us-gov`: others are not supported. [partition]',
    ],
    [
      withLine("    sdk: { regions: [us-gov-west-1] }"),
      'Pulumi.prod.yaml:6:22  ecr-customers:repositories.sdk.regions[0]: expected a region of the partition `aws`, which `aws:region` is in, got "us-gov-west-1" of `aws-us-gov`. Make a stack of its own for the other partition, with the account there. [partition]',
    ],
    [
      withLine("  ecr-customer:cells: 3"),
      'Pulumi.prod.yaml:6:3  expected a key with the namespace `ecr-customers:`, got "ecr-customer:cells". Write `ecr-customers:cells`. [namespace]',
    ],
    [
      withLine('  ecrcustomers:account: "123456789012"', "ecr-customers:account"),
      'Pulumi.prod.yaml:5:3  expected a key with the namespace `ecr-customers:`, got "ecrcustomers:account". Write `ecr-customers:account`. [namespace]',
    ],
    [
      withLine("  requireExpiry: true"),
      'Pulumi.prod.yaml:6:3  expected a key with the namespace `ecr-customers:`, got "requireExpiry". Write `ecr-customers:requireExpiry`. [namespace]',
    ],
    [
      withLine("  AWS:region: eu-central-1", "aws:region"),
      'Pulumi.prod.yaml:5:3  expected a key with the namespace `aws:`, got "AWS:region". Write `aws:region`. [namespace]',
    ],
    [
      withLine("  aws:profil: prod"),
      'Pulumi.prod.yaml:6:3  expected a known key, got "aws:profil". Write "aws:profile", or one of: account, aws:region, repositories, customers, namePrefix, requireExpiry, cells, otherPrincipals, otherIssuers, owner, notices, renewal, aws:profile, aws:assumeRoles, aws:defaultTags. [unknown-key]',
    ],
    [
      withLine("  aws:assumeRole: { roleArn: x }"),
      `Pulumi.prod.yaml:6:3  aws:assumeRole: ${DELETE('Write a list: `aws:assumeRoles: [{ roleArn: "arn:aws:iam::…" }]`.')}`,
    ],
    [
      withLine("  aws:skipMetadataApiCheck: true"),
      `Pulumi.prod.yaml:6:3  aws:skipMetadataApiCheck: ${DELETE("Delete it and set AWS_EC2_METADATA_DISABLED=true in the environment, which the provider and the script both read.")}`,
    ],
    [
      withLine("  aws:allowedAccountIds: ['123456789012']"),
      `Pulumi.prod.yaml:6:3  aws:allowedAccountIds: ${DELETE("Delete it: only the account in `ecr-customers:account` is ever allowed.")}`,
    ],
    [
      withLine("  aws:profile: a b"),
      'Pulumi.prod.yaml:6:16  aws:profile: expected the name of a profile, got "a b". Write it as `aws configure list-profiles` prints it, or set AWS_PROFILE in the environment instead. [aws-profile]',
    ],
    [
      withLine("  aws:assumeRoles: [{ roleArn: deploy }]"),
      'Pulumi.prod.yaml:6:32  aws:assumeRoles[0].roleArn: expected the ARN of an IAM role, got "deploy". Write e.g. "arn:aws:iam::123456789012:role/deploy". [assume-roles]',
    ],
    [
      withLine("  ecr-customers:otherIssuers: []"),
      "Pulumi.prod.yaml:6:31  ecr-customers:otherIssuers: expected a list of OIDC issuers, each once, got an empty list. Write e.g. `[https://token.actions.githubusercontent.com]`, or leave it out. [other-issuers]",
    ],
    [
      withLine("  ecr-customers:otherPrincipals: [{ arn: ci, reason: CI pushes }]"),
      'Pulumi.prod.yaml:6:42  ecr-customers:otherPrincipals[0].arn: expected the ARN of an IAM user or role, got "ci". Write e.g. "arn:aws:iam::123456789012:role/ci-push"; `*` stands for any text in its path and name. [other-principals]',
    ],
    [
      withLine("  aws:defaultTags: { tags: { 'Pull:sdk': allow } }"),
      'Pulumi.prod.yaml:6:42  aws:defaultTags.tags.Pull:sdk: expected a tag key of 1 to 128 characters that IAM allows, without the prefix aws:, ecr-customers: or pull:, got "Pull:sdk". Write another key: those with these prefixes have a meaning of their own. [default-tags]',
    ],
  );
  for (const [lines, said] of mistakes) {
    it(`with a mistake say so: ${said}`, () => {
      const { config, problems } = read(lines);
      expect(config).to.equal(undefined);
      expect(problems.map(formatProblem).join("\n")).to.equal(said);
    });
  }

  it("may say as whom AWS is called, and with which tags", () => {
    const roleArn = "arn:aws:iam::123456789012:role/deploy";
    const { config, problems } = read([
      ...GOOD,
      "  aws:profile: prod",
      `  aws:assumeRoles: [{ roleArn: "${roleArn}", externalId: vendor }]`,
      "  aws:defaultTags: { tags: { team: platform } }",
      "  awsx:thing: 1",
      "  aws-native:region: eu-west-1",
    ]);
    expect(problems).to.deep.equal([]);
    expect(config).to.deep.include({
      identity: { profile: "prod", assumeRoles: [{ roleArn, externalId: "vendor" }] },
      defaultTags: { team: "platform" },
    });
  });

  it("may declare others that pull or write repositories", () => {
    const arn = "arn:aws:iam::123456789012:role/ci-*";
    const line = `  ecr-customers:otherPrincipals: [{ arn: "${arn}", reason: CI pushes }]`;
    const { config, problems } = read([...GOOD, line]);
    expect(problems).to.deep.equal([]);
    expect(config?.otherPrincipals).to.deep.equal([{ arn, reason: "CI pushes" }]);
  });

  it("answer every setting of the AWS provider: used, or refused with what to do instead", () => {
    const text = readFileSync(require.resolve("@pulumi/aws/config/vars.d.ts"), "utf8");
    const names = [...text.matchAll(/export declare const (\w+):/g)].map(([, name = ""]) => name);
    expect(names).to.include.members(["profile", "stsRegion", "userAgents"]);
    const used = ["region", "profile", "assumeRoles", "defaultTags"];
    for (const name of names.filter((one) => !used.includes(one))) {
      const { problems } = read([...GOOD, `  aws:${name}: x`]);
      expect(
        problems.map(({ check, path }) => `${check} ${path}`),
        name,
      ).to.deep.equal([`aws-setting aws:${name}`]);
    }
  });

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
    const other = { account: "210987654321", region: "us-east-1", profile: "other" };
    expect(engineMismatch(config, other).map(({ message }) => message)).to.deep.equal([
      'expected the engine to have ecr-customers:account 123456789012 as in this file, got "210987654321"',
      'expected the engine to have aws:region eu-central-1 as in this file, got "us-east-1"',
      'expected the engine to have no aws:profile as in this file, got "other"',
    ]);
  });
});
