/**
 * Proves which issuers and subjects a customer file may name: URLs as IAM takes them, and, of issuers that tenants share,
 * only subjects that begin with an id no one else can get. The forms are from the issuers' documentation.
 */
import { expect } from "chai";
import { newCustomerText } from "../../src/customers/newText";
import { parseCustomer } from "../../src/customers/parse";
import { hasRole, hasUser } from "../../src/customers/identity";

const REST = "name: Acme\nrepositories: [edge-agent]\n";
const SERVICE_ACCOUNT = "system:serviceaccount:prod:puller";
const [UPPER, LOWER] = ["0123456789ABCDEF".repeat(2), "00112233-4455-6677-8899-aabbccddeeff"];

function file(issuer: string, subject = SERVICE_ACCOUNT, audience = "sts"): string {
  const [i, a, s] = [issuer, audience, subject].map((text) => JSON.stringify(text));
  return `${REST}identity: { oidc: { issuer: ${i}, audience: ${a}, subjects: [${s}] } }\n`;
}

function checksOf(text: string): string[] {
  return parseCustomer(text, "acme", "acme.yaml").problems.map(({ check }) => check);
}

describe("an OIDC identity", () => {
  for (const issuer of [
    "https://oidc.acme.example",
    "https://oidc.acme.example/realms/ci",
    `https://oidc.eks.eu-central-1.amazonaws.com/id/${UPPER}`,
    "https://container.googleapis.com/v1/projects/acme/locations/europe-west3/clusters/prod",
    `https://germanywestcentral.oic.prod-aks.azure.com/${LOWER}/${LOWER}/`,
  ]) {
    it(`may be of ${issuer}`, () => {
      expect(checksOf(file(issuer))).to.deep.equal([]);
    });
  }

  for (const [issuer, check] of [
    ["http://oidc.acme.example", "oidc-issuer"],
    ["oidc.acme.example", "oidc-issuer"],
    ["https://oidc.acme.example/", "oidc-issuer"],
    ["https://oidc.acme.example:8443", "oidc-issuer"],
    ["https://oidc.acme.example?tenant=1", "oidc-issuer"],
    ["https://oidc.acme.example//ci", "oidc-issuer"],
    ["https://user@oidc.acme.example", "oidc-issuer"],
    ["https://OIDC.acme.example", "oidc-issuer"],
    ["https://*.acme.example", "oidc-issuer"],
    ["https://localhost", "oidc-issuer"],
    ["https://10.0.0.1", "oidc-issuer"],
    [`https://oidc.acme.example/${"x".repeat(240)}`, "oidc-issuer"],
    ["https://kubernetes.default.svc", "oidc-issuer-shared"],
    ["https://kubernetes.default.svc.cluster.local", "oidc-issuer-shared"],
    ["https://oidc.eks.eu-central-1.amazonaws.com", "oidc-issuer-shared"],
    ["https://oidc.eks.eu-central-1.amazonaws.com/id/abc", "oidc-issuer-shared"],
    ["https://container.googleapis.com", "oidc-issuer-shared"],
    ["https://accounts.google.com", "oidc-issuer-shared"],
    ["https://agent.buildkite.com", "oidc-issuer-shared"],
    ["https://app.terraform.io", "oidc-issuer-shared"],
    ["https://api.pulumi.com/oidc", "oidc-issuer-shared"],
    ["https://oidc.codefresh.io", "oidc-issuer-shared"],
    ["https://scalr.io", "oidc-issuer-shared"],
    ["https://proidc.upbound.io", "oidc-issuer-shared"],
    ["https://studio.datachain.ai/api", "oidc-issuer-shared"],
    ["https://tokens.cloud.shisho.dev", "oidc-issuer-shared"],
    ["https://oidc-configuration.audit-log.githubusercontent.com", "oidc-issuer-shared"],
    ["https://cognito-identity.amazonaws.com", "oidc-issuer-shared"],
    ["https://login.microsoftonline.com/common/v2.0", "oidc-issuer-shared"],
  ] as const) {
    it(`may not be of ${issuer.slice(0, 60)}`, () => {
      expect(checksOf(file(issuer))).to.deep.equal([check]);
    });
  }

  const GITHUB = "https://token.actions.githubusercontent.com";
  for (const [issuer, subject, accepted] of [
    [GITHUB, "repo:acme@123456/deploy@456789:ref:refs/heads/main", true],
    [GITHUB, "repo:acme@123456/deploy@456789:environment:prod", true],
    [`${GITHUB}/acme-inc`, "repo:acme@123456/deploy@456789:pull_request", true],
    [GITHUB, "repository_owner_id:123456:repository_id:456789", true],
    [GITHUB, "repository_id:456789:repository_owner_id:123456:environment:prod", true],
    [GITHUB, "repo:acme/deploy:ref:refs/heads/main", false],
    [GITHUB, "repo:acme@123456/deploy:ref:refs/heads/main", false],
    [GITHUB, "repo:acme@123456/deploy@456789", false],
    [GITHUB, "repository_owner_id:123456", false],
    // A tenant chooses the names of its environments: what follows one may be part of the name.
    [GITHUB, "environment:prod:repository_owner_id:123456:repository_id:456789", false],
    [`${GITHUB}/acme-inc`, "repo:acme/deploy:environment:prod", false],
    ["https://gitlab.com", "project_id:57382910:ref_type:branch:ref:main", true],
    ["https://gitlab.com", "project_id:57382910:project_path:acme/deploy:ref:main", true],
    ["https://gitlab.com", "project_path:acme/deploy:ref_type:branch:ref:main", false],
    ["https://gitlab.com", "ref:x:project_id:57382910", false],
    // An instance of its own has no other tenants.
    ["https://gitlab.acme.example", "project_path:acme/deploy:ref_type:branch:ref:main", true],
    [`https://oidc.eks.eu-central-1.amazonaws.com/id/${UPPER}`, "puller", false],
  ] as const) {
    it(`${accepted ? "accepts" : "refuses"} ${subject} of ${issuer}`, () => {
      expect(checksOf(file(issuer, subject))).to.deep.equal(
        accepted ? [] : ["oidc-subject-shared"],
      );
    });
  }

  for (const text of ["a*", "a?", "${aws:username}", "with blank", "ü", "", "x".repeat(256)]) {
    it(`refuses ${JSON.stringify(text.slice(0, 20))} as a subject and as an audience`, () => {
      expect(checksOf(file("https://oidc.acme.example", text))).to.deep.equal(["oidc-subject"]);
      expect(checksOf(file("https://oidc.acme.example", "s", text))).to.deep.equal([
        "oidc-audience",
      ]);
    });
  }

  it("alone has a role and no user; beside a key both; and a new file says the same", () => {
    const alone = file("https://oidc.acme.example");
    const both = alone.replace("{ oidc", "{ key: true, oidc");
    const account = alone.replace("{ oidc", '{ account: "210987654321", roles: [ci/puller], oidc');
    for (const [text, isUser] of [
      [alone, false],
      [both, true],
      [account, false],
    ] as const) {
      const { customer } = parseCustomer(text, "acme", "acme.yaml");
      expect(customer, text).not.to.equal(undefined);
      if (customer === undefined) continue;
      expect([hasRole(customer), hasUser(customer)]).to.deep.equal([true, isUser]);
      expect(customer.keys).to.have.length(isUser ? 1 : 0);
      const again = parseCustomer(newCustomerText(customer), "acme", "acme.yaml");
      expect(again.problems).to.deep.equal([]);
      expect(again.customer).to.deep.equal(customer);
    }
  });

  it("sorts its subjects, so that their order says nothing", () => {
    const [one, other] = ["[a, b]", "[b, a]"].map((subjects) =>
      parseCustomer(
        `${REST}identity: { oidc: { issuer: "https://oidc.acme.example", audience: sts, subjects: ${subjects} } }\n`,
        "acme",
        "acme.yaml",
      ),
    );
    expect(one?.customer?.oidc?.subjects).to.deep.equal(["a", "b"]);
    expect(other?.customer).to.deep.equal(one?.customer);
  });

  it("takes no `keys` without `key: true`", () => {
    const text = `${file("https://oidc.acme.example")}keys: { 1: active }\n`;
    expect(checksOf(text)).to.deep.equal(["account-without-key"]);
  });
});
