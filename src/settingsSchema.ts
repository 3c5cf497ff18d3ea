import { z } from "zod";
import { settingsDefinition } from "./settingsDefinition";
import { fullKey, NAMESPACE } from "./settingsKeys";

/**
 * Generates the JSON Schema of `Pulumi.<stack>.yaml` from the definition that it is read by, for editors. Keys of
 * other programs are allowed, as Pulumi allows them; paths and partitions are checked by the program only.
 *
 * @returns the schema file's text.
 */
export function settingsSchemaText(): string {
  const { $schema, ...ours } = z.toJSONSchema(settingsDefinition, { target: "draft-7" });
  const properties = Object.entries(ours.properties ?? {}).map(([key, value]) => [
    fullKey(key),
    value,
  ]);
  const keys = properties.map(([key]) => key);
  const config = {
    type: "object",
    description: "Settings of ecr-customers and of its AWS provider; see docs/settings.md",
    properties: Object.fromEntries(properties) as unknown,
    required: (ours.required ?? []).map(fullKey),
    propertyNames: {
      anyOf: [{ enum: keys }, { not: { pattern: `^(${NAMESPACE}|aws:)` } }],
    },
  };
  const text = (description: string) => ({ type: "string", description });
  const schema = {
    $schema,
    title: "Settings of a stack of ecr-customers",
    type: "object",
    properties: {
      config,
      secretsprovider: text(
        "How secrets in the state are encrypted; written by `pulumi stack init`",
      ),
      encryptedkey: text("The encrypted data key; written by `pulumi stack init`"),
      encryptionsalt: text("The salt of the passphrase; written by `pulumi stack init`"),
      environment: {
        description: "Pulumi ESC environments; their values do not reach this program",
      },
    },
    required: ["config"],
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}
