/** Proves which users and roles of an account a stack leaves to the other stacks of its project. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { declaredElsewhere } from "../../../automation/compare/elsewhere";

const settings = (account: string, prefix: string) => `config:
  aws:region: eu-central-1
  ecr-customers:account: "${account}"
  ecr-customers:namePrefix: ${prefix}
  ecr-customers:repositories:
    edge-agent: {}
`;
const OIDC =
  "oidc: { issuer: https://oidc.acme.example/id/1, audience: sts.amazonaws.com, subjects: [puller] }";
const ACCOUNT = "123456789012";

describe("what other stacks declare in an account", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "elsewhere-"));
    const write = (name: string, text: string) => writeFileSync(join(directory, name), text);
    write("Pulumi.yaml", "name: customers\nruntime: nodejs\n");
    for (const [stack, account] of [
      ["eu", ACCOUNT],
      ["us", ACCOUNT],
      ["other", "210987654321"],
    ] as const) {
      write(`Pulumi.${stack}.yaml`, settings(account, `${stack}-`));
    }
    mkdirSync(join(directory, "customers"));
    const customer = (id: string, more = "") =>
      write(`customers/${id}.yaml`, `name: ${id}\nrepositories: [edge-agent]\n${more}`);
    customer("acme");
    customer("globex", `identity: { ${OIDC} }\n`);
    customer("hooli", `identity: { key: true, ${OIDC.replace("puller", "hooli")} }\n`);
  });
  after(() => rmSync(directory, { recursive: true }));

  it("are the users and the roles of their customers, under their names", () => {
    const { users, roles } = declaredElsewhere(
      { stack: "eu", account: ACCOUNT },
      { directory, today: "2026-11-29" },
    );
    expect([...users].sort()).to.deep.equal(["us-acme", "us-hooli"]);
    expect([...roles].sort()).to.deep.equal(["us-globex", "us-hooli"]);
  });
});
