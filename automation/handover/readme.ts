import { escapeMarkdown } from "../output/markdown";
import { Commands, localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";

/** `README.md` of a bundle: what the customer may pull, and how. */
export function readme(facts: BundleFacts): string {
  const { identity } = facts;
  const sections =
    identity.kind === "key"
      ? [
          ...keySections(facts, identity.arn, identity.key.credential.kind === "pgp"),
          ...dockerSections(facts),
          ...kubernetesSections(facts),
          ...otherSections(facts),
        ]
      : [...accountSections(facts, identity.account), ...dockerSections(facts)];
  return `${[...head(facts), ...sections, ...closing(facts)].join("\n\n")}\n`;
}

function head(facts: BundleFacts): string[] {
  const { name, expires, registries, images } = facts;
  const end =
    expires === undefined
      ? "Access has no end date."
      : `Access ends after ${expires} (UTC): AWS itself refuses from the next day on.`;
  return [
    `# Pulling our images: ${escapeMarkdown(name)}`,
    `You may pull these repositories, by any tag or digest that we tell you:`,
    list(images.map((image) => `\`${image}\``)),
    `${registries.length === 1 ? "Registry" : "Registries"}: ${registries.map(({ host, region }) => `\`${host}\` (region \`${region}\`)`).join(", ")}. ${end}`,
    "The commands need the AWS command line (`aws`, 1.17.10 or newer) and are run in this folder. Where a command says `$TAG`, set it to a version first, e.g. `TAG=1.4.2`.",
  ];
}

function keySections(facts: BundleFacts, arn: string, isEncrypted: boolean): string[] {
  const commands = new Commands(facts);
  const { profile } = localNames(facts);
  return [
    "## Store the key",
    ...(isEncrypted
      ? [
          "The secret is encrypted for your PGP key; we have never had it.",
          sh(commands.decryptSecret),
        ]
      : []),
    `This writes the AWS profile \`${profile}\` and leaves your other profiles alone:`,
    sh("./configure.sh"),
    `Kubernetes and CI, below, take the key from the file \`${SECRET_FILE}\`. When you are done, delete it, or keep it in your own secret store.`,
    "## Check it",
    sh(commands.whoAmI),
    `It must answer with \`${arn}\`. Nothing else needs to be allowed for this call: if it fails, the key is wrong or no longer active.`,
  ];
}

function accountSections(facts: BundleFacts, account: string): string[] {
  return [
    "## Allow it on your side",
    `We let AWS account ${account} pull; which of its identities may do so is yours to say. Attach \`pull-policy.json\` to the role or user that pulls. There is no key of ours, and nothing in this folder is secret.`,
    "On Amazon EKS and ECS attach it to the role of the nodes or tasks: they log in by themselves, and the rest of this page is not needed.",
    "## Check it",
    sh(new Commands(facts).whoAmI),
    `It must answer with an identity of account ${account}.`,
  ];
}

function dockerSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## Docker",
    sh("./docker-login.sh"),
    sh(commands.pull),
    "The login holds for 12 hours. On a machine that pulls again and again, let docker log in by itself instead: install the Amazon ECR credential helper (`amazon-ecr-credential-helper` in Debian, Ubuntu, Amazon Linux and Homebrew) and add `docker-config.json` to your docker configuration:",
    sh(commands.useCredentialHelper),
    sh(commands.pullWithHelper),
    "No `docker login` is needed from then on, and one for this registry fails: the helper stores none.",
  ];
}

function kubernetesSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  const { pullSecret } = localNames(facts);
  const names = facts.registries.map(pullSecret);
  return [
    "## Kubernetes",
    "A pull secret must be renewed, because a login ends after 12 hours. In the namespace that pulls, store the key once:",
    sh(commands.keySecret),
    "Then either let a CronJob renew the pull secret every six hours; the second command runs it for the first time:",
    sh(commands.cronJob),
    "or, if your cluster runs the External Secrets Operator, let that do it:",
    sh(commands.externalSecrets),
    "Name the pull secret in your pods, or in the service account that they use:",
    `\`\`\`yaml\nimagePullSecrets:\n${names.map((name) => `  - name: ${name}`).join("\n")}\n\`\`\``,
  ];
}

function otherSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## containerd",
    "containerd keeps no login and has no credential helper. Under Kubernetes the pull secret above reaches it by the kubelet. By hand, with `nerdctl`:",
    sh(commands.nerdctlLogin),
    "## CI",
    `Put the key's id and \`${SECRET_FILE}\` into your CI's secret store, hand them to the job as \`AWS_ACCESS_KEY_ID\` and \`AWS_SECRET_ACCESS_KEY\`, and log in before you pull:`,
    sh(commands.loginFromEnvironment),
  ];
}

function closing({ identity }: BundleFacts): string[] {
  const ours = [
    "Layers come from Amazon S3: a firewall must let `*.s3.<region>.amazonaws.com` through as well as the registry.",
    "Pulling is all that is allowed: listing tags, pushing and deleting are refused.",
  ];
  const asked =
    identity.kind === "key"
      ? ["We never ask for the secret, for your private key or for a password. Who does is not us."]
      : [];
  return ["## Good to know", list([...ours, ...asked])];
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function sh(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}
