/**
 * Proves how the engine's events become a report: changes, failures with their reasons, summary,
 * outputs. The events are written by hand in the engine's shape; the end-to-end tests use the real engine's.
 */
import { expect } from "chai";
import fc from "fast-check";
import { EngineReporter, nameOf, typeOf, withoutColours } from "../../../automation/engine/events";

const STACK = "urn:pulumi:dev::ecr-customers::pulumi:pulumi:Stack::ecr-customers-dev";

function urn(type: string, name: string): string {
  return `urn:pulumi:dev::ecr-customers::${type}::${name}`;
}

function step(op: string, type: string, name: string, diffs?: string[]) {
  return { resourcePreEvent: { metadata: { op, type, urn: urn(type, name), diffs } } };
}

describe("the report of a run", () => {
  const USER = "aws:iam/user:User";

  it("lists changed resources, a replacement once, and no unchanged ones", () => {
    const reporter = new EngineReporter();
    for (const event of [
      step("same", USER, "globex"),
      step("refresh", USER, "globex"),
      step("create", USER, "acme"),
      step("update", USER, "hooli", ["tags"]),
      step("create-replacement", USER, "umbrella"),
      step("replace", USER, "umbrella", ["user"]),
      step("delete-replaced", USER, "umbrella"),
      step("delete", USER, "initech"),
      step("levitate", USER, "soylent"),
    ]) {
      reporter.add(event);
    }
    const { changes } = reporter.finish();
    expect(
      changes.map(({ change, name, properties }) => [change, name, ...properties]),
    ).to.deep.equal([
      ["create", "acme"],
      ["update", "hooli", "tags"],
      ["delete", "initech"],
      ["other", "soylent"],
      ["replace", "umbrella", "user"],
    ]);
  });

  it("is the same in whatever order the events of different resources arrive", () => {
    const names = ["acme", "globex", "hooli", "initech", "umbrella"];
    const events = names.flatMap((name) => {
      const metadata = { op: "create", type: USER, urn: urn(USER, name) };
      return [
        [step("create", USER, name), step("create", "aws:iam/accessKey:AccessKey", `${name}-1`)],
        [
          { resOpFailedEvent: { metadata } },
          { diagnosticEvent: { urn: metadata.urn, message: "no", severity: "error" } },
        ],
      ];
    });
    const reportOf = (groups: typeof events) => {
      const reporter = new EngineReporter();
      for (const event of groups.flat()) reporter.add(event);
      return reporter.finish();
    };
    const expected = reportOf(events);
    expect([expected.changes.length, expected.failures.length]).to.deep.equal([10, 5]);
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(reportOf(shuffled)).to.deep.equal(expected);
      }),
    );
  });

  it("gives each failure all its messages, and separates messages that belong to no resource", () => {
    const reporter = new EngineReporter();
    const metadata = { op: "create", type: USER, urn: urn(USER, "acme") };
    const say = (severity: string, message: string, about?: string) =>
      reporter.add({ diagnosticEvent: { urn: about, message, severity } });
    reporter.add({ resOpFailedEvent: { metadata } });
    say("error", "<{%fg 1%}>quota reached<{%reset%}>\n", metadata.urn);
    say("error", "update failed", STACK);
    say("warning", "old engine");
    say("warning", "deprecated", metadata.urn);
    say("info", "hello");
    const report = reporter.finish();
    expect(report.failures.map(({ name, message }) => [name, message])).to.deep.equal([
      ["acme", "quota reached"],
    ]);
    expect(report.errors).to.deep.equal(["update failed"]);
    expect(report.warnings).to.deep.equal(["old engine"]);
  });

  it("contains the engine's summary and the stack's outputs before and after the run", () => {
    const reporter = new EngineReporter();
    const type = "pulumi:pulumi:Stack";
    const sides = { old: { outputs: { customers: 1 } }, new: { outputs: { customers: 2 } } };
    reporter.add({ resOutputsEvent: { metadata: { op: "same", type, urn: STACK, ...sides } } });
    expect(reporter.finish().summary).to.equal(undefined);
    reporter.add({ summaryEvent: { resourceChanges: { create: 3 } } });
    expect(reporter.finish()).to.deep.include({
      summary: { create: 3 },
      outputsBefore: { customers: 1 },
      outputsAfter: { customers: 2 },
    });
  });

  it("contains the created users, and none that are only planned or existed before", () => {
    const reporter = new EngineReporter();
    const report = (op: string, name: string, planning?: boolean) => {
      const outputs = { name, arn: `arn:${name}`, uniqueId: `AIDA-${name}`, path: "/" };
      const metadata = { op, type: USER, urn: urn(USER, name), new: { outputs } };
      reporter.add({ resOutputsEvent: { metadata, planning } });
    };
    expect(reporter.finish().createdUsers).to.equal(undefined);
    report("create", "acme");
    report("create-replacement", "umbrella", false);
    report("create", "globex", true);
    report("same", "hooli");
    report("update", "initech");
    expect(reporter.finish().createdUsers).to.deep.equal({
      acme: { arn: "arn:acme", uniqueId: "AIDA-acme" },
      umbrella: { arn: "arn:umbrella", uniqueId: "AIDA-umbrella" },
    });
    // A role may have a user's name.
    const outputs = { name: "acme", arn: "arn:role", uniqueId: "AROA-acme" };
    const type = "aws:iam/role:Role";
    const metadata = { op: "create", type, urn: urn(type, "acme"), new: { outputs } };
    reporter.add({ resOutputsEvent: { metadata } });
    expect(reporter.finish().createdUsers).to.deep.include({
      acme: { arn: "arn:acme", uniqueId: "AIDA-acme" },
      "role/acme": { arn: "arn:role", uniqueId: "AROA-acme" },
    });
  });

  it("takes name and type from a URN with parents", () => {
    const child = "urn:pulumi:dev::p::awsx:ecr:Repository$aws:ecr/repository:Repository::a/b@eu";
    expect([typeOf(child), nameOf(child)]).to.deep.equal([
      "aws:ecr/repository:Repository",
      "a/b@eu",
    ]);
    expect(withoutColours("\u001b[31mred\u001b[0m <{%fg 2%}>green")).to.equal("red green");
  });
});
