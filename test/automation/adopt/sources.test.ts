/**
 * Proves that users, key ids and secrets are read from each form of another tool's state, that what is encrypted
 * there is named as unknown, and that no message and no printed value contains a secret. Does not prove that every
 * version of these tools writes these forms.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { expect } from "chai";
import { readSource } from "../../../automation/adopt/sources/readSource";
import type { Source } from "../../../automation/adopt/sources/source";
import { UsageError } from "../../../automation/output/usageError";
import { brownField } from "../../../bench/brownfield/generate";
import { terraformState } from "../../../bench/brownfield/terraformState";

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ARN = "arn:aws:iam::123456789012:user/partners/acme";
const USER = { id: "acme", name: "acme", arn: ARN };
const KEY = { id: "AKIAIOSFODNN7EXAMPLE", user: "acme", secret: SECRET, status: "Active" };
const ENCRYPTED = { id: "AKIAIOSFODNN7PGPPGP1", user: "acme", secret: null, status: "Active" };

const state = (resources: object[]) => ({ version: 4, terraform_version: "1.11.4", resources });
const managed = (type: string, ...all: object[]) => ({
  ...{ mode: "managed", type, name: "one" },
  instances: all.map((attributes) => ({ attributes })),
});
const shown = (type: string, values: object) => ({ mode: "managed", type, name: "one", values });
const mark = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const stack = (secret: object) => ({
  version: 3,
  deployment: {
    resources: [
      { type: "aws:iam/user:User", id: "acme", outputs: USER },
      {
        type: "aws:iam/accessKey:AccessKey",
        id: KEY.id,
        outputs: { user: "acme", secret: { ...mark, ...secret } },
      },
    ],
  },
});

/** Name of a source → its text. */
const FULL: Readonly<Record<string, string>> = {
  "a Terraform state": JSON.stringify(
    state([managed("aws_iam_user", USER), managed("aws_iam_access_key", KEY)]),
  ),
  "the output of terraform show -json": JSON.stringify({
    format_version: "1.0",
    values: {
      root_module: {
        child_modules: [
          {
            resources: [shown("aws_iam_user", USER)],
            child_modules: [{ resources: [shown("aws_iam_access_key", KEY)] }],
          },
        ],
      },
    },
  }),
  "a Pulumi stack with its secrets": JSON.stringify(stack({ plaintext: JSON.stringify(SECRET) })),
};

describe("another tool's state", () => {
  const directory = mkdtempSync(join(tmpdir(), "sources-"));
  after(() => rmSync(directory, { recursive: true, force: true }));

  function read(text: string): Source {
    writeFileSync(join(directory, "source"), text);
    return readSource("source", directory);
  }

  for (const [name, text] of Object.entries(FULL)) {
    it(`gives users and secrets from ${name}`, () => {
      const source = read(text);
      expect(source.users).to.deep.equal([{ name: "acme", arn: ARN }]);
      expect(source.secrets.get(KEY.id)?.reveal()).to.equal(SECRET);
      expect(source.withoutSecret).to.deep.equal([]);
      expect(inspect(source, { depth: 9 }) + JSON.stringify([...source.secrets])).to.not.contain(
        SECRET,
      );
    });
  }

  it("gives users and secrets from a table of keys", () => {
    const source = read(`User name,Access key ID,Secret access key\nacme,${KEY.id},${SECRET}\n`);
    expect(source.users).to.deep.equal([{ name: "acme" }]);
    expect(source.secrets.get(KEY.id)?.reveal()).to.equal(SECRET);
  });

  it("names keys whose secret is encrypted, and leaves out data sources", () => {
    const data = { ...managed("aws_iam_user", { name: "ci" }), mode: "data" };
    const found = read(JSON.stringify(state([data, managed("aws_iam_access_key", ENCRYPTED)])));
    expect(found.users).to.deep.equal([{ name: "acme" }]);
    expect(found.withoutSecret).to.deep.equal([ENCRYPTED.id]);
    const pulumi = read(JSON.stringify(stack({ ciphertext: "v1:abc" })));
    expect(pulumi.withoutSecret).to.deep.equal([KEY.id]);
  });

  it("has every user and key of a brown field's state", () => {
    const field = brownField(3, 20);
    const keys = field.users.flatMap(({ name: user, keys: held }) =>
      held.map((status, at) => ({
        ...{ user, status, accessKeyId: `AKIA${user.length}${at}${user}` },
        secretAccessKey: SECRET,
      })),
    );
    const source = read(terraformState(field, keys));
    expect(source.users.map(({ name }) => name)).to.deep.equal(
      field.users.map(({ name }) => name).sort(),
    );
    expect(source.secrets.size).to.equal(keys.length);
  });

  for (const [what, text, words] of [
    ["an encrypted state", '{"encrypted_data":"x","meta":{}}', "is an encrypted state"],
    ["JSON of another kind", `{"secret":"${SECRET}"}`, "is neither a Terraform state"],
    ["a table without key ids", `name,secret\nacme,${SECRET}\n`, "is neither a Terraform state"],
  ] as const) {
    it(`refuses ${what} without showing anything of it`, () => {
      expect(() => read(text)).to.throw(UsageError, words);
      try {
        read(text);
      } catch (error) {
        expect(inspect(error)).to.not.contain(SECRET);
      }
    });
  }
});
