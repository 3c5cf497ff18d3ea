/** Proves that the limit of replacements protects the users that AWS has, and stops no run that finishes a killed one. */
import { expect } from "chai";
import { factsInAws } from "../../../automation/update/factsInAws";
import { customer } from "../../access/support";
import { KEY, planBetween, previewOf, resourceChange, stackInput, USER } from "../plan/support";

describe("a replacement of a user", () => {
  const input = stackInput([customer("acme"), customer("globex")]);
  const changes = ["acme", "globex"].flatMap((id) => [
    resourceChange("replace", USER, id),
    resourceChange("replace", KEY, `${id}-1`),
  ]);
  const plan = planBetween(input, input, previewOf(...changes));
  const having = (...names: string[]) => ({
    listUsers: async () => names.map((name) => ({ name, path: "/customers/" })),
  });
  const state = (...users: [string, number?][]) => ({
    resources: async () =>
      users.map(([id, replacementTrigger]) => ({
        urn: `urn:pulumi:dev::x::${USER}::${id}`,
        type: USER,
        replacementTrigger,
      })),
  });
  const SAME = state(["acme"], ["globex", 1]);
  const replacements = async (...names: string[]) =>
    (await factsInAws(plan, input, having(...names) as never, SAME as never)).replacements.map(
      ({ text }) => text,
    );

  it("counts while AWS has the user, and not when it is gone", async () => {
    expect(await replacements("acme", "globex")).to.have.length(4);
    expect(await replacements("globex")).to.deep.equal([
      "user of globex would be replaced",
      "key 1 of globex would be replaced",
    ]);
    expect(await replacements()).to.deep.equal([]);
  });

  it("does not count when the file asks for another user than the state has", async () => {
    const asking = stackInput([customer("acme", { user: 2 }), customer("globex")]);
    const both = having("acme", "globex") as never;
    const { replacements: left } = await factsInAws(plan, asking, both, SAME as never);
    expect(left).to.have.length(2);
    const done = state(["acme", 2], ["globex", 1]) as never;
    expect((await factsInAws(plan, asking, both, done)).replacements).to.have.length(4);
  });
});
