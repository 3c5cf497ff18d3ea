import {
  type BundleFacts,
  bundleFacts,
  type TokenIdentity,
} from "../../../../automation/handover/facts";
import type { KeyMaterial } from "../../../../automation/engine/keyMaterial";
import { Secret } from "../../../../automation/engine/secret";
import type { Customer } from "../../../../src/customers/model";
import { stackConfig } from "../../../customers/support";

/** AWS's own example key, not a secret. */
export const KEY_ID = "AKIAIOSFODNN7EXAMPLE";
export const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

export const ACCOUNT = "111122223333";

export const ACME: Customer = {
  id: "acme",
  name: "Acme Robotics GmbH",
  repositories: ["edge-agent", "orchestrator"],
  status: "active",
  keys: [{ generation: 1, status: "active" }],
  protected: false,
};

export const plainKey: KeyMaterial = {
  keyId: KEY_ID,
  status: "active",
  credential: { kind: "secret", secret: new Secret(SECRET) },
};

export const encryptedKey: KeyMaterial = {
  ...plainKey,
  credential: { kind: "pgp", ciphertext: Buffer.from([0x85, 1, 2, 0, 255]) },
};

/** `edge-agent` in two regions, `orchestrator` in one. */
export function config(regions = ["eu-central-1", "us-east-1"]) {
  const settings = { create: false, grants: "named" as const };
  return stackConfig({
    account: ACCOUNT,
    repositories: new Map([
      ["edge-agent", { ...settings, regions }],
      ["orchestrator", { ...settings, regions: ["eu-central-1"] }],
    ]),
  });
}

/** The facts of a bundle with acme's key. */
export function keyFacts(
  changes: Partial<Customer> = {},
  material = plainKey,
  regions?: string[],
): BundleFacts {
  return bundleFacts({ ...ACME, ...changes }, config(regions), { generation: 1, material });
}

/** The facts of a bundle for a customer with its own AWS account. */
export function accountFacts(): BundleFacts {
  return bundleFacts({ ...ACME, keys: [], awsAccount: "210987654321" }, config());
}

/** The facts of a bundle for a customer that pulls with tokens of these subjects. */
export function tokenFacts(
  subjects: readonly string[],
  changes: Partial<TokenIdentity> = {},
): BundleFacts {
  const identity: TokenIdentity = {
    kind: "oidc",
    arn: `arn:aws:iam::${ACCOUNT}:role/customers/acme`,
    issuer: "https://oidc.acme.example",
    audience: "sts.amazonaws.com",
    subjects,
    ...changes,
  };
  return { ...accountFacts(), identity };
}

export const SERVICE_ACCOUNTS = [
  "system:serviceaccount:edge:robots",
  "system:serviceaccount:edge:updater",
  "system:serviceaccount:fleet:robots",
];
