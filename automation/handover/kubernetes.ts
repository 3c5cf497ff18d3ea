// Kubernetes objects that keep a pull secret valid: a registry login expires after 12 hours. They hold no secret.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments, visit } from "yaml";
import { shellQuoted } from "../output/shellQuoted";
import { localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";
import { FILES } from "./scripts";

/** `kubernetes/cronjob.yaml`: service account, role, role binding and CronJob that renew the pull secrets. */
export function cronJobManifest(facts: BundleFacts): string {
  const { renewal, keySecret, pullSecret } = localNames(facts);
  return filled("kubernetes/cronjob.yaml", {
    $renewal: renewal,
    $keySecret: keySecret,
    $secretFile: SECRET_FILE,
    $pullSecrets: facts.registries.map(pullSecret),
    $loginScript: loginScript(facts),
  });
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

/**
 * A manifest with its placeholders, values that begin with `$`, replaced in the parsed YAML, so that no value can
 * change the structure.
 */
function filled(file: string, values: Readonly<Record<string, string | string[]>>): string {
  const documents = parseAllDocuments(readFileSync(join(FILES, file), "utf8"));
  return documents
    .map((document) => {
      visit(document, {
        Scalar: (_key, { value }) =>
          typeof value === "string" && Object.hasOwn(values, value)
            ? document.createNode(values[value])
            : undefined,
      });
      return document.toString({ lineWidth: 0, flowCollectionPadding: false });
    })
    .join("");
}
