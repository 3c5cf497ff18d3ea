/**
 * Proves that the canary of the other suites finds a secret in every form that it claims to know, wherever
 * it stands; and nothing where there is none.
 */
import { expect } from "chai";
import fc from "fast-check";
import { tracesOf } from "./canary";

const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

describe("the canary for secrets", () => {
  for (const [form, encode] of Object.entries<(bytes: Buffer) => string>({
    plain: (bytes) => bytes.toString(),
    hex: (bytes) => bytes.toString("hex"),
    "upper-case hex": (bytes) => bytes.toString("hex").toUpperCase(),
    base64: (bytes) => bytes.toString("base64"),
    base64url: (bytes) => bytes.toString("base64url"),
    "URL-encoded": (bytes) => encodeURIComponent(bytes.toString()),
    "JSON with escaped slashes": (bytes) => bytes.toString().replaceAll("/", "\\/"),
    "UTF-16": (bytes) => Buffer.from(bytes.toString(), "utf16le").toString("latin1"),
    reversed: (bytes) => [...bytes.toString()].reverse().join(""),
    halves: (bytes) => bytes.toString().replace("EXAMPLEKEY", "..."),
  })) {
    it(`finds it as ${form}, whatever stands around it`, () => {
      fc.assert(
        fc.property(
          fc.stringMatching(/^[ -~]{0,7}$/),
          fc.stringMatching(/^[ -~]{0,7}$/),
          (a, b) => {
            const bytes = Buffer.from(encode(Buffer.from(a + SECRET + b)), "latin1");
            expect(tracesOf(SECRET, bytes)).to.include(form);
          },
        ),
        { numRuns: 200 },
      );
    });
  }

  it("finds nothing where there is none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        expect(tracesOf(SECRET, bytes)).to.deep.equal([]);
      }),
    );
  });
});
