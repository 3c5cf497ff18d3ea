/**
 * Proves that each error of AWS that a person can act on is told in plain words with the way out, and
 * that nothing else is taken for one. The errors are written by hand in the SDK's shape.
 */
import { expect } from "chai";
import { explainAwsError } from "../../../automation/aws/errors";

function error(name: string, message = "words of AWS", more: object = { $metadata: {} }): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const DENIED =
  "User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:ListUsers on resource: *";

const CASES: [kind: string, thrown: Error, said: RegExp][] = [
  ["credentials", error("CredentialsProviderError", "Could not load", {}), /no AWS credentials/],
  ["credentials", error("ExpiredToken"), /have expired/],
  ["credentials", error("UnrecognizedClientException"), /does not accept/],
  ["credentials", error("SignatureDoesNotMatch"), /does not accept/],
  ["denied", error("AccessDenied", DENIED), /do iam:ListUsers$/],
  ["denied", error("AccessDeniedException"), /do that$/],
  ["throttled", error("Throttling"), /too fast/],
  ["missing", error("NoSuchEntityException"), /no such thing: words of AWS/],
  ["failing", error("ServiceFailure"), /AWS itself/],
  ["unreachable", error("Error", "", { $metadata: {}, code: "ECONNREFUSED" }), /ECONNREFUSED/],
  ["unreachable", error("TimeoutError"), /TimeoutError/],
  ["refused", error("MalformedPolicyDocument", "a\n b"), /MalformedPolicyDocument: a b$/],
];

describe("an error of AWS", () => {
  for (const [kind, thrown, said] of CASES) {
    it(`${thrown.name} is told as ${kind}, with something to do`, () => {
      const explained = explainAwsError(thrown);
      expect(explained?.kind).to.equal(kind);
      expect(explained?.message).to.match(said);
      expect(explained?.advice).to.match(/\.$/);
    });
  }

  it("is none of ours: files, faults of the script", () => {
    for (const other of [
      error("Error", "", { code: "ENOENT" }),
      new TypeError("x"),
      "text",
      error("AccessDenied", "", {}),
    ]) {
      expect(explainAwsError(other)).to.equal(undefined);
    }
  });
});
