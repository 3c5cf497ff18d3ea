import { execFileSync } from "node:child_process";
import { BatchGetImageCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OciClient } from "../../../sandbox/ociClient";
import type { Machines } from "./machines";
import type { Running } from "./withSandbox";

/** An access key in the customer's hand. */
export interface CustomerKey {
  accessKeyId: string;
  secretAccessKey: string;
}

/** A customer's way to pull an image; throws what the customer sees. */
export type Pull = (key: CustomerKey, repository: string) => Promise<void>;

/** Takes a key with its secret from the state, as a hand-over does. */
export function customerKey({ sandbox, project }: Running, logicalName: string): CustomerKey {
  const exported = execFileSync(
    sandbox.engine.executable,
    ["stack", "export", "--show-secrets", "--stack", "dev", "--non-interactive"],
    { cwd: project.directory, env: project.environment, encoding: "utf8", maxBuffer: 1e8 },
  );
  const { deployment } = JSON.parse(exported) as {
    deployment: {
      resources: { urn: string; id: string; outputs?: { secret?: { plaintext: string } } }[];
    };
  };
  const found = deployment.resources.find(({ urn }) =>
    urn.endsWith(`aws:iam/accessKey:AccessKey::${logicalName}`),
  );
  const secret = found?.outputs?.secret?.plaintext;
  if (found === undefined || secret === undefined) throw new Error(`no key ${logicalName}`);
  return { accessKeyId: found.id, secretAccessKey: JSON.parse(secret) as string };
}

/** The two calls of a pull that AWS judges: the login and the manifest, both signed as the customer. */
export function signedPull({ sandbox }: Running): Pull {
  const { endpoint, region } = sandbox.aws;
  return async (credentials, repositoryName) => {
    const ecr = new ECRClient({ endpoint, region, credentials, maxAttempts: 1 });
    try {
      await ecr.send(new GetAuthorizationTokenCommand({}));
      const imageIds = [{ imageTag: "latest" }];
      await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds }));
    } finally {
      ecr.destroy();
    }
  };
}

/**
 * A whole pull with crane and the credential helper, which logs in each time: a login from
 * before would outlive its key.
 */
export function realPull(machines: Machines): Pull {
  const known = new Map<string, OciClient>();
  return async (key, repository) => {
    const machine = known.get(key.accessKeyId) ?? machines.with(key, true);
    if (!known.has(key.accessKeyId)) machine.useCredentialHelper();
    known.set(key.accessKeyId, machine);
    rmSync(join(machine.directory, ".ecr"), { recursive: true, force: true });
    const { answer } = await machine.pull(`${repository}:1.0`);
    if (answer.code !== 0) throw new Error(answer.stderr);
  };
}

/** Pulls again and again, until `stop`; what went wrong is kept. */
export class PullLoop {
  readonly failures: string[] = [];
  pulls = 0;
  #running = true;
  readonly #ended: Promise<void>;

  /** @param key - asked before each pull: the key that the customer works with at that moment. */
  constructor(pull: Pull, key: () => CustomerKey, repository: string) {
    this.#ended = (async () => {
      while (this.#running) {
        const used = key();
        await pull(used, repository).then(
          () => (this.pulls += 1),
          (error: unknown) => this.failures.push(`${used.accessKeyId}: ${String(error)}`),
        );
      }
    })();
  }

  async stop(): Promise<void> {
    this.#running = false;
    await this.#ended;
  }
}
