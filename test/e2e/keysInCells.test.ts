/**
 * Proves that keys status and keys retire know which key is which when the customers are spread over
 * several stacks. Cells themselves are covered by test/e2e/cells.test.ts.
 */
import { expect } from "chai";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:cells: 3
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("keys of customers in cells", function () {
  const running = withSandbox(this, SETTINGS);

  it("are matched to their generations", async () => {
    const { project } = running;
    for (const id of ["acme", "globex", "hooli"]) {
      project.write(
        id,
        `name: ${id}\nrepositories: [edge-agent]\nkeys: { 2: active, 5: active }\n`,
      );
    }
    const up = await customersScript(running, ["up", "--yes"]);
    expect(up.code, up.stderr).to.equal(0);
    const { code, stdout, stderr } = await customersScript(running, [
      ...["keys", "status", "--json", "--fail"],
    ]);
    expect(code, stdout + stderr).to.equal(0);
    const { customers } = JSON.parse(stdout) as {
      customers: { keys: { generation: number; aws: { id: string } | null }[] }[];
    };
    const keys = customers.flatMap((customer) => customer.keys);
    expect(keys.map(({ generation }) => generation)).to.deep.equal([2, 5, 2, 5, 2, 5]);
    expect(new Set(keys.map(({ aws }) => aws?.id))).to.have.length(6);
    const retire = await customersScript(running, [
      "keys",
      "retire",
      "globex",
      "--force",
      "a test",
    ]);
    expect(retire.code, retire.stderr).to.equal(0);
  });
});
