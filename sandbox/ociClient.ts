import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SandboxError } from "./aws/sandboxError";
import { type Sandbox, SANDBOX_ACCOUNT } from "./sandbox";
import { askTool, type ToolAnswer } from "./tool";

export interface Key {
  accessKeyId: string;
  secretAccessKey: string;
}

/** An image on the disk of the machine that pulled it. */
export interface PulledImage {
  /** Of its manifest, `sha256:…`. */
  digest: string;
  /** Digests of all that was downloaded: manifest, configuration and layers. */
  blobs: string[];
}

/** A token of the customer's issuer, and the role that accepts it. */
export interface WebIdentity {
  roleArn: string;
  token: string;
}

export interface OciClientOptions {
  /** The machine's home; emptied first. */
  directory: string;
  /** None for someone who never received one. */
  key?: Key;
  /** Instead of a key: `aws` exchanges the token by itself. */
  webIdentity?: WebIdentity;
  /**
   * Whether the registry has its name at AWS, as programs made for ECR require. The sandbox is then the
   * machine's HTTP proxy, so that nothing leaves this machine.
   */
  byName?: boolean;
  /** The loopback address at which the machine reaches the sandbox: it stands for where the machine is. */
  at?: string;
}

/** Where a machine keeps its token. */
const TOKEN_FILE = "token";

/**
 * A machine with the real clients, `aws` and `crane`: it has its own key and docker configuration, and
 * nothing of the vendor's.
 */
export class OciClient {
  /** The registry's name on this machine: `127.0.0.1:<port>`, or AWS's. */
  readonly registry: string;
  readonly directory: string;
  readonly key?: Key;
  /** The whole environment of the programs on this machine. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #flags: readonly string[];

  constructor(
    sandbox: Pick<Sandbox, "aws" | "environment">,
    { directory, key, webIdentity, byName = false, at }: OciClientOptions,
  ) {
    const { region } = sandbox.aws;
    const url = new URL(sandbox.aws.endpoint);
    if (at !== undefined) url.hostname = at;
    const { host, hostname, origin: endpoint } = url;
    this.registry = byName ? `${SANDBOX_ACCOUNT}.dkr.ecr.${region}.amazonaws.com` : host;
    // The sandbox speaks no TLS; crane knows that of 127.0.0.1 only.
    this.#flags = byName || at !== undefined ? ["--insecure"] : [];
    this.directory = directory;
    this.key = key;
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    if (webIdentity !== undefined) this.present(webIdentity.token);
    this.environment = {
      PATH: sandbox.environment["PATH"] ?? "",
      HOME: directory,
      DOCKER_CONFIG: join(directory, "docker"),
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      // The AWS command line knows the region under this name.
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: "true",
      ...(key === undefined
        ? {}
        : { AWS_ACCESS_KEY_ID: key.accessKeyId, AWS_SECRET_ACCESS_KEY: key.secretAccessKey }),
      ...(webIdentity === undefined
        ? {}
        : {
            AWS_ROLE_ARN: webIdentity.roleArn,
            AWS_ROLE_SESSION_NAME: "pull",
            AWS_WEB_IDENTITY_TOKEN_FILE: join(directory, TOKEN_FILE),
          }),
      ...(byName ? { HTTP_PROXY: endpoint, HTTPS_PROXY: endpoint, NO_PROXY: hostname } : {}),
    };
  }

  /** Puts another token in the place of the one that the machine presents. */
  present(token: string): void {
    writeFileSync(join(this.directory, TOKEN_FILE), token, { mode: 0o600 });
  }

  /** `aws ecr get-login-password | crane auth login --username AWS --password-stdin`, in two steps. */
  async login(): Promise<ToolAnswer> {
    const password = await this.run("aws", "ecr", "get-login-password");
    if (password.code !== 0) return password;
    const args = ["auth", "login", this.registry, "--username", "AWS", "--password-stdin"];
    return askTool("crane", args, { env: this.environment, input: password.stdout });
  }

  /** Instead of a login: the credential helper logs in whenever needed. */
  useCredentialHelper(): void {
    const directory = this.environment["DOCKER_CONFIG"] ?? "";
    mkdirSync(directory, { recursive: true });
    const config = { credHelpers: { [this.registry]: "ecr-login" } };
    writeFileSync(join(directory, "config.json"), JSON.stringify(config));
  }

  /** Makes an image of one small layer and pushes it. */
  async push(image: string, content: string): Promise<ToolAnswer> {
    const folder = mkdtempSync(join(this.directory, "image-"));
    writeFileSync(join(folder, "hello.txt"), content);
    const layer = join(folder, "layer.tar");
    const tar = await this.run("tar", "-cf", layer, "-C", folder, "hello.txt");
    if (tar.code !== 0) return tar;
    return this.crane("append", "--new_layer", layer, "--new_tag", this.reference(image));
  }

  /**
   * @param image - `edge-agent:1.0`.
   * @returns the outcome of the pull, and the image if it succeeded.
   */
  async pull(image: string): Promise<{ answer: ToolAnswer; image?: PulledImage }> {
    const folder = mkdtempSync(join(this.directory, "pulled-"));
    const answer = await this.crane("pull", "--format=oci", this.reference(image), folder);
    if (answer.code !== 0) return { answer };
    const index = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")) as {
      manifests: { digest: string }[];
    };
    const blobs = readdirSync(join(folder, "blobs", "sha256")).map((hex) => `sha256:${hex}`);
    return { answer, image: { digest: index.manifests[0]?.digest ?? "", blobs } };
  }

  /** `crane("ls", client.reference("edge-agent"))`. */
  crane(command: string, ...args: readonly string[]): Promise<ToolAnswer> {
    return this.run("crane", command, ...this.#flags, ...args);
  }

  /** Runs a program on this machine. */
  run(command: string, ...args: readonly string[]): Promise<ToolAnswer> {
    return askTool(command, args, { env: this.environment });
  }

  reference(image: string): string {
    return `${this.registry}/${image}`;
  }
}

/**
 * A customer's active keys, as they were handed over. Their secrets come from the front, which saw the keys
 * being created: the demo and the tests stand in for the customer.
 *
 * @throws SandboxError when there is none.
 */
export async function customerKeys(sandbox: Sandbox, userName: string): Promise<Key[]> {
  const { keys } = await sandbox.view.user(userName);
  const active = Object.keys(keys).filter((id) => keys[id] === "Active");
  const known = active.flatMap((accessKeyId) => {
    const secretAccessKey = sandbox.registry.callers.secretForTests(accessKeyId);
    return secretAccessKey === undefined ? [] : [{ accessKeyId, secretAccessKey }];
  });
  if (known.length > 0) return known;
  throw new SandboxError(
    `${userName} has no active key that was made in this sandbox`,
    "Look at its `keys`, `status` and `expires`.",
  );
}

/** The digest that `crane` prints at the end of a push: `host/name@sha256:…`. */
export function pushedDigest(answer: ToolAnswer): string {
  return /@(sha256:[0-9a-f]{64})\s*$/.exec(answer.stdout)?.[1] ?? "";
}
