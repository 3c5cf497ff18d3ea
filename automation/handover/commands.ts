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

/** Name of a session by a token, by which CloudTrail shows it: at least two characters (STS API, `RoleSessionName`). */
export function sessionName({ customer }: Pick<BundleFacts, "customer">): string {
  return `pull-${customer}`;
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

  get craneLogin(): string {
    const { region, host } = this.#registry;
    return `aws ecr get-login-password --region ${shellQuoted(region)} | crane auth login --username AWS --password-stdin ${shellQuoted(host)}`;
  }

  get cranePull(): string {
    return `crane pull ${shellQuoted(this.#facts.images[0] ?? "")}:"$TAG" image.tar`;
  }

  get serviceAccounts(): string {
    return "kubectl apply -f kubernetes/service-accounts.yaml";
  }

  get pull(): string {
    return pullCommand(this.#facts);
  }

  get configure(): string {
    return "./configure.sh";
  }

  get dockerLogin(): string {
    return "./docker-login.sh";
  }

  get useCredentialHelper(): string {
    return "./use-credential-helper.sh";
  }

  get pullWithHelper(): string {
    const { profile } = localNames(this.#facts);
    return `${this.#hasKey ? `AWS_PROFILE=${profile} ` : ""}${this.pull}`;
  }

  get storeKey(): string {
    return "./kubernetes/store-key.sh";
  }

  get renewPullSecret(): string {
    return "./kubernetes/renew-pull-secret.sh";
  }

  get externalSecrets(): string {
    return "kubectl apply -f kubernetes/external-secrets.yaml";
  }

  /** A script's variant for PowerShell; Windows refuses to run a script without the option. */
  powershell(script: string): string {
    return `powershell -ExecutionPolicy Bypass -File ${script.replace(/^\.\//, "").replace(/\.sh$/, ".ps1")}`;
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

/** With docker, of the first image. */
export function pullCommand({ images }: Pick<BundleFacts, "images">): string {
  return `docker pull ${shellQuoted(images[0] ?? "")}:"$TAG"`;
}
