/**
 * Proves that the policies of docs/aws-setup, filled in for a vendor, name that vendor's things and nothing of the
 * examples, and that filling in the examples' own values gives the tested documents themselves. What the documents
 * allow is for test/awsSetup.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { UsageError } from "../../../automation/output/usageError";
import { INLINE_POLICIES, MANAGED_POLICY, roleSizes } from "../../../automation/init/roleSize";
import {
  EXAMPLE,
  setupDocuments,
  type SetupDocument,
} from "../../../automation/init/setupPolicies";
import type { Document } from "../../awsSetup/support/documents";
import { decision, type Request } from "../../awsSetup/support/simulation";
import { FIRST_STACK } from "../../../automation/init/stackNames";
import { FOLDERS, vendor } from "./support";

const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";

/** What a key has by default: identities' policies decide (KMS developer guide, "Default key policy"). */
const KEY_POLICY = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

const EXAMPLE_SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "${EXAMPLE.account}"
  ecr-customers:repositories:
    dashboard: { create: true }
    edge-agent: {}
    orchestrator: {}
    telemetry-sdk: { grants: tagged }
`;

const EXAMPLE_VENDOR = vendor(
  {
    state: `s3://${EXAMPLE.bucket}`,
    secretsProvider: `awskms://${KEY}?region=eu-central-1`,
    owner: EXAMPLE.owner,
    repository: EXAMPLE.repository,
    ownerId: EXAMPLE.ownerId,
    repositoryId: EXAMPLE.repositoryId,
    onCallRole: EXAMPLE.onCallRole,
  },
  EXAMPLE_SETTINGS,
);

function documents(values = vendor()): Map<SetupDocument, Document> {
  const filled = setupDocuments(FOLDERS.policies, { ...values, names: FIRST_STACK });
  return new Map(filled.map(({ name, text }) => [name, JSON.parse(text) as Document]));
}

function statement(name: SetupDocument, sid: string, values = vendor()) {
  return documents(values)
    .get(name)
    ?.Statement.find(({ Sid }) => Sid === sid);
}

