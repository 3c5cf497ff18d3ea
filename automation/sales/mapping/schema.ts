import { z } from "zod";
import { mappingDefinition } from "./definition";

/**
 * The JSON Schema of a mapping file, made from the definition that it is read by, for editors.
 *
 * @returns the schema file's text.
 */
export function mappingSchemaText(): string {
  const schema = z.toJSONSchema(mappingDefinition, { target: "draft-7" });
  const titled = { ...schema, title: "Mapping of a sales system's export, ecr-customers" };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
