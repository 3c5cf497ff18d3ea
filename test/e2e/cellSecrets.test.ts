/**
 * Proves that the secrets of cells are encrypted like those of the base stack, with a passphrase or a KMS key, when
 * cells are created, updated and moved, and that a new key of the base stack is used for cells too. Read from the
 * states themselves.
 */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { installClients } from "../../sandbox/clients/install";
import { SANDBOX } from "../../sandbox/paths";
import { cellOf } from "../../src/access/cells";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const CELLS = 2;
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: ${CELLS}
  ecr-customers:repositories:
    edge-agent: {}
`;
const PROVIDER = "awskms://alias/state?region=eu-central-1";

describe("the secrets of cells", function () {
  const running = withSandbox(this, SETTINGS);
  this.timeout(240_000);

  async function applied(...argv: string[]): Promise<void> {
    const { code, stderr } = await customersScript(running, argv);
    expect(code, stderr).to.equal(0);
  }

  /** Runs one of the sandbox's programs in the project's folder. */
  async function program(name: string, ...argv: string[]): Promise<string> {
    const { directory: cwd, environment: env } = running.project;
    return (await promisify(execFile)(name, argv, { cwd, env })).stdout.trim();
  }

  /** By stack: how its secrets are encrypted. */
  function encryption(): Map<string, unknown> {
    const folder = join(running.project.directory, "state/.pulumi/stacks/ecr-customers");
    const states = readdirSync(folder).filter((file) => file.endsWith(".json"));
    return new Map(
      states.map((file) => {
        const { checkpoint } = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
          checkpoint: { latest: { secrets_providers: unknown } };
        };
        return [file.replace(/\.json$/, ""), checkpoint.latest.secrets_providers];
      }),
    );
  }

  function expectSameInAll(type: string, cells: number): void {
    const found = encryption();
    expect([...found.keys()].filter((stack) => stack.startsWith("dev-c"))).to.have.length(cells);
    expect(found.get("dev")).to.include({ type });
    for (const [stack, one] of found) expect(one, stack).to.deep.equal(found.get("dev"));
  }

  function add(cell: number): void {
    for (let made = 0; ; made += 1) {
      const id = `customer-${cell}-${made}`;
      if (cellOf(id, CELLS) !== cell || written.has(id)) continue;
      written.add(id);
      const text = `name: ${id}\nrepositories: [edge-agent]\nageRecipient: ${recipient}\n`;
      return running.project.write(id, text);
    }
  }
  const written = new Set<string>();
  let recipient = "";

  before(async () => {
    const { generateX25519Identity, identityToRecipient } = await import("age-encryption");
    recipient = await identityToRecipient(await generateX25519Identity());
  });

  it("are encrypted with the base stack's passphrase and salt", async () => {
    add(0);
    add(1);
    await applied("up", "--yes");
    expectSameInAll("passphrase", CELLS);
  });

  it("are encrypted with a new key of the base stack once they are updated", async () => {
    await installClients(SANDBOX, running.sandbox.engine, (line) => console.log(`    ${line}`));
    const key = await program(
      "aws",
      ...["kms", "create-key", "--query", "KeyMetadata.KeyId", "--output", "text"],
    );
    await program(
      "aws",
      ...["kms", "create-alias", "--alias-name", "alias/state", "--target-key-id", key],
    );
    await program("pulumi", "stack", "change-secrets-provider", PROVIDER, "--stack", "dev");
    add(0);
    add(1);
    const { journal } = running.sandbox.front;
    journal.reset();
    await applied("up", "--yes");
    expectSameInAll("cloud", CELLS);
    expect(journal.calls("Decrypt")).not.to.deep.equal([]);
    expect(journal.calls("Encrypt"), "one data key for all").to.deep.equal([]);
  });

  it("are encrypted with that key in cells that a move has created, and can be read", async () => {
    await applied("cells", "--set", "3");
    expectSameInAll("cloud", 3);
    expect(running.sandbox.front.journal.calls("Encrypt")).to.deep.equal([]);
    const [customer = ""] = written;
    await applied("handover", customer);
  });
});
