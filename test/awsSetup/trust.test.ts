/**
 * Proves who may take on the roles of docs/aws-setup: the workflow runs that are named letter by letter,
 * in both forms of GitHub's subject, and no one else. The environments and their branches are set at
 * GitHub, where no test of ours can look.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { evaluate } from "../e2e/support/workflowExpressions";
import { ACCOUNT, setupDocument, type Document } from "./support/documents";

const PROVIDER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

/** The repository of the examples, by its names and by names and numbers that never change. */
const REPOSITORY_FORMS = [
  "repo:example-org/ecr-customers",
  "repo:example-org@12345678/ecr-customers@987654321",
];

/** Claims of a token of GitHub's. */
interface Token {
  aud?: string;
  sub?: string;
}

/** What is wrong with a trust policy for GitHub's tokens; empty when nothing is. */
function trustProblems({ Version, Statement }: Document): string[] {
  const [statement] = Statement;
  if (statement === undefined || Statement.length !== 1) return ["expected one statement"];
  const { Effect, Action, Principal, Condition = {} } = statement;
  const { StringEquals = {}, ...otherOperators } = Condition;
  const { [`${PROVIDER}:aud`]: aud, [`${PROVIDER}:sub`]: sub, ...otherKeys } = StringEquals;
  const subjects = Array.isArray(sub) ? (sub as string[]) : [];
  return [
    ...(Version === "2012-10-17" ? [] : ["version"]),
    ...(Effect === "Allow" && Action === "sts:AssumeRoleWithWebIdentity" ? [] : ["action"]),
    ...(JSON.stringify(Principal) ===
    JSON.stringify({ Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${PROVIDER}` })
      ? []
      : ["principal"]),
    ...(Object.keys(otherOperators).length === 0 ? [] : ["operator"]),
    ...(Object.keys(otherKeys).length === 0 ? [] : ["claim"]),
    ...(aud === AUDIENCE ? [] : ["audience"]),
    ...(subjects.length > 0 && subjects.every(isExact) ? [] : ["subject"]),
  ];
}

function isExact(subject: string): boolean {
  return /^repo:[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?:environment:[\w-]+$/.test(subject);
}

/** What `StringEquals` says: each claim is there and is one of its values. */
function trusts({ Statement }: Document, token: Token): boolean {
  const wanted = Statement[0]?.Condition?.StringEquals ?? {};
  return Object.entries(wanted).every(([key, values]) => {
    const claim = token[key.slice(PROVIDER.length + 1) as keyof Token];
    return claim !== undefined && [values].flat().includes(claim);
  });
}

/** Environments of a workflow's jobs that may assume a role, with its inputs' defaults and an overridden limit, sorted. */
function environmentsOf(workflow: string): string[] {
  const file = join(__dirname, "..", "..", ".github", "workflows", `${workflow}.yml`);
  const { on, jobs } = parse(readFileSync(file, "utf8")) as {
    on: { workflow_call: { inputs: Record<string, { default?: string }> } };
    jobs: Record<string, { environment?: string; permissions?: Record<string, string> }>;
  };
  const inputs = Object.fromEntries(
    Object.entries(on.workflow_call.inputs).map(([name, input]) => [name, input.default ?? ""]),
  );
  const found = Object.values(jobs)
    .filter(({ permissions }) => permissions?.["id-token"] !== undefined)
    .flatMap(({ environment = "" }) =>
      ["", "3"].map((allowed) =>
        environment.replaceAll(/\$\{\{.*?\}\}/g, (expression) =>
          String(evaluate(expression, { inputs: { ...inputs, "allow-revocations": allowed } })),
        ),
      ),
    );
  return [...new Set(found)].sort();
}

for (const [name, workflow, other] of [
  ["deploy-trust", "reusable-apply", "preview"],
  ["preview-trust", "reusable-preview", "production"],
] as const) {
  describe(`docs/aws-setup/${name}.json`, () => {
    const policy = setupDocument(name);
    const environments = environmentsOf(workflow);

    it("names each subject letter by letter, and the audience", () => {
      expect(trustProblems(policy)).to.deep.equal([]);
    });

    it(`trusts exactly the environments of ${workflow}.yml`, () => {
      expect(environments).not.to.have.length(0);
      const subjects = REPOSITORY_FORMS.flatMap((repository) =>
        environments.map((environment) => `${repository}:environment:${environment}`),
      );
      expect(policy.Statement[0]?.Condition?.StringEquals?.[`${PROVIDER}:sub`]).to.deep.equal(
        subjects,
      );
      for (const sub of subjects)
        expect(trusts(policy, { aud: AUDIENCE, sub }), sub).to.equal(true);
    });

    it("trusts no one else", () => {
      const [environment = ""] = environments;
      const [old = "", immutable = ""] = REPOSITORY_FORMS;
      const ours = `${old}:environment:${environment}`;
      const untrusted: Token[] = [
        {},
        { aud: AUDIENCE },
        { sub: ours },
        { aud: "https://github.com/example-org", sub: ours },
        ...[
          `${old}:pull_request`,
          `${old}:ref:refs/heads/main`,
          `${old}:environment:${other}`,
          `${ours}-x`,
          ours.toUpperCase(),
          `repo:example-org/ecr-customers-fork:environment:${environment}`,
          `repo:mallory/ecr-customers:environment:${environment}`,
          `${immutable.replace("12345678", "1")}:environment:${environment}`,
          `${immutable.replace("987654321", "9")}:environment:${environment}`,
        ].map((sub) => ({ aud: AUDIENCE, sub })),
      ];
      for (const token of untrusted) {
        expect(trusts(policy, token), JSON.stringify(token)).to.equal(false);
      }
    });

    /** What each change of the policy is found by. */
    const CHANGES: Record<string, (text: string) => string> = {
      audience: (text) => text.replace(AUDIENCE, "*"),
      subject: (text) => text.replace("/ecr-customers:", "/*:"),
      operator: (text) => text.replace("StringEquals", "ForAllValues:StringEquals"),
      claim: (text) => text.replace(`${PROVIDER}:aud`, `${PROVIDER}:repository`),
      principal: (text) => text.replace(`oidc-provider/${PROVIDER}`, "root"),
      action: (text) => text.replace("AssumeRoleWithWebIdentity", "AssumeRole"),
      version: (text) => text.replace("2012-10-17", "2008-10-17"),
    };
    for (const [found, change] of Object.entries(CHANGES)) {
      it(`is found out when its ${found} is changed`, () => {
        const before = JSON.stringify(policy);
        const after = change(before);
        expect(after).not.to.equal(before);
        expect(trustProblems(JSON.parse(after) as Document)).to.include(found);
      });
    }
  });
}

describe("docs/aws-setup/revoke-trust.json", () => {
  it("trusts one role of people, by its full name", () => {
    const { Statement } = setupDocument("revoke-trust");
    expect(Statement).to.deep.equal([
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/on-call` },
        Action: "sts:AssumeRole",
      },
    ]);
  });
});
