/**
 * Proves that a customer with `regions` pulls in these and in no other region of the same repository, beside one that
 * pulls in all, and what a preview says about a customer that moves from one region to another. Judged by what the
 * emulator answers to calls signed with the customer's key.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { regionsOfPulls } from "./support/regionalPulls";
import { withSandbox } from "./support/withSandbox";

const [FRANKFURT, VIRGINIA] = ["eu-central-1", "us-east-1"] as const;
const SETTINGS = `config:
  aws:region: ${FRANKFURT}
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: { regions: [${FRANKFURT}, ${VIRGINIA}] }
`;
const FILE = "name: Acme\nrepositories: [edge-agent]\n";

describe("a customer of one region", function () {
  const running = withSandbox(this, SETTINGS);
  const succeed = async (argv: string) => {
    const { code, stdout, stderr } = await customersScript(running, argv.split(" "));
    expect(code, argv + stdout + stderr).to.equal(0);
    return stdout;
  };
  const pullsIn = (customer: string) =>
    regionsOfPulls(running, customer, {
      regions: [FRANKFURT, VIRGINIA],
      repositoryName: "edge-agent",
    });

  before(async () => {
    running.project.write("acme", `${FILE}regions: [${FRANKFURT}]\n`);
    running.project.write("globex", FILE);
    await succeed("up --yes");
  });

  it("pulls there and nowhere else, and others pull everywhere", async () => {
    expect(await pullsIn("acme")).to.deep.equal([FRANKFURT]);
    expect(await pullsIn("globex")).to.deep.equal([FRANKFURT, VIRGINIA]);
    expect(await succeed("access acme")).to.contain(`only in ${FRANKFURT}`);
    expect(await succeed("doctor acme")).to.contain(`should pull edge-agent in ${FRANKFURT}`);
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
    await succeed("access --prove");
    await succeed("preview --expect-no-changes");
  });

  it("moves to another region: the preview shows both, and the old one ends", async () => {
    running.project.write("acme", `${FILE}regions: [${VIRGINIA}]\n`);
    expect(await succeed("preview")).to.contain(
      `LOSES edge-agent in ${FRANKFURT}, gains edge-agent in ${VIRGINIA}`,
    );
    await succeed("up --yes");
    expect(await pullsIn("acme")).to.deep.equal([VIRGINIA]);
    expect(await pullsIn("globex")).to.deep.equal([FRANKFURT, VIRGINIA]);
    await succeed("preview --expect-no-changes");
  });

  it("gets all regions when the line is removed", async () => {
    running.project.write("acme", FILE);
    expect(await succeed("preview")).to.contain(`gains edge-agent in ${FRANKFURT}`);
    await succeed("up --yes");
    expect(await pullsIn("acme")).to.deep.equal([FRANKFURT, VIRGINIA]);
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  });
});
