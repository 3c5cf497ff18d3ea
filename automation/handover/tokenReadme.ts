// The README of a customer that pulls with tokens of its own issuer.
import { escapeMarkdown } from "../output/markdown";
import { shellQuoted } from "../output/shellQuoted";
import { Commands, sessionName } from "./commands";
import type { BundleFacts, TokenIdentity } from "./facts";
import { list, pullSecrets, sh } from "./readmeText";
import { workloadsOf } from "./workloads";

/** What AWS accepts, the set-up of each kind of workload that the subjects name, and of any other machine. */
export function tokenSections(facts: BundleFacts, identity: TokenIdentity): string[] {
  const { serviceAccounts, isGithub, isGitlab } = workloadsOf(identity);
  return [
    ...identitySection(identity),
    ...(serviceAccounts.length > 0 ? kubernetesSection(facts) : []),
    ...(isGithub ? githubSection(identity) : []),
    ...(isGitlab ? gitlabSection(identity) : []),
    ...machineSection(facts, identity),
  ];
}

function identitySection({ arn, issuer, audience, subjects }: TokenIdentity): string[] {
  return [
    "## Your identity",
    "You pull with short-lived tokens of your own issuer. There is no key, and nothing in this folder is secret: it needs no encryption, and you may keep it in your own git.",
    `The role \`${arn}\` accepts a token of the issuer ${code(issuer)} for the audience ${code(audience)} with exactly one of these subjects:`,
    list(subjects.map(code)),
    "Let us know before a workload with another subject is to pull. AWS fetches the public keys of the issuer itself: `/.well-known/openid-configuration` below the issuer's URL, and the keys that it names, must be reachable from the internet.",
  ];
}

function kubernetesSection(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## Kubernetes 1.34 or newer",
    "The kubelet asks for a token of the pod's service account and logs in with it: no pull secret is needed. This needs control over the nodes, and an `ecr-credential-provider` that takes tokens of service accounts (Kubernetes' cloud-provider-aws, 1.34 or newer). Set `kubernetes/credential-provider.yaml` up on each node, as its first lines say. Then give the service accounts the role, and the nodes the right to ask for their tokens:",
    sh(commands.serviceAccounts),
    "Pods with one of these service accounts pull without anything else. Those of other service accounts are refused: no role names them.",
    "## Kubernetes, older or without control over the nodes",
    "A CronJob exchanges a token of its service account for a login, and writes it into a pull secret, every six hours. This sets it up in the namespaces of the subjects, and runs it once:",
    sh(commands.renewPullSecret),
    "Name the pull secret in your pods, or in the service account that they use:",
    pullSecrets(facts),
  ];
}

function githubSection({ subjects }: TokenIdentity): string[] {
  const isCustomized = subjects.some((subject) => !subject.startsWith("repo:"));
  return [
    "## GitHub Actions",
    "`ci/github-actions.yml` is a workflow with a job that logs in and pulls. Its permission `id-token: write` lets the job ask GitHub for a token.",
    ...(isCustomized
      ? [
          'GitHub composes the subject from the claims that the repository\'s customization names, in that order (GitHub, "Customizing the subject claims"; `PUT /repos/{owner}/{repo}/actions/oidc/customization/sub` with `use_default: false` and `include_claim_keys`). Set it so that the subjects above result.',
        ]
      : []),
  ];
}

function gitlabSection({ subjects }: TokenIdentity): string[] {
  const isCustomized = subjects.some((subject) => !subject.startsWith("project_path:"));
  return [
    "## GitLab CI",
    "`ci/gitlab-ci.yml` is a job that logs in and pulls, for a runner that may start docker (`docker:dind`).",
    ...(isCustomized
      ? [
          'GitLab composes the subject from the project\'s setting `ci_id_token_sub_claim_components` (GitLab, "Projects API"), in that order. Set it so that the subjects above result.',
        ]
      : []),
  ];
}

function machineSection(facts: BundleFacts, { arn }: TokenIdentity): string[] {
  const variables = {
    AWS_ROLE_ARN: shellQuoted(arn),
    AWS_ROLE_SESSION_NAME: shellQuoted(sessionName(facts)),
    AWS_WEB_IDENTITY_TOKEN_FILE: "/path/of/the/token",
  };
  const session = arn.replace(":iam:", ":sts:").replace(/:role\/.*\//, ":assumed-role/");
  return [
    "## Any other machine",
    "Write a token to a file that only you can read, and keep it fresh. The AWS command line and docker's credential helper exchange it by themselves, if no other credentials are in the environment (`AWS_ACCESS_KEY_ID` comes first):",
    sh(
      Object.entries(variables)
        .map(([name, value]) => `export ${name}=${value}`)
        .join("\n"),
    ),
    sh(new Commands(facts).whoAmI),
    `The answer must name \`${session}/${sessionName(facts)}\`. The commands below use the same variables.`,
  ];
}

/** For machines without docker. */
export function craneSection(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return ["## crane", sh(commands.craneLogin), sh(commands.cranePull)];
}

/** Text from the customer file, in which a backtick would end the code. */
function code(text: string): string {
  return text.includes("`") ? escapeMarkdown(text) : `\`${text}\``;
}
