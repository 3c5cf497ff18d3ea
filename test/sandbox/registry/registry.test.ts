/**
 * Proves that every request of the image API is judged as its caller by the emulator's own policies at that
 * moment, and refused in ECR's form; and, the control, that the bare emulator lets everybody do the same.
 * With the real clients: test/e2e/pull.test.ts. That AWS itself answers so is read from its documentation and from
 * what others have reported.
 */
import { createHash } from "node:crypto";
import { request as httpRequest } from "node:http";
import {
  CreateRepositoryCommand,
  DescribeImagesCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
  TagUserCommand,
  UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import { Registry } from "../../../sandbox/registry/registry";
import {
  ACCOUNT,
  ADMINISTRATOR,
  clientsOf,
  freshName,
  makeCustomer,
  pullPolicy,
  refusalOf,
  type SandboxAws,
  startSandboxAws,
} from "../aws/support/sandboxAws";

const HOUR = 60 * 60 * 1000;
const MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
const LAYER = "a layer";
const LAYER_DIGEST = digestOf(LAYER);
const MANIFEST = JSON.stringify({ schemaVersion: 2, layers: [{ digest: LAYER_DIGEST }] });

interface Asked {
  method?: string;
  path: string;
  /** The `authorizationToken` of a log-in. */
  login?: string;
  headers?: Record<string, string>;
  body?: string;
}

interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** `code: message` of the first error. */
  error: string;
}

async function ask(endpoint: string, asked: Asked): Promise<Answer> {
  const { method = "GET", path, login, headers = {}, body } = asked;
  const authorization: Record<string, string> =
    login === undefined ? {} : { authorization: `Basic ${login}` };
  const answer = await fetch(endpoint + path, {
    method,
    headers: { ...headers, ...authorization },
    body,
  });
  const text = await answer.text();
  const [, code = "", message = ""] = /"code":"([^"]*)","message":"([^"]*)"/.exec(text) ?? [];
  return { status: answer.status, headers: answer.headers, text, error: `${code}: ${message}` };
}

async function loginOf(ecr: ECRClient): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return authorizationData?.[0]?.authorizationToken ?? "";
}

