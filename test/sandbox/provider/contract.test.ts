/**
 * The life cycle of every resource type of the local AWS plugin, driven over gRPC as the engine does,
 * against a running emulator.
 *
 * Proves: that the stand-in follows the documented behaviour of the real plugin for check, diff,
 * replacement, creation, update in place, refresh, import and deletion, and that what it reports is
 * in AWS.
 * Does not prove: that the real plugin behaves like that; the end-to-end tests can be run with it.
 */
import { expect } from "chai";
import { resourceTypes } from "../../../sandbox/provider/registry";
import { UNKNOWN, type Properties } from "../../../sandbox/provider/values";
import { CONTRACTS } from "./support/contracts";
import type { Plugin, Recorded } from "./support/plugin";
import { createWorld, type World } from "./support/world";

describe("local AWS plugin: resource types", function () {
  this.timeout(60_000);
  let world: World;
  let plugin: Plugin;

  before(async () => {
    world = await createWorld();
    plugin = await world.plugin();
  });

  after(() => world.end());

  it("has a contract for every type", () => {
    expect(resourceTypes.size).to.be.greaterThan(0);
    expect(CONTRACTS.map(({ type }) => type)).to.have.members([...resourceTypes.keys()]);
  });

  for (const contract of CONTRACTS) {
    const { type, changed } = contract;

    describe(type, () => {
      let inputs: Properties;
      let resource: Recorded;

      before(async () => {
        inputs = await contract.prepare(plugin);
        world.front.journal.reset();
      });

      it("creates nothing in a preview, and reports what is not known yet", async () => {
        const state = await plugin.previewCreate(type, inputs);
        expect(world.front.journal.writes()).to.equal(0);
        expect(state).to.include(scalars(inputs));
        const unknown = Object.keys(state).filter((key) => state[key] === UNKNOWN);
        expect(unknown).to.include.members(contract.unknown);
      });

      it("previews inputs that are not known yet", async () => {
        const required = Object.keys(inputs).find((key) => typeof inputs[key] === "string");
        const state = await plugin.previewCreate(type, { ...inputs, [required ?? ""]: UNKNOWN });
        expect(state[required ?? ""]).to.equal(UNKNOWN);
        expect(world.front.journal.writes()).to.equal(0);
      });

      it("creates it", async () => {
        resource = await plugin.create(type, inputs);
        expect(world.front.journal.writes()).to.be.greaterThan(0);
        expect(resource.id).not.to.equal("");
        expect(resource.state).to.deep.include(inputs);
        const values = contract.unknown.map((key) => resource.state[key]);
        expect(values).not.to.include.oneOf([UNKNOWN, "", undefined]);
      });

      it("finds no change in the same inputs, without any call", async () => {
        world.front.journal.reset();
        expect((await plugin.diff(type, resource, inputs)).changed).to.equal(false);
        expect(world.front.journal.calls()).to.be.empty;
      });

      it("reads it unchanged", async () => {
        const read = await plugin.read(type, resource);
        expect(read).to.deep.equal(resource);
      });

      it("imports it by id", async () => {
        const imported = await plugin.read(type, { id: contract.importId(resource) });
        const expected = without(resource.state, contract.lostByImport);
        expect(without(imported?.state ?? {}, contract.lostByImport)).to.deep.equal(expected);
        const { paths } = await plugin.diff(type, imported as Recorded, inputs);
        expect(paths).to.deep.equal(
          (contract.lostByImport ?? []).filter((key) => inputs[key] !== undefined),
        );
      });

      it("finds nothing to import under another id", async () => {
        expect(await plugin.read(type, { id: contract.missingId })).to.equal(undefined);
      });

      it("replaces it only for what cannot be changed in place", async () => {
        const rules = Object.entries(resourceTypes.get(type)?.inputs ?? {});
        const replacing = rules.filter(([, rule]) => rule.replaces).map(([key]) => key);
        expect(replacing).to.have.members(Object.keys(contract.replacing));
        for (const [key, value] of Object.entries(contract.replacing)) {
          const diff = await plugin.diff(type, resource, { ...inputs, [key]: value });
          expect(diff.replaces, key).to.deep.equal([key]);
        }
        const last = Object.keys(contract.replacing).at(-1);
        if (last === undefined) return;
        const news = { ...inputs, [last]: contract.replacing[last] };
        const { deleteFirst } = await plugin.diff(type, resource, news);
        expect(deleteFirst).to.equal(contract.deleteFirst);
        // A value that a preview does not know may be another one.
        const unknown = await plugin.diff(type, resource, { ...inputs, [last]: UNKNOWN });
        expect(unknown.replaces).to.deep.equal([last]);
      });

      if (changed !== undefined) {
        it("changes it in place", async () => {
          const news = { ...inputs, ...changed.inputs };
          const diff = await plugin.diff(type, resource, news);
          expect(diff.paths).to.have.members(changed.paths);
          expect(diff.replaces).to.be.empty;
          world.front.journal.reset();
          const preview = await plugin.update(type, resource, news, true);
          expect(world.front.journal.writes()).to.equal(0);

          resource = await plugin.update(type, resource, news);
          expect(Object.keys(preview.state)).to.have.members(Object.keys(resource.state));
          expect(resource.state).to.deep.include(changed.inputs);
          expect((await plugin.diff(type, resource, news)).changed).to.equal(false);
          const read = await plugin.read(type, resource);
          expect(without(read?.state ?? {})).to.deep.equal(without(resource.state));
        });
      }

      it("deletes it, and succeeds when it is already deleted", async () => {
        await plugin.delete(type, resource);
        const read = await plugin.read(type, resource);
        // A membership is read as one of no groups.
        expect(read?.state.groups ?? []).to.deep.equal([]);
        if (read?.state.groups === undefined) expect(read).to.equal(undefined);
        await plugin.delete(type, resource);
      });
    });
  }
});

function without(state: Properties, lost: string[] = []): Properties {
  const kept = Object.entries(state).filter(([key]) => !lost.includes(key));
  const sorted = kept.map(([key, value]) => [
    key,
    Array.isArray(value) ? [...value].sort() : value,
  ]);
  return Object.fromEntries(sorted) as Properties;
}

function scalars(inputs: Properties): Properties {
  const plain = Object.entries(inputs).filter(([, value]) => typeof value !== "object");
  return Object.fromEntries(plain);
}
