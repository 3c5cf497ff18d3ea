/**
 * Proves which resource changes stop an update (a user, a key, a group or a repository replaced, a
 * repository deleted), and when the engine's answer counts as unknown. Also proves whose a resource
 * is said to be. The changes are written by hand; the end-to-end tests provoke some of them.
 */
import { expect } from "chai";
import type { Baseline } from "../../../automation/plan/baseline";
import { replacementsIn, unknownIn } from "../../../automation/plan/resourceFacts";
import { subjectOf, subjectText } from "../../../automation/plan/subject";
import {
  KEY,
  previewOf,
  recordedBy,
  REPOSITORY,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "./support";

const GROUP = "aws:iam/group:Group";

describe("what must not be replaced", () => {
  it("is each user, key, group and repository, with the change that causes it", () => {
    expect(
      replacementsIn(
        [
          resourceChange("replace", USER, "acme", ["name", "path"]),
          resourceChange("replace", KEY, "acme-robotics-2", ["user"]),
          resourceChange("replace", GROUP, "customers"),
          resourceChange("replace", REPOSITORY, "edge-agent@eu-central-1", ["name"]),
          resourceChange("delete", REPOSITORY, "team/sdk@us-east-1"),
          resourceChange("delete", USER, "kept"),
        ],
        new Set(["kept"]),
      ).map(({ text }) => text),
    ).to.deep.equal([
      "user of acme would be replaced (name, path)",
      "key 2 of acme-robotics would be replaced (user)",
      "Group of customers would be replaced",
      "repository in eu-central-1 of edge-agent would be replaced (name)",
      "repository in us-east-1 of team/sdk would be deleted",
      "user of kept would be deleted",
    ]);
  });

  it("is known by whom it belongs to", () => {
    const [key] = replacementsIn(
      [resourceChange("replace", KEY, "acme-robotics-2", ["user"])],
      new Set(),
    );
    expect(key?.subject).to.deep.equal({
      kind: "customer",
      name: "acme-robotics",
      part: "key 2",
    });
  });

  it("is nothing that an ordinary edit does", () => {
    expect(
      replacementsIn(
        [
          resourceChange("create", USER, "acme"),
          resourceChange("update", USER, "acme", ["tags"]),
          resourceChange("delete", USER, "acme"),
          resourceChange("delete", KEY, "acme-1"),
          resourceChange("create", REPOSITORY, "sdk@eu-central-1"),
          resourceChange("replace", REPOSITORY_POLICY, "sdk@eu-central-1", ["region"]),
          resourceChange("delete", REPOSITORY_POLICY, "sdk@eu-central-1"),
          resourceChange("replace", "aws:iam/userGroupMembership:UserGroupMembership", "acme"),
        ],
        new Set(["kept"]),
      ),
    ).to.deep.equal([]);
  });
});

describe("what is unknown about an update", () => {
  const baseline = recordedBy(stackInput([]));
  const none: Baseline = { kind: "none" };
  const deletion = resourceChange("delete", USER, "acme");
  const replacement = resourceChange("replace", USER, "acme");

  it("is nothing when the engine's sum agrees with what it names", () => {
    expect(unknownIn(previewOf(), baseline)).to.deep.equal([]);
    const all = previewOf(deletion, replacement, resourceChange("create", USER, "hooli"));
    expect(unknownIn(all, baseline)).to.deep.equal([]);
    const parts = { ...all.summary, "create-replacement": 1, "delete-replaced": 1 };
    expect(unknownIn({ ...all, summary: parts }, baseline)).to.deep.equal([]);
  });

  it("is everything without a summary, be it missing or empty", () => {
    const reported = ["the engine returned no summary of its changes"];
    const { summary: _, ...without } = previewOf();
    expect(unknownIn(without, baseline)).to.deep.equal(reported);
    expect(unknownIn({ ...previewOf(), summary: {} }, baseline)).to.deep.equal(reported);
    expect(unknownIn({ ...previewOf(deletion), summary: {} }, baseline)).to.deep.equal(reported);
  });

  for (const [operation, change] of [
    ["delete", deletion],
    ["replace", replacement],
  ] as const) {
    it(`is a ${operation} that the engine counts and does not name, or names and does not count`, () => {
      const counted = { ...previewOf(), summary: { same: 3, [operation]: 2 } };
      expect(unknownIn(counted, baseline)).to.deep.equal([
        `the engine counts 2 to ${operation}, but lists 0`,
      ]);
      const named = { ...previewOf(change), summary: { same: 3 } };
      expect(unknownIn(named, baseline)).to.deep.equal([
        `the engine counts 0 to ${operation}, but lists 1`,
      ]);
    });
  }

  it("is an operation that this script does not know", () => {
    expect(unknownIn(previewOf(resourceChange("other", USER, "acme")), baseline)).to.deep.equal([
      "an unknown operation on the user of acme",
    ]);
  });

  it("is nothing about default providers, which the engine lists and does not count", () => {
    const providers = ["pulumi:providers:pulumi default", "pulumi:providers:awsx default_3_9_0"];
    const deletions = providers.map((one) => {
      const [type = "", name = ""] = one.split(" ");
      return resourceChange("delete", type, name);
    });
    const counted = previewOf(deletion);
    const changes = [...counted.changes, ...deletions];
    expect(unknownIn({ ...counted, changes }, baseline)).to.deep.equal([]);
    // The program's own provider is counted.
    const own = resourceChange("delete", "pulumi:providers:aws", "aws");
    expect(unknownIn({ ...counted, changes: [...changes, own] }, baseline)).to.have.length(1);
  });

  it("is who loses access, when the record cannot be read, or is missing and something is deleted", () => {
    expect(unknownIn(previewOf(), { kind: "unreadable" })).to.deep.equal([
      "what the last update recorded cannot be read, so it is unknown who would lose access",
    ]);
    expect(unknownIn(previewOf(), none)).to.deep.equal([]);
    expect(unknownIn(previewOf(resourceChange("create", USER, "acme")), none)).to.deep.equal([]);
    expect(unknownIn(previewOf(deletion), none)).to.deep.equal([
      "no update has recorded who has access, and 1 resource would be deleted",
    ]);
  });
});

describe("the name of a resource in reports", () => {
  for (const [type, name, text, kind] of [
    [USER, "acme", "user of acme", "customer"],
    ["aws:iam/userPolicy:UserPolicy", "acme", "end policy of acme", "customer"],
    ["aws:iam/userGroupMembership:UserGroupMembership", "acme", "membership of acme", "customer"],
    [KEY, "a-1-12", "key 12 of a-1", "customer"],
    [REPOSITORY_POLICY, "team/sdk@us-east-1", "policy in us-east-1 of team/sdk", "repository"],
    ["awsx:ecr:Repository", "sdk@us-east-1", "repository in us-east-1 of sdk", "repository"],
    [
      "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      "sdk@us-east-1",
      "lifecycle policy in us-east-1 of sdk",
      "repository",
    ],
    [REPOSITORY_POLICY, "sdk", "policy of sdk", "repository"],
    ["aws:iam/policy:Policy", "login", "Policy of login", "stack"],
    ["pulumi:providers:aws", "aws", "aws of aws", "stack"],
  ] as const) {
    it(`is ${text}`, () => {
      expect(subjectText({ type, name })).to.equal(text);
      expect(subjectOf({ type, name }).kind).to.equal(kind);
    });
  }
});
