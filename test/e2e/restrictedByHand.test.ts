/**
 * Proves that what someone revokes in AWS by hand, as in an emergency, is given back by no update by itself: neither by
 * the nightly one, which names it, nor by one of the day that writes the same policy; only by `--restore`.
 */
import { expect } from "chai";
import {
  ListAccessKeysCommand,
  RemoveUserFromGroupCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { GetRepositoryPolicyCommand, SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import { customersScript } from "./support/customersScript";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    sdk: {}
`;

interface Document {
  Statement: { Effect: string; Principal: { AWS: string | string[] } }[];
}

const TAKEN = [
  "key 1 of acme is Inactive in AWS, but Active according to its file",
  "user hooli is not in the group ecr-customers: customer hooli cannot log in",
  "the policy of edge-agent in eu-central-1 does not name customer globex: customer globex cannot pull edge-agent",
  "the statement of ecr-customers in the policy of sdk in eu-central-1 has the effect Deny",
];

for (const cells of [1, 2]) {
  describe(`what was revoked by hand, in ${cells === 1 ? "one stack" : "cells"}`, function () {
    const settings = cells === 1 ? SETTINGS : `${SETTINGS}  ecr-customers:cells: "${cells}"\n`;
    const running = withSandbox(this, settings);
    const run = (...argv: string[]) => customersScript(running, argv);

    async function document(repositoryName: string): Promise<Document> {
      const { ecr } = running.sandbox.view;
      const { policyText = "" } = await ecr.send(
        new GetRepositoryPolicyCommand({ repositoryName }),
      );
      return JSON.parse(policyText) as Document;
    }

    async function rewrite(repositoryName: string, change: (document: Document) => void) {
      const changed = await document(repositoryName);
      change(changed);
      const policyText = JSON.stringify(changed);
      const { ecr } = running.sandbox.view;
      await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    }

    /** What is left of the four customers' access. */
    async function held() {
      const { view } = running.sandbox;
      const { AWS = [] } = (await document("edge-agent")).Statement[0]?.Principal ?? {};
      return {
        acme: Object.values((await view.user("acme")).keys),
        hooli: (await view.user("hooli")).groups,
        named: [AWS].flat().map((arn) => arn.slice(arn.lastIndexOf("/") + 1)),
        sdk: (await document("sdk")).Statement[0]?.Effect,
      };
    }

    const customer = (id: string, repository = "edge-agent") =>
      running.project.write(id, `name: ${id}\nrepositories: [${repository}]\n`);

    before(async () => {
      for (const id of ["acme", "globex", "hooli"]) customer(id);
      customer("umbrella", "sdk");
      const { code, stderr } = await run("up", "--yes");
      expect(code, stderr).to.equal(0);
      const { iam } = running.sandbox.view;
      const UserName = "acme";
      const { AccessKeyMetadata } = await iam.send(new ListAccessKeysCommand({ UserName }));
      const { AccessKeyId } = AccessKeyMetadata?.[0] ?? {};
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
      const member = { UserName: "hooli", GroupName: "ecr-customers" };
      await iam.send(new RemoveUserFromGroupCommand(member));
      await rewrite("edge-agent", ({ Statement: [own] }) => {
        const { AWS } = own!.Principal;
        own!.Principal.AWS = [AWS].flat().filter((arn) => !arn.endsWith("/globex"));
      });
      await rewrite("sdk", ({ Statement: [own] }) => (own!.Effect = "Deny"));
    });

    it("is left by the nightly update, which names it and exits with 1, each night", async () => {
      const before = await held();
      const night = await run("up", "--refresh", "--yes");
      expect(night.code, night.stderr).to.equal(1);
      for (const words of TAKEN) expect(night.stderr).to.contain(words);
      expect(night.stderr).to.contain("up --restore");
      expect(night.stderr).not.to.contain("Repaired");
      expect(await held()).to.deep.equal(before);
      const again = await run("up", "--refresh", "--yes");
      expect([again.code, await held()], again.stderr).to.deep.equal([1, before]);
    });

    it("is left by an update of the day, also where that writes the same policy", async () => {
      const before = await held();
      customer("initech");
      const preview = await run("preview");
      expect(preview.stdout).to.contain(
        "Revoked by hand in AWS; this update does not give it back:\n" +
          "  the policy of edge-agent in eu-central-1 does not name customer globex.",
      );
      const { code, stderr } = await run("up", "--yes");
      expect(code, stderr).to.equal(1);
      expect(stderr).to.contain(TAKEN[2]);
      const after = { ...before, named: ["acme", "hooli", "initech"] };
      expect(await held()).to.deep.equal(after);
      const night = await run("up", "--refresh", "--yes");
      expect([night.code, await held()], night.stderr).to.deep.equal([1, after]);
      for (const words of TAKEN) expect(night.stderr).to.contain(words);
    });

    it("is given back by `up --restore`, which then is no news", async () => {
      const { code, stderr } = await run("up", "--restore", "--yes");
      expect(code, stderr).to.equal(0);
      expect(await held()).to.deep.equal({
        acme: ["Active"],
        hooli: ["ecr-customers"],
        named: ["acme", "globex", "hooli", "initech"],
        sdk: "Allow",
      });
      expect((await run("drift")).stdout).to.equal("AWS holds what the files say.\n");
    });
  });
}
