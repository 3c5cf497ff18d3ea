/**
 * Proves that an edit of a customer's file on disk happens as a whole or not at all, and that the file's
 * permissions stay. That each edit keeps every other byte: test/customers/write.test.ts.
 */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { editCustomerFile } from "../../automation/customerFile";
import { UsageError } from "../../automation/usageError";
import { setStatus } from "../../src/customers/write";

const TEXT = "name: Müller # ours\r\nrepositories: [edge-agent]\r\n";

describe("an edit of a customer's file on disk", () => {
  const root = mkdtempSync(join(tmpdir(), "customer-file-"));
  const folder = join(root, "customers");
  const file = join(folder, "acme.yaml");
  beforeEach(() => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, TEXT);
    chmodSync(file, 0o664);
  });
  after(() => rmSync(root, { recursive: true }));

  it("writes the new text, keeps the permissions and leaves nothing beside it", () => {
    const edited = editCustomerFile(folder, "acme", (text) => setStatus(text, "suspended"));
    expect(edited).to.equal(file);
    expect(readFileSync(file, "utf8")).to.equal(`${TEXT}status: suspended\r\n`);
    expect(statSync(file).mode & 0o777).to.equal(0o664);
    expect([readdirSync(root), readdirSync(folder)]).to.deep.equal([["customers"], ["acme.yaml"]]);
  });

  for (const [what, edit] of [
    ["that fails", () => expect.fail("on purpose")],
    ["that would leave a file with mistakes", () => "name: [\n"],
    ["that would leave another customer's mistakes", () => "name: Acme\nrepositories: []\n"],
  ] as const) {
    it(`${what} changes nothing`, () => {
      expect(() => editCustomerFile(folder, "acme", edit)).to.throw();
      expect(readFileSync(file, "utf8")).to.equal(TEXT);
      expect([readdirSync(root), readdirSync(folder)]).to.deep.equal([
        ["customers"],
        ["acme.yaml"],
      ]);
    });
  }

  it("of a file that is not there says so", () => {
    expect(() => editCustomerFile(folder, "globex", (text) => text)).to.throw(UsageError, "ENOENT");
  });
});
