import { domainOf } from "../../src/access/partition";
import { sourceWords } from "../../src/access/source";
import { escapeMarkdown } from "../output/markdown";
import { Commands, localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";
import { list, pullSecrets, sh } from "./readmeText";
import { craneSection, tokenSections } from "./tokenReadme";

/** A bundle's `README.md`: what the customer may pull, and how. */
export function readme(facts: BundleFacts): string {
  const parts = [
    ...head(facts),
    ...identitySections(facts),
    ...windowsSection(facts),
    ...closing(facts),
  ];
  return `${parts.join("\n\n")}\n`;
}

function identitySections(facts: BundleFacts): string[] {
  const { identity } = facts;
  switch (identity.kind) {
    case "key":
      return [
        ...keySections(facts, identity.arn, identity.key.credential.kind === "pgp"),
        ...dockerSections(facts),
        ...kubernetesSections(facts),
        ...otherSections(facts),
      ];
    case "account":
      return [...accountSections(facts, identity.account), ...dockerSections(facts)];
    case "oidc":
      return [
        ...tokenSections(facts, identity),
        ...(identity.beside === undefined ? [] : accountSections(facts, identity.beside.account)),
        ...dockerSections(facts),
        ...craneSection(facts),
      ];
  }
}

function head(facts: BundleFacts): string[] {
  const { name, expires, from, registries, images, identity } = facts;
  const end =
    expires === undefined
      ? "Access has no end date."
      : `Access ends after ${expires} (UTC): from the next day on, AWS refuses it.`;
  return [
    `# Pulling our images: ${escapeMarkdown(name)}`,
    "You may pull these repositories, by any tag or digest that we give you:",
    list(images.map((image) => `\`${image}\``)),
    `${registries.length === 1 ? "Registry" : "Registries"}: ${registries.map(({ host, region }) => `\`${host}\` (region \`${region}\`)`).join(", ")}. ${end}`,
    ...(from === undefined
      ? []
      : [
          `The login and every pull work only from ${sourceWords(from)}; from elsewhere AWS answers \`explicit deny\`. What counts is the public address that AWS sees: \`curl https://checkip.amazonaws.com\` on the machine that pulls shows it. Let us know before your networks change.`,
        ]),
    `Run the commands in this folder. They need the AWS command line (\`aws\`, 1.17.10 or newer) and ${identity.kind === "account" ? "`docker`" : "`docker` or `kubectl`"}. The scripts also need standard tools of Linux and macOS (\`awk\`, \`cat\`, \`cp\`, \`dirname\`, \`mkdir\`, \`mv\`, \`readlink\`, \`rm\`). When a tool is missing, they say so and change nothing. Each script can be run again at any time. Before a command with \`$TAG\`, set it to a version, e.g. \`TAG=1.4.2\`.`,
  ];
}

function keySections(facts: BundleFacts, arn: string, isEncrypted: boolean): string[] {
  const commands = new Commands(facts);
  const { profile } = localNames(facts);
  return [
    "## Store the key",
    ...(isEncrypted
      ? [
          "The secret is encrypted for your PGP key; we have never had it in plain.",
          sh(commands.decryptSecret),
        ]
      : []),
    `This writes the AWS profile \`${profile}\`, and leaves your other profiles unchanged:`,
    sh(commands.configure),
    `Kubernetes and CI (below) read the secret from the file \`${SECRET_FILE}\`. When you are done, delete it, or keep it in your own secret store.`,
    "## Check it",
    sh(commands.whoAmI),
    `The answer must name \`${arn}\`. The call needs no permission: if it fails, the key is wrong or no longer active.`,
  ];
}

function accountSections(facts: BundleFacts, account: string): string[] {
  return [
    "## Allow it on your side",
    `We allow AWS account ${account} to pull; you decide which of its identities may. Attach \`pull-policy.json\` to the role or user that pulls. There is no key of ours, and nothing in this folder is secret.`,
    "On Amazon EKS and ECS, attach it to the role of the nodes or tasks: they log in by themselves, and you do not need the rest of this page.",
    "## Check it",
    sh(new Commands(facts).whoAmI),
    `The answer must name an identity of account ${account}.`,
  ];
}

function dockerSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## Docker",
    sh(commands.dockerLogin),
    sh(commands.pull),
    "A login is valid for 12 hours. On a machine that pulls regularly, let docker log in by itself instead: install the Amazon ECR credential helper (`docker-credential-ecr-login`; the package `amazon-ecr-credential-helper` of Debian, Ubuntu and Amazon Linux, `docker-credential-helper-ecr` of Homebrew), then add our registries to docker's configuration. Other logins are left unchanged, and the previous configuration is kept beside it:",
    sh(commands.useCredentialHelper),
    sh(commands.pullWithHelper),
    "From then on no `docker login` is needed. One for our registries fails, because the helper stores no logins.",
  ];
}

function kubernetesSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## Kubernetes",
    "A pull secret must be renewed, because a login expires after 12 hours. With `kubectl` on the namespace that pulls, store the key:",
    sh(commands.storeKey),
    "Then either let a CronJob renew the pull secret every six hours. This sets it up, and runs it once:",
    sh(commands.renewPullSecret),
    "Or let the External Secrets Operator do it, if your cluster runs it:",
    sh(commands.externalSecrets),
    "Name the pull secret in your pods, or in the service account that they use:",
    pullSecrets(facts),
  ];
}

function otherSections(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  return [
    "## containerd",
    "containerd stores no login and has no credential helper. In Kubernetes the kubelet passes it the pull secret above. By hand, use `nerdctl`:",
    sh(commands.nerdctlLogin),
    "## CI",
    `Put the key's id and the content of \`${SECRET_FILE}\` into your CI's secret store, pass them to the job as \`AWS_ACCESS_KEY_ID\` and \`AWS_SECRET_ACCESS_KEY\`, and log in before you pull:`,
    sh(commands.loginFromEnvironment),
  ];
}

function windowsSection(facts: BundleFacts): string[] {
  const commands = new Commands(facts);
  const first = facts.identity.kind === "key" ? commands.configure : commands.dockerLogin;
  return [
    "## Windows",
    `Each script has a variant for PowerShell with the ending \`.ps1\`. Run it like this:`,
    `\`\`\`powershell\n${commands.powershell(first)}\n\`\`\``,
    "The other commands work in PowerShell too; set an environment variable first with `$env:NAME = 'value'`.",
  ];
}

function closing({ identity, registries }: BundleFacts): string[] {
  const domain = domainOf(registries[0]?.region ?? "");
  const ours = [
    `Layers come from Amazon S3: a firewall must allow \`*.s3.<region>.${domain}\` as well as the registry.`,
    "You can only pull: listing tags, pushing and deleting are refused.",
  ];
  const asked =
    identity.kind === "key"
      ? [
          "We never ask for the secret, for your private key or for a password. If someone does, it is not us.",
        ]
      : [];
  return ["## Good to know", list([...ours, ...asked])];
}
