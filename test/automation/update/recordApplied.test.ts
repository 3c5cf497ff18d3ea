/** Proves that keys which an earlier update has lost stay recorded until they are deleted, whatever becomes of this update. */
import { expect } from "chai";
import { emptyReport } from "../../../automation/engine/events";
import { recordApplied } from "../../../automation/update/recordApplied";
import type { UpdateParts } from "../../../automation/update/updateParts";
import { stackOutputs, type UnansweredKeys } from "../../../src/stack/outputs";
import { customer } from "../../access/support";
import { recordedBy, stackInput } from "../plan/support";
import { FakeTerminal } from "../support/terminal";

const NOON = "2026-11-23T12:00:00.000Z";
const LOST = [{ user: "acme", count: 1, since: NOON, until: NOON }];
const input = stackInput([customer("acme")]);

async function recordsOf(lost: readonly UnansweredKeys[]) {
  const records: object[] = [];
  const deployment = { record: async (outputs: object) => void records.push(outputs) };
  const terminal = new FakeTerminal();
  const parts = { deployment, input, baseline: recordedBy(input), terminal, aws: {} };
  const started = new Date(NOON);
  await recordApplied([emptyReport()], parts as unknown as UpdateParts, { started, lost });
  return records;
}

describe("a key that could not be deleted", () => {
  it("stays recorded after an update that succeeds", async () => {
    expect(await recordsOf(LOST)).to.deep.equal([{ ...stackOutputs(input), unansweredKeys: LOST }]);
  });

  it("is the only reason to record anything after one", async () => {
    expect(await recordsOf([])).to.deep.equal([]);
  });
});
