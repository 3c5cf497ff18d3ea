/**
 * Proves that the workflow of a vendor whose customers are spread over cells applies a merge: it previews all cells, deploys
 * the base stack, the cells that change and the base stack again, runs only the cells of a later change, and its night
 * runs all of them. Stand-ins: support/vendorOrigin.ts. That GitHub runs cells side by side is not proved here.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { cellOf } from "../../src/access/cells";
import { VendorOrigin } from "./support/vendorOrigin";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: 2
  ecr-customers:repositories:
    edge-agent: {}
    orchestrator: {}
`;
/** One customer for each cell. */
const [FIRST = "", SECOND = ""] = [0, 1].map((cell) =>
  ["acme", "globex", "hooli", "initech", "umbrella"].find((id) => cellOf(id, 2) === cell),
);

describe("the workflow of a fresh vendor with cells", function () {
  const running = withSandbox(this, SETTINGS);
  // Each run starts several engines.
  this.timeout(240_000);
  let vendor: VendorOrigin;

  before(async () => {
    vendor = await VendorOrigin.create(running, undefined, "  ecr-customers:cells: 2\n");
  });
  after(() => vendor?.remove());

  function merge(id: string, text = "name: Customer\nrepositories: [edge-agent]\n"): void {
    writeFileSync(join(vendor.origin, "customers", `${id}.yaml`), text);
    vendor.git("add", "--all");
    vendor.git("commit", "--quiet", "-m", `Change ${id}`);
  }

  /** Applies main. @returns each step of our own that ran, with the job's cell where it says one. */
  async function applied(event_name = "push"): Promise<string[]> {
    const runs = await vendor.run("apply", "refs/heads/main", {
      event_name,
      ref: "refs/heads/main",
    });
    const own = ["Preview all cells", "Update", "Report what is left", "Keep the issue"];
    return runs
      .filter(({ code, step }) => code === 0 && own.includes(step))
      .map(({ step }) => step);
  }

  it("deploys the base stack, each cell and the base stack again", async () => {
    merge(FIRST);
    merge(SECOND);
    expect(await applied()).to.deep.equal([
      "Preview all cells",
      ...["Update", "Update", "Update", "Update"],
    ]);
    const users = await running.sandbox.view.users();
    expect(users.map(({ name }) => name)).to.have.members([FIRST, SECOND]);
  });

  it("runs only the cell of a customer that changes, and the base stack", async () => {
    merge(SECOND, "name: Customer\nrepositories: [edge-agent]\nstatus: suspended\n");
    expect(await applied()).to.deep.equal(["Preview all cells", "Update", "Update"]);
    const keys = async (id: string) => Object.values((await running.sandbox.view.user(id)).keys);
    expect([await keys(FIRST), await keys(SECOND)]).to.deep.equal([["Active"], ["Inactive"]]);
  });

  it("runs all cells in a night, and has nothing to report", async () => {
    expect(await applied("schedule")).to.deep.equal([
      "Preview all cells",
      ...["Update", "Update", "Update"],
      "Report what is left",
      "Keep the issue",
    ]);
    expect(vendor.asked()).to.deep.equal([""]);
  });
});
