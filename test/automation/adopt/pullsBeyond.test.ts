/**
 * Proves which pulls in CloudTrail show that an adopted customer still uses what it had before its file. How they
 * are read from AWS is proved in test/e2e/pulls.test.ts.
 */
import { expect } from "chai";
import { pullsBeyondFile } from "../../../automation/adopt/pullsBeyond";
import type { Pull } from "../../../src/pulls/model";
import { ACCOUNT, customer } from "../../access/support";

const AT = "2026-05-01T00:00:00Z";
const LATER = "2026-05-02T00:00:00Z";
const settings = {
  create: false,
  grants: "named" as const,
  regions: ["eu-central-1", "us-east-1"],
};
const CONFIG = {
  ...{ account: ACCOUNT, namePrefix: "" },
  repositories: new Map([
    ["edge-agent", settings],
    ["sdk", settings],
  ]),
};
const KEYS = new Set(["AKIA1"]);
const ACME = customer("acme", {
  ...{ userName: "Acme_Puller", repositories: ["edge-agent"], regions: ["eu-central-1"] },
});

function pull(changes: Partial<Pull> = {}): Pull {
  return {
    ...{ id: "1", at: AT, region: "eu-central-1", key: "AKIA1", address: "192.0.2.1" },
    arn: `arn:aws:iam::${ACCOUNT}:user/customers/Acme_Puller`,
    ...{ repository: "edge-agent", image: "latest" },
    ...changes,
  };
}

describe("pulls that an adopted customer's file does not give", () => {
  it("are not those of its repositories, in its regions", () => {
    expect(pullsBeyondFile([pull()], ACME, KEYS, CONFIG)).to.deep.equal([]);
  });

  for (const [what, changes, said] of [
    ["another repository", { repository: "sdk" }, "sdk in eu-central-1"],
    ["a repository outside the catalogue", { repository: "base" }, "base in eu-central-1"],
    ["another region", { region: "us-east-1" }, "edge-agent in us-east-1"],
    [
      "another repository before its user was moved",
      { repository: "sdk", arn: `arn:aws:iam::${ACCOUNT}:user/partners/Acme_Puller` },
      "sdk in eu-central-1",
    ],
  ] as const) {
    it(`are those of ${what}`, () => {
      expect(pullsBeyondFile([pull(changes)], ACME, KEYS, CONFIG)).to.deep.equal([
        `it pulled ${said} at ${AT}, which its file does not give`,
      ]);
    });
  }

  it("are those of its key, and of another key of its user", () => {
    const said = [`it pulled sdk in eu-central-1 at ${AT}, which its file does not give`];
    const byKey = pull({ repository: "sdk", arn: `arn:aws:iam::${ACCOUNT}:root` });
    expect(pullsBeyondFile([byKey], ACME, KEYS, CONFIG)).to.deep.equal(said);
    const former = pull({ repository: "sdk", key: "AKIA3" });
    expect(pullsBeyondFile([former], ACME, KEYS, CONFIG)).to.deep.equal(said);
  });

  it("are named once for each repository and region, with the last time", () => {
    const found = [pull({ repository: "sdk" }), pull({ repository: "sdk", at: LATER })];
    expect(pullsBeyondFile(found, ACME, KEYS, CONFIG)).to.deep.equal([
      `it pulled sdk in eu-central-1 at ${LATER}, which its file does not give`,
    ]);
  });

  it("are not those that AWS refused, or someone else's", () => {
    const refused = pull({ repository: "sdk", error: "AccessDenied" });
    const build = { arn: `arn:aws:iam::${ACCOUNT}:user/ci/build`, key: "AKIA2" };
    const other = pull({ repository: "sdk", ...build });
    expect(pullsBeyondFile([refused, other], ACME, KEYS, CONFIG)).to.deep.equal([]);
  });
});
