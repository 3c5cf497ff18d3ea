/**
 * Proves that a session that was opened with an OIDC token pulls what a repository's policy gives its role, and that
 * the deny policy of a customer, on the role, ends sessions and logins that are already open: at once, and from a
 * day on. That AWS judges a role's policies at each request is from its documentation (IAM user guide, "Revoking
 * IAM role temporary security credentials").
 */
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { type OidcIssuer, startOidcIssuer } from "../../../sandbox/oidcIssuer";
import { DENY_POLICY_NAME, denyPolicy } from "../../../src/access/denyPolicy";
import { loginPolicy } from "../../../src/access/loginPolicy";
import { ACCOUNT, clientsOf, freshName, pullPolicy, refusalOf } from "../aws/support/sandboxAws";
import { loginOf, withRegistry } from "./support/registryAws";

const AUDIENCE = "sts.amazonaws.com";

describe("a session opened with an OIDC token", () => {
  const registry = withRegistry();
  const host = "oidc.example.com/registry";
  let issuer: OidcIssuer;

  before(async () => {
    issuer = await startOidcIssuer(`https://${host}`);
    const { behind, front } = registry.sandbox;
    front.oidcIssuers.serve(issuer.issuer, issuer.address);
    const provider = { Url: issuer.issuer, ClientIDList: [AUDIENCE] };
    await behind.iam.send(new CreateOpenIDConnectProviderCommand(provider));
  });

  after(() => issuer.stop());

  /** A customer's role, which trusts the subject of its own name and may log in. */
  async function makeRole() {
    const RoleName = freshName();
    const { iam } = registry.sandbox.behind;
    const trust = {
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${host}:aud`]: AUDIENCE, [`${host}:sub`]: RoleName } },
    };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const role = { RoleName, Path: "/customers/", AssumeRolePolicyDocument };
    await iam.send(new CreateRoleCommand(role));
    const put = (PolicyName: string, document: object | undefined) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName,
          PolicyDocument: JSON.stringify(document),
        }),
      );
    await put("login", loginPolicy());
    return {
      arn: `arn:aws:iam::${ACCOUNT}:role/customers/${RoleName}`,
      subject: RoleName,
      end: (document: object | undefined) => put(DENY_POLICY_NAME, document),
      resume: () =>
        iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: DENY_POLICY_NAME })),
    };
  }

  async function sessionOf(RoleArn: string, subject: string) {
    const { endpoint } = registry.sandbox.front;
    const WebIdentityToken = await issuer.token({ subject, audience: AUDIENCE });
    const { Credentials: given } = await clientsOf(endpoint).sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "pull", WebIdentityToken }),
    );
    return clientsOf(endpoint, {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    });
  }

  const pulls = async (login: string) => [
    (await registry.behind({ path: registry.manifest, login })).status,
    (await registry.behind({ path: registry.layer, login })).status,
  ];

  it("pulls while the repository's policy names its role, and not as another customer", async () => {
    const [own, other] = [await makeRole(), await makeRole()];
    await registry.allow(pullPolicy(own.arn));
    const login = await loginOf((await sessionOf(own.arn, own.subject)).ecr);
    expect(await pulls(login)).to.deep.equal([200, 200]);
    const others = await loginOf((await sessionOf(other.arn, other.subject)).ecr);
    expect(await pulls(others)).to.deep.equal([403, 403]);
    expect((await refusalOf(sessionOf(own.arn, other.subject)))?.code).to.match(/^AccessDenied/);
    await registry.allow(pullPolicy(other.arn));
    expect(await pulls(login)).to.deep.equal([403, 403]);
  });

  for (const [what, customer] of [
    ["suspended", { status: "suspended" }],
    ["past its last day", { status: "active", expires: "2020-01-31" }],
  ] as const) {
    it(`ends with its login when the customer is ${what}, and works again afterwards`, async () => {
      const { arn, subject, end, resume } = await makeRole();
      await registry.allow(pullPolicy(arn));
      const { ecr } = await sessionOf(arn, subject);
      const login = await loginOf(ecr);
      expect(await pulls(login)).to.deep.equal([200, 200]);
      await end(denyPolicy(customer));
      expect(await pulls(login)).to.deep.equal([403, 403]);
      expect((await refusalOf(loginOf(ecr)))?.message).to.match(/explicit deny/);
      await resume();
      expect(await pulls(login)).to.deep.equal([200, 200]);
    });
  }
});
