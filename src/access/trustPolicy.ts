import type { OidcIdentity } from "../customers/model";
import { iamArn, type Home } from "./arns";
import type { PolicyDocument } from "./model";

/** ARN of IAM's record of an issuer, which the customers of that issuer share. */
export function oidcProviderArn(home: Home, issuer: string): string {
  return iamArn(home, `oidc-provider/${issuerPath(issuer)}`);
}

/** The issuer's URL without `https://`, by which IAM names its record and the condition keys of its tokens. */
export function issuerPath(issuer: string): string {
  return issuer.slice("https://".length);
}

/**
 * Lets the holders of an issuer's tokens assume a role: only with exactly this audience and one of exactly these
 * subjects (IAM user guide, "Available keys for AWS OIDC federation"). `StringEquals` knows no wildcards.
 */
export function trustPolicy(
  { issuer, audience, subjects }: OidcIdentity,
  home: Home,
): PolicyDocument {
  const key = issuerPath(issuer);
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Tokens",
        Effect: "Allow",
        Principal: { Federated: oidcProviderArn(home, issuer) },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [`${key}:aud`]: audience, [`${key}:sub`]: subjects } },
      },
    ],
  };
}
