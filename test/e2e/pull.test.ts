/**
 * Proves the last step of the job with the clients that customers use: a customer pulls what the vendor
 * pushed, with `aws ecr get-login-password`, `crane` and the ECR credential helper; and everything that the
 * files do not grant is refused, with the message that the customer sees. The emulator decides, from the
 * policies that the engine has deployed. Not covered: how long AWS takes to act on a change.
 * The same refusals against the bare emulator: test/sandbox/registry/registry.test.ts.
 */
import { expect } from "chai";
import type { OciClient } from "../../sandbox/ociClient";
import { deploy } from "./support/expectations";
import {
  expectLogin,
  expectNoPull,
  expectPull,
  expectPush,
  withMachines,
} from "./support/machines";
import { ATTEMPTS, noGrant, notAuthorized, userArn } from "./support/pullRefusals";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    dashboard: {}
    edge-agent: {}
    orchestrator: {}
    telemetry-sdk: { grants: tagged }
`;
const REPOSITORIES = ["dashboard", "edge-agent", "orchestrator", "telemetry-sdk"] as const;

const DAY = 24 * 60 * 60 * 1000;
const isoDate = (time: number) => new Date(time).toISOString().slice(0, "YYYY-MM-DD".length);
const TODAY = isoDate(Date.now());
const YESTERDAY = isoDate(Date.now() - DAY);

const INVALID_KEY =
  "An error occurred (UnrecognizedClientException) when calling the GetAuthorizationToken operation: The security token included in the request is invalid.";

describe("a customer's pull", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  /** Repository → digest of what the vendor pushed as `1.0`. */
  const digests: Record<string, string> = {};
  let acme: OciClient;

  const customer = (id: string, text: string) =>
    running.project.write(id, `name: ${id}\n${text}\n`);

  before(async () => {
    customer("acme", "repositories: [edge-agent, telemetry-sdk]");
    customer("globex", "repositories: [orchestrator]");
    customer("hooli", "repositories: [edge-agent, telemetry-sdk]");
    customer("initech", `repositories: [edge-agent]\nexpires: ${YESTERDAY}`);
    customer("soylent", "repositories: [edge-agent]\nkeys: { 1: active, 2: active }");
    customer("umbrella", "repositories: [edge-agent]");
    running.project.today = YESTERDAY;
    await deploy(running);
    const vendor = await machines.vendor();
    for (const repository of REPOSITORIES) {
      digests[repository] = await expectPush(vendor, `${repository}:1.0`);
    }
    acme = await machines.loggedIn("acme");
  });

  const pullsAll = async (machine: OciClient, ...repositories: string[]) => {
    expect(repositories).not.to.deep.equal([]);
    for (const repository of repositories) {
      await expectPull(machine, `${repository}:1.0`, digests[repository] ?? "");
    }
  };

  describe("of a granted repository", () => {
    it("gets the vendor's image, from a repository with named grants and from one with tagged grants", async () => {
      expect(new Set(Object.values(digests))).to.have.length(REPOSITORIES.length);
      await pullsAll(acme, "edge-agent", "telemetry-sdk");
    });

    it("gets it with the credential helper too, by the registry's real host name", async () => {
      const [plain] = await machines.of("acme");
      const machine = machines.with(plain?.key, true);
      machine.useCredentialHelper();
      expect(machine.registry).to.equal("123456789012.dkr.ecr.eu-central-1.amazonaws.com");
      await pullsAll(machine, "edge-agent", "telemetry-sdk");
      await expectNoPull(machine, "dashboard:1.0", noGrant("acme", "BatchGetImage", "dashboard"));
    });

    it("works with each of two keys", async () => {
      const both = await machines.of("soylent");
      expect(both).to.have.length(2);
      for (const machine of both) {
        await expectLogin(machine);
        await pullsAll(machine, "edge-agent");
      }
    });

    it("is visible to the vendor, with the key that was used", async () => {
      const { journal, keyUses } = running.sandbox.front;
      const accessKeyId = acme.key?.accessKeyId ?? "";
      journal.reset();
      const before = Date.now();
      await pullsAll(acme, "edge-agent");
      const pulls = journal.calls("BatchGetImage");
      expect(pulls.map((call) => [call.accessKeyId, call.parameters])).to.deep.equal([
        [accessKeyId, { repositoryName: "edge-agent" }],
      ]);
      expect(journal.calls("GetDownloadUrlForLayer")).to.have.length(2);
      expect(keyUses.of(accessKeyId)?.at.getTime()).to.be.at.least(before);
    });
  });

  describe("of anything else is refused:", () => {
    for (const [what, repository] of [
      ["another repository", "dashboard"],
      ["another customer's repository", "orchestrator"],
      ["a repository that does not exist, in the same words", "no-such"],
    ] as const) {
      it(what, () =>
        expectNoPull(
          acme,
          `${repository}:1.0`,
          `DENIED: ${noGrant("acme", "BatchGetImage", repository)}`,
        ),
      );
    }

    it("(with at least six kinds of attempts)", () =>
      expect(ATTEMPTS).to.have.length.greaterThan(5));

    for (const { what, action, repository, call } of ATTEMPTS) {
      it(what, async () => {
        const answer = await call(acme, digests);
        expect(answer.code, answer.output).to.be.greaterThan(0);
        expect(answer.stdout).to.equal("");
        expect(answer.stderr).to.include(noGrant("acme", action, repository));
      });
    }

    it("and no attempt changes anything", async () => {
      const vendor = await machines.vendor();
      await pullsAll(vendor, ...REPOSITORIES);
      const tags = await vendor.crane("ls", vendor.reference("edge-agent"));
      expect(tags.stdout).to.equal("1.0\n");
    });
  });

  describe("without a valid key is refused with", () => {
    it("no key", async () => {
      const anonymous = machines.with();
      expect((await anonymous.login()).stderr).to.include("Unable to locate credentials");
      await expectNoPull(anonymous, "edge-agent:1.0", "401 Unauthorized: Not Authorized");
    });

    it("a wrong secret", async () => {
      const accessKeyId = acme.key?.accessKeyId ?? "";
      const guesser = machines.with({ accessKeyId, secretAccessKey: "a guess" });
      const answer = await guesser.login();
      expect(answer.code).to.be.greaterThan(0);
      expect(answer.stderr).to.include("(InvalidSignatureException)");
      await expectNoPull(guesser, "edge-agent:1.0", "401 Unauthorized: Not Authorized");
    });

    it("a key that never existed", async () => {
      const secretAccessKey = acme.key?.secretAccessKey ?? "";
      const answer = await machines
        .with({ accessKeyId: "AKIANEVERMADE0000000", secretAccessKey })
        .login();
      expect(answer.stderr).to.include(INVALID_KEY);
    });
  });

  describe("after its last day is refused", () => {
    it("by AWS itself, without an update since", async () => {
      const { keys } = await running.sandbox.view.user("initech");
      expect(Object.values(keys)).to.deep.equal(["Active"]);
      const [initech] = await machines.of("initech");
      const answer = await initech?.login();
      expect(answer?.stderr).to.include(
        `(AccessDeniedException) when calling the GetAuthorizationToken operation: User: ${userArn("initech")} is not authorized to perform: ecr:GetAuthorizationToken on resource: * with an explicit deny in an identity-based policy`,
      );
    });
  });

  describe("after an update", () => {
    const loggedIn: Record<string, OciClient> = {};
    let soylent: OciClient[];
    let initech: OciClient | undefined;

    before(async () => {
      for (const id of ["hooli", "umbrella"]) {
        loggedIn[id] = await machines.loggedIn(id);
        await pullsAll(loggedIn[id], "edge-agent");
      }
      soylent = await machines.of("soylent");
      for (const machine of soylent) await expectLogin(machine);
      [initech] = await machines.of("initech");

      customer("hooli", "repositories: [edge-agent, telemetry-sdk]\nstatus: suspended");
      customer("soylent", "repositories: [edge-agent]\nkeys: { 1: inactive, 2: active }");
      running.project.remove("umbrella");
      running.project.today = TODAY;
      await deploy(running);
    });

    it("that suspends the customer is refused, with an earlier login too", async () => {
      const { hooli } = loggedIn;
      for (const repository of ["edge-agent", "telemetry-sdk"]) {
        const message = notAuthorized(
          "hooli",
          "BatchGetImage",
          repository,
          "with an explicit deny in an identity-based policy",
        );
        await expectNoPull(hooli as OciClient, `${repository}:1.0`, `DENIED: ${message}`);
      }
      expect((await hooli?.login())?.stderr).to.include(INVALID_KEY);
    });

    it("after its last day is refused because its key is inactive", async () => {
      expect((await initech?.login())?.stderr).to.include(INVALID_KEY);
    });

    it("that removes the customer is refused, with an earlier login too", async () => {
      const { umbrella } = loggedIn;
      const message = "DENIED: Your Authorization Token is invalid.";
      await expectNoPull(umbrella as OciClient, "edge-agent:1.0", message);
      expect((await umbrella?.login())?.stderr).to.include(INVALID_KEY);
    });

    it("that sets a key inactive is refused for new logins with it, and works with the other", async () => {
      const { keys } = await running.sandbox.view.user("soylent");
      const statusOf = (machine: OciClient) => keys[machine.key?.accessKeyId ?? ""];
      const inactive = soylent.find((machine) => statusOf(machine) === "Inactive") as OciClient;
      const active = soylent.find((machine) => statusOf(machine) === "Active") as OciClient;
      // At AWS, a login outlives its key: to end access, a customer is suspended.
      await pullsAll(inactive, "edge-agent");
      expect((await inactive.login()).stderr).to.include(INVALID_KEY);
      await expectLogin(active);
      await pullsAll(active, "edge-agent");
    });

    it("that concerns others still works with an earlier login", () =>
      pullsAll(acme, "edge-agent", "telemetry-sdk"));

    it("that resumes the customer works again with the same key", async () => {
      customer("hooli", "repositories: [edge-agent, telemetry-sdk]");
      await deploy(running);
      await pullsAll(loggedIn["hooli"] as OciClient, "edge-agent", "telemetry-sdk");
    });
  });
});
