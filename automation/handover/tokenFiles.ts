// Files for a customer that pulls with tokens of its own issuer: nothing in them is secret.
import { shellQuoted } from "../output/shellQuoted";
import { localNames, pullCommand, sessionName } from "./commands";
import type { BundleFacts, TokenIdentity } from "./facts";
import { filled } from "./filled";
import { annotated, ROLE_ANNOTATION } from "./kubernetes";
import { workloadsOf } from "./workloads";

/** `kubernetes/credential-provider.yaml`: the kubelet's configuration, for each node. */
export function credentialProviderConfig(
  { registries }: BundleFacts,
  { audience }: TokenIdentity,
): string {
  return filled("kubernetes/credential-provider.yaml", {
    $hosts: registries.map(({ host }) => host),
    $audience: audience,
    $annotations: [ROLE_ANNOTATION],
  });
}

/** `kubernetes/service-accounts.yaml`: the annotated service accounts, and the nodes' right to ask for their tokens. */
export function serviceAccountsManifest(facts: BundleFacts, identity: TokenIdentity): string {
  const { arn, audience } = identity;
  const { renewal } = localNames(facts);
  const { serviceAccounts } = workloadsOf(identity);
  const accounts = serviceAccounts.map((account) =>
    filled("kubernetes/service-account.yaml", { $metadata: annotated(account, arn) }),
  );
  const nodes = filled("kubernetes/token-audience.yaml", {
    $name: `${renewal}-tokens`,
    $audience: audience,
    $serviceAccounts: [...new Set(serviceAccounts.map(({ name }) => name))].sort(),
  });
  return [...accounts, nodes].join("---\n");
}

/** `ci/github-actions.yml`: a workflow with a job that logs in and pulls. */
export function githubWorkflow(facts: BundleFacts, identity: TokenIdentity): string {
  return filled("ci/github-actions.yml", {
    $roleArn: identity.arn,
    $session: sessionName(facts),
    $audience: identity.audience,
    $region: facts.registries[0]?.region,
    $login: `${logins(facts).join("\n")}\n`,
    $pull: pullCommand(facts),
  });
}

/** `ci/gitlab-ci.yml`: a job that logs in and pulls. */
export function gitlabJob(facts: BundleFacts, identity: TokenIdentity): string {
  return filled("ci/gitlab-ci.yml", {
    $audience: identity.audience,
    $roleArn: identity.arn,
    $session: sessionName(facts),
    $before: [
      "apk add --no-cache aws-cli",
      "umask 077",
      `printf '%s' "$AWS_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"`,
      ...logins(facts),
    ],
    $pull: pullCommand(facts),
  });
}

/** Through a variable: in a pipe, a failure of aws would go unnoticed. */
function logins({ registries }: BundleFacts): string[] {
  return registries.flatMap(({ region, host }) => [
    `password=$(aws ecr get-login-password --region ${shellQuoted(region)})`,
    `printf '%s' "$password" | docker login --username AWS --password-stdin ${shellQuoted(host)}`,
  ]);
}
