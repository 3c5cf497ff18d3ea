/**
 * Proves that a customer's file is edited atomically and only as intended, and that any obstacle is reported
 * and leaves the file unchanged. test/e2e/crashedEdits.test.ts proves the same for killed processes.
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
import { editCustomerFile } from "../../../automation/files/customerFile";
import { UsageError } from "../../../automation/output/usageError";
import { commentGeneration, commentText } from "../../../src/customers/comments";
import { setStatus } from "../../../src/customers/write";
import { ProblemsError } from "../../../src/problem";

const TEXT = "# first\nname: Acme\nrepositories: [edge-agent] # pilot\n";
const suspend = (text: string) => setStatus(text, "suspended");

describe("an edit of a customer's file", () => {
  let root: string;
  let folder: string;
  let file: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "edit-"));
    folder = join(root, "customers");
    file = join(folder, "acme.yaml");
    mkdirSync(folder);
    writeFileSync(file, TEXT);
    chmodSync(file, 0o640);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("keeps comments and mode, and leaves no other file behind", () => {
    const intended = editCustomerFile(folder, "acme", suspend, (before) => ({
      ...before,
      status: "suspended",
    }));
    expect(intended).to.equal(file);
    expect(readFileSync(file, "utf8")).to.equal(`${TEXT}status: suspended\n`);
    expect(statSync(file).mode & 0o777).to.equal(0o640);
    expect([readdirSync(root), readdirSync(folder)]).to.deep.equal([["customers"], ["acme.yaml"]]);
  });

  it("removes temporary files of killed runs, and none of a run that is still alive", () => {
    // No process has the first id; the second is the parent of this one.
    const [dead, alive] = [`.acme.yaml.${2 ** 22 + 1}.tmp`, `.acme.yaml.${process.ppid}.tmp`];
    for (const name of [dead, alive, ".globex.yaml.1.tmp"]) writeFileSync(join(root, name), "half");
    editCustomerFile(folder, "acme", suspend);
    expect(readdirSync(root).sort()).to.deep.equal([alive, ".globex.yaml.1.tmp", "customers"]);
  });

  it("writes nothing if it changes nothing", () => {
    const { mtimeMs, ino } = statSync(file);
    editCustomerFile(folder, "acme", (text) => text);
    expect([statSync(file).mtimeMs, statSync(file).ino]).to.deep.equal([mtimeMs, ino]);
  });

  const refused: [
    what: string,
    text: string,
    edit: (text: string) => string,
    error: typeof UsageError | typeof ProblemsError,
    said: RegExp,
  ][] = [
    [
      "would change something else than intended",
      TEXT,
      (text) => text.replace("Acme", "Other"),
      UsageError,
      /change something else than intended/,
    ],
    [
      "would make a mistake",
      TEXT,
      (text) => `${text}status: paused\n`,
      ProblemsError,
      /expected active or suspended/,
    ],
    ["meets a mistake", "name: [\n", suspend, ProblemsError, /yaml-syntax/],
    [
      "meets a file in braces",
      "{ name: A, repositories: [edge-agent] }\n",
      suspend,
      UsageError,
      /without braces/,
    ],
  ];
  for (const [what, text, edit, error, said] of refused) {
    it(`is refused if it ${what}, and the file stays unchanged`, () => {
      writeFileSync(file, text);
      const run = () =>
        editCustomerFile(folder, "acme", edit, (before) => ({ ...before, status: "suspended" }));
      expect(run).to.throw(said).that.is.instanceOf(error);
      expect(readFileSync(file, "utf8")).to.equal(text);
    });
  }

  it("follows no symbolic link", () => {
    const elsewhere = join(root, "elsewhere.yaml");
    writeFileSync(elsewhere, TEXT);
    rmSync(file);
    symlinkSync(elsewhere, file);
    expect(() => editCustomerFile(folder, "acme", suspend)).to.throw(
      UsageError,
      /cannot be changed: ELOOP/,
    );
    expect(readFileSync(elsewhere, "utf8")).to.equal(TEXT);
  });

  it("is refused if the file does not exist", () => {
    rmSync(file);
    expect(() => editCustomerFile(folder, "acme", suspend)).to.throw(UsageError, /ENOENT/);
    expect(existsSync(file)).to.equal(false);
  });
});

describe("a comment next to a key", () => {
  const comment = (text: string) => commentGeneration(text, 1, "why");

  it("is put at the end of the key's line, after what is there", () => {
    expect(comment("keys: { 1: inactive, 2: active }\nname: A\n")).to.equal(
      "keys: { 1: inactive, 2: active } # why\nname: A\n",
    );
    expect(comment("keys:\n  1: inactive # old\n  2: active\n")).to.equal(
      "keys:\n  1: inactive # old # why\n  2: active\n",
    );
    expect(comment("keys:\n  { 1: inactive,\n    2: active }\r\n")).to.equal(
      "keys:\n  { 1: inactive, # why\n    2: active }\r\n",
    );
    expect(comment("name: A\r\nkeys: { 1: inactive }  \r\nstatus: active\r\n")).to.equal(
      "name: A\r\nkeys: { 1: inactive } # why\r\nstatus: active\r\n",
    );
    expect(comment("name: A\nkeys: { 1: active }")).to.equal("name: A\nkeys: { 1: active } # why");
    expect(comment("name: A\n")).to.equal("name: A\n");
  });

  it("is one line, whatever its text is", () => {
    expect(commentText(" a\n::error::b\u202ec\t d ")).to.equal("a ::error::b\\u{202e}c d");
    expect(commentText("x".repeat(500))).to.have.length(201);
  });
});
