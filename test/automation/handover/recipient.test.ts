/**
 * Proves that only the customer's own key opens a bundle, with the libraries themselves and, where it is
 * installed, with the `gpg` that customers use; and that passphrases are strong.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { decrypt, generateKey, readMessage, type PrivateKey } from "openpgp";
import { randomPassphrase } from "../../../automation/handover/passphrase";
import { passphraseRecipient, publicKeyOf } from "../../../automation/handover/recipient";
import { UsageError } from "../../../automation/output/usageError";
import { ACME } from "./support/samples";

/** Loaded as the script does: compiled by tsx for a static import, scrypt takes a minute. */
const age = import("age-encryption");

const BYTES = Buffer.from([0, 1, 2, 255, 10, 13, 0]);

async function pgpPair(options: { keyExpirationTime?: number; date?: Date } = {}) {
  const userIDs = [{ email: "ops@acme.example" }];
  const pair = await generateKey({ type: "ecc", userIDs, format: "object", ...options });
  return { ...pair, pgpKey: Buffer.from(pair.publicKey.write()).toString("base64") };
}

function decryptPgp(bytes: Uint8Array, decryptionKeys: PrivateKey) {
  return readMessage({ binaryMessage: bytes }).then((message) =>
    decrypt({ message, decryptionKeys, format: "binary" }),
  );
}

describe("a bundle's encryption", () => {
  for (const generator of ["generateX25519Identity", "generateHybridIdentity"] as const) {
    it(`for an age recipient of ${generator} can only be opened with its identity`, async () => {
      const { Decrypter, identityToRecipient, [generator]: generate } = await age;
      const [identity, other] = [await generate(), await generate()];
      const ageRecipient = await identityToRecipient(identity);
      const recipient = await publicKeyOf({ ...ACME, ageRecipient });
      expect(recipient).to.deep.include({ format: "age", to: ageRecipient, extension: "age" });
      const encrypted = (await recipient?.encrypt(BYTES)) ?? BYTES;
      const open = (key: string) => {
        const decrypter = new Decrypter();
        decrypter.addIdentity(key);
        return decrypter.decrypt(encrypted);
      };
      expect(BYTES.equals(await open(identity))).to.equal(true);
      const refused = await open(other).then(
        () => "opened",
        (error: Error) => error.message,
      );
      expect(refused).to.contain("no identity matched");
    });
  }

  it("for a PGP key can only be opened with its private key", async () => {
    const [{ pgpKey, privateKey, publicKey }, other] = [await pgpPair(), await pgpPair()];
    const recipient = await publicKeyOf({ ...ACME, pgpKey });
    const to = `pgp:${publicKey.getFingerprint().toUpperCase()}`;
    expect(recipient).to.deep.include({ format: "pgp", to, extension: "gpg" });
    const encrypted = (await recipient?.encrypt(BYTES)) ?? BYTES;
    const { data } = await decryptPgp(encrypted, privateKey);
    expect(BYTES.equals(data as Uint8Array)).to.equal(true);
    const refused = await decryptPgp(encrypted, other.privateKey).then(
      () => "opened",
      () => "refused",
    );
    expect(refused).to.equal("refused");
  });

  it("for a PGP key can be opened with gpg itself", async function () {
    if (spawnSync("gpg", ["--version"]).status !== 0) return this.skip();
    const { pgpKey, privateKey } = await pgpPair();
    const encrypted = (await (await publicKeyOf({ ...ACME, pgpKey }))?.encrypt(BYTES)) ?? BYTES;
    const home = mkdtempSync(join(tmpdir(), "gpg-"));
    const environment = { ...process.env, GNUPGHOME: home };
    const gpg = (args: string[], input: Uint8Array | string) =>
      execFileSync("gpg", ["--batch", "--quiet", ...args], {
        env: environment,
        input,
        stdio: "pipe",
      });
    try {
      gpg(["--import"], privateKey.armor());
      writeFileSync(join(home, "bundle.tar.gpg"), encrypted);
      expect(gpg(["--decrypt", join(home, "bundle.tar.gpg")], "").equals(BYTES)).to.equal(true);
    } finally {
      spawnSync("gpgconf", ["--kill", "all"], { env: environment });
      rmSync(home, { recursive: true, force: true });
    }
  });

  it("with a passphrase can only be opened with that passphrase", async function () {
    // Slow on purpose: it is what makes guessing slow.
    this.timeout(60_000);
    const { Decrypter } = await age;
    const passphrase = randomPassphrase();
    const encrypted = await passphraseRecipient(passphrase).encrypt(BYTES);
    const open = (attempt: string) => {
      const decrypter = new Decrypter();
      decrypter.addPassphrase(attempt);
      return decrypter.decrypt(encrypted);
    };
    expect(BYTES.equals(await open(passphrase))).to.equal(true);
    expect(
      await open(`${passphrase}x`).then(
        () => "opened",
        () => "refused",
      ),
    ).to.equal("refused");
  });

  it("is refused for a PGP key that has expired or cannot be read, with advice", async () => {
    const { pgpKey } = await pgpPair({ date: new Date("2020-01-01"), keyExpirationTime: 60 });
    for (const key of [pgpKey, Buffer.from([0x98, 1, 4]).toString("base64")]) {
      const error: unknown = await publicKeyOf({ ...ACME, pgpKey: key }).catch((thrown) => thrown);
      expect(error).to.be.instanceOf(UsageError);
      expect((error as UsageError).advice).to.contain("Ask the customer for a public key");
    }
  });

  it("has no recipient without a public key", async () => {
    expect(await publicKeyOf(ACME)).to.equal(undefined);
  });
});

describe("a passphrase", () => {
  it("is six groups of five from 31 characters, evenly distributed, and never the same", () => {
    const many = Array.from({ length: 2_000 }, randomPassphrase);
    expect(new Set(many).size).to.equal(many.length);
    const counts = new Map<string, number>();
    for (const passphrase of many) {
      expect(passphrase).to.match(/^([2-9a-hjkmnp-z]{5}-){5}[2-9a-hjkmnp-z]{5}$/);
      for (const one of passphrase.replaceAll("-", "")) counts.set(one, (counts.get(one) ?? 0) + 1);
    }
    expect(counts.size).to.equal(31);
    const mean = (many.length * 30) / 31;
    // Nine standard deviations: never exceeded by chance, always by a biased generator.
    for (const count of counts.values()) expect(count).to.be.within(mean * 0.8, mean * 1.2);
  });
});
