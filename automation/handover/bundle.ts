import { bundleName, ENCRYPTED_SECRET_FILE, SECRET_FILE } from "./commands";
import type { AccountIdentity, BundleFacts } from "./facts";
import { cronJobManifest, externalSecretsManifest } from "./kubernetes";
import { readme } from "./readme";
import {
  COMMON_SCRIPTS,
  KEY_SCRIPTS,
  powershellScript,
  shellScript,
  type ScriptName,
  TOKEN_SCRIPTS,
} from "./scripts";
import { tar, type TarEntry } from "./tar";
import {
  credentialProviderConfig,
  githubWorkflow,
  gitlabJob,
  serviceAccountsManifest,
} from "./tokenFiles";
import { workloadsOf } from "./workloads";

/** Permission bits: only the owner may read what is unpacked. */
const FILE = 0o600;
const SCRIPT = 0o700;
const FOLDER = 0o700;

/** The files of a bundle, with paths relative to its folder. Exactly one of them holds the secret, if there is one. */
export function bundleFiles(facts: BundleFacts): TarEntry[] {
  const { identity, registries } = facts;
  const file = (path: string, content: string | Uint8Array, mode = FILE) => ({
    path,
    content,
    mode,
  });
  const scripts = (names: readonly ScriptName[]) =>
    names.flatMap((name) => [
      file(`${name}.sh`, shellScript(name, facts), SCRIPT),
      // PowerShell on Windows knows no permission to execute.
      file(`${name}.ps1`, powershellScript(name, facts)),
    ]);
  const hosts = registries.map(({ host }) => [host, "ecr-login"] as const);
  const common = [
    file("README.md", readme(facts)),
    file("docker-config.json", json({ credHelpers: Object.fromEntries(hosts) })),
    ...scripts(COMMON_SCRIPTS),
  ];
  const pullPolicy = ({ policy }: AccountIdentity) => file("pull-policy.json", json(policy));
  if (identity.kind === "account") return [...common, pullPolicy(identity)];
  if (identity.kind === "oidc") {
    const { serviceAccounts, isGithub, isGitlab } = workloadsOf(identity);
    const kubernetes = () => [
      file("kubernetes/credential-provider.yaml", credentialProviderConfig(facts, identity)),
      file("kubernetes/service-accounts.yaml", serviceAccountsManifest(facts, identity)),
      file("kubernetes/cronjob.yaml", cronJobManifest(facts)),
      ...scripts(TOKEN_SCRIPTS),
    ];
    return [
      ...common,
      ...(identity.beside === undefined ? [] : [pullPolicy(identity.beside)]),
      ...(serviceAccounts.length > 0 ? kubernetes() : []),
      ...(isGithub ? [file("ci/github-actions.yml", githubWorkflow(facts, identity))] : []),
      ...(isGitlab ? [file("ci/gitlab-ci.yml", gitlabJob(facts, identity))] : []),
    ];
  }
  const { credential } = identity.key;
  return [
    ...common,
    credential.kind === "secret"
      ? file(SECRET_FILE, credential.secret.reveal())
      : file(ENCRYPTED_SECRET_FILE, credential.ciphertext),
    ...scripts(KEY_SCRIPTS),
    file("kubernetes/cronjob.yaml", cronJobManifest(facts)),
    file("kubernetes/external-secrets.yaml", externalSecretsManifest(facts)),
  ];
}

/**
 * Packs a bundle into a tar archive with one folder.
 *
 * @param today - `YYYY-MM-DD`: the modification date of all files.
 */
export function bundleArchive(facts: BundleFacts, today: string): Buffer {
  const folder = bundleName(facts);
  const files = bundleFiles(facts).map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
  const folders = [...new Set(files.map(({ path }) => path.slice(0, path.lastIndexOf("/") + 1)))];
  const entries = [
    ...folders.sort().map((path) => ({ path, content: "", mode: FOLDER })),
    ...files,
  ];
  return tar(entries, Date.parse(`${today}T00:00:00Z`) / 1_000);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