describe("the registry", () => {
  let sandbox: SandboxAws;
  let clock: number;
  let vendor: string;
  let repository: string;

  before(async function () {
    this.timeout(120_000);
    const now = () => new Date(clock);
    clock = Date.now();
    sandbox = await startSandboxAws(
      (emulator) => new Registry({ emulator, account: ACCOUNT, administrator: ADMINISTRATOR, now }),
    );
    vendor = await loginOf(sandbox.behind.ecr);
  });
  after(() => sandbox.stop());
  beforeEach(async () => {
    clock = Date.now();
    repository = await makeRepository();
  });
  afterEach(() => sandbox.front.faults.clear());

  const behind = (asked: Asked) => ask(sandbox.front.endpoint, asked);
  const bare = (asked: Asked) => ask(sandbox.emulator.endpoint, asked);
  const manifest = (name = repository) => `/v2/${name}/manifests/1.0`;
  const blob = (name = repository) => `/v2/${name}/blobs/${LAYER_DIGEST}`;

  /** A repository with an image, pushed by the vendor. */
  async function makeRepository(): Promise<string> {
    const repositoryName = freshName("repo");
    await sandbox.behind.ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const upload = await behind({
      method: "POST",
      path: `/v2/${repositoryName}/blobs/uploads/?digest=${LAYER_DIGEST}`,
      login: vendor,
      body: LAYER,
    });
    expect(upload.status, upload.text).to.equal(201);
    const put = await behind({
      method: "PUT",
      path: manifest(repositoryName),
      login: vendor,
      headers: { "content-type": MEDIA_TYPE },
      body: MANIFEST,
    });
    expect(put.status, put.text).to.equal(201);
    return repositoryName;
  }

  async function allow(policyText: string): Promise<void> {
    const command = new SetRepositoryPolicyCommand({ repositoryName: repository, policyText });
    await sandbox.behind.ecr.send(command);
  }

  async function putPolicy(UserName: string, PolicyName: string, statement: object): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const command = new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument });
    await sandbox.behind.iam.send(command);
  }

  /** A user that may log in. */
  async function makePuller() {
    const customer = await makeCustomer(sandbox);
    const statement = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
    await putPolicy(customer.name, "login", statement);
    return { ...customer, login: await loginOf(customer.clients.ecr) };
  }

  describe("to whom it serves", () => {
    it("gives the vendor its image back, by tag and by digest, with its type and length", async () => {
      for (const path of [manifest(), `/v2/${repository}/manifests/${digestOf(MANIFEST)}`]) {
        const got = await behind({ path, login: vendor });
        expect(got).to.include({ status: 200, text: MANIFEST });
        expect(got.headers.get("content-type")).to.equal(MEDIA_TYPE);
        expect(got.headers.get("docker-content-digest")).to.equal(digestOf(MANIFEST));
        const head = await behind({ method: "HEAD", path, login: vendor });
        expect(head).to.include({ status: 200, text: "" });
        expect(head.headers.get("content-length")).to.equal(String(MANIFEST.length));
      }
      expect(await behind({ path: blob(), login: vendor })).to.include({ text: LAYER });
      const command = new DescribeImagesCommand({ repositoryName: repository });
      const { imageDetails } = await sandbox.behind.ecr.send(command);
      expect(imageDetails?.map(({ imageTags }) => imageTags)).to.deep.equal([["1.0"]]);
    });

    it("lets a customer pull from the moment the repository names it, and only until then", async () => {
      const { arn, login } = await makePuller();
      const pull = async () => [
        (await behind({ path: manifest(), login })).status,
        (await behind({ path: blob(), login })).status,
      ];
      expect(await pull()).to.deep.equal([403, 403]);
      await allow(pullPolicy(arn));
      expect(await pull()).to.deep.equal([200, 200]);
      await allow(pullPolicy("111122223333"));
      expect(await pull()).to.deep.equal([403, 403]);
    });

    it("counts a request as a use of the key, and notes it as the ECR call that it is", async () => {
      const { accessKeyId, arn, login } = await makePuller();
      await allow(pullPolicy(arn));
      sandbox.front.journal.reset();
      await behind({ path: "/v2/", login });
      expect(sandbox.front.journal.calls()).to.deep.equal([]);
      clock += HOUR;
      await behind({ path: manifest(), login, headers: { "user-agent": "a-client" } });
      await behind({ path: manifest("other"), login });
      const [pulled, refused, ...more] = sandbox.front.journal.calls("BatchGetImage");
      expect(more).to.deep.equal([]);
      const who = { service: "ecr", region: "eu-central-1", accessKeyId };
      expect(pulled).to.include({ ...who, status: 200, userAgent: "a-client" });
      expect(pulled?.parameters).to.deep.equal({ repositoryName: repository });
      expect(refused).to.include({ ...who, status: 403, errorCode: "DENIED" });
      expect(sandbox.front.keyUses.of(accessKeyId)?.at.getTime()).to.equal(clock);
    });

    it("keeps serving a log-in whose key was made inactive or deleted, as ECR does", async () => {
      const { arn, name: UserName, accessKeyId: AccessKeyId, clients, login } = await makePuller();
      await allow(pullPolicy(arn));
      const { iam } = sandbox.behind;
      await iam.send(new UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
      expect((await behind({ path: manifest(), login })).status).to.equal(200);
      const again = await refusalOf(loginOf(clients.ecr));
      expect(again?.code).to.equal("UnrecognizedClientException");
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      expect((await behind({ path: manifest(), login })).status).to.equal(200);
      // What ends it at once is the permission.
      await putPolicy(UserName, "end", { Effect: "Deny", Action: "ecr:*", Resource: "*" });
      expect((await behind({ path: manifest(), login })).error).to.equal(
        `DENIED: User: ${arn} is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/${repository} with an explicit deny in an identity-based policy`,
      );
    });

    it("decides by tags of the user as they are now", async () => {
      const { name, login } = await makePuller();
      await putPolicy(name, "tagged", {
        Effect: "Allow",
        Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalTag/pull": "yes" } },
      });
      const status = async () => (await behind({ path: manifest(), login })).status;
      expect(await status()).to.equal(403);
      const Tags = [{ Key: "pull", Value: "yes" }];
      await sandbox.behind.iam.send(new TagUserCommand({ UserName: name, Tags }));
      expect(await status()).to.equal(200);
    });
  });

  describe("refuses, where the bare emulator serves,", () => {
    const rows: { what: string; asked(login: string): Asked; status: number; error: RegExp }[] = [
      {
        what: "a manifest without a log-in",
        asked: () => ({ path: manifest() }),
        status: 401,
        error: /^: $/,
      },
      {
        what: "a layer without a log-in",
        asked: () => ({ path: blob() }),
        status: 401,
        error: /^: $/,
      },
      {
        what: "the emulator's constant token",
        asked: () => ({ path: manifest(), login: btoa("AWS:ministack-auth-token") }),
        status: 403,
        error: /^DENIED: Your Authorization Token is invalid\.$/,
      },
      {
        what: "another user's name than AWS",
        asked: (login) => ({ path: manifest(), login: btoa(`root:${atob(login).slice(4)}`) }),
        status: 403,
        error: /^DENIED: Your Authorization Token is invalid\.$/,
      },
      {
        what: "a manifest to a customer that the repository does not name",
        asked: (login) => ({ path: manifest(), login }),
        status: 403,
        error:
          /perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:\d{12}:repository\/repo-/,
      },
      {
        what: "a layer to it",
        asked: (login) => ({ path: blob(), login }),
        status: 403,
        error: /perform: ecr:GetDownloadUrlForLayer on resource: /,
      },
      {
        what: "the list of tags to it",
        asked: (login) => ({ path: `/v2/${repository}/tags/list`, login }),
        status: 403,
        error: /perform: ecr:ListImages on resource: /,
      },
      {
        what: "the list of repositories to it",
        asked: (login) => ({ path: "/v2/_catalog", login }),
        status: 403,
        error:
          /perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-central-1:\d{12}:repository\/\* /,
      },
      {
        what: "the start of a push to it",
        asked: (login) => ({ method: "POST", path: `/v2/${repository}/blobs/uploads/`, login }),
        status: 403,
        error: /perform: ecr:InitiateLayerUpload on resource: /,
      },
      {
        what: "a manifest of it",
        asked: (login) => ({ method: "PUT", path: manifest(), login, body: MANIFEST }),
        status: 403,
        error: /perform: ecr:PutImage on resource: /,
      },
      {
        what: "a deletion by it",
        asked: (login) => ({
          method: "DELETE",
          path: `/v2/${repository}/manifests/${digestOf(MANIFEST)}`,
          login,
        }),
        status: 403,
        error: /perform: ecr:BatchDeleteImage on resource: /,
      },
    ];

    for (const { what, asked, status, error } of rows) {
      it(what, async () => {
        const { login } = await makePuller();
        const refused = await behind(asked(login));
        expect(refused.status).to.equal(status);
        expect(refused.error).to.match(error);
        expect((await bare(asked(login))).status).to.be.within(200, 202);
      });
    }

    it("and changes nothing by asking", async () => {
      const { login } = await makePuller();
      for (const { asked } of rows) await behind(asked(login));
      expect(await behind({ path: manifest(), login: vendor })).to.include({ text: MANIFEST });
      expect((await behind({ path: blob(), login: vendor })).text).to.equal(LAYER);
    });
  });

  it("asks for a log-in in ECR's words, for the registry that was named", async () => {
    const { status, headers, text } = await behind({ path: "/v2/" });
    expect({ status, text }).to.deep.equal({ status: 401, text: "Not Authorized\n" });
    const host = new URL(sandbox.front.endpoint).host;
    expect(headers.get("www-authenticate")).to.equal(
      `Basic realm="https://${host}/",service="ecr.amazonaws.com"`,
    );
    const named = await byName("eu-central-1", undefined);
    expect(named.challenge).to.include(`https://${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com/`);
  });

  it("ends a log-in after 12 hours", async () => {
    const { arn, login } = await makePuller();
    await allow(pullPolicy(arn));
    clock += 12 * HOUR - 60_000;
    expect((await behind({ path: manifest(), login })).status).to.equal(200);
    clock += 60_000;
    expect(await behind({ path: manifest(), login })).to.include({
      status: 403,
      error: "DENIED: Your authorization token has expired. Reauthenticate and try again.",
    });
  });

  it("tells the end of a log-in with it", async () => {
    const { authorizationData } = await sandbox.behind.ecr.send(
      new GetAuthorizationTokenCommand({}),
    );
    const [data] = authorizationData ?? [];
    expect(data?.expiresAt?.getTime()).to.equal(clock + 12 * HOUR);
    expect(data?.proxyEndpoint).to.equal(`https://${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`);
  });

  it("takes a log-in for its own region and account only", async () => {
    const path = manifest();
    expect((await byName("eu-central-1", vendor, path)).status).to.equal(200);
    expect((await byName("eu-west-1", vendor, path)).text).to.include("token has expired");
    expect((await byName("eu-central-1", vendor, path, "210987654321")).status).to.equal(403);
    // The same name in another region is another repository.
    const west = clientsOf(sandbox.front.endpoint, ADMINISTRATOR, "eu-west-1");
    const login = await loginOf(west.ecr);
    expect(await behind({ path, login })).to.include({
      status: 404,
      error: `NAME_UNKNOWN: The repository with name '${repository}' does not exist in the registry with id '${ACCOUNT}'`,
    });
  });

  /** A request by the registry's own name, as through a proxy. */
  function byName(region: string, login?: string, path = "/v2/", account = ACCOUNT) {
    const { hostname, port } = new URL(sandbox.front.endpoint);
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

  it("lets no log-in of a removed user through, nor a namesake's rights to it", async () => {
    const { arn, name: UserName, accessKeyId: AccessKeyId, login } = await makePuller();
    const { iam } = sandbox.behind;
    await allow(pullPolicy(arn));
    await iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: "login" }));
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
    await iam.send(new DeleteUserCommand({ UserName }));
    const invalid = "DENIED: Your Authorization Token is invalid.";
    expect((await behind({ path: manifest(), login })).error).to.equal(invalid);
    await iam.send(new CreateUserCommand({ UserName, Path: "/customers/" }));
    await allow(pullPolicy(arn));
    expect((await behind({ path: manifest(), login })).error).to.equal(invalid);
  });

  it("is never passed by another spelling of its path", async () => {
    for (const path of [
      `/%762/${repository}/manifests/1.0`,
      `/v%32/${repository}/manifests/1.0`,
      `//v2/${repository}/manifests/1.0`,
    ]) {
      expect((await behind({ path })).status, path).to.equal(401);
    }
    expect((await bare({ path: `/%762/${repository}/manifests/1.0` })).status).to.equal(200);
  });

  it("says what it does not serve, and that an empty manifest is none", async () => {
    const login = vendor;
    const referrers = { path: `/v2/${repository}/referrers/${LAYER_DIGEST}`, login };
    expect((await behind(referrers)).status).to.equal(404);
    expect((await behind({ method: "DELETE", path: blob(), login })).status).to.equal(405);
    const empty = await behind({ method: "PUT", path: manifest(), login });
    expect(empty).to.include({ status: 400, error: "MANIFEST_INVALID: The manifest is empty" });
  });

  it("fails on purpose when a test says so, and cuts the connection", async () => {
    sandbox.front.faults.failCall({
      action: "BatchGetImage",
      repository,
      error: { code: "TOOMANYREQUESTS", message: "Rate exceeded", status: 429 },
    });
    expect(await behind({ path: manifest(), login: vendor })).to.include({
      status: 429,
      error: "TOOMANYREQUESTS: Rate exceeded",
    });
    expect((await behind({ path: manifest(), login: vendor })).status).to.equal(200);
    sandbox.front.faults.loseResponse(1);
    const put = { method: "PUT", path: manifest(), login: vendor, body: MANIFEST };
    expect(await refusalOf(behind(put))).not.to.equal(undefined);
  });

  it("says that it cannot judge a key that was made past the front", async () => {
    const { name, clients } = await makePuller();
    const command = new CreateAccessKeyCommand({ UserName: name });
    const { AccessKey } = await sandbox.bare.iam.send(command);
    const made = clientsOf(sandbox.front.endpoint, {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    });
    expect((await refusalOf(loginOf(made.ecr)))?.message).to.match(/^sandbox: AK.* was not made/);
    expect(await loginOf(clients.ecr)).not.to.equal("");
  });

  it("gives a token to nobody without the right to log in", async () => {
    const { arn, clients } = await makeCustomer(sandbox);
    const refusal = await refusalOf(loginOf(clients.ecr));
    expect(refusal?.message).to.equal(
      `User: ${arn} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action`,
    );
  });
});
