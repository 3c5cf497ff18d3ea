/**
 * Proves with the clients that customers use that a customer without a key pulls with tokens of its own issuer, and that
 * nothing else pulls in its place: other subjects, audiences and issuers, expired tokens, those of other customers, and its own
 * once its access has ended, with a session that was open before. The emulator judges by the role's trust policy, and the
 * sandbox checks the token (sandbox/aws/webIdentity.ts). Not covered: how long AWS takes to act on a change, and AWS's cache of
 * an issuer's keys.
 */
import { UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import type { OciClient } from "../../sandbox/ociClient";
import { type OidcIssuer, startOidcIssuer, type TokenClaims } from "../../sandbox/oidcIssuer";
import { customersScript } from "./support/customersScript";
import {
  expectLogin,
  expectNoPull,
  expectPull,
  expectPush,
  withMachines,
} from "./support/machines";
import { withSandbox } from "./support/withSandbox";

const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
    telemetry-sdk: { grants: tagged }
`;
const REPOSITORIES = ["edge-agent", "telemetry-sdk"] as const;
const ISSUER = "https://oidc.customers.example/id/1";
const AUDIENCE = "sts.amazonaws.com";
const subjectOf = (customer: string) => `system:serviceaccount:${customer}:puller`;
const roleOf = (customer: string) => `arn:aws:iam::123456789012:role/customers/${customer}`;
const oidc = (customer: string) =>
  `oidc: { issuer: ${ISSUER}, audience: ${AUDIENCE}, subjects: ["${subjectOf(customer)}"] }`;
const file = (name: string, identity: string) =>
  `name: ${name}\nrepositories: [edge-agent, telemetry-sdk]\nidentity: { ${identity} }\n`;
const DENIED = "explicit deny";

describe("a customer that pulls with tokens", function () {
  const running = withSandbox(this, SETTINGS);
  const machines = withMachines(running);
  const digests: Record<string, string> = {};
  let issuer: OidcIssuer;

  const run = (argv: string, ...more: string[]) =>
    customersScript(running, [...argv.split(" "), ...more]);
  const succeed = async (argv: string, ...more: string[]) => {
    const { code, stdout, stderr } = await run(argv, ...more);
    expect(code, argv + stdout + stderr).to.equal(0);
    return stdout;
  };
  const tokenOf = (customer: string, changes: Partial<TokenClaims> = {}, by = issuer) =>
    by.token({ subject: subjectOf(customer), audience: AUDIENCE, ...changes });
  const machineOf = async (customer: string, token?: string) =>
    machines.withToken({ roleArn: roleOf(customer), token: token ?? (await tokenOf(customer)) });
  const loggedIn = async (customer: string) => {
    const machine = await machineOf(customer);
    await expectLogin(machine);
    return machine;
  };
  const pullsAll = async (machine: OciClient) => {
    for (const name of REPOSITORIES) await expectPull(machine, `${name}:1.0`, digests[name] ?? "");
  };
  const pullsNothing = async (machine: OciClient, message: string | RegExp = DENIED) => {
    for (const name of REPOSITORIES) await expectNoPull(machine, `${name}:1.0`, message);
  };
  const loginIsRefused = async (machine: OciClient, message: string | RegExp) => {
    const { code, stderr } = await machine.login();
    expect(code, stderr).not.to.equal(0);
    expect(stderr).to.match(new RegExp(message));
  };

  before(async () => {
    issuer = await startOidcIssuer(ISSUER);
    running.sandbox.front.oidcIssuers.serve(ISSUER, issuer.address);
    running.project.write("acme", file("Acme", oidc("acme")));
    running.project.write("globex", file("Globex", oidc("globex")));
    await succeed("up --yes");
    const vendor = await machines.vendor();
    for (const name of REPOSITORIES) digests[name] = await expectPush(vendor, `${name}:1.0`);
  });
  after(() => issuer.stop());

  it("has a role instead of a user, and pulls through it", async () => {
    await pullsAll(await loggedIn("acme"));
    await pullsAll(await loggedIn("globex"));
    expect(await running.sandbox.view.listUsers()).to.deep.equal([]);
    await succeed("preview --expect-no-changes");
    await succeed("access --prove");
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
    expect(await succeed("doctor acme")).to.contain("acme");
  });

  describe("is refused with", () => {
    const OTHER = "https://oidc.unknown.example";
    let impostor: OidcIssuer;
    let unknown: OidcIssuer;
    before(async () => {
      // It signs in the name of the issuer, with a key that the issuer does not publish.
      [impostor, unknown] = await Promise.all([startOidcIssuer(ISSUER), startOidcIssuer(OTHER)]);
    });
    after(() => Promise.all([impostor.stop(), unknown.stop()]));

    const cases: readonly [string, () => Promise<string>, RegExp][] = [
      [
        "another subject",
        () => tokenOf("acme", { subject: "system:serviceaccount:acme:other" }),
        /AccessDenied.*AssumeRoleWithWebIdentity/,
      ],
      [
        "a subject that begins as its own",
        () => tokenOf("acme", { subject: `${subjectOf("acme")}2` }),
        /AccessDenied/,
      ],
      ["another audience", () => tokenOf("acme", { audience: "other" }), /InvalidIdentityToken/],
      [
        "a signature by another key",
        () => tokenOf("acme", {}, impostor),
        /InvalidIdentityToken.*verification key/,
      ],
      ["an unknown issuer", () => tokenOf("acme", {}, unknown), /No OpenIDConnect provider found/],
      ["an expired token", () => tokenOf("acme", { expiresIn: -60 }), /ExpiredToken/],
      ["another customer's token", () => tokenOf("globex"), /AccessDenied/],
    ];
    for (const [what, token, message] of cases) {
      it(what, async () => loginIsRefused(await machineOf("acme", await token()), message));
    }

    it("a token of its own at another customer's role", async () => {
      await loginIsRefused(await machineOf("globex", await tokenOf("acme")), /AccessDenied/);
    });
  });

  it("continues when its issuer rotates its key, and no longer with tokens by the old one", async () => {
    const old = await tokenOf("acme");
    await issuer.rotate();
    await pullsAll(await loggedIn("acme"));
    await loginIsRefused(await machineOf("acme", old), /verification key/);
  });

  it("ends with its open session and login when it is suspended, and comes back", async () => {
    const open = await loggedIn("acme");
    await succeed("suspend acme");
    await succeed("up --yes");
    await pullsNothing(open);
    await loginIsRefused(await machineOf("acme"), DENIED);
    await succeed("resume acme");
    await succeed("up --yes");
    await pullsAll(open);
  });

  it("ends with its open session past its last day, without an update of that day", async () => {
    const open = await loggedIn("acme");
    running.project.write("acme", `${file("Acme", oidc("acme"))}expires: 2026-11-22\n`);
    await succeed("up --yes");
    await pullsNothing(open);
    running.project.write("acme", file("Acme", oidc("acme")));
    await succeed("up --yes");
    await pullsAll(open);
  });

  it("is bound to networks with its session", async () => {
    const open = await loggedIn("acme");
    running.project.write("acme", `${file("Acme", oidc("acme"))}networks: [198.51.100.0/24]\n`);
    await succeed("up --yes");
    await pullsNothing(open);
    running.project.write("acme", file("Acme", oidc("acme")));
    await succeed("up --yes");
    await pullsAll(open);
  });

  it("is named by `drift` when someone widens whom its role trusts, and `up --refresh` narrows it", async () => {
    const { iam } = running.sandbox.view;
    const trust = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: {
            Federated: `arn:aws:iam::123456789012:oidc-provider/${ISSUER.replace("https://", "")}`,
          },
          Action: "sts:AssumeRoleWithWebIdentity",
        },
      ],
    };
    await iam.send(
      new UpdateAssumeRolePolicyCommand({
        RoleName: "acme",
        PolicyDocument: JSON.stringify(trust),
      }),
    );
    await pullsAll(await machineWith(await tokenOf("globex")));
    const { code, stdout } = await run("drift");
    expect(code).to.equal(3);
    expect(stdout).to.match(/the trust policy of role acme .* its file/);
    await run("up --refresh --yes");
    await loginIsRefused(await machineOf("acme", await tokenOf("globex")), /AccessDenied/);
    await pullsAll(await loggedIn("acme"));
  });

  async function machineWith(token: string): Promise<OciClient> {
    const machine = await machineOf("acme", token);
    await expectLogin(machine);
    return machine;
  }

  it("ends at once in an emergency, with its open session, and stays ended in an update", async () => {
    const open = await loggedIn("acme");
    const begin = performance.now();
    const revoked = await succeed("revoke acme --now");
    await pullsNothing(open);
    console.log(`      revoked and refused after ${Math.round(performance.now() - begin)} ms`);
    expect(revoked).to.contain("role acme denied everything in ECR, with its open sessions");
    await loginIsRefused(await machineOf("acme"), DENIED);
    await succeed("up --yes");
    await pullsNothing(open);
    // As if the change of its file had never been merged.
    running.project.write("acme", file("Acme", oidc("acme")));
    const unsaid = await run("up --yes");
    expect([unsaid.code, unsaid.stderr].join(" ")).to.match(/^1 .*acme was revoked at/s);
    await pullsNothing(open);
    await succeed("revoke acme --now");
    const early = await run("resume acme");
    expect(early.code).to.equal(1);
    expect(early.stderr).to.contain("a registry login made with an old token lasts until");
  });

  it("is removed with its role by `offboard`, and the issuer stays for the others", async () => {
    // Suspended by the revocation, so that its file goes at once.
    await succeed("offboard acme");
    await succeed("up --yes");
    expect(existsSync(join(running.project.directory, "customers/acme.yaml"))).to.equal(false);
    await loginIsRefused(await machineOf("acme"), /AccessDenied/);
    await pullsAll(await loggedIn("globex"));
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  });

  it("moves from its key to tokens while it pulls, without a failed pull", async function () {
    // Three updates by the real engine.
    this.timeout(240_000);
    const both = file("Hooli", `key: true, ${oidc("hooli")}`);
    running.project.write("hooli", "name: Hooli\nrepositories: [edge-agent, telemetry-sdk]\n");
    await succeed("up --yes");
    let used = await machines.loggedIn("hooli");
    const retire = (days = 0) =>
      customersScript(running, ["keys", "retire", "hooli"], {
        now: new Date(Date.now() + days * 86_400_000),
      });
    const failures: string[] = [];
    let pulls = 0;
    let isOver = false;
    const loop = (async () => {
      while (!isOver) {
        const { answer } = await used.pull("edge-agent:1.0");
        if (answer.code === 0) pulls += 1;
        else failures.push(answer.stderr);
      }
    })();
    const more = async () => {
      const before = pulls;
      while (pulls < before + 2 && failures.length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    };
    try {
      running.project.write("hooli", both);
      await succeed("up --yes");
      await more();
      expect((await retire()).stderr).to.contain("the role of hooli was never used");
      used = await loggedIn("hooli");
      await more();
      expect((await retire()).stderr).to.match(/key 1 was used on .*, less than 7 days ago/);
      // The clock of AWS does not move: by it the key was used before the role.
      await loggedIn("hooli");
      for (const step of ["is set inactive", "is removed, with `key: true`"]) {
        const { code, stdout, stderr } = await retire(8);
        expect([code, stdout].join(" "), stderr).to.contain(step);
        if (step === "is set inactive") await succeed("up --yes");
        await more();
      }
      expect(await succeed("preview")).to.contain("LOSES its access as user hooli");
      await succeed("up --yes");
      await more();
    } finally {
      isOver = true;
      await loop;
    }
    expect(failures).to.deep.equal([]);
    expect(pulls).to.be.greaterThan(5);
    expect(await running.sandbox.view.listUsers()).to.deep.equal([]);
  });

  it("ends with its key and its tokens at once when it is off-boarded", async function () {
    this.timeout(240_000);
    running.project.write("hooli", file("Hooli", `key: true, ${oidc("hooli")}`));
    await succeed("up --yes");
    const [byKey, byToken] = [await machines.loggedIn("hooli"), await loggedIn("hooli")];
    for (const machine of [byKey, byToken]) await pullsAll(machine);
    await succeed("offboard hooli");
    await succeed("up --yes");
    for (const machine of [byKey, byToken]) await pullsNothing(machine);
    await succeed("offboard hooli");
    await succeed("up --yes");
    for (const machine of [byKey, byToken]) await pullsNothing(machine, /./);
    await loginIsRefused(await machineOf("hooli"), /AccessDenied/);
    expect(await succeed("drift")).to.equal("AWS holds what the files say.\n");
  });

  it("hands over a set-up whose commands pull", async () => {
    const out = await succeed("handover globex");
    expect(out).to.contain("contains no key and no secret, so it is not encrypted");
    const archive = readFileSync(join(running.project.directory, "handover/globex.tar"), "utf8");
    expect(archive).to.contain(roleOf("globex"));
  });
});
