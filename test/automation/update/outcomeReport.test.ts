/**
 * Proves what is said at the end of an update and what the process ends with: what was done, what
 * failed, what AWS holds otherwise, what is left. The outcome is written by hand; that an update
 * gives such a one is for the end-to-end tests.
 */
import { expect } from "chai";
import type { Applied } from "../../../automation/update/applying";
import { EngineError } from "../../../automation/engine/errors";
import { tellOutcome } from "../../../automation/update/outcomeReport";
import type { Deviation } from "../../../src/account/deviation";
import type { KeyStatus } from "../../../src/customers/model";
import { customer } from "../../access/support";
import {
  KEY,
  planBetween,
  REPOSITORY_POLICY,
  resourceChange,
  stackInput,
  USER,
} from "../plan/support";
import { FakeTerminal } from "../support/terminal";

const NOTHING: Applied = {
  changes: [],
  failures: [],
  refused: [],
  pending: [],
  readBack: [],
  revoked: [],
  adopted: [],
  orphanKeys: [],
  deviations: [],
  removed: [],
};
const OTHER_KEY: Deviation = {
  check: "key-undeclared",
  subject: { kind: "customer", name: "globex" },
  customers: ["globex"],
  what: "globex has key AKIA…, which no file declares",
  more: [{ who: "customer globex", what: "use key AKIA…" }],
  repair: "operator",
  wayOut: "Find out who created it.",
};
const acme = customer("acme");
const user = resourceChange("create", USER, "globex");
const key = resourceChange("create", KEY, "globex-1");
const policy = resourceChange("update", REPOSITORY_POLICY, "edge-agent@eu-central-1");
const failure = { ...key, message: "api error LimitExceeded: Cannot exceed quota for X: 1" };
const UNREAD = {
  message: "AWS cannot be reached (ECONNREFUSED)",
  advice: "Check the network.",
};
const OF_RESOURCES = new EngineError("resources", "1 of the changes failed", "See below.", "raw");

function reported(
  applied: Partial<Applied>,
  { json = false, fresh = ["globex"], status = "active" as KeyStatus } = {},
) {
  const terminal = new FakeTerminal();
  const plan = planBetween(
    stackInput([acme]),
    stackInput([acme, ...fresh.map((id) => customer(id, { keys: [{ generation: 1, status }] }))]),
  );
  const context = {
    terminal,
    environment: {},
    directory: ".",
    today: "2026-11-23",
    now: new Date(0),
  };
  const code = tellOutcome({ ...NOTHING, ...applied }, plan, json, context);
  return { code, out: terminal.lines("out"), err: terminal.lines("err") };
}

