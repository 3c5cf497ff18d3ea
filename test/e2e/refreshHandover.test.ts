/**
 * Proves that a key's secret survives refreshes of the state: after `up --refresh`, with and without
 * something to repair, a hand-over still holds the secret that AWS gave, and the key works.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  ListGroupsForUserCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type * as Age from "age-encryption";
import { expect } from "chai";
import { CustomerMachine } from "../automation/handover/support/shell";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

describe("a hand-over after a refresh", function () {
  const running = withSandbox(this, SETTINGS);
  let age: typeof Age;
  let identity: string;
  const machines: CustomerMachine[] = [];

  before(async () => {
    age = await import("age-encryption");
    identity = await age.generateX25519Identity();
    const recipient = await age.identityToRecipient(identity);
    for (const id of ["acme", "globex"]) {
      const file = `name: Customer\nrepositories: [edge-agent]\nageRecipient: ${recipient}\n`;
      running.project.write(id, file);
    }
    await up();
  });
  after(() => {
    for (const machine of machines) machine.remove();
  });

  async function up(...argv: string[]): Promise<string> {
    const run = await customersScript(running, ["up", "--yes", ...argv]);
    expect(run.code, run.stderr).to.equal(0);
    return run.stdout;
  }

  /** An update that repairs what was changed by hand; it names it and exits with 1. */
  async function repair(what: string): Promise<string> {
    const run = await customersScript(running, ["up", "--yes", "--refresh"]);
    expect(run.code, run.stderr).to.equal(1);
    expect(run.stderr).to.contain(`Repaired; it was changed by hand in AWS:\n  ${what}`);
    return run.stdout;
  }

  /** Hands the key over, unpacks the bundle as the customer does, and asks AWS whose key it is. */
  async function handedOverUser(customer: string): Promise<string | undefined> {
    const run = await customersScript(running, ["handover", customer]);
    expect(run.code, run.stderr).to.equal(0);
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    const bundle = readFileSync(
      join(running.project.directory, "handover", `${customer}-1.tar.age`),
    );
    const machine = new CustomerMachine();
    machines.push(machine);
    const input = await decrypter.decrypt(bundle);
    execFileSync("tar", ["-xf", "-", "--strip-components=1"], { cwd: machine.bundle, input });
    const user = await running.sandbox.view.user(customer);
    const [accessKeyId = ""] = Object.keys(user.keys);
    const secretAccessKey = readFileSync(join(machine.bundle, "secret-access-key"), "utf8").trim();
    const { endpoint, region } = running.sandbox.aws;
    const sts = new STSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
    return (await sts.send(new GetCallerIdentityCommand({}))).Arn;
  }

  it("holds the secret when the refreshes found nothing", async () => {
    expect(await up("--refresh")).to.contain("Nothing to do.");
    expect(await up("--refresh")).to.contain("Nothing to do.");
    expect(await handedOverUser("acme")).to.match(/:user\/customers\/acme$/);
  });

  it("holds the secret when a refresh found something to repair", async () => {
    const Tags = [{ Key: "team", Value: "support" }];
    await running.sandbox.view.iam.send(new TagUserCommand({ UserName: "globex", Tags }));
    await repair("user globex: the tag team is not in its file");
    expect(await handedOverUser("globex")).to.match(/:user\/customers\/globex$/);
  });

  interface ByHand {
    what: string;
    customer: string;
    /** Changes AWS. */
    change: (user: string, key: string) => Promise<void>;
    /** What the update repairs. */
    repaired: string;
  }
  const BY_HAND: readonly ByHand[] = [
    {
      what: "whose key was deleted by hand",
      customer: "acme",
      change: async (UserName, AccessKeyId) => {
        const { iam } = running.sandbox.view;
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      },
      repaired: "key 1 of acme is in its file, but not in AWS: ",
    },
    {
      what: "whose user was deleted by hand",
      customer: "globex",
      change: async (UserName, AccessKeyId) => {
        const { iam } = running.sandbox.view;
        const { Groups = [] } = await iam.send(new ListGroupsForUserCommand({ UserName }));
        for (const { GroupName } of Groups)
          await iam.send(new RemoveUserFromGroupCommand({ GroupName, UserName }));
        await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
        await iam.send(new DeleteUserCommand({ UserName }));
      },
      repaired: "AWS has no user globex: ",
    },
  ];

  for (const { what, customer, change, repaired } of BY_HAND) {
    it(`has to be repeated for a customer ${what}, as update, preview and doctor say`, async () => {
      const { view } = running.sandbox;
      const keyOf = async () => Object.keys((await view.user(customer)).keys);
      const [before = ""] = await keyOf();
      await change(customer, before);
      const another = new RegExp(
        `${customer} +key 1 is not the key that the customer has: hand it over\n`,
      );
      const updated = await repair(repaired);
      expect(updated).to.match(another);
      expect(updated).to.match(new RegExp(`1 new key to hand over:\n.* handover ${customer}\``));
      expect((await customersScript(running, ["preview"])).stdout).to.match(another);
      expect(await up()).to.match(another);
      const [key = ""] = await keyOf();
      expect(key).not.to.equal(before);
      expect((await customersScript(running, ["doctor", customer])).stdout).to.match(
        new RegExp(`key 1 is ${key}, not ${before}, which was handed over on `),
      );
      // Handed over, it is the customer's, and nothing says otherwise. The bundle of the other key is in the way.
      const refused = await customersScript(running, ["handover", customer]);
      expect([refused.code, refused.stderr.includes(`It holds key ${before}`)]).to.deep.equal([
        1,
        true,
      ]);
      rmSync(join(running.project.directory, "handover", `${customer}-1.tar.age`));
      expect(await handedOverUser(customer)).to.match(new RegExp(`:user/customers/${customer}$`));
      expect((await customersScript(running, ["preview"])).stdout).not.to.match(another);
    });
  }
});
