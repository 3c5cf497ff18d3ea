/**
 * Proves that the sandbox's STS gives a session of a role only for a token that an OIDC issuer which the account
 * trusts has signed with a key that it publishes now, that has not expired, and whose audience and subject the
 * OIDC provider and the role's trust policy name. Does not prove that AWS words its refusals like that.
 */
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { expect } from "chai";
import { type OidcIssuer, startOidcIssuer } from "../../../sandbox/oidcIssuer";
import {
  ACCOUNT,
  clientsOf,
  refusalOf,
  type SandboxAws,
  startSandboxAws,
} from "./support/sandboxAws";

const HOST = "oidc.example.com/acme";
const AUDIENCE = "sts.amazonaws.com";
const SUBJECT = "system:serviceaccount:acme:puller";
const RoleArn = `arn:aws:iam::${ACCOUNT}:role/customers/acme`;
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}`;
const TRUST = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Federated: PROVIDER },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: { StringEquals: { [`${HOST}:aud`]: AUDIENCE, [`${HOST}:sub`]: SUBJECT } },
    },
  ],
};

describe("AssumeRoleWithWebIdentity of the sandbox's AWS", function () {
  this.timeout(60_000);
  let aws: SandboxAws;
  let issuer: OidcIssuer;
  let other: OidcIssuer;

  before(async () => {
    aws = await startSandboxAws();
    issuer = await startOidcIssuer(`https://${HOST}`);
    other = await startOidcIssuer(`https://${HOST}`);
    aws.front.oidcIssuers.serve(issuer.issuer, issuer.address);
    const { iam } = aws.behind;
    await iam.send(
      new CreateRoleCommand({
        RoleName: "acme",
        Path: "/customers/",
        AssumeRolePolicyDocument: JSON.stringify(TRUST),
      }),
    );
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: issuer.issuer,
        ClientIDList: [AUDIENCE, "another"],
      }),
    );
  });

  after(async () => {
    await issuer.stop();
    await other.stop();
    await aws.stop();
  });

  const assume = (WebIdentityToken: string) =>
    clientsOf(aws.front.endpoint).sts.send(
      new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: "pull", WebIdentityToken }),
    );
  const token = (changes: object = {}, by = issuer) =>
    by.token({ subject: SUBJECT, audience: AUDIENCE, ...changes });

  it("gives a session of the role", async () => {
    const { Credentials: given } = await assume(await token());
    const session = {
      accessKeyId: given?.AccessKeyId ?? "",
      secretAccessKey: given?.SecretAccessKey ?? "",
      sessionToken: given?.SessionToken ?? "",
    };
    const { sts } = clientsOf(aws.front.endpoint, session);
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    expect(Arn).to.equal(`arn:aws:sts::${ACCOUNT}:assumed-role/acme/pull`);
  });

  for (const [what, given, code] of [
    ["another subject", () => token({ subject: `${SUBJECT}-2` }), "AccessDenied"],
    [
      "an audience that only the provider names",
      () => token({ audience: "another" }),
      "AccessDenied",
    ],
    ["an audience that nothing names", () => token({ audience: "x" }), "InvalidIdentityToken"],
    ["an expired token", () => token({ expiresIn: -60 }), "ExpiredTokenException"],
    [
      "a token that another issuer of that name signed",
      () => token({}, other),
      "InvalidIdentityToken",
    ],
    ["what is no token", () => Promise.resolve("x"), "InvalidIdentityToken"],
  ] as [string, () => Promise<string>, string][]) {
    it(`refuses ${what}`, async () => {
      expect((await refusalOf(assume(await given())))?.code).to.match(new RegExp(`^${code}`));
    });
  }

  it("takes tokens of a new key, and no longer those of the old one", async () => {
    const old = await token();
    await issuer.rotate();
    await assume(await token());
    expect((await refusalOf(assume(old)))?.code).to.match(/^InvalidIdentityToken/);
  });

  it("refuses all tokens once the account has no such provider", async () => {
    await aws.behind.iam.send(
      new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: PROVIDER }),
    );
    const refused = await refusalOf(assume(await token()));
    expect(refused?.message).to.match(/No OpenIDConnect provider found/);
  });
});