describe("an outcome", () => {
  it("that succeeded exits with 0 and says what was done, read back, and what to hand over", () => {
    const readBack = ["globex"];
    expect(reported({ changes: [user, key, policy], readBack })).to.deep.equal({
      code: 0,
      out: [
        "3 resources changed.",
        "Read back from AWS: 1 customer and every policy match the files.",
        "1 new key to hand over:",
        "  `ecr-customers handover globex`",
      ],
      err: [],
    });
    const two = reported({ changes: [user] }, { fresh: ["globex", "hooli"] });
    expect(two.out).to.deep.equal([
      "1 resource changed.",
      "2 new keys to hand over:",
      "  `ecr-customers handover globex`",
      "  `ecr-customers handover hooli`",
    ]);
    expect(reported({}, { fresh: [] }).out).to.deep.equal(["0 resources changed."]);
    const inactive = reported({ changes: [user] }, { status: "inactive" });
    expect(inactive.out).to.deep.equal(["1 resource changed."]);
  });

  it("names every customer whose new key is to be handed over, also of very many", () => {
    const ids = Array.from({ length: 13 }, (_, at) => `c${at + 10}`);
    expect(reported({}, { fresh: ids }).out.slice(1)).to.deep.equal([
      "13 new keys to hand over:",
      ...ids.slice(0, 10).map((id) => `  \`ecr-customers handover ${id}\``),
      "  and the same for c20, c21, c22",
    ]);
  });

  it("counts a resource of both runs once, and does not count one that failed", () => {
    const { out } = reported({
      changes: [policy, user, key, policy],
      failures: [failure],
      error: OF_RESOURCES,
    });
    expect(out[0]).to.equal("2 resources changed.");
  });

  it("with failures exits with 1, with a line for each, and promises no key", () => {
    const { code, out, err } = reported({
      changes: [user, key],
      failures: [failure],
      error: OF_RESOURCES,
      readBack: ["globex"],
    });
    expect(code).to.equal(1);
    expect(err).to.deep.equal([
      "Failed for 1 customer or repository:",
      "  globex: key 1: LimitExceeded: Cannot exceed quota for X: 1. An AWS quota is reached; see Service Quotas, then run `ecr-customers up` again.",
    ]);
    expect(out.join()).not.to.contain("hand over");
    // Of each customer and repository one line, whatever failed of it.
    const both = reported({
      failures: [failure, { ...user, message: "" }, { ...policy, message: "api error X: no" }],
      error: OF_RESOURCES,
    });
    expect(both.err).to.have.length(3);
    expect(both.err[0]).to.equal("Failed for 2 customers or repositories:");
  });

  it("that could not be read back exits with 1, and says what was done and why it is not known more", () => {
    const { code, out, err } = reported({ changes: [user], unread: UNREAD, pending: ["globex"] });
    expect(code).to.equal(1);
    expect(out[0]).to.equal("1 resource changed.");
    expect(out.join()).not.to.contain("Read back");
    expect(err).to.deep.equal([
      "AWS could not be read back: AWS cannot be reached (ECONNREFUSED).",
      "Check the network.",
      "Pending: globex. Run `ecr-customers up` again to finish.",
    ]);
    const json = JSON.parse(reported({ unread: UNREAD }, { json: true }).out.join("\n")) as object;
    expect(json).to.have.deep.property("unread", UNREAD);
  });

  it("that the engine cut short exits with 1, and says why and what is left", () => {
    const error = new EngineError("cancelled", "the run was cancelled", "Run it again to finish.");
    const { code, out, err } = reported({
      changes: [user],
      error,
      pending: ["edge-agent", "globex"],
    });
    expect(code).to.equal(1);
    expect(out).to.deep.equal(["1 resource changed."]);
    expect(err).to.deep.equal([
      "Error: the run was cancelled",
      "Run it again to finish.",
      "Pending: edge-agent, globex. Run `ecr-customers up` again to finish.",
    ]);
  });

  it("names ten that are pending, and counts the others", () => {
    const names = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);
    const error = new EngineError("cancelled", "cancelled", "");
    const pending = (count: number) => reported({ error, pending: names(count) }).err.at(-1);
    expect(pending(10)).to.equal(
      `Pending: ${names(10).join(", ")}. Run \`ecr-customers up\` again to finish.`,
    );
    expect(pending(12)).to.equal(
      `Pending: ${names(10).join(", ")} and 2 more. Run \`ecr-customers up\` again to finish.`,
    );
  });

  it("that AWS does not show exits with 1, although the engine reports success", () => {
    const deviations = [OTHER_KEY];
    const { code, out, err } = reported({ changes: [user], readBack: ["globex"], deviations });
    expect(code).to.equal(1);
    expect(err).to.deep.equal([
      "AWS differs from the files:",
      "  globex has key AKIA…, which no file declares: customer globex can use key AKIA…",
      "    Find out who created it.",
    ]);
    expect(out.join()).not.to.contain("Read back");
  });

  it("says what happened to a killed run's keys", () => {
    const recovery = {
      adopted: [],
      forgotten: [],
      deletedKeys: [{ user: "acme", key: "AKIALOST" }],
      unknownKeys: [{ user: "hooli", key: "AKIAHAND" }],
    };
    expect(reported({ recovery }, { fresh: [] }).out).to.deep.equal([
      "An earlier run was killed; what it had started is recovered.",
      "Deleted key AKIALOST of acme: its secret was lost with the killed run.",
      "Key AKIAHAND of hooli is not managed by this stack: see `ecr-customers keys status`.",
      "0 resources changed.",
    ]);
  });

  it("names what was adopted", () => {
    const urns = [USER, "aws:iam/group:Group"].map((type) => `urn:pulumi:dev::p::${type}::acme`);
    const { out } = reported({ adopted: urns });
    expect(out).to.include(
      "Adopted, because AWS had created it without an answer: user of acme, Group of acme.",
    );
  });

  it("is the same in JSON, without the engine's raw text", () => {
    const { code, out } = reported(
      {
        changes: [user, key],
        failures: [failure],
        error: OF_RESOURCES,
        pending: ["edge-agent"],
        readBack: ["globex"],
        deviations: [OTHER_KEY],
      },
      { json: true },
    );
    expect(code).to.equal(1);
    expect(JSON.parse(out.join("\n"))).to.deep.equal({
      stack: "dev",
      changed: [{ type: USER, name: "globex", change: "create" }],
      failed: [
        {
          name: "globex",
          message:
            "key 1: LimitExceeded: Cannot exceed quota for X: 1. An AWS quota is reached; see Service Quotas, then run `ecr-customers up` again.",
        },
      ],
      error: { kind: "resources", message: "1 of the changes failed", advice: "See below." },
      pending: ["edge-agent"],
      readBack: ["globex"],
      refused: [],
      removed: [],
      revoked: [],
      orphanKeys: [],
      adopted: [],
      deviations: [
        {
          ...OTHER_KEY,
          words: "globex has key AKIA…, which no file declares: customer globex can use key AKIA…",
          fix: "Find out who created it.",
        },
      ],
    });
  });
});
