/**
 * Proves how the sandbox imitates AWS's pace, by a clock that the test moves: latencies that vary and repeat with their
 * seed, and token buckets. That AWS behaves like this is not proved; it publishes no figures for IAM.
 */
import { expect } from "chai";
import fc from "fast-check";
import { latencies, TokenBucket } from "../../../sandbox/aws/pace";

describe("the latency of the sandbox's AWS", () => {
  const some = (seed: number, spread = 0.3) => {
    const next = latencies({ milliseconds: 100, spread, seed });
    return Array.from({ length: 1000 }, () => next());
  };

  it("varies within its spread, around its mean", () => {
    const all = some(1);
    expect(Math.min(...all)).to.be.within(70, 72);
    expect(Math.max(...all)).to.be.within(128, 130);
    expect(all.reduce((sum, one) => sum + one, 0) / all.length).to.be.within(98, 102);
  });

  it("is the same in each run with the same seed", () => {
    expect(some(1)).to.deep.equal(some(1));
    expect(some(1)).not.to.deep.equal(some(2));
  });

  it("is constant without a spread", () => {
    expect(new Set(some(1, 0))).to.deep.equal(new Set([100]));
  });
});

describe("a token bucket", () => {
  it("lets a burst of one second pass, then as many calls a second as it has tokens", () => {
    let now = 0;
    const bucket = new TokenBucket(10, () => now);
    const passed = (calls: number) =>
      Array.from({ length: calls }, () => bucket.take()).filter(Boolean).length;
    expect(passed(25)).to.equal(10);
    now += 500;
    expect(passed(25)).to.equal(5);
    now += 60_000;
    expect(passed(25)).to.equal(10);
  });

  it("never lets more pass than its rate and one burst", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }),
        (rate, pauses) => {
          let [now, passed] = [0, 0];
          const bucket = new TokenBucket(rate, () => now);
          for (const pause of pauses) {
            now += pause;
            if (bucket.take()) passed += 1;
          }
          expect(passed).to.be.at.most(rate + Math.ceil((now / 1000) * rate));
        },
      ),
    );
  });
});
