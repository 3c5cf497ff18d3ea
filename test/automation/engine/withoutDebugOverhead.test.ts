/**
 * Proves that a program runs without debug messages, declaration sites and source maps, and that these are restored afterwards,
 * also after a failure and with overlapping runs. bench/ measures what it saves; that the script's updates and
 * plain `pulumi up` still agree is tested end to end.
 */
import type { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { withoutDebugOverhead } from "../../../automation/engine/withoutDebugOverhead";

describe("a program without debug overhead", () => {
  it("runs without source maps, which are restored afterwards", async () => {
    expect(process.sourceMapsEnabled).to.equal(true);
    expect(await withoutDebugOverhead(() => Promise.resolve(process.sourceMapsEnabled))).to.equal(
      false,
    );
    expect(process.sourceMapsEnabled).to.equal(true);
  });

  it("restores source maps after a failure, whose stack shows its place in the source", async () => {
    const failure = new Error("control");
    const thrown = await withoutDebugOverhead(() => Promise.reject(failure)).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.equal(failure);
    expect(process.sourceMapsEnabled).to.equal(true);
    // A line of this file, not of what tsx makes of it.
    const lines = readFileSync(__filename, "utf8").split("\n");
    const line = 1 + lines.findIndex((text) => text.includes('new Error("control")'));
    expect(failure.stack).to.contain(`withoutDebugOverhead.test.ts:${line}:`);
  });

  it("restores source maps only after the last of several programs", async () => {
    let end = () => {};
    const long = withoutDebugOverhead(() => new Promise<void>((resolve) => (end = resolve)));
    await withoutDebugOverhead(() => Promise.resolve());
    expect(process.sourceMapsEnabled).to.equal(false);
    end();
    await long;
    expect(process.sourceMapsEnabled).to.equal(true);
  });

  it("looks up no declaration sites of resources, and does so again afterwards", async () => {
    const { callsites } = pulumi.Resource as unknown as { callsites(): object[] };
    const read = () => (pulumi.Resource as unknown as { callsites(): object[] }).callsites();
    expect(callsites.call(pulumi.Resource)).not.to.deep.equal([]);
    expect(await withoutDebugOverhead(() => Promise.resolve(read()))).to.deep.equal([]);
    expect(read()).not.to.deep.equal([]);
  });

  it("leaves the SDK unchanged with ECR_CUSTOMERS_UNCHANGED_SDK=1", async () => {
    const read = () => (pulumi.Resource as unknown as { callsites(): object[] }).callsites();
    process.env["ECR_CUSTOMERS_UNCHANGED_SDK"] = "1";
    try {
      const inside = () => Promise.resolve([process.sourceMapsEnabled, read().length > 0]);
      expect(await withoutDebugOverhead(inside)).to.deep.equal([true, true]);
    } finally {
      delete process.env["ECR_CUSTOMERS_UNCHANGED_SDK"];
    }
  });

  it("sends the engine the program's own messages, and no debug messages", async () => {
    const sent: string[] = [];
    const engine = {
      log: (request: { getMessage(): string }, done: () => void) => {
        sent.push(request.getMessage());
        done();
      },
    };
    const report = async () => {
      await pulumi.log.debug("for no one");
      await pulumi.log.info("for people");
    };
    // The SDK keeps the engine of an inline program in a store of its own.
    const settings = { engine, rpcDone: Promise.resolve() };
    const stores = (globalThis as unknown as { asyncLocalStorage: AsyncLocalStorage<object> })
      .asyncLocalStorage;
    const store = { settings, leakCandidates: new Set() };
    await stores.run(store, () => withoutDebugOverhead(report));
    expect(sent).to.deep.equal(["for people"]);
    // The control: without it, both are sent.
    await stores.run(store, report);
    expect(sent).to.deep.equal(["for people", "for no one", "for people"]);
  });
});
