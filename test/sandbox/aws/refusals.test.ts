/**
 * Proves that the front refuses what AWS refuses, with AWS's code, message and status, as the SDK
 * reads them. In the controls, the emulator as released accepts the same calls, so the refusals come from
 * the front; a row that the emulator refuses itself says so.
 * It does not prove that AWS really answers like that: the rows are taken from its documentation and from
 * errors that others have reported.
 */
import {
  CreateRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { CreateUserCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { IAM_ROWS, type RefusalRow } from "./support/iamRefusals";
import { POLICY_ROWS } from "./support/policyRefusals";
import {
  type Clients,
  freshName,
  pullPolicy,
  refusalOf,
  type SandboxAws,
  startReleasedEmulator,
  startSandboxAws,
} from "./support/sandboxAws";

function control(row: RefusalRow): string {
  if (row.byEmulator === true) return "the emulator refuses by itself";
  return row.emulatorCode === undefined
    ? "the emulator as released accepts"
    : "the emulator as released refuses with another code";
}

describe("the refusals of the sandbox's AWS", () => {
  let sandbox: SandboxAws;
  let released: Awaited<ReturnType<typeof startReleasedEmulator>>;

  before(async function () {
    this.timeout(120_000);
    sandbox = await startSandboxAws();
    released = await startReleasedEmulator();
  });
  after(async () => {
    await sandbox.stop();
    await released.stop();
  });

  describe("in IAM", () => {
    const run = async (clients: Clients, row: RefusalRow) => {
      const name = freshName();
      await row.prepare?.(clients.iam, name);
      return refusalOf(row.call(clients.iam, name));
    };

    it("has test cases", () => expect(IAM_ROWS).to.have.length.greaterThan(10));

    for (const row of IAM_ROWS) {
      it(`refuses ${row.what}`, async () => {
        const refusal = await run(sandbox.behind, row);
        expect(refusal).to.include({ code: row.code, status: row.status });
        expect(refusal?.message).to.match(row.message);
      });

      it(`${control(row)}: ${row.what}`, async () => {
        const refusal = await run(released, row);
        if (row.byEmulator === true) expect(refusal?.code).to.equal(row.code);
        else if (row.emulatorCode !== undefined) expect(refusal?.code).to.equal(row.emulatorCode);
        else expect(refusal).to.equal(undefined);
      });
    }

    it("accepts values at the limits", async () => {
      const Tags = Array.from({ length: 50 }, (_, index) => ({
        Key: `${"k".repeat(125)}${100 + index}`,
        Value: "v".repeat(256),
      }));
      const UserName = freshName().padEnd(64, "=");
      const call = new CreateUserCommand({ UserName, Path: "/a/b!/", Tags });
      expect(await refusalOf(sandbox.behind.iam.send(call))).to.equal(undefined);
    });

    it("creates only one of two users at once whose names differ in case only", async () => {
      const name = freshName("twin");
      const answers = await Promise.all(
        [name, name.toUpperCase()].map((UserName) =>
          refusalOf(sandbox.behind.iam.send(new CreateUserCommand({ UserName }))),
        ),
      );
      expect(answers.map((answer) => answer?.code)).to.have.members([
        undefined,
        "EntityAlreadyExists",
      ]);
    });
  });

  describe("in SetRepositoryPolicy", () => {
    const UserName = freshName("known");
    const repositoryName = freshName("repository");
    const arn = `arn:aws:iam::123456789012:user/customers/${UserName}`;

    before(async () => {
      const { iam, ecr } = sandbox.behind;
      await iam.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
      await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    });

    const put = (clients: Clients, policyText: string) =>
      refusalOf(clients.ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })));

    it("has test cases", () => expect(POLICY_ROWS).to.have.length.greaterThan(8));

    for (const row of POLICY_ROWS) {
      it(`refuses ${row.what}, which the bare emulator accepts`, async () => {
        expect(await put(sandbox.behind, row.text(UserName))).to.deep.equal({
          code: "InvalidParameterException",
          message: `Invalid parameter at 'PolicyText' failed to satisfy constraint: '${row.constraint}'`,
          status: 400,
        });
        expect(await put(sandbox.bare, row.text(UserName))).to.equal(undefined);
        await sandbox.bare.ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
      });
    }

    it("refuses principals of an account that does not exist, which the bare emulator accepts", async () => {
      const { otherAccounts } = sandbox.front;
      const closed = "444455556666";
      const texts = [
        closed,
        `arn:aws:iam::${closed}:root`,
        `arn:aws:iam::${closed}:role/puller`,
        `arn:aws:sts::${closed}:assumed-role/puller/session`,
      ].map((principal) => pullPolicy(arn, principal));
      try {
        otherAccounts.remove(closed);
        for (const text of texts) {
          expect((await put(sandbox.behind, text))?.message).to.include("'Principal not found'");
          expect(await put(sandbox.bare, text)).to.equal(undefined);
        }
        otherAccounts.reset();
        for (const text of texts) expect(await put(sandbox.behind, text)).to.equal(undefined);
        otherAccounts.onlyThese(["111122223333"]);
        const [text = ""] = texts;
        expect((await put(sandbox.behind, text))?.message).to.include("'Principal not found'");
        expect(await put(sandbox.behind, pullPolicy("111122223333"))).to.equal(undefined);
      } finally {
        otherAccounts.reset();
      }
    });

    it("refuses a role of another account that does not exist, and takes the others of that account", async () => {
      const role = "arn:aws:iam::111122223333:role/gone";
      sandbox.front.otherAccounts.remove(role);
      try {
        const refusal = await put(sandbox.behind, pullPolicy(role));
        expect(refusal?.message).to.include("'Principal not found'");
        const other = pullPolicy("arn:aws:iam::111122223333:role/puller");
        expect(await put(sandbox.behind, other)).to.equal(undefined);
      } finally {
        sandbox.front.otherAccounts.reset();
      }
    });

    const accepted: Record<string, string> = {
      "a known user": pullPolicy(arn),
      "another account's root": pullPolicy("arn:aws:iam::111122223333:root"),
      "another account's number": pullPolicy("111122223333"),
      "a user of another account": pullPolicy("arn:aws:iam::111122223333:user/anyone"),
      everyone: pullPolicy("*"),
      "a policy of exactly 10,240 characters": pullPolicy(arn).padEnd(10_240),
    };
    for (const [what, text] of Object.entries(accepted)) {
      it(`accepts ${what}`, async () => {
        expect(await put(sandbox.behind, text)).to.equal(undefined);
      });
    }
  });
});
