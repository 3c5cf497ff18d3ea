import { ECRClient } from "@aws-sdk/client-ecr";
import { IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import type { ProviderSettings } from "./settings";

/** Attempts per request, with the SDK's growing, jittered delay: a throttled call is retried. */
const MAX_ATTEMPTS = 6;
const MAX_SOCKETS = 50;

/** The AWS clients of one configured provider, created on first use and kept. */
export class AwsClients {
  readonly #settings: ProviderSettings;
  readonly #ecr = new Map<string, ECRClient>();
  #iam: IAMClient | undefined;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  /** IAM is global: one client. */
  get iam(): IAMClient {
    return (this.#iam ??= new IAMClient(this.#options(this.#settings.region)));
  }

  get sts(): STSClient {
    return new STSClient(this.#options(this.#settings.region));
  }

  /** ECR is regional: one client per region. */
  ecr(region: string): ECRClient {
    const known = this.#ecr.get(region);
    if (known !== undefined) return known;
    const client = new ECRClient(this.#options(region));
    this.#ecr.set(region, client);
    return client;
  }

  #options(region: string) {
    const { endpoint, credentials } = this.#settings;
    const agent = { keepAlive: true, maxSockets: MAX_SOCKETS };
    return {
      region,
      endpoint,
      credentials,
      maxAttempts: MAX_ATTEMPTS,
      requestHandler: { httpAgent: agent, httpsAgent: agent },
    };
  }
}
