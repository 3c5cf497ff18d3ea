// Kubernetes objects that keep a pull secret valid: a registry login expires after 12 hours. They hold no secret.
import { shellQuoted } from "../output/shellQuoted";
import { localNames, SECRET_FILE, sessionName } from "./commands";
import type { BundleFacts, TokenIdentity } from "./facts";
import { filled } from "./filled";
import { renewingAccounts, type ServiceAccount, workloadsOf } from "./workloads";

/** Where a CronJob keeps what it writes. */
const LOGIN_VOLUME = { name: "login", emptyDir: { medium: "Memory", sizeLimit: "32Mi" } };
const LOGIN_MOUNT = { name: "login", mountPath: "/login" };
const HOME = { name: "HOME", value: "/login" };

/** The service account's annotation from which `ecr-credential-provider` reads the role. */
export const ROLE_ANNOTATION = "eks.amazonaws.com/ecr-role-arn";

/** A service account's metadata, the same in all files: one applied after the other removes nothing. */
export function annotated({ name, namespace }: ServiceAccount, arn: string) {
  return { name, namespace, annotations: { [ROLE_ANNOTATION]: arn } };
}

/** What differs between a CronJob with a key and one with tokens. */
interface Credentials {
  metadata: { name: string; namespace?: string };
  serviceAccount: { name: string; [field: string]: unknown };
  volumes: readonly unknown[];
  mounts: readonly unknown[];
  environment: readonly unknown[];
}

/** `kubernetes/cronjob.yaml`: service account, role, role binding and CronJob that renew the pull secrets. */
export function cronJobManifest(facts: BundleFacts): string {
  const { identity } = facts;
  if (identity.kind !== "oidc") return cronJob(facts, keyCredentials(facts));
  const { serviceAccounts } = workloadsOf(identity);
  return renewingAccounts(serviceAccounts)
    .map((account) => cronJob(facts, tokenCredentials(facts, identity, account)))
    .join("---\n");
}

function cronJob(facts: BundleFacts, credentials: Credentials): string {
  const { renewal, pullSecret } = localNames(facts);
  const { metadata, serviceAccount, volumes, mounts, environment } = credentials;
  return filled("kubernetes/cronjob.yaml", {
    $renewal: renewal,
    $metadata: { ...metadata, labels: labelsOf(renewal) },
    $accountMetadata: serviceAccount,
    $serviceAccount: serviceAccount.name,
    $pullSecrets: facts.registries.map(pullSecret),
    $loginScript: loginScript(facts),
    $volumes: volumes,
    $mounts: mounts,
    $environment: environment,
  });
}

function labelsOf(renewal: string) {
  return { "app.kubernetes.io/name": renewal };
}

function keyCredentials(facts: BundleFacts): Credentials {
  const { renewal, keySecret } = localNames(facts);
  const fromSecret = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: keySecret, key } },
  });
  return {
    metadata: { name: renewal },
    serviceAccount: { name: renewal, labels: labelsOf(renewal) },
    volumes: [LOGIN_VOLUME],
    mounts: [LOGIN_MOUNT],
    environment: [
      HOME,
      fromSecret("AWS_ACCESS_KEY_ID", "access-key-id"),
      fromSecret("AWS_SECRET_ACCESS_KEY", SECRET_FILE),
    ],
  };
}

/** The kubelet writes the service account's token into a volume, and the AWS command line exchanges it. */
function tokenCredentials(
  facts: BundleFacts,
  { arn, audience }: TokenIdentity,
  account: ServiceAccount,
): Credentials {
  const serviceAccountToken = { audience, expirationSeconds: 3_600, path: "token" };
  return {
    metadata: { name: localNames(facts).renewal, namespace: account.namespace },
    serviceAccount: annotated(account, arn),
    volumes: [LOGIN_VOLUME, { name: "token", projected: { sources: [{ serviceAccountToken }] } }],
    mounts: [LOGIN_MOUNT, { name: "token", mountPath: "/token", readOnly: true }],
    environment: [
      HOME,
      { name: "AWS_ROLE_ARN", value: arn },
      { name: "AWS_ROLE_SESSION_NAME", value: sessionName(facts) },
      { name: "AWS_WEB_IDENTITY_TOKEN_FILE", value: "/token/token" },
    ],
  };
}

/** `kubernetes/external-secrets.yaml`: a generator and an external secret for each registry. */
export function externalSecretsManifest(facts: BundleFacts): string {
  const { keySecret, pullSecret } = localNames(facts);
  const login = { username: "{{ .username }}", password: "{{ .password }}" };
  return facts.registries
    .map((registry) =>
      filled("kubernetes/external-secrets.yaml", {
        $pullSecret: pullSecret(registry),
        $region: registry.region,
        $keySecret: keySecret,
        $secretFile: SECRET_FILE,
        $dockerConfig: JSON.stringify({ auths: { [registry.host]: login } }),
      }),
    )
    .join("---\n");
}

/** Writes one pull secret for each registry into the working directory, for kubectl to apply. */
function loginScript(facts: BundleFacts): string {
  const { pullSecret } = localNames(facts);
  const calls = facts.registries.map((registry) =>
    ["renew", registry.region, registry.host, pullSecret(registry)].map(shellQuoted).join(" "),
  );
  return `${[
    "set -eu",
    "umask 077",
    "renew() {",
    '  password=$(aws ecr get-login-password --region "$1")',
    `  login=$(printf '{"auths":{"%s":{"username":"AWS","password":"%s"}}}' "$2" "$password" | base64 | tr -d '\\n')`,
    `  printf '{"apiVersion":"v1","kind":"Secret","metadata":{"name":"%s"},"type":"kubernetes.io/dockerconfigjson","data":{".dockerconfigjson":"%s"}}\\n' "$3" "$login" > "$3.json"`,
    "}",
    ...calls,
  ].join("\n")}\n`;
}
