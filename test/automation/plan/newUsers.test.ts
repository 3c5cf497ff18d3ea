/**
 * Proves which users an update replaces by name because the engine would keep them, and that none is replaced
 * twice. withoutTrigger.test.ts shows it with the engine.
 */
import { expect } from "chai";
import {
  keptUsers,
  newUsers,
  notReplaced,
  userUrns,
  withoutTrigger,
} from "../../../automation/plan/newUsers";
import { customerStack } from "../../../src/access/cells";
import { stackOutputs } from "../../../src/stack/outputs";
import { customer } from "../../access/support";
import { KEY, previewOf, resourceChange, stackInput, USER } from "./support";

const acme = customer("acme");
const renewed = customer("acme", { user: 2 });
const asking = (before: typeof acme, after: typeof acme) => [
  ...newUsers(stackOutputs(stackInput([before])).customers, [after]),
];
const userInState = (replacementTrigger?: unknown) => ({
  urn: `urn:pulumi:dev::ecr-customers::${USER}::acme`,
  type: USER,
  ...(replacementTrigger === undefined ? {} : { replacementTrigger }),
});
const failed = { urn: "", type: USER, name: "acme", message: "no" };

describe("a file that asks for another user", () => {
  it("is one with another number than the last update recorded, 1 without any", () => {
    expect(asking(acme, renewed)).to.deep.equal(["acme"]);
    expect(asking(renewed, acme)).to.deep.equal(["acme"]);
    expect(asking(acme, customer("acme", { user: 1 }))).to.deep.equal([]);
    expect(asking(customer("globex"), renewed), "a new customer").to.deep.equal([]);
  });

  it("keeps its user only if the engine neither replaces nor creates nor deletes it", () => {
    const planned = [
      [],
      [resourceChange("update", USER, "acme")],
      [resourceChange("replace", KEY, "acme-1")],
    ];
    for (const changes of planned) {
      expect(keptUsers(["acme"], previewOf(...changes))).to.deep.equal(["acme"]);
    }
    for (const change of ["replace", "create", "delete"] as const) {
      const changes = [resourceChange(change, USER, "acme")];
      expect(keptUsers(["acme"], previewOf(...changes)), change).to.deep.equal([]);
    }
  });

  it("keeps it by mistake only if the state has no trigger", () => {
    expect(withoutTrigger(["acme"], [userInState()])).to.deep.equal(["acme"]);
    expect(withoutTrigger(["acme"], [userInState(2)]), "replaced already").to.deep.equal([]);
    expect(withoutTrigger(["acme"], []), "not in the state").to.deep.equal([]);
  });

  it("has its user replaced by one run, and by the next one if that failed", () => {
    const changes = [resourceChange("replace", USER, "acme")];
    expect(notReplaced(["acme"], [])).to.deep.equal(["acme"]);
    expect(notReplaced(["acme"], [{ changes, failures: [] }])).to.deep.equal([]);
    expect(notReplaced(["acme"], [{ changes, failures: [failed] }])).to.deep.equal(["acme"]);
    expect(notReplaced(["acme"], [{ changes: [], failures: [] }])).to.deep.equal(["acme"]);
  });

  it("names the user as the stack or cell that holds it does", () => {
    const { config } = stackInput([acme]);
    expect(userUrns(["acme"], config)).to.deep.equal([userInState().urn]);
    const [urn] = userUrns(["acme"], { ...config, cells: 4 });
    expect(urn).to.include(`urn:pulumi:${customerStack("acme", "dev", 4)}::`);
  });
});
