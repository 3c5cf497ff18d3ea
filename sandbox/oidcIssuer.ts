import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import type { JWK } from "jose";

/** What a token says. */
export interface TokenClaims {
  subject: string;
  audience: string;
  /** Seconds from now; negative for one that has expired. */
  expiresIn?: number;
}

/** An OIDC issuer: a customer's Kubernetes cluster, GitHub, GitLab. */
export interface OidcIssuer {
  /** As tokens name it. */
  issuer: string;
  /** Where its documents are served. */
  address: string;
  token(claims: TokenClaims): Promise<string>;
  /** Signs with a new key from now on, and no longer publishes the old one. */
  rotate(): Promise<void>;
  stop(): Promise<void>;
}

interface SigningKey {
  kid: string;
  privateKey: CryptoKey;
  published: JWK;
}

/**
 * Starts an issuer on the loopback interface: discovery, published keys, and tokens signed by the current one.
 *
 * @param issuer - its URL, `https://…`, which nothing resolves.
 */
export async function startOidcIssuer(issuer: string): Promise<OidcIssuer> {
  const { exportJWK, generateKeyPair, SignJWT } = await import("jose");
  const made = async (): Promise<SigningKey> => {
    const kid = randomUUID();
    const { privateKey, publicKey } = await generateKeyPair("RS256");
    return { kid, privateKey, published: { ...(await exportJWK(publicKey)), kid, alg: "RS256" } };
  };
  let current = await made();
  let address = "";
  const server = createServer(({ url }, response) => {
    const document =
      url === "/.well-known/openid-configuration"
        ? { issuer, jwks_uri: `${address}/keys`, id_token_signing_alg_values_supported: ["RS256"] }
        : { keys: [current.published] };
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  address = `http://127.0.0.1:${typeof at === "object" && at !== null ? at.port : 0}`;
  return {
    issuer,
    address,
    token: ({ subject, audience, expiresIn = 600 }) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT()
        .setProtectedHeader({ alg: "RS256", kid: current.kid })
        .setIssuer(issuer)
        .setSubject(subject)
        .setAudience(audience)
        .setIssuedAt(now - 3_600)
        .setExpirationTime(now + expiresIn)
        .sign(current.privateKey);
    },
    rotate: async () => {
      current = await made();
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
