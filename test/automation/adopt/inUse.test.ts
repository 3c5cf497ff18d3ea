/**
 * Proves which uses of an adopted user's rights stop `adopt --finish`: everything within 90 days that is not a pull, and
 * what AWS does not say. How the uses are read is in the end-to-end tests (test/e2e/adoption.test.ts).
 */
import { expect } from "chai";
import { inUse } from "../../../automation/adopt/finish";
import type { ServiceUse } from "../../../automation/aws/serviceUse";

const NOW = new Date("2026-06-01T00:00:00Z");
const RECENT = "2026-05-01T00:00:00Z";
const LONG_AGO = "2026-01-01T00:00:00Z";

function ecr(actions: Record<string, string>, at = RECENT): ServiceUse {
  return { service: "ecr", at, actions: new Map(Object.entries(actions)) };
}

describe("what speaks for an adopted user's rights being used", () => {
  for (const [what, uses] of Object.entries({
    nothing: [],
    "pulls and the login": [
      ecr({ BatchGetImage: RECENT, GetDownloadUrlForLayer: RECENT, GetAuthorizationToken: RECENT }),
      { service: "sts", at: RECENT, actions: new Map([["GetCallerIdentity", RECENT]]) },
    ],
    "a push long ago": [ecr({ BatchGetImage: RECENT, PutImage: LONG_AGO })],
    "another service long ago": [{ service: "s3", at: LONG_AGO }],
    "actions that are not tracked, long ago": [{ service: "ecr", at: LONG_AGO }],
  } satisfies Record<string, ServiceUse[]>)) {
    it(`is not ${what}`, () => {
      expect(inUse({}, uses, NOW)).to.deep.equal([]);
    });
  }

  for (const [what, use, said] of [
    ["a push", ecr({ PutImage: RECENT }), `it called ecr:PutImage at ${RECENT}`],
    ["a listing", ecr({ ListImages: RECENT }), `it called ecr:ListImages at ${RECENT}`],
    ["another service", { service: "s3", at: RECENT }, `it used s3 at ${RECENT}`],
    [
      "what AWS does not track",
      { service: "ecr", at: RECENT },
      "AWS does not say which actions of ecr it called",
    ],
  ] satisfies [string, ServiceUse, string][]) {
    it(`is ${what} within 90 days`, () => {
      expect(inUse({}, [use], NOW)).to.deep.equal([said]);
    });
  }

  it("is a key's use of another service, and one that could not be read", () => {
    const key = { id: "AKIA1", status: "Active" as const, createdAt: LONG_AGO };
    const s3 = { ...key, lastUsed: { at: RECENT, service: "s3" } };
    expect(inUse({ keys: [s3] }, [], NOW)).to.deep.equal([
      `key AKIA1 was used for s3 at ${RECENT}`,
    ]);
    expect(inUse({ keys: [key] }, [], NOW)).to.deep.equal([
      "the last use of key AKIA1 could not be read",
    ]);
    expect(inUse({ keys: [{ ...key, lastUsed: null }] }, [], NOW)).to.deep.equal([]);
  });

  it("is a password for the console that was used, or of which that is not known", () => {
    const withPassword = (passwordLastUsed?: string | null) =>
      inUse(
        { hasLoginProfile: true, ...(passwordLastUsed === undefined ? {} : { passwordLastUsed }) },
        [],
        NOW,
      );
    expect(withPassword(RECENT)).to.deep.equal([`it signed in to the AWS console at ${RECENT}`]);
    expect(withPassword()).to.deep.equal([
      "the last use of its console password could not be read",
    ]);
    expect(withPassword(LONG_AGO)).to.deep.equal([]);
    expect(withPassword(null)).to.deep.equal([]);
  });
});
