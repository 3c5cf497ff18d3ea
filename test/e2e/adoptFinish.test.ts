/**
 * Proves that `adopt --finish` removes each kind of right that a user had before its file, a managed policy, a group and a
 * console password, that each one is kept while it is in use, and that the user still pulls. Inline policies are in
 * test/e2e/adoption.test.ts. Judged by what AWS holds.
 */
import {
  AttachUserPolicyCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  GetLoginProfileCommand,
  ListAttachedUserPoliciesCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { signedPull } from "./support/customerKey";
import { customersScript } from "./support/customersScript";
import { adoptedFile, plantGroup, plantUser, type PlantedUser } from "./support/plantedUsers";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;
const DAYS_AGO = (days: number) => new Date(Date.now() - days * 86_400_000);

describe("the end of an adoption", function () {
  const running = withSandbox(this, SETTINGS);
  // The first `adopt --finish` reads 90 days of CloudTrail, at two calls a second.
  this.timeout(180_000);
  const planted = new Map<string, PlantedUser>();
  const user = (id: string) => planted.get(id)!;

  async function finish(id: string) {
    const { code, stdout, stderr } = await customersScript(running, [
      ...["adopt", "--finish", id, "--yes"],
    ]);
    return { code, written: stdout + stderr };
  }

  async function attached(UserName: string): Promise<string[]> {
    const { iam } = running.sandbox.view;
    const { AttachedPolicies = [] } = await iam.send(
      new ListAttachedUserPoliciesCommand({ UserName }),
    );
    return AttachedPolicies.map(({ PolicyName = "" }) => PolicyName);
  }

  async function hasPassword(UserName: string): Promise<boolean> {
    const { iam } = running.sandbox.view;
    return iam.send(new GetLoginProfileCommand({ UserName })).then(
      () => true,
      (error: unknown) => {
        if ((error as Error).name === "NoSuchEntityException") return false;
        throw error;
      },
    );
  }

  before(async () => {
    const { project, sandbox } = running;
    await plantGroup(running, "partners");
    for (const [id, rights] of Object.entries({
      managed: {},
      grouped: { group: "partners" },
      console: {},
    })) {
      const one = await plantUser(running, { name: id, inlinePull: true, ...rights });
      planted.set(id, one);
      project.write(id, adoptedFile(one, ["edge-agent"]));
    }
    // The emulator lets AWS's own policies be attached, and does not show them.
    const PolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "ecr:*", Resource: "*" }],
    });
    const policy = { PolicyName: "ecr-everything", PolicyDocument };
    const { Policy } = await sandbox.view.iam.send(new CreatePolicyCommand(policy));
    const attach = { UserName: "managed", PolicyArn: Policy?.Arn };
    await sandbox.view.iam.send(new AttachUserPolicyCommand(attach));
    const login = { UserName: "console", Password: "Initial-1-password" };
    await sandbox.view.iam.send(new CreateLoginProfileCommand(login));
    const { code, stdout, stderr } = await customersScript(running, ["up", "--yes"]);
    expect(code, stdout + stderr).to.equal(0);
  });

  /** What is used keeps everything; what is no longer used goes. */
  const CASES: {
    id: string;
    use: (at: Date) => void;
    said: string;
    isThere: () => Promise<boolean>;
  }[] = [
    {
      id: "managed",
      use: (at) => {
        const [key] = user("managed").keys;
        const use = { service: "ecr", action: "DescribeImages", at };
        running.sandbox.front.keyUses.noteAction(key!.accessKeyId, use);
      },
      said: "it called ecr:DescribeImages at ",
      isThere: async () => (await attached("managed")).includes("ecr-everything"),
    },
    {
      id: "grouped",
      use: (at) => {
        const [key] = user("grouped").keys;
        const use = { service: "s3", region: "eu-central-1", at };
        running.sandbox.front.keyUses.noteUse(key!.accessKeyId, use);
      },
      said: "was used for s3 at ",
      isThere: async () => {
        const [held] = await running.sandbox.view.users(["grouped"]);
        return held?.groups.includes("partners") === true;
      },
    },
    {
      id: "console",
      use: (at) => running.sandbox.front.keyUses.noteSignIn("console", at),
      said: "it signed in to the AWS console at ",
      isThere: () => hasPassword("console"),
    },
  ];
  for (const { id, use, said, isThere } of CASES) {
    it(`keeps what ${id} has while it is in use, and removes it after 90 days`, async () => {
      use(DAYS_AGO(10));
      const refused = await finish(id);
      expect(refused.code, refused.written).to.equal(2);
      expect(refused.written).to.contain(said);
      expect(await isThere()).to.equal(true);
      use(DAYS_AGO(100));
      const finished = await finish(id);
      expect(finished.code, finished.written).to.equal(0);
      expect(await isThere()).to.equal(false);
      await signedPull(running)(user(id).keys[0]!, "edge-agent");
    });
  }
});
