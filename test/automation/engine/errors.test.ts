/**
 * Proves that the engine's failures are recognised in its output, and that its raw text is not shown. The
 * texts come from runs of the real engine; the end-to-end tests provoke several of them.
 */
import { inspect } from "node:util";
import { expect } from "chai";
import { EngineError, explainEngineText } from "../../../automation/engine/errors";
import { isTooOld } from "../../../automation/engine/version";

const TEXTS: [kind: string, text: string][] = [
  [
    "locked",
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process",
  ],
  ["passphrase", "error: getting stack configuration: incorrect passphrase"],
  ["wrongAccount", "error: AWS account ID not allowed: 210987654321"],
  ["credentials", "api error ExpiredToken: The security token included in the request is expired"],
  ["noStack", "error: no stack named 'prod' found"],
  ["tornState", "error: failed to load checkpoint: EOF"],
  [
    "backend",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
  ],
  ["unknown", "panic: something else"],
];

describe("errors of the engine", () => {
  for (const [kind, text] of TEXTS) {
    it(`are explained as ${kind}, with advice and without the engine's raw text`, () => {
      const error = explainEngineText(`long log\n${text}\nlong log`);
      expect(error).to.be.instanceOf(EngineError);
      expect(error.kind).to.equal(kind);
      expect(error.advice).not.to.equal("");
      expect(error.detail()).to.contain(text);
      expect(`${inspect(error)}${JSON.stringify(error)}`).not.to.contain("long log");
    });
  }
});

describe("the engine's version", () => {
  it("is too old before 3.229.0, and when it cannot be read", () => {
    expect(["v3.229.0", "3.259.0\n", "v4.0.0", "3.300.1-alpha.1"].map(isTooOld)).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
    expect(["v3.228.9", "2.99.0", "", "pulumi"].map(isTooOld)).to.deep.equal(Array(4).fill(true));
  });
});
