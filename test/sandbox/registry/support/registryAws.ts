import { createHash } from "node:crypto";
import {
  CreateRepositoryCommand,
  type ECRClient,
  GetAuthorizationTokenCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import { PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { expect } from "chai";
import { Registry } from "../../../../sandbox/registry/registry";
import {
  ACCOUNT,
  ADMINISTRATOR,
  freshName,
  makeCustomer,
  type SandboxAws,
  startSandboxAws,
} from "../../aws/support/sandboxAws";

export const MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

const digestOf = (text: string) => `sha256:${createHash("sha256").update(text).digest("hex")}`;
export const LAYER = "a layer";
export const LAYER_DIGEST = digestOf(LAYER);
export const MANIFEST = JSON.stringify({ schemaVersion: 2, layers: [{ digest: LAYER_DIGEST }] });
export const MANIFEST_DIGEST = digestOf(MANIFEST);

export interface Asked {
  method?: string;
  path: string;
  /** The `authorizationToken` of a login. */
  login?: string;
  headers?: Record<string, string>;
  body?: string;
}

export interface Answer {
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

/** Logs in with the client's key. */
export async function loginOf(ecr: ECRClient): Promise<string> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  return authorizationData?.[0]?.authorizationToken ?? "";
}

/** A sandbox's AWS with a registry, its clock, and a repository with an image that the vendor has pushed. */
export class RegistryAws {
  sandbox!: SandboxAws;
  /** The registry's clock; milliseconds. */
  clock = Date.now();
  /** The vendor's login. */
  vendor = "";
  repository = "";

  async start(): Promise<void> {
    const now = () => new Date(this.clock);
    this.sandbox = await startSandboxAws(
      (emulator) => new Registry({ emulator, account: ACCOUNT, administrator: ADMINISTRATOR, now }),
    );
    this.vendor = await loginOf(this.sandbox.behind.ecr);
  }

  behind(asked: Asked): Promise<Answer> {
    return ask(this.sandbox.front.endpoint, asked);
  }

  bare(asked: Asked): Promise<Answer> {
    return ask(this.sandbox.emulator.endpoint, asked);
  }

  get manifest(): string {
    return `/v2/${this.repository}/manifests/1.0`;
  }

  get layer(): string {
    return `/v2/${this.repository}/blobs/${LAYER_DIGEST}`;
  }

  async makeRepository(): Promise<void> {
    this.repository = freshName("repo");
    const command = new CreateRepositoryCommand({ repositoryName: this.repository });
    await this.sandbox.behind.ecr.send(command);
    const login = this.vendor;
    const path = `/v2/${this.repository}/blobs/uploads/?digest=${LAYER_DIGEST}`;
    const upload = await this.behind({ method: "POST", path, login, body: LAYER });
    expect(upload.status, upload.text).to.equal(201);
    const put = await this.behind({
      method: "PUT",
      path: this.manifest,
      login,
      headers: { "content-type": MEDIA_TYPE },
      body: MANIFEST,
    });
    expect(put.status, put.text).to.equal(201);
  }

  /** Sets the repository's policy. */
  async allow(policyText: string): Promise<void> {
    const repositoryName = this.repository;
    const command = new SetRepositoryPolicyCommand({ repositoryName, policyText });
    await this.sandbox.behind.ecr.send(command);
  }

  async putPolicy(UserName: string, PolicyName: string, statement: object): Promise<void> {
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const command = new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument });
    await this.sandbox.behind.iam.send(command);
  }

  /** A user that may log in, and its login. */
  async makePuller() {
    const customer = await makeCustomer(this.sandbox);
    const statement = { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" };
    await this.putPolicy(customer.name, "login", statement);
    return { ...customer, login: await loginOf(customer.clients.ecr) };
  }
}

/** Gives a suite a registry of its own, and each test a repository of its own. */
export function withRegistry(): RegistryAws {
  const registry = new RegistryAws();
  before(async function () {
    this.timeout(120_000);
    await registry.start();
  });
  after(() => registry.sandbox.stop());
  beforeEach(async () => {
    registry.clock = Date.now();
    await registry.makeRepository();
  });
  afterEach(() => registry.sandbox.front.faults.clear());
  return registry;
}
