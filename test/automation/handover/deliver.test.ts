/**
 * Proves what a hand-over writes and what it refuses: a new file that only its owner can read, a record in the
 * customer's file, each secret once; and that a failure leaves neither a bundle nor a record. The key comes
 * from a stand-in for the state; test/e2e/handover.test.ts uses the real one.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { generateKey } from "openpgp";
import { deliver, type DeliveryRequest } from "../../../automation/handover/deliver";
import { KeyMaterialError } from "../../../automation/engine/keyMaterial";
import { Secret } from "../../../automation/engine/secret";
import { UsageError } from "../../../automation/output/usageError";
import { acmeIn, acmeText, writeAcme } from "./support/onDisk";
import { KEY_ID, plainKey, SECRET } from "./support/samples";

const AGE = "age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw";

describe("a hand-over", () => {
  let root: string;
  let customers: string;
  let out: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "handover-"));
    customers = join(root, "customers");
    out = join(root, "handover");
    mkdirSync(customers);
  });
  afterEach(() => {
    chmodSync(root, 0o700);
    rmSync(root, { recursive: true, force: true });
  });

  const acme = (lines = `ageRecipient: ${AGE}\n`) => writeAcme(root, lines);
  const text = () => acmeText(root);
  const run = (changes: Partial<DeliveryRequest> = {}) => deliver(acmeIn(root, changes));

  /** Expects a refusal with message and advice, nothing new on disk, and an unchanged file. @returns the text. */
  async function refused(changes: Partial<DeliveryRequest> = {}): Promise<string> {
    const [before, bundles] = [text(), existsSync(out) ? readdirSync(out) : []];
    const error: unknown = await run(changes).then(
      () => "done",
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(UsageError);
    expect(text()).to.equal(before);
    expect(existsSync(out) ? readdirSync(out) : []).to.deep.equal(bundles);
    expect(readdirSync(root).filter((name) => name.endsWith(".tmp"))).to.deep.equal([]);
    const { message, advice } = error as UsageError;
    expect(advice).to.match(/^[A-Z].*[.:]$/);
    return `${message}. ${advice}`;
  }

  it("writes a new file that only its owner may read, and records it without changing the rest", async () => {
    acme(
      "handedOver:\n  1: { key: AKIAIOSFODNN7ANOTHER, on: 2025-01-01, to: passphrase } # old\nkeys: { 1: inactive, 2: active }\n" +
        `ageRecipient: ${AGE} # theirs\n`,
    );
    const before = text();
    const done = await run();
    expect(done).to.deep.include({ generation: 2, key: KEY_ID, to: AGE });
    expect(done.open).to.equal("age --decrypt --identity key.txt acme-2.tar.age | tar -xf -");
    expect(readdirSync(out)).to.deep.equal(["acme-2.tar.age"]);
    const file = join(out, "acme-2.tar.age");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(out).mode & 0o777).to.equal(0o700);
    expect(readFileSync(file).includes(SECRET)).to.equal(false);
    const added = `  dev/2:\n    key: ${KEY_ID}\n    on: 2026-11-24\n    to: ${AGE}\n`;
    expect(text()).to.equal(before.replace("# old\n", `# old\n${added}`));
  });

  it("writes the secret nowhere but into the bundle: nothing reaches the process's own streams", async () => {
    acme();
    const written: string[] = [];
    const streams = [process.stdout, process.stderr];
    const originals = streams.map((stream) => stream.write.bind(stream));
    for (const stream of streams) {
      stream.write = ((chunk: string | Uint8Array) => {
        written.push(Buffer.from(chunk).toString("latin1"));
        return true;
      }) as typeof stream.write;
    }
    try {
      await run();
    } finally {
      streams.forEach((stream, at) => (stream.write = originals[at] as typeof stream.write));
    }
    expect(written.join("")).to.equal("");
  });

  it("uses a passphrase when there is no public key, but never in CI", async () => {
    acme("");
    expect(await refused({ inCi: true })).to.contain("a passphrase would stay in the CI log");
    const { passphrase, to } = await run();
    expect(passphrase).to.match(/^(.{5}-){5}.{5}$/);
    expect(to).to.equal("passphrase");
    expect(text()).not.to.contain(passphrase);
  }).timeout(60_000);

  it("works in CI for a public key, without a passphrase", async () => {
    acme();
    expect((await run({ inCi: true })).passphrase).to.equal(undefined);
  });

  it("is made once, and again only on request and for the same public key", async () => {
    acme();
    await run();
    const recorded = text();
    expect(await refused()).to.match(
      /^key 1 of acme was handed over on 2026-11-24, for age1.*`--again`/,
    );
    // The bundle that was lost is gone from here too.
    rmSync(join(out, "acme-1.tar.age"));
    expect((await run({ again: true, today: "2026-12-01" })).before?.on).to.equal("2026-11-24");
    expect(text()).to.equal(recorded);
    expect(await refused({ again: true })).to.contain("acme-1.tar.age already exists");

    const { publicKey } = await generateKey({
      userIDs: [{ email: "a@b.example" }],
      format: "object",
    });
    const pgpKey = Buffer.from(publicKey.write()).toString("base64");
    writeFileSync(
      join(customers, "acme.yaml"),
      recorded.replace(`ageRecipient: ${AGE}`, `pgpKey: ${pgpKey}`),
    );
    rmSync(out, { recursive: true });
    expect(await refused({ again: true })).to.match(
      /A secret is handed over only once.*hand that one over\.$/,
    );
  });

  it("is never repeated with a passphrase, which anyone could use", async () => {
    acme(`handedOver: { 1: { key: ${KEY_ID}, on: 2026-11-01, to: passphrase } }\n`);
    for (const again of [false, true]) {
      expect(await refused({ again })).to.contain("If it was lost, add a generation");
    }
  });

  it("is recorded for the key, not for the generation: a re-created user has other keys", async () => {
    acme(
      `handedOver: { dev/1: { key: AKIAIOSFODNN7ANOTHER, on: 2026-11-01, to: ${AGE} } }\nageRecipient: ${AGE}\n`,
    );
    // The bundle of the other key may still be there; sending it would hand over a key that does not work.
    mkdirSync(out);
    writeFileSync(join(out, "acme-1.tar.age"), "theirs");
    expect(await refused()).to.match(
      /acme-1\.tar\.age already exists\. Nothing was overwritten\. It holds key AKIAIOSFODNN7ANOTHER, which was handed over before and is no longer this customer's key, or is left from an interrupted run: move it away, and run this again\.$/,
    );
    rmSync(out, { recursive: true });
    await run();
    expect(text()).to.contain(`{ dev/1: { key: ${KEY_ID}, on: 2026-11-24, to: ${AGE} } }`);
  });

  it("is recorded beside those of other stacks that share the customer files, which have other keys", async () => {
    const other = `key: AKIAIOSFODNN7ANOTHER, on: 2026-11-01, to: ${AGE}`;
    acme(`handedOver: { 1: { ${other} }, prod/1: { ${other} } }\nageRecipient: ${AGE}\n`);
    await run();
    expect(text()).to.contain(
      `{ 1: { ${other} }, dev/1: { key: ${KEY_ID}, on: 2026-11-24, to: ${AGE} }, prod/1: { ${other} } }`,
    );
    expect(await refused()).to.contain("key 1 of acme was handed over on 2026-11-24");
  });

  it("uses the newest active key, and an older one only on request", async () => {
    acme(`keys: { 1: active, 2: active }\nageRecipient: ${AGE}\n`);
    const asked: number[] = [];
    const readKey = (_: string, generation: number) => {
      asked.push(generation);
      return Promise.resolve({ ...plainKey, keyId: `AKIAIOSFODNN7EXAMP0${generation}` });
    };
    await run({ readKey });
    expect(await refused({ readKey })).to.contain("key 2 of acme was handed over");
    await run({ readKey, generation: 1 });
    expect(asked).to.deep.equal([2, 2, 1]);
    expect(await refused({ generation: 3 })).to.contain("its file says {1: active, 2: active}");
  });

  it("is refused for a customer without access or without a key in AWS, with advice", async () => {
    acme("status: suspended\n");
    expect(await refused()).to.contain("acme is suspended");
    acme("expires: 2026-11-23\n");
    expect(await refused()).to.contain("ended after 2026-11-23");
    acme("keys: { 1: inactive }\n");
    expect(await refused()).to.contain("no active key: its file says {1: inactive}");
    acme();
    const update = "Run `ecr-customers up --stack dev` first.";
    const inactive = { ...plainKey, status: "inactive" as const };
    expect(await refused({ readKey: () => Promise.resolve(inactive) })).to.contain(update);
    for (const [kind, said] of [
      ["notDeployed", update],
      ["withoutSecret", "AWS returns a secret only once. Add a generation"],
      ["unreadable", "a state that this version of ecr-customers cannot read"],
    ] as const) {
      const readKey = () => Promise.reject(new KeyMaterialError(kind));
      expect(await refused({ readKey })).to.contain(said);
    }
  });

  it("overwrites nothing, and follows no symbolic link", async () => {
    acme();
    mkdirSync(out);
    const bundle = join(out, "acme-1.tar.age");
    writeFileSync(bundle, "theirs");
    expect(await refused()).to.contain("already exists. Nothing was overwritten");
    expect(readFileSync(bundle, "utf8")).to.equal("theirs");
    rmSync(bundle);
    for (const target of ["nowhere", "somewhere"]) {
      if (target === "somewhere") writeFileSync(join(root, target), "");
      symlinkSync(join(root, target), bundle);
      expect(await refused(), target).to.contain("already exists");
      rmSync(bundle);
    }
    expect(existsSync(join(root, "nowhere"))).to.equal(false);
    expect(readFileSync(join(root, "somewhere"), "utf8")).to.equal("");
  });

  it("leaves no bundle when it cannot be recorded", async () => {
    acme();
    const customersFolder = join(root, "gone");
    expect(await refused({ customersFolder })).to.contain("cannot be changed: ENOENT");
    mkdirSync(customersFolder);
    symlinkSync(join(customers, "acme.yaml"), join(customersFolder, "acme.yaml"));
    expect(await refused({ customersFolder })).to.contain("cannot be changed: ELOOP");
    rmSync(join(customersFolder, "acme.yaml"));
    writeFileSync(
      join(customersFolder, "acme.yaml"),
      "{ name: Acme, repositories: [edge-agent] }\n",
    );
    expect(await refused({ customersFolder })).to.contain("Edit it by hand");
  });

  it("says that a folder cannot be written to", async () => {
    acme();
    writeFileSync(join(root, "file"), "");
    expect(await refused({ outFolder: join(root, "file") })).to.match(
      /acme-1\.tar\.age cannot be written: EEXIST/,
    );
  });

  it("is a plain set-up without a record for a customer with its own AWS account", async () => {
    acme('awsAccount: "210987654321"\n');
    const before = text();
    const readKey = () => Promise.reject(new Error("no key may be read"));
    const done = await run({ readKey, inCi: true });
    expect(done).to.deep.equal({ file: done.file, open: "tar -xf acme.tar" });
    expect(readFileSync(join(out, "acme.tar")).includes("pull-policy.json")).to.equal(true);
    expect(text()).to.equal(before);
    expect(await refused({ readKey })).to.contain("already exists");
    expect(await refused({ readKey, generation: 1 })).to.contain("acme has no key");
  });

  it("is the key, then the set-up, for a customer that moves from one to the other", async () => {
    acme('identity: { key: true, account: "210987654321", roles: [ci/puller] }\n');
    expect((await run({})).generation).to.equal(1);
    const after = await run({ inCi: true });
    expect([after.generation, after.open]).to.deep.equal([undefined, "tar -xf acme.tar"]);
    expect(await refused({ generation: 1 })).to.contain("was handed over");
  });

  const TOKENS =
    "oidc: { issuer: https://oidc.acme.example, audience: sts.amazonaws.com, subjects: [system:serviceaccount:edge:robots] }";

  it("is a plain set-up without a record for a customer that pulls with tokens", async () => {
    acme(`identity: { ${TOKENS} }\n`);
    const before = text();
    const readKey = () => Promise.reject(new Error("no key may be read"));
    const done = await run({ readKey, inCi: true });
    expect(done).to.deep.equal({ file: done.file, open: "tar -xf acme.tar" });
    const bundle = readFileSync(join(out, "acme.tar"), "utf8");
    expect(bundle).to.contain("arn:aws:iam::111122223333:role/customers/acme");
    expect(bundle).to.contain("kubernetes/credential-provider.yaml");
    expect(text()).to.equal(before);
    expect(await refused({ readKey, generation: 1 })).to.contain(
      "acme has no key: it pulls with tokens of https://oidc.acme.example",
    );
  });

  it("has the set-up of the account beside that of the tokens", async () => {
    acme(`identity: { account: "210987654321", ${TOKENS} }\n`);
    await run({ inCi: true });
    const bundle = readFileSync(join(out, "acme.tar"), "utf8");
    expect(bundle).to.contain("pull-policy.json").and.to.contain("kubernetes/cronjob.yaml");
  });

  it("is the key, then the set-up, for a customer that moves from a key to tokens", async () => {
    acme(`identity: { key: true, ${TOKENS} }\nageRecipient: ${AGE}\n`);
    expect((await run({})).generation).to.equal(1);
    expect((await run({ inCi: true })).open).to.equal("tar -xf acme.tar");
  });

  it("returns no secret", async () => {
    acme();
    const secret = new Secret("another-secret");
    const readKey = () =>
      Promise.resolve({ ...plainKey, credential: { kind: "secret" as const, secret } });
    expect(JSON.stringify(await run({ readKey }))).not.to.contain("another-secret");
  });
});