describe("the policies of aws-setup, filled in", () => {
  it("are the tested examples when they are filled in with the examples' own values", () => {
    const filled = documents(EXAMPLE_VENDOR);
    expect(filled.size).to.equal(9);
    for (const [name, document] of filled) {
      const text = readFileSync(join(FOLDERS.policies, `${name}.json`), "utf8");
      const example = JSON.parse(text, (_key, value: unknown) =>
        // The form of the subject that this repository does not send is left out.
        Array.isArray(value)
          ? value.filter((one) => !String(one).startsWith(`repo:${EXAMPLE.owner}/`))
          : value,
      ) as Document;
      expect(document, name).to.deep.equal(example);
    }
  });

  it("hold nothing of the examples for another vendor", () => {
    const text = JSON.stringify([...documents()]);
    const { repository: _, ...others } = EXAMPLE;
    for (const value of [...Object.values(others), KEY, "eu-central-1", "dashboard", "{{"]) {
      expect(text, value).not.to.include(value);
    }
  });

  it("name each repository in each of its regions, and those that the stack creates", () => {
    const player = ["ap-southeast-2", "us-west-2"].map(
      (region) => `arn:aws:ecr:${region}:444455556666:repository/player`,
    );
    const all = [...player, "arn:aws:ecr:ap-southeast-2:444455556666:repository/tools/cli"];
    expect(statement("deploy-role", "RepositoryPolicies")?.Resource).to.deep.equal(all);
    expect(statement("preview-role", "ReadRepositories")?.Resource).to.deep.equal(all);
    expect(statement("deploy-role", "CreatedRepositories")?.Resource).to.deep.equal(player);
    const none = vendor({}, EXAMPLE_SETTINGS.replace("{ create: true }", "{}"));
    expect(statement("deploy-role", "CreatedRepositories", none)).to.equal(undefined);
  });

  it("let the deploy role delete no issuer that the settings name as others'", () => {
    const settings = `${EXAMPLE_SETTINGS}  ecr-customers:otherIssuers: ["https://gitlab.com", "https://oidc.acme.example/id/1"]\n`;
    const provider = (issuer: string) => `arn:aws:iam::${EXAMPLE.account}:oidc-provider/${issuer}`;
    const github = provider("token.actions.githubusercontent.com");
    const denied = (text: string) => statement("oidc-role", "NeverOwnIssuer", vendor({}, text));
    expect(denied(EXAMPLE_SETTINGS)?.Resource).to.equal(github);
    expect(denied(settings)?.Resource).to.deep.equal([
      github,
      provider("gitlab.com"),
      provider("oidc.acme.example/id/1"),
    ]);
  });

  it("put the stack's prefix before the names of users, group and policies", () => {
    const role = documents().get("deploy-role");
    const names = [...JSON.stringify(role).matchAll(/iam::444455556666:([^"]+)"/g)].map(String);
    expect(names.length).to.be.greaterThan(5);
    for (const [, name = ""] of JSON.stringify(role).matchAll(/iam::444455556666:([^"]+)"/g)) {
      expect(name).to.match(
        /^((user|role)\/customers\/ap-\*|group\/ap-ecr-customers|policy\/ap-[\w-]+)$/,
      );
    }
  });

  it("name the repository at GitHub in the one form that its tokens have", () => {
    const subjects = (values = vendor()) =>
      JSON.stringify(documents(values).get("preview-trust")).match(/repo:[^"]+/g);
    expect(subjects()).to.deep.equal(["repo:acme@111/registry@222:environment:preview"]);
    expect(subjects(vendor({ ownerId: "", repositoryId: "" }))).to.deep.equal([
      "repo:acme/registry:environment:preview",
    ]);
  });

  it("give the state's folder in its bucket, and nothing for a state that is not in S3", () => {
    expect(statement("deploy-role", "State")?.Resource).to.equal(
      "arn:aws:s3:::acme-state/registry/*",
    );
    expect(statement("deploy-role", "StateBucket")?.Resource).to.equal("arn:aws:s3:::acme-state");
    const cloud = vendor({ state: "https://api.pulumi.com", secretsProvider: "passphrase" });
    for (const sid of ["State", "StateBucket", "StateKey"]) {
      expect(statement("deploy-role", sid, cloud), sid).to.equal(undefined);
    }
  });

  it("allow decrypting with the one key that the id or the alias names", async () => {
    const arn = (region: string) => `arn:aws:kms:${region}:${EXAMPLE.account}:key/${KEY}`;
    const ask = (secretsProvider: string, region: string, context?: Request["context"]) => {
      const values = vendor({ secretsProvider }, EXAMPLE_SETTINGS);
      const identity = [documents(values).get("deploy-role") as Document];
      const request = { action: "kms:Decrypt", resource: arn(region), context };
      return decision(request, { identity, resource: KEY_POLICY });
    };
    const byId = `awskms://${KEY}?region=us-west-2`;
    expect(await ask(byId, "us-west-2")).to.equal("Allowed");
    expect(await ask(byId, "eu-west-1")).to.match(/Denied$/);
    const byAlias = "awskms://alias/acme-state";
    const has = (alias: string) => ({ "kms:ResourceAliases": [alias] });
    expect(await ask(byAlias, "eu-central-1", has("alias/acme-state"))).to.equal("Allowed");
    expect(await ask(byAlias, "eu-central-1", has("alias/payroll"))).to.match(/Denied$/);
    expect(await ask(byAlias, "us-west-2", has("alias/acme-state"))).to.match(/Denied$/);
  });
});

describe("the size of the roles", () => {
  const withRepositories = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `repository-${100 + at}`);
    const entries = names.map((name) => `    ${name}: {}\n`).join("");
    const settings = SETTINGS_HEAD + entries;
    return roleSizes(
      setupDocuments(FOLDERS.policies, { ...vendor({}, settings), names: FIRST_STACK }),
    )[0];
  };
  const SETTINGS_HEAD = `config:
  aws:region: ap-southeast-2
  ecr-customers:account: "444455556666"
  ecr-customers:repositories:
`;

  it("is that of the deploy role to the character, with the number of repositories that still fit", () => {
    const first = withRepositories(1);
    const further = first?.further ?? 0;
    expect(further).to.be.greaterThan(20);
    const full = withRepositories(1 + further);
    expect(full).to.deep.include({ role: "deploy-role", attached: "managed", further: 0 });
    expect(full?.size).to.be.at.most(MANAGED_POLICY);
    const over = withRepositories(2 + further);
    expect(over).to.deep.include({ attached: "inline", limit: INLINE_POLICIES });
    expect(over?.size).to.be.greaterThan(MANAGED_POLICY);
    const most = 2 + further + (over?.further ?? 0);
    expect(withRepositories(most)?.size).to.be.at.most(INLINE_POLICIES);
    expect(() => withRepositories(most + 1)).to.throw(UsageError, "a role takes at most 10240");
  });
});
