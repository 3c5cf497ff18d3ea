/**
 * Proves that errors of AWS are explained with advice, and that no other error is taken for one. The errors
 * are written by hand in the SDK's shape.
 */
import { expect } from "chai";
import { explainAwsError } from "../../../automation/aws/errors";

function error(name: string, message = "words of AWS", more: object = { $metadata: {} }): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const DENIED =
  "User: arn:aws:iam::123456789012:user/x is not authorized to perform: iam:ListUsers on resource: *";

const CASES: [kind: string, thrown: Error, said: RegExp][] = [
  [
    "credentials",
    error("CredentialsProviderError", "Could not load", {}),
    /no AWS credentials were found/,
  ],
  [
    "credentials",
    error(
      "CredentialsProviderError",
      "The SSO session associated with this profile has expired. To refresh this SSO session run aws sso login with the corresponding profile.",
      {},
    ),
    /single sign-on session has expired/,
  ],
  [
    "credentials",
    error(
      "TokenProviderError",
      "Token is expired. To refresh this SSO session run 'aws sso login' with the corresponding profile.",
      {},
    ),
    /single sign-on session has expired/,
  ],
  [
    "credentials",
    error(
      "CredentialsProviderError",
      "Could not resolve credentials using profile: [nosuch] in configuration/credentials file(s).",
      {},
    ),
    /no AWS profile/,
  ],
  ["credentials", error("ExpiredToken"), /have expired/],
  ["credentials", error("UnrecognizedClientException"), /does not accept/],
  ["credentials", error("SignatureDoesNotMatch"), /does not accept/],
  ["denied", error("AccessDenied", DENIED), /not allowed to perform iam:ListUsers$/],
  ["denied", error("AccessDeniedException"), /not allowed to do this$/],
  ["throttled", error("Throttling"), /throttled/],
  ["missing", error("NoSuchEntityException"), /does not have it: words of AWS$/],
  ["failing", error("ServiceFailure"), /internal error/],
  ["unreachable", error("Error", "", { $metadata: {}, code: "ECONNREFUSED" }), /ECONNREFUSED/],
  ["unreachable", error("TimeoutError"), /TimeoutError/],
  ["refused", error("MalformedPolicyDocument", "a\n b"), /MalformedPolicyDocument: a b$/],
];

describe("errors of AWS", () => {
  for (const [kind, thrown, said] of CASES) {
    it(`explains ${thrown.name} (${thrown.message.replace(/\s+/g, " ")}) as ${kind}, with advice`, () => {
      const explained = explainAwsError(thrown);
      expect(explained?.kind).to.equal(kind);
      expect(explained?.message).to.match(said);
      expect(explained?.advice).to.match(/\.$/);
    });
  }

  it("leaves errors that did not come from AWS unexplained", () => {
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
