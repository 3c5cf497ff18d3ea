/**
 * Check and diff of the local AWS plugin as pure functions.
 *
 * Proves: defaults, names, what is missing or unexpected; what counts as a change, in place or by
 * replacement, and in which order. Opens no socket.
 * Does not prove: the rules of each resource type (contract.test.ts), nor the real plugin's.
 */
import { expect } from "chai";
import { changesOf, deletesFirst } from "../../../sandbox/provider/changes";
import { checked } from "../../../sandbox/provider/check";
import { resourceType } from "../../../sandbox/provider/resourceType";
import { UNKNOWN, type Properties } from "../../../sandbox/provider/values";

interface Inputs {
  name: string;
  owner: string;
  status: string;
  tags: Record<string, string>;
  region: string;
  scanning: Properties;
}

const never = () => Promise.reject(new Error("not called"));

const type = resourceType<Inputs, Inputs>({
  token: "test:index:Thing",
  inputs: {
    name: { autoname: true },
    owner: { required: true, replaces: true },
    status: { default: "Active", problem: (value) => (value === "?" ? "is odd" : undefined) },
    tags: {},
    region: { region: true, replaces: true },
    scanning: { keptIfUnset: true, replaces: true },
  },
  computed: [],
  create: never,
  read: never,
  delete: never,
});

const options = {
  name: "thing",
  olds: {},
  randomSeed: Buffer.from("abcdef"),
  region: "eu-central-1",
};
const state = { name: "n", owner: "o", status: "Active", region: "eu-central-1" };

describe("local AWS plugin: check", () => {
  it("fills in defaults, the region and a name", () => {
    const { inputs, failures } = checked(type, { owner: "o" }, options);
    expect(failures).to.be.empty;
    expect(inputs).to.deep.equal({ ...state, name: "thing-6162636" });
  });

  it("keeps the name that it generated before", () => {
    const olds = { name: "thing-1111111" };
    const { inputs } = checked(type, { owner: "o" }, { ...options, olds });
    expect(inputs.name).to.equal("thing-1111111");
  });

  it("reports what is missing, wrong or unexpected", () => {
    const { failures } = checked(type, { status: "?", color: "red" }, options);
    expect(failures.map(({ property }) => property)).to.deep.equal(["owner", "status", "color"]);
  });

  it("accepts values that a preview does not know", () => {
    const news = { owner: UNKNOWN, status: UNKNOWN, tags: { a: UNKNOWN } };
    const { inputs, failures } = checked(type, news, options);
    expect(failures).to.be.empty;
    expect(inputs).to.deep.include(news);
  });
});

describe("local AWS plugin: diff", () => {
  const changes = (news: Properties, old: Properties = state, ignored: string[] = []) =>
    changesOf(type, old, { ...state, ...news }, ignored);

  it("is empty for equal inputs, and for missing instead of empty ones", () => {
    expect(changes({})).to.be.empty;
    expect(changes({ tags: {} })).to.be.empty;
    expect(changes({}, { ...state, tags: {} })).to.be.empty;
    expect(changes({ status: undefined })).to.be.empty;
  });

  it("names each changed entry of a map", () => {
    const old = { ...state, tags: { kept: "1", gone: "1", changed: "1" } };
    const found = changes({ tags: { kept: "1", changed: "2", "new:er": "1" } }, old);
    expect(found.map(({ path, kind }) => [path, kind])).to.deep.equal([
      [`tags["changed"]`, "update"],
      [`tags["gone"]`, "delete"],
      [`tags["new:er"]`, "add"],
    ]);
  });

  it("names each changed entry of a list, and the output that mirrors an input", () => {
    const listed = resourceType<{ groups: string[]; tags: Properties }, never>({
      token: "test:index:Listed",
      inputs: { groups: {}, tags: { mirroredBy: "tagsAll" } },
      computed: [],
      create: never,
      read: never,
      delete: never,
    });
    const old = { groups: ["b", "a"], tags: {} };
    const found = changesOf(listed, old, { groups: ["a", "c", "d"], tags: { x: "1" } });
    expect(found.map(({ path, kind, key }) => [path, kind, key])).to.deep.equal([
      ["groups[1]", "update", "groups"],
      ["groups[2]", "add", "groups"],
      ['tags["x"]', "add", "tags"],
      ['tagsAll["x"]', "add", "tagsAll"],
    ]);
  });

  it("removes what the program no longer sets", () => {
    expect(changes({}, { ...state, tags: { a: "1" } }).map(({ kind }) => kind)).to.deep.equal([
      "delete",
    ]);
  });

  it("replaces for another or an unknown owner, not for another status", () => {
    expect(changes({ owner: "p" }).map(({ replaces }) => replaces)).to.deep.equal([true]);
    expect(changes({ owner: UNKNOWN }).map(({ replaces }) => replaces)).to.deep.equal([true]);
    expect(changes({ status: "Inactive" }).map(({ replaces }) => replaces)).to.deep.equal([false]);
  });

  it("keeps what the program does not set", () => {
    const old = { ...state, scanning: { onPush: true } };
    expect(changes({}, old)).to.be.empty;
    expect(changes({ scanning: { onPush: false } }, old)).to.have.length(1);
  });

  it("ignores what the program asks it to ignore", () => {
    expect(changes({ owner: "p", status: "Inactive" }, state, ["owner"])).to.have.length(1);
    expect(changes({ tags: { a: "1", b: "1" } }, state, [`tags["a"]`])).to.have.length(1);
  });

  it("deletes first when both would have the name that the program sets", () => {
    const first = (name: string, old = name) =>
      deletesFirst(type, { ...state, name: old }, { ...state, name }, "thing");
    expect(first("n")).to.equal(true);
    expect(first("n", "other")).to.equal(false);
    expect(first("thing-0a1b2c3")).to.equal(false);
    expect(first("thing-by-hand")).to.equal(true);
  });
});
