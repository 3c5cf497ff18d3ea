// Kubernetes objects for a pull secret that is renewed: a registry's login ends after 12 hours. They hold no secret.
import { stringify } from "yaml";
import { shellQuoted } from "../output/shellQuoted";
import { localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";

/** Amazon's own command line, and Kubernetes' own, which has no shell. */
const AWS_IMAGE = "public.ecr.aws/aws-cli/aws-cli:2.36.15";
const KUBECTL_IMAGE = "registry.k8s.io/kubectl:v1.36.1";

/** Every six hours: one run may fail before a login ends. Not at the full hour, when everybody asks. */
const SCHEDULE = "17 */6 * * *";
const REFRESH_INTERVAL = "6h0m0s";

const LOGIN_FOLDER = "/login";

/** `kubernetes/cronjob.yaml`: needs nothing in the cluster but the secret with the key. */
export function cronJobManifest(facts: BundleFacts): string {
  const { renewal, keySecret, pullSecret } = localNames(facts);
  const metadata = { name: renewal, labels: { "app.kubernetes.io/name": renewal } };
  const fromKey = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: keySecret, key } },
  });
  const container = {
    workingDir: LOGIN_FOLDER,
    volumeMounts: [{ name: "login", mountPath: LOGIN_FOLDER }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
  };
  const home = { name: "HOME", value: LOGIN_FOLDER };
  const pod = {
    serviceAccountName: renewal,
    restartPolicy: "Never",
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 65_532,
      runAsGroup: 65_532,
      fsGroup: 65_532,
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumes: [{ name: "login", emptyDir: { medium: "Memory", sizeLimit: "32Mi" } }],
    initContainers: [
      {
        name: "log-in",
        image: AWS_IMAGE,
        command: ["/bin/sh", "-c", loginScript(facts)],
        env: [
          home,
          fromKey("AWS_ACCESS_KEY_ID", "access-key-id"),
          fromKey("AWS_SECRET_ACCESS_KEY", SECRET_FILE),
        ],
        ...container,
      },
    ],
    containers: [
      {
        name: "store",
        image: KUBECTL_IMAGE,
        // By the server: what kubectl would note of its own on the object is the login itself.
        args: ["apply", "--server-side", "--force-conflicts", "--filename=."],
        env: [home],
        ...container,
      },
    ],
  };
  return documents(
    { apiVersion: "v1", kind: "ServiceAccount", metadata },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata,
      rules: [
        // A name cannot limit what is created (Kubernetes, "Referring to resources").
        { apiGroups: [""], resources: ["secrets"], verbs: ["create"] },
        {
          apiGroups: [""],
          resources: ["secrets"],
          resourceNames: facts.registries.map(pullSecret),
          verbs: ["get", "patch"],
        },
      ],
    },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: renewal },
      subjects: [{ kind: "ServiceAccount", name: renewal }],
    },
    {
      apiVersion: "batch/v1",
      kind: "CronJob",
      metadata,
      spec: {
        schedule: SCHEDULE,
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 3_600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 3,
        jobTemplate: { spec: { backoffLimit: 4, template: { spec: pod } } },
      },
    },
  );
}

/** Writes one pull secret for each registry into the working directory, for kubectl to store. */
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

/** `kubernetes/external-secrets.yaml`: for clusters that run the External Secrets Operator. */
export function externalSecretsManifest(facts: BundleFacts): string {
  const { keySecret, pullSecret } = localNames(facts);
  return documents(
    ...facts.registries.flatMap((registry) => {
      const metadata = { name: pullSecret(registry) };
      const generator = {
        apiVersion: "generators.external-secrets.io/v1alpha1",
        kind: "ECRAuthorizationToken",
      };
      const login = { username: "{{ .username }}", password: "{{ .password }}" };
      return [
        {
          ...generator,
          metadata,
          spec: {
            region: registry.region,
            auth: {
              secretRef: {
                accessKeyIDSecretRef: { name: keySecret, key: "access-key-id" },
                secretAccessKeySecretRef: { name: keySecret, key: SECRET_FILE },
              },
            },
          },
        },
        {
          apiVersion: "external-secrets.io/v1",
          kind: "ExternalSecret",
          metadata,
          spec: {
            refreshInterval: REFRESH_INTERVAL,
            target: {
              name: metadata.name,
              creationPolicy: "Owner",
              template: {
                type: "kubernetes.io/dockerconfigjson",
                data: {
                  ".dockerconfigjson": JSON.stringify({ auths: { [registry.host]: login } }),
                },
              },
            },
            dataFrom: [{ sourceRef: { generatorRef: { ...generator, name: metadata.name } } }],
          },
        },
      ];
    }),
  );
}

function documents(...objects: readonly object[]): string {
  // Without aliases: not every reader of manifests takes them.
  return objects
    .map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }))
    .join("---\n");
}
