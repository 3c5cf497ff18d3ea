// The commands that the customer's engineer runs. The bundle's README and scripts and docs/customer-guide.md
// all show these.
import { shellQuoted } from "../output/shellQuoted";
import type { BundleFacts, Registry } from "./facts";

/** Names of what a bundle sets up on the customer's side. They differ for each vendor account. */
export function localNames({ account }: Pick<BundleFacts, "account">) {
  const profile = `ecr-${account}`;
  return {
    /** The AWS profile that holds the key. */
    profile,
    /** Kubernetes: the CronJob that renews the login, with its service account and role. */
    renewal: profile,
    /** Kubernetes: the secret with the key. */
    keySecret: `${profile}-key`,
    /** Kubernetes: the pull secret of one registry. */
    pullSecret: ({ region }: Registry) => `${profile}-${region}`,
  };
}

/** The folder that a bundle unpacks to. */
export function bundleName({ customer, identity }: Pick<BundleFacts, "customer" | "identity">) {
  return identity.kind === "key" ? `${customer}-${identity.generation}` : customer;
}

/** Names of the file with the secret; the second one is encrypted for the customer's PGP key. */
export const SECRET_FILE = "secret-access-key";
export const ENCRYPTED_SECRET_FILE = "secret-access-key.gpg";

/** The command with which the customer opens a bundle. */
export function openCommand(file: string, format: "age" | "pgp" | "passphrase" | "plain"): string {
  const name = shellQuoted(file);
  if (format === "plain") return `tar -xf ${name}`;
  if (format === "pgp") return `gpg --decrypt ${name} | tar -xf -`;
  return `age --decrypt ${format === "age" ? "--identity key.txt " : ""}${name} | tar -xf -`;
}

export class Commands {
  readonly #facts: BundleFacts;

  constructor(facts: BundleFacts) {
    this.#facts = facts;
  }

  get decryptSecret(): string {
    return `gpg --output ${SECRET_FILE} --decrypt ${ENCRYPTED_SECRET_FILE}`;
  }

  get whoAmI(): string {
    return `aws sts get-caller-identity${this.awsOptions(this.#registry.region)}`;
  }

  /** A docker login with the key from the environment, as in CI, instead of the profile. */
  get loginFromEnvironment(): string {
    const { region, host } = this.#registry;
    return `aws ecr get-login-password --region ${shellQuoted(region)} | docker login --username AWS --password-stdin ${shellQuoted(host)}`;
  }

  /** For hosts that have containerd but not docker. */
  get nerdctlLogin(): string {
    const { region, host } = this.#registry;
    return `aws ecr get-login-password${this.awsOptions(region)} | nerdctl login --username AWS --password-stdin ${shellQuoted(host)}`;
  }

  get pull(): string {
    return `docker pull ${shellQuoted(this.#facts.images[0] ?? "")}:"$TAG"`;
  }

  get useCredentialHelper(): string {
    return [
      "mkdir -p ~/.docker",
      "test -s ~/.docker/config.json || echo '{}' > ~/.docker/config.json",
      "jq -s '.[0] * .[1]' ~/.docker/config.json docker-config.json > ~/.docker/config.json.new",
      "mv ~/.docker/config.json.new ~/.docker/config.json",
    ].join("\n");
  }

  get pullWithHelper(): string {
    const { profile } = localNames(this.#facts);
    return `${this.#hasKey ? `AWS_PROFILE=${profile} ` : ""}${this.pull}`;
  }

  get keySecret(): string {
    const { identity } = this.#facts;
    const { keySecret } = localNames(this.#facts);
    const keyId = identity.kind === "key" ? identity.key.keyId : "";
    return [
      `kubectl create secret generic ${keySecret} --dry-run=client --output=yaml \\`,
      `  --from-literal=access-key-id=${shellQuoted(keyId)} --from-file=${SECRET_FILE} | kubectl apply --server-side -f -`,
    ].join("\n");
  }

  get cronJob(): string {
    const { renewal } = localNames(this.#facts);
    return [
      "kubectl apply -f kubernetes/cronjob.yaml",
      `kubectl create job ${renewal}-now --from=cronjob/${renewal}`,
    ].join("\n");
  }

  get externalSecrets(): string {
    return "kubectl apply -f kubernetes/external-secrets.yaml";
  }

  /** ` --profile … --region …`; without the profile for a customer that uses its own AWS identity. */
  awsOptions(region: string): string {
    const { profile } = localNames(this.#facts);
    return `${this.#hasKey ? ` --profile ${profile}` : ""} --region ${shellQuoted(region)}`;
  }

  get #hasKey(): boolean {
    return this.#facts.identity.kind === "key";
  }

  get #registry(): Registry {
    return this.#facts.registries[0] ?? { region: "", host: "" };
  }
}
