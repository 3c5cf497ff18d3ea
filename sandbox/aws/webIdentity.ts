import type { Administrator } from "./administrator";
import { AwsRefusal } from "./awsAnswer";
import { textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";
import type { OidcIssuers } from "./oidcIssuers";

const NO_KEY =
  "Couldn't retrieve verification key from your identity provider, please reference AssumeRoleWithWebIdentity documentation for requirements";

/**
 * Checks a token as STS does before it looks at a role: an issuer that the account trusts, the signature by
 * a key that the issuer publishes now, the time, and an audience of the IAM OIDC provider (STS API, AssumeRoleWithWebIdentity).
 * The emulator reads tokens without checking them; the role's trust policy is judged by it, afterwards.
 */
export function webIdentityRule(
  administrator: Administrator,
  account: string,
  issuers: OidcIssuers,
): FrontRule {
  return {
    service: "sts",
    actions: ["AssumeRoleWithWebIdentity"],
    apply: async (call, next) => {
      await verify(textOf(call, "WebIdentityToken") ?? "", { administrator, account, issuers });
      return next();
    },
  };
}

interface Trust {
  administrator: Administrator;
  account: string;
  issuers: OidcIssuers;
}

async function verify(token: string, { administrator, account, issuers }: Trust): Promise<void> {
  // An ES module only.
  const { createRemoteJWKSet, decodeJwt, errors, jwtVerify } = await import("jose");
  const issuer = issuerOf(() => decodeJwt(token).iss);
  const host = issuer.replace(/^https:\/\//, "");
  const arn = `arn:aws:iam::${account}:oidc-provider/${host}`;
  const audience = await administrator.audiencesOf(arn);
  if (audience === undefined) {
    const message = `No OpenIDConnect provider found in your account for ${issuer}`;
    throw new AwsRefusal("InvalidIdentityToken", message);
  }
  const address = issuers.addressOf(issuer);
  if (address === undefined) throw new AwsRefusal("InvalidIdentityToken", NO_KEY);
  try {
    const keys = createRemoteJWKSet(await keysUrl(address, issuer));
    await jwtVerify(token, keys, { issuer, audience });
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new AwsRefusal("ExpiredTokenException", "Token expired: it is past its `exp`");
    }
    const isAudience = error instanceof errors.JWTClaimValidationFailed && error.claim === "aud";
    throw new AwsRefusal("InvalidIdentityToken", isAudience ? "Incorrect token audience" : NO_KEY);
  }
}

function issuerOf(read: () => string | undefined): string {
  try {
    return read() ?? "";
  } catch {
    throw new AwsRefusal("InvalidIdentityToken", "The ID Token provided is not a valid JWT");
  }
}

/** From the issuer's discovery document, which has to name the issuer itself (OpenID Connect Discovery 1.0, §4.3). */
async function keysUrl(address: string, issuer: string): Promise<URL> {
  const answer = await fetch(`${address}/.well-known/openid-configuration`);
  const { issuer: named, jwks_uri: keys } = (await answer.json()) as Record<string, string>;
  if (named !== issuer || keys === undefined) throw new Error(`not the issuer ${issuer}`);
  return new URL(keys);
}
