// The scripts of a bundle, for a POSIX shell and for PowerShell. They are kept as files, with names between
// at signs where a bundle's values go.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageFile } from "../../src/package";
import { powershellQuoted } from "../output/powershellQuoted";
import { shellQuoted } from "../output/shellQuoted";
import { localNames, SECRET_FILE } from "./commands";
import type { BundleFacts } from "./facts";
import { renewingAccounts, workloadsOf } from "./workloads";

/** The files that bundles are made from, by their paths in a bundle. */
export const FILES = packageFile("automation", "handover", "files");

/** For every customer. */
export const COMMON_SCRIPTS = ["docker-login", "use-credential-helper"] as const;

/** For a customer with a key of ours. */
export const KEY_SCRIPTS = [
  "configure",
  "kubernetes/store-key",
  "kubernetes/renew-pull-secret",
] as const;

/** For a customer whose clusters have tokens. */
export const TOKEN_SCRIPTS = ["kubernetes/renew-pull-secret"] as const;

export type ScriptName = (typeof COMMON_SCRIPTS | typeof KEY_SCRIPTS)[number];

/** How text of a bundle becomes a part of a script. */
interface Language {
  extension: "sh" | "ps1";
  quoted: (text: string) => string;
  /** Between the elements of a list. */
  separator: string;
  /** The function of `docker-login` that takes a region and a registry. */
  logIn: string;
  /** The function of `renew-pull-secret` that takes options of kubectl. */
  renew: string;
}

const SHELL: Language = {
  extension: "sh",
  quoted: shellQuoted,
  separator: " ",
  logIn: "log_in",
  renew: "run_now",
};

const POWERSHELL: Language = {
  extension: "ps1",
  quoted: powershellQuoted,
  separator: ", ",
  logIn: "Connect-Registry",
  renew: "Start-Renewal",
};

/** A script for a POSIX shell (`docker-login.sh`). */
export function shellScript(name: ScriptName, facts: BundleFacts): string {
  return script(name, facts, SHELL);
}

/** The same for Windows PowerShell 5.1 and PowerShell 7 (`docker-login.ps1`). */
export function powershellScript(name: ScriptName, facts: BundleFacts): string {
  return script(name, facts, POWERSHELL);
}

function script(name: ScriptName, facts: BundleFacts, language: Language): string {
  const { quoted, separator, logIn, extension } = language;
  const { identity, registries } = facts;
  const { profile, renewal, keySecret } = localNames(facts);
  const values: Readonly<Record<string, string>> = {
    // Names that we choose need no quotes: letters, digits and hyphens.
    profile,
    renewal,
    keySecret,
    secretFile: SECRET_FILE,
    profileOption: identity.kind === "key" ? ` --profile ${profile}` : "",
    keyId: identity.kind === "key" ? quoted(identity.key.keyId) : "",
    hosts: registries.map(({ host }) => quoted(host)).join(separator),
    logins: registries
      .map(({ region, host }) => `${logIn} ${quoted(region)} ${quoted(host)}`)
      .join("\n"),
    renewals: renewals(facts, language).join("\n"),
  };
  const template = readFileSync(join(FILES, `${name}.${extension}`), "utf8");
  return template.replace(/@([a-zA-Z]+)@/g, (placeholder, key: string) => {
    const value = values[key];
    if (value === undefined) throw new Error(`${name}.${extension}: unknown ${placeholder}`);
    return value;
  });
}

/** The CronJob of a key is in the current namespace, the one of tokens in that of each service account. */
function renewals({ identity }: BundleFacts, { renew, quoted, separator }: Language): string[] {
  if (identity.kind !== "oidc") return [renew];
  return renewingAccounts(workloadsOf(identity).serviceAccounts).map(
    ({ namespace }) => `${renew} ${[quoted("--namespace"), quoted(namespace)].join(separator)}`,
  );
}
