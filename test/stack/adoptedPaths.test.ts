/**
 * Proves that a stack with adopted customers looks for users at every path, and that it stops doing so once each adoption
 * is finished. Does not prove the order of the writes: see test/e2e/adoption.test.ts.
 */
import { expect } from "chai";
import { declaredBy } from "../../scripts/release/declaredBy";
import type { Adopted } from "../../src/customers/model";
import { declareBase } from "../../src/stack/declareStack";
import { customer, TODAY } from "../access/support";
import { stackConfig } from "../customers/support";

const config = stackConfig();
const [repository = ""] = config.repositories.keys();
const OPEN: Adopted = { user: "AIDAACME", keys: [] };

const input = (adopted?: Adopted) => ({
  config,
  today: TODAY,
  customers: ["acme", "globex"].map((id) =>
    customer(id, {
      repositories: [repository],
      ...(id === "globex" && adopted !== undefined ? { adopted } : {}),
    }),
  ),
  project: "ecr-customers",
  stack: "prod",
});

/** The paths at which users are looked for, by the part of a stack that declares none. */
async function pathsAsked(adopted?: Adopted): Promise<unknown[]> {
  const asked: unknown[] = [];
  const celled = { ...input(adopted), config: { ...config, cells: 2 } };
  await declaredBy(() => declareBase(celled, new Map()), config.account, {
    listUsers: ({ pathPrefix }) => {
      asked.push(pathPrefix);
      return { names: [] };
    },
  });
  return asked;
}

describe("a stack with adopted customers", function () {
  this.timeout(60_000);

  it("looks for users at every path until their adoption is finished", async () => {
    expect(await pathsAsked(OPEN)).to.deep.equal(["/"]);
    expect(await pathsAsked({ ...OPEN, finished: TODAY })).to.deep.equal(["/customers/"]);
    expect(await pathsAsked()).to.deep.equal(["/customers/"]);
  });
});
