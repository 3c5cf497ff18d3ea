/**
 * Proves that every request of the image API is authorized as its caller by the policies in the emulator at
 * that moment, how logins start and end, and that nothing bypasses the registry.
 * With the real clients: test/e2e/pull.test.ts. That AWS itself answers like that is taken from its documentation
 * and from what others have reported.
 */
import { request as httpRequest } from "node:http";
import { DescribeImagesCommand, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import {
  ACCOUNT,
  ADMINISTRATOR,
  clientsOf,
  makeCustomer,
  pullPolicy,
  refusalOf,
} from "../aws/support/sandboxAws";
import {
  LAYER,
  LAYER_DIGEST,
  loginOf,
  MANIFEST,
  MANIFEST_DIGEST,
  MEDIA_TYPE,
  withRegistry,
} from "./support/registryAws";

const HOUR = 60 * 60 * 1000;
describe("the registry", () => {
  const registry = withRegistry();

  describe("access", () => {
    it("returns the vendor's image by tag and by digest, with its type and length", async () => {
      for (const path of [
        registry.manifest,
        `/v2/${registry.repository}/manifests/${MANIFEST_DIGEST}`,
      ]) {
        const got = await registry.behind({ path, login: registry.vendor });
        expect(got).to.include({ status: 200, text: MANIFEST });
        expect(got.headers.get("content-type")).to.equal(MEDIA_TYPE);
        expect(got.headers.get("docker-content-digest")).to.equal(MANIFEST_DIGEST);
        const head = await registry.behind({ method: "HEAD", path, login: registry.vendor });
        expect(head).to.include({ status: 200, text: "" });
        expect(head.headers.get("content-length")).to.equal(String(MANIFEST.length));
      }
      expect(await registry.behind({ path: registry.layer, login: registry.vendor })).to.include({
        text: LAYER,
      });
      const command = new DescribeImagesCommand({ repositoryName: registry.repository });
      const { imageDetails } = await registry.sandbox.behind.ecr.send(command);
      expect(imageDetails?.map(({ imageTags }) => imageTags)).to.deep.equal([["1.0"]]);
    });

    it("lets a customer pull exactly while the repository policy names it", async () => {
      const { arn, login } = await registry.makePuller();
      const pull = async () => [
        (await registry.behind({ path: registry.manifest, login })).status,
        (await registry.behind({ path: registry.layer, login })).status,
      ];
      expect(await pull()).to.deep.equal([403, 403]);
      await registry.allow(pullPolicy(arn));
      expect(await pull()).to.deep.equal([200, 200]);
      await registry.allow(pullPolicy("111122223333"));
      expect(await pull()).to.deep.equal([403, 403]);
    });

    it("counts a request as a use of the key, and records it as an ECR call", async () => {
      const { accessKeyId, arn, login } = await registry.makePuller();
      await registry.allow(pullPolicy(arn));
      registry.sandbox.front.journal.reset();
      await registry.behind({ path: "/v2/", login });
      expect(registry.sandbox.front.journal.calls()).to.deep.equal([]);
      registry.clock += HOUR;
      await registry.behind({
        path: registry.manifest,
        login,
        headers: { "user-agent": "a-client" },
      });
      await registry.behind({ path: "/v2/other/manifests/1.0", login });
      const [pulled, refused, ...more] = registry.sandbox.front.journal.calls("BatchGetImage");
      expect(more).to.deep.equal([]);
      const who = { service: "ecr", region: "eu-central-1", accessKeyId };
      expect(pulled).to.include({ ...who, status: 200, userAgent: "a-client" });
      expect(pulled?.parameters).to.deep.equal({ repositoryName: registry.repository });
      expect(refused).to.include({ ...who, status: 403, errorCode: "DENIED" });
      expect(registry.sandbox.front.keyUses.of(accessKeyId)?.at.getTime()).to.equal(registry.clock);
    });

    it("continues for a login whose key was deactivated or deleted, as with ECR", async () => {
      const {
        arn,
        name: UserName,
        accessKeyId: AccessKeyId,
        clients,
        login,
      } = await registry.makePuller();
      await registry.allow(pullPolicy(arn));
      const { iam } = registry.sandbox.behind;
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
      expect((await registry.behind({ path: registry.manifest, login })).status).to.equal(200);
      const again = await refusalOf(loginOf(clients.ecr));
      expect(again?.code).to.equal("UnrecognizedClientException");
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      expect((await registry.behind({ path: registry.manifest, login })).status).to.equal(200);
      // Removing the permission ends it at once.
      await registry.putPolicy(UserName, "end", { Effect: "Deny", Action: "ecr:*", Resource: "*" });
      expect((await registry.behind({ path: registry.manifest, login })).error).to.equal(
        `DENIED: User: ${arn} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/${registry.repository} with an explicit deny in an identity-based policy`,
      );
    });

    it("is decided by the current tags of the user", async () => {
      const { name, login } = await registry.makePuller();
      await registry.putPolicy(name, "tagged", {
        Effect: "Allow",
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/pull": "yes" } },
      });
      const status = async () => (await registry.behind({ path: registry.manifest, login })).status;
      expect(await status()).to.equal(403);
      const Tags = [{ Key: "pull", Value: "yes" }];
      await registry.sandbox.behind.iam.send(new TagUserCommand({ UserName: name, Tags }));
      expect(await status()).to.equal(200);
    });
  });

  it("asks for a login as ECR does, for the registry that the request names", async () => {
    const { status, headers, text } = await registry.behind({ path: "/v2/" });
    expect({ status, text }).to.deep.equal({ status: 401, text: "Not Authorized\n" });
    const host = new URL(registry.sandbox.front.endpoint).host;
    expect(headers.get("www-authenticate")).to.equal(
      `Basic realm="https://${host}/",service="ecr.amazonaws.com"`,
    );
    const named = await byName("eu-central-1", undefined);
    expect(named.challenge).to.include(`https://${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/`);
  });

  it("ends a login after 12 hours", async () => {
    const { arn, login } = await registry.makePuller();
    await registry.allow(pullPolicy(arn));
    registry.clock += 12 * HOUR - 60_000;
    expect((await registry.behind({ path: registry.manifest, login })).status).to.equal(200);
    registry.clock += 60_000;
    expect(await registry.behind({ path: registry.manifest, login })).to.include({
      status: 403,
      error: "DENIED: Your authorization token has expired. Reauthenticate and try again.",
    });
  });

  it("returns the expiry of a login", async () => {
    const { authorizationData } = await registry.sandbox.behind.ecr.send(
      new GetAuthorizationTokenCommand({}),
    );
    const [data] = authorizationData ?? [];
    expect(data?.expiresAt?.getTime()).to.equal(registry.clock + 12 * HOUR);
    expect(data?.proxyEndpoint).to.equal(`https://${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`);
  });

  it("accepts a login for its own region and account only", async () => {
    const path = registry.manifest;
    expect((await byName("eu-central-1", registry.vendor, path)).status).to.equal(200);
    expect((await byName("eu-west-1", registry.vendor, path)).text).to.include("token has expired");
    expect((await byName("eu-central-1", registry.vendor, path, "210987654321")).status).to.equal(
      403,
    );
    // The same name in another region is another repository.
    const west = clientsOf(registry.sandbox.front.endpoint, ADMINISTRATOR, "eu-west-1");
    const login = await loginOf(west.ecr);
    expect(await registry.behind({ path, login })).to.include({
      status: 404,
      error: `NAME_UNKNOWN: The repository with name '${registry.repository}' does not exist in the registry with id '${ACCOUNT}'`,
    });
  });

  /** A request by the registry's own name, as through a proxy. */
  function byName(region: string, login?: string, path = "/v2/", account = ACCOUNT) {
    const { hostname, port } = new URL(registry.sandbox.front.endpoint);
    const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
    const headers = { host, ...(login === undefined ? {} : { authorization: `Basic ${login}` }) };
    return new Promise<{ status: number; challenge: string; text: string }>((resolve, reject) => {
      const sent = httpRequest({ hostname, port, path: `http://${host}${path}`, headers });
      sent.once("error", reject);
      sent.once("response", (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.once("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            challenge: answer.headers["www-authenticate"] ?? "",
            text,
          }),
        );
      });
      sent.end();
    });
  }

  it("refuses a login of a deleted user, even if a new user of that name has access", async () => {
    const { arn, name: UserName, accessKeyId: AccessKeyId, login } = await registry.makePuller();
    const { iam } = registry.sandbox.behind;
    await registry.allow(pullPolicy(arn));
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "login" }));
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName }));
    const invalid = "DENIED: Your Authorization Token is invalid.";
    expect((await registry.behind({ path: registry.manifest, login })).error).to.equal(invalid);
    await iam.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
    await registry.allow(pullPolicy(arn));
    expect((await registry.behind({ path: registry.manifest, login })).error).to.equal(invalid);
  });

  it("cannot be bypassed by another spelling of its path", async () => {
    for (const path of [
      `/%762/${registry.repository}/manifests/1.0`,
      `/v%32/${registry.repository}/manifests/1.0`,
      `//v2/${registry.repository}/manifests/1.0`,
    ]) {
      expect((await registry.behind({ path })).status, path).to.equal(401);
    }
    expect(
      (await registry.bare({ path: `/%762/${registry.repository}/manifests/1.0` })).status,
    ).to.equal(200);
  });

  it("reports what it does not serve, and refuses an empty manifest", async () => {
    const login = registry.vendor;
    const referrers = { path: `/v2/${registry.repository}/referrers/${LAYER_DIGEST}`, login };
    expect((await registry.behind(referrers)).status).to.equal(404);
    expect(
      (await registry.behind({ method: "DELETE", path: registry.layer, login })).status,
    ).to.equal(405);
    const empty = await registry.behind({ method: "PUT", path: registry.manifest, login });
    expect(empty).to.include({ status: 400, error: "MANIFEST_INVALID: The manifest is empty" });
  });

  it("applies injected faults, including lost connections", async () => {
    registry.sandbox.front.faults.failCall({
      action: "BatchGetImage",
      repository: registry.repository,
      error: { code: "TOOMANYREQUESTS", message: "Rate exceeded", status: 429 },
    });
    expect(await registry.behind({ path: registry.manifest, login: registry.vendor })).to.include({
      status: 429,
      error: "TOOMANYREQUESTS: Rate exceeded",
    });
    expect(
      (await registry.behind({ path: registry.manifest, login: registry.vendor })).status,
    ).to.equal(200);
    registry.sandbox.front.faults.loseResponse(1);
    const put = { method: "PUT", path: registry.manifest, login: registry.vendor, body: MANIFEST };
    expect(await refusalOf(registry.behind(put))).not.to.equal(undefined);
  });

  it("refuses a key that was not created through the front, with the reason", async () => {
    const { name, clients } = await registry.makePuller();
    const command = new CreateAccessKeyCommand({ UserName: name });
    const { AccessKey } = await registry.sandbox.bare.iam.send(command);
    const made = clientsOf(registry.sandbox.front.endpoint, {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    });
    expect((await refusalOf(loginOf(made.ecr)))?.message).to.match(
      /^sandbox: AK.* was not created/,
    );
    expect(await loginOf(clients.ecr)).not.to.equal("");
  });

  it("issues no token without the permission to log in", async () => {
    const { arn, clients } = await makeCustomer(registry.sandbox);
    const refusal = await refusalOf(loginOf(clients.ecr));
    expect(refusal?.message).to.equal(
      `User: ${arn} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    );
  });
});
