import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** Whose login a token is, and for which region it was issued (ECR User Guide, "Private registry authentication"). */
export interface TokenHolder {
  accessKeyId: string;
  region: string;
}

export type TokenReading =
  | { state: "valid"; holder: TokenHolder }
  /** Was issued here more than 12 hours ago. */
  | { state: "expired" }
  | { state: "invalid" };

const LIFETIME_MS = 12 * 60 * 60 * 1000;

/**
 * Passwords of the registry, each bound to an access key and a region for 12 hours. They are signed with a
 * secret that lives as long as this object, so a changed one is invalid.
 */
export class RegistryTokens {
  readonly #secret = randomBytes(32);

  /** @returns the password of the user `AWS`, and when it expires. */
  issue(holder: TokenHolder, now: Date): { password: string; expiresAt: Date } {
    const expiresAt = new Date(now.getTime() + LIFETIME_MS);
    const { accessKeyId, region } = holder;
    const claims = JSON.stringify([accessKeyId, region, expiresAt.getTime()]);
    const payload = Buffer.from(claims).toString("base64url");
    return { password: `${payload}.${this.#sign(payload).toString("base64url")}`, expiresAt };
  }

  read(password: string, now: Date): TokenReading {
    const [payload = "", signature = "", ...more] = password.split(".");
    const expected = this.#sign(payload);
    // Compared as text: several base64url texts decode to the same bytes.
    const given = Buffer.from(signature);
    const wanted = Buffer.from(expected.toString("base64url"));
    const isOurs =
      more.length === 0 && given.length === wanted.length && timingSafeEqual(given, wanted);
    if (!isOurs) return { state: "invalid" };
    const [accessKeyId, region, expiresAt] = JSON.parse(
      Buffer.from(payload, "base64url").toString("utf8"),
    ) as [string, string, number];
    if (now.getTime() >= expiresAt) return { state: "expired" };
    return { state: "valid", holder: { accessKeyId, region } };
  }

  #sign(payload: string): Buffer {
    return createHmac("sha256", this.#secret).update(payload).digest();
  }
}
