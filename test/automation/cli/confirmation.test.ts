/**
 * Proves what an operator is asked before something changes, and what alone counts as a yes. A
 * terminal of the tests' own stands in for the person; that an update without a yes writes nothing
 * is for the end-to-end tests.
 */
import { PassThrough } from "node:stream";
import { expect } from "chai";
import { confirmed } from "../../../automation/cli/confirmation";
import { StreamTerminal } from "../../../automation/output/terminal";
import { FakeTerminal } from "../support/terminal";

describe("a confirmation", () => {
  async function ask(answers: readonly string[], expected?: string) {
    const terminal = new FakeTerminal({ interactive: true, answers });
    const isConfirmed = await confirmed("Apply this?", false, terminal, expected);
    return { isConfirmed, terminal };
  }

  it("is only the expected word", async () => {
    for (const answer of ["yes", " yes ", "yes\t"]) {
      expect((await ask([answer])).isConfirmed, answer).to.equal(true);
    }
    for (const answer of ["", "y", "Yes", "YES", "yes!", "no", "dev"]) {
      const { isConfirmed, terminal } = await ask([answer]);
      expect(isConfirmed, answer).to.equal(false);
      expect(terminal.lines("err")).to.deep.equal(["Not confirmed, and nothing was written."]);
    }
  });

  it("may be another word, and then `yes` does not count", async () => {
    const { isConfirmed, terminal } = await ask(["prod"], "prod");
    expect(isConfirmed).to.equal(true);
    expect(terminal.questions).to.deep.equal(['Apply this? Only "prod" continues:']);
    expect((await ask(["yes"], "prod")).isConfirmed).to.equal(false);
  });

  it("is not asked for with --yes", async () => {
    for (const interactive of [true, false]) {
      const terminal = new FakeTerminal({ interactive, answers: ["no"] });
      expect(await confirmed("Apply this?", true, terminal)).to.equal(true);
      expect([terminal.questions, terminal.written]).to.deep.equal([[], []]);
    }
  });

  it("is a no where no one can be asked, whatever the input holds", async () => {
    const terminal = new FakeTerminal({ interactive: false, answers: ["yes"] });
    expect(await confirmed("Apply this?", false, terminal)).to.equal(false);
    expect(terminal.questions).to.deep.equal([]);
    expect(terminal.lines("err")).to.deep.equal([
      "Not confirmed, and nothing was written: this is not a terminal.",
      "Run it on a terminal, or add `--yes`.",
    ]);
  });

  it("is a no when the operator ends the input", async () => {
    const stderr = Object.assign(new PassThrough(), { isTTY: true });
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const streams = { stdin, stdout: stderr, stderr, onInterrupt: () => () => {} };
    stdin.end();
    expect(await confirmed("Apply this?", false, new StreamTerminal(streams, {}))).to.equal(false);
  });
});
