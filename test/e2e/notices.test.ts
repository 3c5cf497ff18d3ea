/** Proves that `notices --send` reaches a mail server and a webhook on this machine, and sends nothing twice. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { SMTPServer } from "smtp-server";
import { projectFolder } from "../automation/support/project";
import { script } from "../automation/support/script";

const CUSTOMERS = {
  acme: "name: Acme Zürich\nrepositories: [edge-agent]\nexpires: 2026-11-30\ncontact: ops@acme.example\nowner: jo@vendor.example\n",
  hooli:
    "name: Hooli\nrepositories: [edge-agent]\nexpires: 2026-11-23\ncontact: refuse@hooli.example\n",
};
const KEYS = {
  acme: ["acme/ends/2026-11-30/7/customer", "acme/ends/2026-11-30/7/owner"],
  hooli: "hooli/ends/2026-11-23/0/customer",
};

describe("sending notices", function () {
  this.timeout(60_000);
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });

  /** A mail server that takes messages to all but one. */
  async function mailServer(): Promise<{ url: string; messages: string[] }> {
    const messages: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: ({ address }, _session, done) => {
        done(address.startsWith("refuse") ? new Error("no such mailbox") : null);
      },
      onData: (stream, _session, done) => {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          messages.push(Buffer.concat(chunks).toString());
          done();
        });
      },
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    closing.push(() => server.close());
    const { port } = server.server.address() as AddressInfo;
    return { url: `smtp://127.0.0.1:${port}`, messages };
  }

  const recorded = (directory: string) =>
    Object.keys(
      (
        JSON.parse(readFileSync(join(directory, "notices", "dev.json"), "utf8")) as {
          sent: Record<string, string>;
        }
      ).sent,
    );

  it("by mail reports and keeps what the server refused, and sends the rest once", async () => {
    const { url, messages } = await mailServer();
    const directory = projectFolder(CUSTOMERS);
    const environment = { NOTICES_SMTP_URL: url };
    const argv = ["notices", "--send", "smtp", "--from", "Registry <registry@vendor.example>"];
    const first = await script(argv, { directory, environment });
    expect(first.code, first.stdout + first.stderr).to.equal(1);
    expect(first.stdout).to.contain(`not sent: ${KEYS.hooli}: `).and.to.contain("no such mailbox");
    expect(first.stdout).to.contain(
      "2 notices sent, 1 without a receiver, 1 not sent, which the next run sends.",
    );
    expect(messages).to.have.length(2);
    expect(messages[0]).to.contain("To: ops@acme.example").and.to.contain("Dear Acme Z=C3=BCrich,");
    expect(recorded(directory)).to.deep.equal(KEYS.acme);
    await script(argv, { directory, environment });
    expect(messages).to.have.length(2);
  });

  it("to a webhook continues after an outage, and records each notice", async () => {
    const bodies: string[] = [];
    let down = 1;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const isDown = down-- > 0;
        if (!isDown) bodies.push(Buffer.concat(chunks).toString());
        response.writeHead(isDown ? 503 : 200, { "Retry-After": "0" }).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    const directory = projectFolder(CUSTOMERS);
    const environment = {
      NOTICES_WEBHOOK_URL: `http://127.0.0.1:${port}/notices`,
      NOTICES_WEBHOOK_SECRET: "s3cret",
    };
    const { code, stdout } = await script(["notices", "--send", "webhook", "--json"], {
      directory,
      environment,
    });
    const { sent, failed } = JSON.parse(stdout) as { sent: string[]; failed: unknown[] };
    expect([code, failed]).to.deep.equal([0, []]);
    expect(sent).to.deep.equal([...KEYS.acme, KEYS.hooli]);
    expect(bodies.map((body) => (JSON.parse(body) as { key: string }).key)).to.deep.equal(sent);
    expect(recorded(directory).sort()).to.deep.equal([...sent].sort());
  });

  it("says which variable is missing", async () => {
    const directory = projectFolder(CUSTOMERS);
    for (const [argv, name] of [
      ["notices --send webhook", "NOTICES_WEBHOOK_URL"],
      ["notices --send smtp --from a@b.example", "NOTICES_SMTP_URL"],
    ] as const) {
      const { code, stderr } = await script(argv.split(" "), { directory, environment: {} });
      expect([code, stderr.includes(`${name} is not set`)], stderr).to.deep.equal([1, true]);
    }
  });
});
