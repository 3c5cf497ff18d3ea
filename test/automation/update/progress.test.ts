/**
 * Proves how an update is followed, resource by resource: what counts as reached, what is
 * pending, and that a log gets few lines however long the work is. The events are written by hand
 * in the engine's shape; that it sends one for each change is shown end to end.
 */
import { expect } from "chai";
import fc from "fast-check";
import type { EngineEvent, ResourceChange } from "../../../automation/engine/events";
import { Activity } from "../../../automation/output/activity";
import { Counter, showPreview, UpdateProgress } from "../../../automation/update/progress";
import { KEY, REPOSITORY_POLICY, resourceChange, USER } from "../plan/support";
import { FakeClock } from "../support/clock";
import { FakeTerminal } from "../support/terminal";

const PLANNED = [
  resourceChange("create", USER, "acme"),
  resourceChange("create", KEY, "acme-1"),
  resourceChange("update", USER, "globex"),
  resourceChange("update", REPOSITORY_POLICY, "edge-agent@eu-central-1"),
  resourceChange("update", REPOSITORY_POLICY, "edge-agent@us-east-1"),
  // Shared by all customers, so no single customer's progress.
  resourceChange("create", "aws:iam/policy:Policy", "login"),
];

function done({ urn, type, change }: ResourceChange, op: string = change): EngineEvent {
  return { resOutputsEvent: { metadata: { op, urn, type } } };
}

function failed({ urn, type, change }: ResourceChange): EngineEvent {
  return { resOpFailedEvent: { metadata: { op: change, urn, type } } };
}

/** Runs what follows an update, with the events in `runs`, a run each. */
function follow(...runs: EngineEvent[][]) {
  const terminal = new FakeTerminal({ animated: true });
  let progress = new UpdateProgress(PLANNED, new Activity(terminal, "Updating", new FakeClock()));
  runs.forEach((events, at) => {
    if (at > 0) progress = progress.again();
    events.forEach((event) => progress.onEvent(event));
  });
  return { lines: terminal.lines("progress").slice(1), pending: progress.pending() };
}

describe("an update's progress", () => {
  const [acme, acmeKey, globex, inEurope, , login] = PLANNED as [
    ResourceChange,
    ResourceChange,
    ResourceChange,
    ResourceChange,
    ResourceChange,
    ResourceChange,
  ];

  it("has every customer and repository pending before anything happens", () => {
    expect(follow([])).to.deep.equal({ lines: [], pending: ["acme", "edge-agent", "globex"] });
  });

  it("counts resources, and reaches a customer with the last of its resources", () => {
    expect(follow([done(acme), done(globex), done(acmeKey)])).to.deep.equal({
      lines: [
        "Updating: 1 of 6 resources, acme",
        "Updating: 2 of 6 resources, globex",
        "Updating: 3 of 6 resources, acme",
      ],
      pending: ["edge-agent"],
    });
    expect(follow([done(acme)]).pending).to.include("acme");
    expect(follow([done(inEurope)]).pending).to.include("edge-agent");
    const all = follow(PLANNED.map((one) => done(one)));
    expect(all.lines.at(-1)).to.equal("Updating: 6 of 6 resources, login");
    expect(all.pending).to.deep.equal([]);
  });

  it("counts a failure as reached: it is reported as one, and is not pending", () => {
    const { lines, pending } = follow([failed(globex), done(acme), failed(acmeKey)]);
    expect(lines).to.have.length(3);
    expect(pending).to.deep.equal(["edge-agent"]);
  });

  it("does not count what a first run leaves as it is, nor one change twice", () => {
    expect(follow([done(globex, "same")]).pending).to.include("globex");
    const twice = follow([done(acme), done(acme), done(inEurope), done(inEurope, "update")]);
    expect(twice.lines).to.have.length(2);
    expect(twice.pending).to.deep.equal(["acme", "edge-agent", "globex"]);
  });

  it("counts on in a second run, in which what stays as it is was reached by the first", () => {
    const { lines, pending } = follow(
      [done(globex)],
      [done(globex, "same"), done(acme), done(acmeKey)],
    );
    expect(lines).to.deep.equal([
      "Updating: 1 of 6 resources, globex",
      "Updating: 2 of 6 resources, acme",
      "Updating: 3 of 6 resources, acme",
    ]);
    expect(pending).to.deep.equal(["edge-agent"]);
  });

  it("ignores what is not planned and what has only begun; what all customers share is never pending", () => {
    const other = resourceChange("create", USER, "hooli");
    const begun: EngineEvent = {
      resourcePreEvent: { metadata: { op: "update", urn: globex.urn, type: USER } },
    };
    expect(follow([done(other), begun, {}]).lines).to.deep.equal([]);
    expect(follow([done(login)]).lines).to.have.length(1);
    expect(follow([done(other), begun]).pending).to.deep.equal(["acme", "edge-agent", "globex"]);
  });

  it("counts each replacement once", () => {
    const steps = ["create-replacement", "replace", "delete-replaced"];
    expect(follow(steps.map((op) => done(globex, op))).lines).to.deep.equal([
      "Updating: 1 of 6 resources, globex",
    ]);
  });
});

describe("a preview's progress", () => {
  it("counts each resource once, and passes every event on", async () => {
    const terminal = new FakeTerminal({ animated: true });
    let events = 0;
    const pass = () => (events += 1);
    const begun = (name: string): EngineEvent => ({
      resourcePreEvent: { metadata: { op: "same", urn: name, type: USER } },
    });
    const result = await showPreview(
      terminal,
      pass,
      (onEvent) => {
        for (const event of [begun("acme"), begun("globex"), begun("acme"), {}]) onEvent(event);
        return Promise.resolve("planned");
      },
      new FakeClock(),
    );
    expect([result, events]).to.deep.equal(["planned", 4]);
    expect(terminal.lines("progress")).to.deep.equal([
      "Previewing…",
      "Previewing: 1 resources",
      "Previewing: 2 resources",
    ]);
  });
});

describe("a counter", () => {
  function count(total: number, animated: boolean): string[] {
    const terminal = new FakeTerminal({ animated });
    const counter = new Counter(terminal, total, "customers read");
    for (let at = 1; at <= total; at += 1) counter.done(`customer-${at}`);
    return terminal.lines("progress");
  }

  it("says each one on a terminal", () => {
    expect(count(3, true)).to.deep.equal([
      "1 of 3 customers read: customer-1",
      "2 of 3 customers read: customer-2",
      "3 of 3 customers read: customer-3",
    ]);
    expect(count(5000, true)).to.have.length(5000);
  });

  it("writes at most 21 lines in a log, the last one at the end", () => {
    expect(count(20, false)).to.have.length(20);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6000 }), (total) => {
        const lines = count(total, false);
        expect(lines.length).to.be.within(1, 21);
        expect(lines.at(-1)).to.equal(`${total} of ${total} customers read: customer-${total}`);
        expect(new Set(lines).size).to.equal(lines.length);
      }),
    );
    expect(count(0, false)).to.deep.equal([]);
  });
});
