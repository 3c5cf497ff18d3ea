/**
 * Proves what one run does about a key that someone has created by hand: of a customer whose access has ended it is
 * inactive afterwards; of one that may pull it is named and left, for it may be the one that the customer uses.
 */
import { CreateAccessKeyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a key that was created by hand", function () {
  const running = withSandbox(this, SETTINGS);
  const text = (id: string) => `name: ${id}\nrepositories: [edge-agent]\n`;

  it("is inactive within one run when its customer ends, and named and left when it may pull", async () => {
    const { project, sandbox } = running;
    for (const id of ["acme", "globex"]) project.write(id, text(id));
    expect((await customersScript(running, ["up", "--yes"])).code).to.equal(0);
    const made: string[] = [];
    for (const UserName of ["acme", "globex"]) {
      const { AccessKey } = await sandbox.view.iam.send(new CreateAccessKeyCommand({ UserName }));
      made.push(AccessKey?.AccessKeyId ?? "");
    }
    project.write("acme", `${text("acme")}status: suspended\n`);
    const { code, stdout, stderr } = await customersScript(running, ["up", "--yes", "--refresh"]);
    expect(code, stderr).to.equal(1);
    const [ended = "", entitled = ""] = made;
    expect((await sandbox.view.user("acme")).keys[ended]).to.equal("Inactive");
    expect((await sandbox.view.user("globex")).keys[entitled]).to.equal("Active");
    expect(stdout + stderr).to.contain("globex");
    expect(stdout + stderr).to.contain(entitled);
  });
});
