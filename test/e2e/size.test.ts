/**
 * Proves that more customers than a repository's policy can name are a problem before anything is
 * written, and that the remedy it names works, with the real engine.
 */
import { expect } from "chai";
import { ProblemsError } from "../../src/problem";
import { deploy } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const CUSTOMERS = 260;

function settings(edgeAgent: string): string {
  return [
    "config:",
    "  aws:region: eu-central-1",
    '  ecr-customers:account: "123456789012"',
    "  ecr-customers:repositories:",
    `    edge-agent: ${edgeAgent}`,
    "",
  ].join("\n");
}

describe("260 customers on one repository", function () {
  // The state is not what is looked at here, and writing it after each of 1,000 steps takes a minute.
  const running = withSandbox(this, settings("{}"), { PULUMI_SKIP_CHECKPOINTS: "true" });

  before(() => {
    for (let number = 1; number <= CUSTOMERS; number++) {
      const id = `c${String(number).padStart(4, "0")}`;
      running.project.write(id, `name: Customer ${number}\nrepositories: [edge-agent]\n`);
    }
  });

  it("are a problem that names size, limit, customers and remedy, and nothing is written", () => {
    const before = running.sandbox.front.journal.writes();
    expect(() => running.project.load())
      .to.throw(ProblemsError)
      .with.property("message")
      .that.contains(
        "repositories.edge-agent: expected a policy of at most 10,240 characters for repository edge-agent, " +
          "got 12,944 for its 260 customers. Write `edge-agent: { grants: tagged }` in the stack's repositories. [policy-size]",
      );
    expect(running.sandbox.front.journal.writes()).to.equal(before);
  });

  it("are deployed with `grants: tagged`", async () => {
    running.project.settings(settings("{ grants: tagged }"));
    const found = await deploy(running);
    expect(found.users).to.have.length(CUSTOMERS);
    const tagged = found.users.filter((user) => user.tags?.["pull:edge-agent"] === "allow");
    expect(tagged).to.have.length(CUSTOMERS);
    expect(await running.sandbox.view.repositoryPolicy("edge-agent")).to.equal(undefined);
  });
});
