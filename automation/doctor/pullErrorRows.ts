// Error messages of a pull and what they mean, as data.
import { CLIENT_ERRORS } from "./clientErrors";
import { CREDENTIAL_ERRORS } from "./credentialErrors";
import { NETWORK_ERRORS } from "./networkErrors";
import { POLICY_ERRORS } from "./policyErrors";
import type { PullErrorRow } from "./pullErrorRow";
import { REGISTRY_ERRORS } from "./registryErrors";
import { TOKEN_ERRORS } from "./tokenErrors";

/** The first row that matches counts: what says more comes before what says less. */
export const PULL_ERROR_ROWS: readonly PullErrorRow[] = [
  ...CLIENT_ERRORS,
  ...NETWORK_ERRORS,
  ...TOKEN_ERRORS,
  ...POLICY_ERRORS,
  ...CREDENTIAL_ERRORS,
  ...REGISTRY_ERRORS,
];

/** The table of docs/customer-guide.md, which `npx tsx scripts/schema.ts` writes. */
export function guideTable(): string {
  const rows = PULL_ERROR_ROWS.map(({ shown, meaning, fix, guide }) => [
    shown.map(code).join(", "),
    guide?.meaning ?? meaning,
    guide?.fix ?? fix,
  ]);
  const lines = [["message", "what it means", "what to do"], ["---", "---", "---"], ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** As code in Markdown, also with backticks in it. */
function code(text: string): string {
  return text.includes("`") ? `\`\` ${text} \`\`` : `\`${text}\``;
}
