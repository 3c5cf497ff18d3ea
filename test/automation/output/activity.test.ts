/**
 * Proves that long work is never silent: how far it is, on a terminal and in a log, by a clock that the
 * test moves. What is counted is for the tests of updates and previews.
 */
import { expect } from "chai";
import fc from "fast-check";
import { Activity, during } from "../../../automation/output/activity";
import { FakeClock } from "../support/clock";
import { FakeTerminal } from "../support/terminal";

function start(animated: boolean) {
  const [terminal, clock] = [new FakeTerminal({ animated }), new FakeClock()];
  const activity = new Activity(terminal, "Updating", clock);
  return { activity, clock, lines: () => terminal.lines("progress") };
}

describe("an activity", () => {
  it("is shown at once on a terminal, and at least once a second", () => {
    const { activity, clock, lines } = start(true);
    clock.pass(2000);
    activity.reached(1, 610, "resources", "acme");
    clock.pass(1999);
    expect(lines()).to.deep.equal([
      "Updating…",
      "Updating… (1 s)",
      "Updating… (2 s)",
      "Updating: 1 of 610 resources, acme",
      "Updating: 1 of 610 resources, acme (3 s)",
    ]);
  });

  it("is never silent for more than two seconds in the first five minutes, whatever is reached", () => {
    for (const animated of [true, false]) {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 60 }), (pauses) => {
          const { activity, clock, lines } = start(animated);
          let [done, shown, silentSince] = [0, 0, 0];
          for (const pause of pauses) {
            for (let at = 0; at < pause; at += 1) {
              clock.pass(1);
              if (lines().length > shown) silentSince = clock.now();
              shown = lines().length;
              expect(clock.now() - silentSince).to.be.at.most(animated ? 1250 : 1500);
            }
            done += 1;
            activity.reached(done, 10_000, "resources", "acme");
          }
        }),
        { numRuns: 5 },
      );
    }
  });

  it("is silent in a log when it takes little time", () => {
    const { activity, clock, lines } = start(false);
    clock.pass(1200);
    activity.counted(612, "resources");
    activity.end();
    clock.pass(60_000);
    expect(lines()).to.deep.equal([]);
    expect(clock.running).to.equal(0);
  });

  it("says in a log how far it is: about every two seconds, and after five minutes every ten", () => {
    const { activity, clock, lines } = start(false);
    activity.counted(612, "resources");
    clock.pass(1999);
    expect(lines()).to.deep.equal(["Updating: 612 resources (1 s)"]);
    clock.pass(5 * 60_000 - 2000);
    const inFiveMinutes = lines().length;
    expect(inFiveMinutes).to.be.within(200, 241);
    clock.pass(60_000);
    expect(lines().length - inFiveMinutes).to.be.within(5, 6);
  });

  it("counts the silence before it started, while the script was loading", () => {
    const terminal = new FakeTerminal({ animated: false, silence: 1200 });
    const clock = new FakeClock();
    const activity = new Activity(terminal, "Updating", clock);
    expect(terminal.lines("progress")).to.deep.equal([]);
    clock.pass(500);
    expect(terminal.lines("progress")).to.deep.equal(["Updating…"]);
    activity.end();
    const late = new FakeTerminal({ animated: false, silence: 1500 });
    new Activity(late, "Updating", clock).end();
    expect(late.lines("progress")).to.deep.equal(["Updating…"]);
  });

  it("writes few lines in a log however much is counted, and the last one", () => {
    for (const total of [1, 19, 20, 21, 610, 6000]) {
      const { activity, lines } = start(false);
      for (let at = 1; at <= total; at += 1) activity.reached(at, total, "resources", "acme");
      expect(lines().length).to.be.within(1, 21);
      expect(lines().at(-1)).to.match(/^Updating: ([\d,]+) of \1 resources, acme$/);
    }
  });

  it("continues with another part of the work, of which nothing is counted yet", () => {
    const { activity, clock, lines } = start(true);
    activity.reached(2, 2, "resources", "acme");
    activity.next("Reading back from AWS");
    clock.pass(1000);
    expect(lines().slice(-2)).to.deep.equal([
      "Reading back from AWS…",
      "Reading back from AWS… (1 s)",
    ]);
  });

  it("ends with its work, also when that fails", async () => {
    const [terminal, clock] = [new FakeTerminal(), new FakeClock()];
    expect(await during(terminal, "Updating", () => Promise.resolve(3), clock)).to.equal(3);
    const failing = () =>
      during(terminal, "Updating", () => Promise.reject(new Error("no")), clock);
    let message = "";
    await failing().catch((error: Error) => (message = error.message));
    expect([message, clock.running]).to.deep.equal(["no", 0]);
  });
});
