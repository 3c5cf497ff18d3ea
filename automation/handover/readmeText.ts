import { localNames } from "./commands";
import type { BundleFacts } from "./facts";

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

export function sh(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}

/** The names of the pull secrets, as a pod or a service account lists them. */
export function pullSecrets(facts: BundleFacts): string {
  const names = facts.registries.map(localNames(facts).pullSecret);
  return `\`\`\`yaml\nimagePullSecrets:\n${names.map((name) => `  - name: ${name}`).join("\n")}\n\`\`\``;
}
