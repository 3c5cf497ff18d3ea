/**
 * Proves how a refusal is reported, as text and as JSON. That nothing was written by then is
 * for the end-to-end tests.
 */
import { expect } from "chai";
import type { Refusal } from "../../../automation/plan/limits";
import { tellNotConfirmed, tellRefusal } from "../../../automation/update/refusalReport";
import { FakeTerminal } from "../support/terminal";

describe("a refusal", () => {
  const refused: Refusal[] = [
    {
      limit: "revocations",
      message: "2 of 4 customers would lose access; the limit is 1",
      items: ["globex", "hooli"],
      flag: "--allow-revocations 2",
    },
    { limit: "unknown-changes", message: "m", items: ["x"], flag: "--allow-unknown-changes" },
  ];

  it("says who and which flag, and that nothing was written; exits with 2", () => {
    const terminal = new FakeTerminal();
    const parts = { command: "up", stack: "prod", json: false };
    expect(tellRefusal(refused, parts, terminal)).to.equal(2);
    expect(terminal.lines("err")).to.deep.equal([
      "Refused, and nothing was written.",
      "2 of 4 customers would lose access; the limit is 1:",
      "  globex",
      "  hooli",
      "m:",
      "  x",
      "If this is intended: `ecr-customers up --allow-revocations 2 --allow-unknown-changes`.",
    ]);
    expect(terminal.lines("out")).to.deep.equal([]);
  });

  it("is the same in JSON", () => {
    const terminal = new FakeTerminal();
    tellRefusal(refused, { command: "up", stack: "prod", json: true }, terminal);
    expect(JSON.parse(terminal.lines("out").join("\n"))).to.deep.equal({ stack: "prod", refused });
  });

  it("holds in JSON what else was found", () => {
    const more = { revokedInAws: [{ customer: "acme", revoked: "2026-11-23T12:00:00Z" }] };
    for (const report of [
      (terminal: FakeTerminal) =>
        tellRefusal(refused, { command: "up", stack: "prod", json: true }, terminal, more),
      (terminal: FakeTerminal) => tellNotConfirmed("prod", true, terminal, more),
    ]) {
      const terminal = new FakeTerminal();
      report(terminal);
      expect(JSON.parse(terminal.lines("out").join("\n"))).to.deep.include(more);
    }
  });
});
