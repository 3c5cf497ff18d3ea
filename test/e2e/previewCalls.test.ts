/**
 * Proves how little a preview without changes asks of AWS, with 50 customers in one stack: it reads each repository's
 * policy once, all at the same time, so one round trip, and nothing for each customer.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const CUSTOMERS = 50;
/** Milliseconds. */
const DELAY = 3_000;
const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: { grants: tagged }
    sdk: { grants: tagged, regions: [eu-central-1, us-east-1] }
`;

describe("a preview without changes", function () {
  const running = withSandbox(this, SETTINGS);

  it("asks for the policy of each repository and region, and nothing for each customer", async () => {
    for (let at = 1; at <= CUSTOMERS; at++) {
      running.project.write(`customer-${at}`, `name: C${at}\nrepositories: [edge-agent, sdk]\n`);
    }
    const { code, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stderr).to.equal(0);
    const { journal, faults } = running.sandbox.front;
    journal.reset();
    // Long enough that calls which wait for each other would not overlap.
    faults.delay(DELAY, "GetRepositoryPolicy");
    const preview = await customersScript(running, ["preview", "--expect-no-changes"]);
    expect(preview.code, preview.stdout).to.equal(0);
    const calls = journal.calls().map(({ action, region }) => `${action} ${region}`);
    expect(calls.filter((call) => call.startsWith("GetRepositoryPolicy")).sort()).to.deep.equal([
      "GetRepositoryPolicy eu-central-1",
      "GetRepositoryPolicy eu-central-1",
      "GetRepositoryPolicy us-east-1",
    ]);
    const policies = journal.calls("GetRepositoryPolicy").map(({ at, milliseconds = 0 }) => {
      const start = at.getTime();
      return { start, end: start + milliseconds };
    });
    // The last one begins before the first one is answered: one round trip.
    const [begin, answer] = [policies.map(({ start }) => start), policies.map(({ end }) => end)];
    expect(Math.max(...begin)).to.be.below(Math.min(...answer));
    const others = calls.filter((call) => !call.startsWith("GetRepositoryPolicy"));
    expect(others.length, others.join()).to.be.at.most(3);
  });
});
