import { BatchGetImageCommand, ECRClient } from "@aws-sdk/client-ecr";
import pMap from "p-map";
import type { AwsAccess } from "../../sandbox/awsView";
import type { PlantedKey } from "./plant";

/** A key, and a repository that it can pull. */
interface Pulling {
  key: PlantedKey;
  repository: string;
  region: string;
}

/** Customers that pull in turns, again and again, with the keys that they had from the start. */
export class PullLoops {
  readonly failures: string[] = [];
  pulls = 0;
  readonly customers: number;
  #isRunning = true;
  readonly #ended: Promise<unknown>;

  private constructor(pulling: readonly Pulling[], access: AwsAccess, atOnce: number) {
    this.customers = pulling.length;
    const loop = async (start: number) => {
      for (let at = start; this.#isRunning; at = (at + atOnce) % pulling.length) {
        const one = pulling[at];
        if (one === undefined) return;
        await pull(one, access).then(
          () => (this.pulls += 1),
          (error: unknown) => this.failures.push(`${one.key.user}: ${String(error)}`),
        );
      }
    };
    this.#ended = Promise.all([...Array(atOnce).keys()].map(loop));
  }

  /** Starts with those of the active keys that can pull something at this moment. */
  static async start(
    keys: readonly PlantedKey[],
    catalogue: ReadonlyMap<string, readonly string[]>,
    access: AwsAccess,
    atOnce: number,
  ): Promise<PullLoops> {
    const places = [...catalogue].flatMap(([repository, regions]) =>
      regions.map((region) => ({ repository, region })),
    );
    const active = keys.filter(({ status }) => status === "Active");
    const found = await pMap(
      active,
      async (key): Promise<Pulling | undefined> => {
        for (const place of places) {
          if (await canPull({ key, ...place }, access)) return { key, ...place };
        }
        return undefined;
      },
      { concurrency: 16 },
    );
    const pulling = found.filter((one) => one !== undefined);
    return new PullLoops(pulling, access, Math.min(atOnce, pulling.length));
  }

  async stop(): Promise<void> {
    this.#isRunning = false;
    await this.#ended;
  }
}

async function canPull(pulling: Pulling, access: AwsAccess): Promise<boolean> {
  try {
    await pull(pulling, access);
    return true;
  } catch (error) {
    if ((error as Error).name === "AccessDeniedException") return false;
    throw error;
  }
}

async function pull({ key, repository, region }: Pulling, access: AwsAccess): Promise<void> {
  const { accessKeyId, secretAccessKey } = key;
  const credentials = { accessKeyId, secretAccessKey };
  const ecr = new ECRClient({ ...access, region, credentials, maxAttempts: 1 });
  try {
    const imageIds = [{ imageTag: "none" }];
    await ecr.send(new BatchGetImageCommand({ repositoryName: repository, imageIds }));
  } finally {
    ecr.destroy();
  }
}
