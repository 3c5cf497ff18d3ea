/**
 * Proves that real public keys pass and nothing else does, that private keys are recognised in any
 * form, and that no bytes make it throw. Proves nothing about whether AWS's user can decrypt with it.
 */
import { expect } from "chai";
import fc from "fast-check";
import { armor, enums, generateKey, type Key } from "openpgp";
import { pgpPublicKey, readPgpKey } from "../../src/customers/pgpKey";
import { EXPIRED, SIGN_ONLY, USABLE } from "./pgpKeys";
import { problemsOf } from "./support";

describe("a PGP key", () => {
  let armored: string;
  let secret: string;
  let binary: Uint8Array;
  before(async () => {
    const userIDs = [{ email: "ops@acme.example" }];
    const pair = await generateKey({ type: "ecc", userIDs, format: "object" });
    armored = pair.publicKey.armor();
    secret = pair.privateKey.armor();
    binary = pair.publicKey.write();
  });

  it("is read from an armored block and from base64, to the same bytes", () => {
    const base64 = Buffer.from(binary).toString("base64");
    expect(pgpPublicKey(armored)).to.equal(base64);
    expect(pgpPublicKey(armored.replace(/\r?\n/g, "\r\n"))).to.equal(base64);
    expect(pgpPublicKey(`\n${base64.replace(/.{64}/g, "$&\n")}\n`)).to.equal(base64);
  });

  it("is recognised as private in any form", () => {
    const body = secret.split(/\r?\n\r?\n/)[1]?.split("\n-----")[0] ?? "";
    const base64 = body.split("\n").filter((line) => !line.startsWith("="));
    const relabelled = secret.replaceAll("PRIVATE", "PUBLIC");
    const behindPublic = Buffer.concat([binary, Buffer.from(base64.join(""), "base64")]);
    const forms = [secret, base64.join("\n"), relabelled, behindPublic.toString("base64")];
    for (const form of forms) expect(readPgpKey(form).kind).to.equal("private");
    expect(readPgpKey("-----BEGIN OPENSSH PRIVATE KEY-----\nxyz").kind).to.equal("private");
  });

  it("with a typo is not a public key", () => {
    const base64 = Buffer.from(binary).toString("base64");
    const slips = [
      "",
      "keybase:acme",
      base64.slice(0, -8),
      `${base64}!`,
      armored.replace("BEGIN PGP PUBLIC KEY BLOCK", "BEGIN PGP MESSAGE"),
      armored.replace("-----END PGP PUBLIC KEY BLOCK-----", ""),
      Buffer.from([0x98, 1, 3]).toString("base64"),
    ];
    for (const slip of slips) expect(readPgpKey(slip).kind, slip.slice(0, 40)).to.equal("none");
  });

  it("needs no checksum, but not a wrong one", () => {
    const block = armor(enums.armor.publicKey, binary, 1, 1, undefined, true);
    const [, checksum = ""] = /^(=.{4})\r?$/m.exec(block) ?? [];
    expect(checksum).to.have.length(5);
    expect(readPgpKey(block).kind).to.equal("public");
    expect(readPgpKey(block.replace(checksum, "=AAAA")).kind).to.equal("none");
    expect(readPgpKey(block.replace(checksum, "")).kind).to.equal("public");
  });

  const problemsWith = (pgpKey: string, more = "") =>
    problemsOf(`name: Acme\nrepositories: [edge-agent]\n${more}pgpKey: ${pgpKey}\n`).map(
      ({ check, message }) => `${check}: ${message}`,
    );

  it("is refused when nothing can be encrypted for it: it can only sign, or has expired", () => {
    expect(problemsWith(SIGN_ONLY)).to.have.length(1);
    expect(problemsWith(SIGN_ONLY)[0]).to.match(/^pgp-key-unusable: .* can only sign/);
    expect(problemsWith(EXPIRED)).to.have.length(1);
    expect(problemsWith(EXPIRED)[0]).to.match(/^pgp-key-unusable: .* expires on 2020-01-31$/);
    expect(problemsWith(USABLE)).to.deep.equal([]);
  });

  it("that has expired since is accepted when all access keys are handed over", () => {
    const handedOver =
      "handedOver: { 1: { key: AKIAIOSFODNN7EXAMPLE, on: 2026-11-20, to: passphrase } }\n";
    expect(problemsWith(EXPIRED, handedOver)).to.deep.equal([]);
    expect(problemsWith(EXPIRED, `keys: { 1: active, 2: active }\n${handedOver}`)).to.have.length(
      1,
    );
  });

  it("can encrypt and ends as openpgp says, whatever its kind", async () => {
    const userIDs = [{ email: "ops@acme.example" }];
    const day = 86_400;
    for (const options of [
      { type: "rsa", rsaBits: 2048 },
      { type: "curve25519" },
      { type: "ecc", curve: "nistP256" },
      { type: "ecc", keyExpirationTime: 30 * day },
      { type: "ecc", subkeys: [{ sign: true }] },
      { type: "ecc", subkeys: [{ sign: true }, {}] },
    ] as const) {
      const { publicKey } = await generateKey({ ...options, userIDs, format: "object" } as never);
      const key = publicKey as unknown as Key;
      const read = readPgpKey(Buffer.from(key.write()).toString("base64"));
      const works = await key.getEncryptionKey().then(
        () => true,
        () => false,
      );
      const end = await key.getExpirationTime();
      const use = read.kind === "public" ? read.use : undefined;
      expect(use?.canEncrypt, JSON.stringify(options)).to.equal(works);
      if (works) expect(use?.expiresAt ?? Infinity).to.equal(Number(end));
    }
  });

  it("of any bytes is something, never an error", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string()), (any) => {
        const text = typeof any === "string" ? any : Buffer.from(any).toString("base64");
        expect(["public", "private", "none"]).to.contain(readPgpKey(text).kind);
      }),
      { numRuns: 1_000 },
    );
  });
});
