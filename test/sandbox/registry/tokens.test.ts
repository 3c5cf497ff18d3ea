/**
 * Proves that a registry token identifies its key for 12 hours, and that only issued tokens are accepted.
 * What happens to a request with a token is in registry.test.ts.
 */
import { expect } from "chai";
import * as fc from "fast-check";
import { RegistryTokens } from "../../../sandbox/registry/tokens";

const NOW = new Date("2026-11-23T10:00:00Z");
const HOLDER = { accessKeyId: "AKIAEXAMPLE000000001", region: "eu-central-1" };
const HOURS = 60 * 60 * 1000;

const after = (milliseconds: number) => new Date(NOW.getTime() + milliseconds);

describe("a registry token", () => {
  const tokens = new RegistryTokens();

  it("identifies key and region until its expiry, 12 hours later", () => {
    const { password, expiresAt } = tokens.issue(HOLDER, NOW);
    expect(expiresAt).to.deep.equal(after(12 * HOURS));
    const valid = { state: "valid", holder: HOLDER };
    expect(tokens.read(password, NOW)).to.deep.equal(valid);
    expect(tokens.read(password, after(12 * HOURS - 1))).to.deep.equal(valid);
    expect(tokens.read(password, after(12 * HOURS))).to.deep.equal({ state: "expired" });
  });

  it("can be used in a login and on a command line", () => {
    const password = tokens.issue(HOLDER, NOW).password;
    expect(password).to.match(/^[\w.-]+$/);
  });

  it("is invalid with any character changed, removed or added", () => {
    const { password } = tokens.issue(HOLDER, NOW);
    fc.assert(
      fc.property(
        fc.nat(password.length - 1),
        fc.constantFrom("", "A", "_", ".", "=", "AA"),
        (at, instead) => {
          const changed = password.slice(0, at) + instead + password.slice(at + 1);
          fc.pre(changed !== password);
          expect(tokens.read(changed, NOW)).to.deep.equal({ state: "invalid" });
        },
      ),
    );
  });

  it("is invalid when it was issued elsewhere, is the emulator's, or is empty", () => {
    const elsewhere = new RegistryTokens().issue(HOLDER, NOW).password;
    for (const password of [elsewhere, "ministack-auth-token", "", ".", "a.b.c"]) {
      expect(tokens.read(password, NOW), password).to.deep.equal({ state: "invalid" });
    }
  });

  it("cannot be combined from two", () => {
    const other = { ...HOLDER, accessKeyId: "AKIAEXAMPLE000000002" };
    const [payload] = tokens.issue(other, NOW).password.split(".");
    const [, signature] = tokens.issue(HOLDER, NOW).password.split(".");
    expect(tokens.read(`${payload}.${signature}`, NOW)).to.deep.equal({ state: "invalid" });
  });
});
