import { shellQuoted } from "../output/shellQuoted";
import { Commands, localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";

/**
 * `docker-login.sh`: logs docker in to each registry. The password goes through a variable, because a pipe
 * would hide that `aws` failed and log in with nothing.
 */
export function dockerLoginScript(facts: BundleFacts): string {
  const commands = new Commands(facts);
  const logins = facts.registries.flatMap(({ region, host }) => [
    `password=$(aws ecr get-login-password${commands.awsOptions(region)})`,
    `printf '%s' "$password" | docker login --username AWS --password-stdin ${shellQuoted(host)}`,
  ]);
  return lines(
    "#!/bin/sh",
    "# Logs docker in. A login holds for 12 hours: run this again, or use the credential helper (README.md).",
    "set -eu",
    ...logins,
  );
}

/**
 * `configure.sh`: puts the key into a profile of its own among the AWS credentials; running it again, as with
 * the next key, replaces that profile and nothing else. The secret is never an argument, which others
 * on the machine could see.
 */
export function configureScript(facts: BundleFacts, keyId: string): string {
  const { profile } = localNames(facts);
  return lines(
    "#!/bin/sh",
    `# Puts the key into the AWS profile ${profile}, in place of an older one.`,
    "set -eu",
    "umask 077",
    'cd -- "$(dirname -- "$0")"',
    `secret=$(cat ${SECRET_FILE})`,
    'file=${AWS_SHARED_CREDENTIALS_FILE:-"$HOME/.aws/credentials"}',
    'mkdir -p -- "$(dirname -- "$file")"',
    '[ -e "$file" ] || : > "$file"',
    "{",
    `  awk '/^[[:space:]]*\\[/ { ours = ($0 ~ /^[[:space:]]*\\[[[:space:]]*${profile}[[:space:]]*\\]/) } !ours' "$file"`,
    `  printf '[%s]\\naws_access_key_id = %s\\naws_secret_access_key = %s\\n' ${profile} ${shellQuoted(keyId)} "$secret"`,
    '} > "$file.new"',
    "# Into the file as it is: it may be a link, and keeps its owner.",
    'cat "$file.new" > "$file"',
    'rm -f -- "$file.new"',
    `echo "The AWS profile ${profile} is ready. Delete ${SECRET_FILE} when nothing else needs it."`,
  );
}

function lines(...all: string[]): string {
  return `${all.join("\n")}\n`;
}
