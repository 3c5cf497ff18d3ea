/**
 * Proves that a `pgpKey` for which nothing can be encrypted leaves no key in AWS: a file whose key can only sign is
 * refused before anything is written, and a key that fails only when the secret is encrypted is deleted again.
 */
import { expect } from "chai";
import { SIGN_ONLY, USABLE } from "../customers/pgpKeys";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

/** A key of the right structure whose subkey no one accepts: its binding is damaged. */
function damaged(): string {
  const bytes = Buffer.from(USABLE, "base64");
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) ^ 1;
  return bytes.toString("base64");
}

describe("a key that cannot be encrypted", function () {
  const running = withSandbox(this, SETTINGS);
  const run = (...argv: string[]) => customersScript(running, argv);
  const text = (pgpKey: string) => `name: Acme\nrepositories: [edge-agent]\npgpKey: ${pgpKey}\n`;

  it("for a public key that can only sign is refused before the first write", async () => {
    running.project.write("acme", text(SIGN_ONLY));
    const writes = running.sandbox.front.journal.writes();
    const validated = await run("validate");
    expect([
      validated.code,
      /pgp-key-unusable/.test(validated.stderr + validated.stdout),
    ]).to.deep.equal([1, true]);
    expect((await run("up", "--yes")).code).to.equal(1);
    expect(running.sandbox.front.journal.writes()).to.equal(writes);
  });

  it("is deleted again, in each run, and its customer is named", async () => {
    running.project.write("acme", text(damaged()));
    running.project.write("globex", "name: Globex\nrepositories: [edge-agent]\n");
    for (let times = 0; times < 2; times++) {
      const { code, stderr, stdout } = await run("up", "--yes");
      expect(code, stderr).to.equal(1);
      expect(stderr).to.match(/Deleted key AKIA\w+ of acme: its creation failed halfway/);
      expect(stderr).to.match(/^ {2}acme: key 1: /m);
      expect(stdout).not.to.contain("handover acme");
      expect((await running.sandbox.view.user("acme")).keys).to.deep.equal({});
    }
    running.project.write("acme", text(USABLE));
    const { code, stderr } = await run("up", "--yes");
    expect(code, stderr).to.equal(0);
    expect(Object.keys((await running.sandbox.view.user("acme")).keys)).to.have.length(1);
  });
});
