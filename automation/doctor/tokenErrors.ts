// The texts are STS's own (STS API, AssumeRoleWithWebIdentity), as the AWS command line prints them.
import type { PullErrorRow } from "./pullErrorRow";

/** What is wrong with the OIDC token that a customer's machine presents. */
export const TOKEN_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "token-refused",
    shown: ["Not authorized to perform sts:AssumeRoleWithWebIdentity"],
    pattern:
      /Not authorized to perform:? sts:AssumeRoleWithWebIdentity|is not authorized to perform:? sts:AssumeRoleWithWebIdentity/i,
    meaning:
      "The token is valid, but the role does not accept it: its subject or audience is not the one in the customer's file, or the role is another customer's.",
    fix: "The customer compares `iss`, `aud` and `sub` of the token (its second part, base64) with `identity.oidc` in its file, and AWS_ROLE_ARN with the README of its bundle. A new workload needs its subject in the file, and `ecr-customers up`.",
    guide: {
      meaning:
        "Your token is valid, but our role does not accept it: its subject or audience is not one that you named to us, or AWS_ROLE_ARN is not yours.",
      fix: "Compare `iss`, `aud` and `sub` of the token (its second part, base64) and AWS_ROLE_ARN with the README in the bundle; tell us a new subject before its workload pulls.",
    },
  },
  {
    kind: "token-audience",
    shown: ["Incorrect token audience"],
    pattern: /Incorrect token audience/i,
    meaning: "The token is for another audience than AWS knows of that issuer.",
    fix: "The customer asks its issuer for a token with exactly the audience in the README of the bundle: `audience` of the projected volume or the GitHub action, `aud` of GitLab's `id_tokens`.",
    guide: {
      fix: "Ask your issuer for a token with exactly the audience in the README: `audience` of the projected volume or the GitHub action, `aud` of GitLab's `id_tokens`.",
    },
  },
  {
    kind: "token-expired",
    shown: ["Token expired: current date/time"],
    pattern: /Token expired: |ExpiredToken[^]*AssumeRoleWithWebIdentity/i,
    meaning: "The token had expired before it was exchanged: it was kept too long, or not renewed.",
    fix: "Read the token from its file or issuer right before each use. In Kubernetes the kubelet renews a projected token in its file; a copy of it expires.",
  },
  {
    kind: "issuer-unknown",
    shown: ["No OpenIDConnect provider found in your account for https://…"],
    pattern: /No OpenIDConnect provider found in your account/i,
    meaning:
      "AWS does not know the issuer of the token: its URL is not the one in the customer's file.",
    fix: "Compare `iss` of the token with `issuer` in its file, to the last character: a new cluster has another one. After changing it, `ecr-customers up`.",
    guide: {
      meaning: "AWS does not know the issuer of your token.",
      fix: "Compare `iss` of the token with the issuer in the README; tell us the new one, e.g. of a new cluster.",
    },
  },
  {
    kind: "issuer-keys",
    shown: ["Couldn't retrieve verification key from your identity provider"],
    pattern: /Couldn't retrieve verification key from your identity provider/i,
    meaning:
      "AWS could not check the token's signature: the issuer's keys cannot be read from the internet, or the token was signed with a key that is no longer published.",
    fix: "The customer opens `<issuer>/.well-known/openid-configuration` and the `jwks_uri` in it from outside its network, and takes a new token.",
    guide: {
      fix: "Open `<issuer>/.well-known/openid-configuration` and the `jwks_uri` in it from outside your network, and take a new token.",
    },
  },
];
