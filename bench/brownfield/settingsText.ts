import type { BrownField } from "./account";

/** `Pulumi.dev.yaml` of a stack whose catalogue is the field's. */
export function settingsText({ account, catalogue }: BrownField): string {
  const repositories = [...catalogue].map(
    ([name, regions]) => `    ${JSON.stringify(name)}: { regions: [${regions.join(", ")}] }`,
  );
  return [
    "config:",
    "  aws:region: eu-central-1",
    `  ecr-customers:account: "${account}"`,
    "  ecr-customers:repositories:",
    ...repositories,
    "",
  ].join("\n");
}
