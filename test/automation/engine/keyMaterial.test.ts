/**
 * Proves which key is read from an exported state, and that neither errors nor printing it reveal a secret. The
 * state is written by hand in the engine's format; test/e2e/handover.test.ts uses real states.
 */
import { inspect } from "node:util";
import { expect } from "chai";
import { keyMaterialIn, KeyMaterialError } from "../../../automation/engine/keyMaterial";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const MARK = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

function key(name: string, outputs: object, others: object = {}) {
  const type = "aws:iam/accessKey:AccessKey";
  return {
    type,
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    id: `AKIA-${name}`,
    outputs,
    ...others,
  };
}

function state(...resources: object[]): string {
  return JSON.stringify({ version: 3, deployment: { resources } });
}

const plain = { status: "Active", secret: { ...MARK, plaintext: JSON.stringify(SECRET) } };

function kindOf(exported: string, name = "acme-1"): string {
  try {
    keyMaterialIn(exported, name);
    return "read";
  } catch (error) {
    expect(error).to.be.instanceOf(KeyMaterialError);
    expect(inspect(error) + JSON.stringify(error)).not.to.contain(SECRET.slice(0, 8));
    return (error as KeyMaterialError).kind;
  }
}

describe("a key in an exported state", () => {
  it("is found by its exact customer and generation", () => {
    const exported = state(
      key("x-acme-1", {}),
      { ...key("acme-1", plain), type: "aws:iam/user:User" },
      key("acme-1", plain, { id: "AKIAGOING", delete: true }),
      key("acme-1", plain),
      key("acme-11", {}),
    );
    const material = keyMaterialIn(exported, "acme-1");
    expect(material).to.deep.include({ keyId: "AKIA-acme-1", status: "active" });
    const { credential } = material;
    expect(credential.kind === "secret" && credential.secret.reveal()).to.equal(SECRET);
    expect(kindOf(exported, "acme-2")).to.equal("notDeployed");
    expect(kindOf(exported, "cme-1")).to.equal("notDeployed");
  });

  it("does not reveal its secret when it is printed or serialised", () => {
    const material = keyMaterialIn(state(key("acme-1", plain)), "acme-1");
    const { credential } = material;
    const secret = credential.kind === "secret" ? credential.secret : undefined;
    const shown = [
      inspect(material, { depth: 9, showHidden: true }),
      JSON.stringify(material),
      `${secret}`,
    ];
    for (const text of shown) {
      expect(text).to.contain("[secret]");
      expect(text).not.to.contain(SECRET.slice(0, 8));
    }
  });

  it("contains the ciphertext if it was created with a PGP key, and is inactive unless AWS says Active", () => {
    const encryptedSecret = Buffer.from([1, 2, 3]).toString("base64");
    const exported = state(key("acme-1", { status: "Inactive", secret: "", encryptedSecret }));
    const material = keyMaterialIn(exported, "acme-1");
    expect(material.status).to.equal("inactive");
    const { credential } = material;
    expect(credential.kind === "pgp" && [...credential.ciphertext]).to.deep.equal([1, 2, 3]);
  });

  it("is reported as withoutSecret when the secret is missing or still encrypted", () => {
    for (const secret of [
      undefined,
      "",
      { ...MARK, ciphertext: "v1:abc" },
      { plaintext: `"${SECRET}"` },
    ]) {
      expect(kindOf(state(key("acme-1", { status: "Active", secret })))).to.equal("withoutSecret");
    }
  });

  it("is reported as unreadable when the text is not a state", () => {
    expect(kindOf(`{"deployment": ${SECRET}`)).to.equal("unreadable");
    const secret = { ...MARK, plaintext: SECRET };
    expect(kindOf(state(key("acme-1", { secret })))).to.equal("unreadable");
    for (const none of ["{}", state()]) expect(kindOf(none)).to.equal("notDeployed");
  });
});
