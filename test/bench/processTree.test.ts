/**
 * Proves whose time and memory the benchmark counts: a process, all that come from it, also those that have lost
 * their parent, and not a tree inside it that is counted apart. That /proc is read rightly is shown by this
 * process itself, on Linux; what ends between two samples is missing, and not proved.
 */
import { expect } from "chai";
import { canSample, ProcessTree, sampleProcesses } from "../../bench/compare/processTree";

type Samples = ReturnType<typeof sampleProcesses>;

const COMMANDS: Readonly<Record<number, string>> = {
  11: "node /home/plugins/resource-aws-v7.48.0/provider-1.js 127.0.0.1:1",
  12: "terraform-provider-aws_v5.100.0_x5",
  13: "node /home/plugins/resource-awsx-v3.9.0/provider-1.js 127.0.0.1:1",
};

/** `[pid, parent, CPU ticks]`; each has one page. */
function samples(...rows: [number, number, number][]): Samples {
  return new Map(
    rows.map(([pid, parent, cpuTicks]) => [
      pid,
      {
        parent,
        cpuTicks,
        residentPages: 1,
        startedAt: pid * 10,
        command: () => COMMANDS[pid] ?? "",
      },
    ]),
  );
}

describe("a tree of processes", () => {
  it("is the process and all that come from it", () => {
    const tree = new ProcessTree(10);
    tree.add(samples([1, 0, 999], [10, 1, 100], [11, 10, 200], [12, 11, 300], [20, 1, 999]));
    expect(tree.use().cpuSeconds).to.equal(6);
  });

  it("keeps the time of those that have ended, and follows those that have lost their parent", () => {
    const tree = new ProcessTree(10);
    tree.add(samples([1, 0, 0], [10, 1, 100], [11, 10, 200], [12, 11, 300]));
    tree.add(samples([1, 0, 0], [10, 1, 150], [12, 1, 400]));
    expect(tree.use().cpuSeconds).to.equal(1.5 + 2 + 4);
  });

  it("does not take a later process of the same number for the one that has ended", () => {
    const tree = new ProcessTree(10);
    tree.add(samples([1, 0, 0], [10, 1, 100], [11, 10, 200]));
    const later = samples([1, 0, 0], [10, 1, 100], [11, 1, 900]);
    const reused = later.get(11);
    if (reused !== undefined) reused.startedAt += 1;
    tree.add(later);
    expect(tree.use().cpuSeconds).to.equal(3);
  });

  it("leaves out a tree that is counted apart", () => {
    const inner = new ProcessTree(11);
    const outer = new ProcessTree(10, inner);
    const all = samples([10, 1, 100], [11, 10, 200], [12, 11, 300], [13, 10, 400]);
    inner.add(all);
    outer.add(all);
    expect([inner.use().cpuSeconds, outer.use().cpuSeconds]).to.deep.equal([5, 5]);
  });

  it("counts each start of an AWS provider once, and not that of awsx", () => {
    const tree = new ProcessTree(10);
    const all = samples([10, 1, 0], [11, 10, 0], [12, 10, 0], [13, 10, 0], [14, 10, 0]);
    tree.add(all);
    tree.add(all);
    expect(tree.use().providerStarts).to.equal(2);
  });

  it("reports the highest memory of all samples", function () {
    if (!canSample) return this.skip();
    const tree = new ProcessTree(10);
    tree.add(samples([10, 1, 0], [11, 10, 0]));
    const peak = tree.use().peakBytes;
    tree.add(samples([10, 1, 0]));
    expect(peak).to.be.greaterThan(0);
    expect(tree.use().peakBytes).to.equal(peak);
  });

  it("finds this process, with its parent, its time and its memory", function () {
    if (!canSample) return this.skip();
    const own = sampleProcesses().get(process.pid);
    expect(own?.parent).to.equal(process.ppid);
    const { user, system } = process.cpuUsage();
    expect((own?.cpuTicks ?? 0) / 100).to.be.closeTo((user + system) / 1e6, 0.5);
    expect(own?.residentPages).to.be.greaterThan(1_000);
  });
});
