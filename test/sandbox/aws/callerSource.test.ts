/**
 * Proves where the sandbox takes a caller to be: by the loopback address at which it reaches the front, and by nothing
 * that it says. That the emulator judges by it is shown in test/e2e/networks.test.ts.
 */
import { expect } from "chai";
import { callerSource, SOURCE_HEADER, withSource } from "../../../sandbox/aws/callerSource";

describe("a caller's place", () => {
  for (const [reached, place] of [
    ["127.0.0.1", "203.0.113.1"],
    ["127.0.0.200", "203.0.113.200"],
    ["127.0.1.1", "vpce-00000001"],
    ["127.0.1.200", "vpce-000000c8"],
    ["127.9.9.9", "203.0.113.1"],
    [undefined, "203.0.113.1"],
  ] as const) {
    it(`is ${place} at ${reached ?? "an unknown address"}`, () =>
      expect(callerSource(reached)).to.equal(place));
  }

  it("is not what the caller says", () => {
    const headers = ["Host", "x", "X-Sandbox-Source", "198.51.100.1", "Accept", SOURCE_HEADER];
    expect(withSource(headers, "127.0.0.2")).to.deep.equal([
      ...["Host", "x", "Accept", SOURCE_HEADER],
      ...[SOURCE_HEADER, "203.0.113.2"],
    ]);
  });
});
