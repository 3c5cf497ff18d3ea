/**
 * Proves that customers with OIDC tokens get a role and its issuer from `up`, in one stack and in cells, that nothing
 * is left to do afterwards, and that previews name what each identity gains and loses while a customer moves.
 */
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { cellOf } from "../../src/access/cells";
import { customersScript } from "./support/customersScript";
import { expectAsFilesSay } from "./support/expectations";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = (more = "") => `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"${more}
  ecr-customers:repositories:
    edge-agent: {}
    sdk: { grants: tagged }
`;
const REPOSITORIES = "repositories: [edge-agent, sdk]\n";
const oidc = (issuer: string, subject: string) =>
  `oidc: { issuer: "https://${issuer}", audience: sts.amazonaws.com, subjects: ["${subject}"] }`;
const ACME = "oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF";
const tokens = (subject: string) =>
  `role globex with tokens for ${subject} of https://oidc.globex.example (audience sts.amazonaws.com)`;
const PULLER = "system:serviceaccount:prod:puller";

describe("a customer with OIDC tokens", function () {
  const running = withSandbox(this, SETTINGS());
  const run = (...argv: string[]) => customersScript(running, argv);
  const write = (id: string, ...lines: string[]) =>
    running.project.write(id, [`name: ${id}`, REPOSITORIES, ...lines, ""].join("\n"));
  const apply = async (...argv: string[]) => {
    const ended = await run("up", "--yes", ...argv);
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    await expectAsFilesSay(running);
    return ended.stdout;
  };
  const trustOf = async (RoleName: string) => {
    const { Role } = await running.sandbox.view.iam.send(new GetRoleCommand({ RoleName }));
    return JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""));
  };

  it("gets a role that trusts exactly its tokens, and the next run has nothing to do", async () => {
    write("acme", `identity: { ${oidc(ACME, PULLER)} }`);
    write("globex");
    await apply();
    const [statement] = (await trustOf("acme")).Statement;
    expect(statement).to.deep.equal({
      Sid: "Tokens",
      Effect: "Allow",
      Principal: { Federated: `arn:aws:iam::123456789012:oidc-provider/${ACME}` },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { [`${ACME}:aud`]: "sts.amazonaws.com", [`${ACME}:sub`]: [PULLER] },
      },
    });
    const { code, stdout } = await run("preview", "--expect-no-changes");
    expect(code, stdout).to.equal(0);
  });

  it("has each of its identities in the preview while it moves from a key", async () => {
    write("globex", `identity: { key: true, ${oidc("oidc.globex.example", "ci")} }`);
    const both = await run("preview");
    expect(both.stdout).to.contain(`pulls as user globex and ${tokens("ci")}`);
    await apply();
    write("globex", `identity: { ${oidc("oidc.globex.example", "ci")} }`);
    const after = await run("preview");
    expect(after.stdout).to.contain("LOSES its access as user globex");
    await apply();
  });

  it("counts a removed subject as a loss and another one as a gain", async () => {
    write("globex", `identity: { ${oidc("oidc.globex.example", "cd")} }`);
    const { stdout } = await run("preview");
    expect(stdout).to.contain(
      `globex  LOSES its access as ${tokens("ci")}, pulls as ${tokens("cd")}`,
    );
    await apply();
    const [statement] = (await trustOf("globex")).Statement;
    expect(statement.Condition.StringEquals["oidc.globex.example:sub"]).to.deep.equal(["cd"]);
  });

  it("keeps its role when it is suspended", async () => {
    write("globex", "status: suspended", `identity: { ${oidc("oidc.globex.example", "cd")} }`);
    await apply();
    expect((await trustOf("globex")).Statement).to.have.length(1);
  });
});

describe("customers with OIDC tokens in cells", function () {
  const running = withSandbox(this, SETTINGS("\n  ecr-customers:cells: 3"));
  this.timeout(240_000);
  const IDS = Array.from({ length: 6 }, (_, at) => `customer-${at}`);
  const apply = async (...argv: string[]) => {
    const ended = await customersScript(running, ["up", "--yes", ...argv]);
    expect(ended.code, ended.stdout + ended.stderr).to.equal(0);
    await expectAsFilesSay(running);
  };

  it("share the issuers of the base stack, which exist before the roles", async () => {
    expect(new Set(IDS.map((id) => cellOf(id, 3))).size).to.be.greaterThan(1);
    const write = (id: string, issuer: string) => {
      const text = `name: ${id}\n${REPOSITORIES}identity: { ${oidc(issuer, id)} }\n`;
      running.project.write(id, text);
    };
    for (const id of IDS) write(id, "oidc.one.example");
    await apply();
    for (const id of IDS.slice(0, 3)) write(id, "oidc.two.example");
    const before = running.sandbox.front.journal.calls().length;
    await apply("--allow-revocations", "3");
    const calls = running.sandbox.front.journal.calls().slice(before);
    const at = (action: string) => calls.findIndex((call) => call.action === action);
    expect(at("CreateOpenIDConnectProvider")).to.be.greaterThan(-1);
    expect(at("UpdateAssumeRolePolicy")).to.be.greaterThan(at("CreateOpenIDConnectProvider"));
  });
});
