import { z } from "zod";
import { customerDefinition } from "./definition";

/**
 * Generates the JSON Schema of a customer file from the parser's own definition, for editors. It says
 * less than the parser checks: calendar days, order and the stack's catalogue are not in it.
 *
 * @returns the schema file's text.
 */
export function customerSchemaText(): string {
  const schema = z.toJSONSchema(customerDefinition, { target: "draft-7" });
  const titled = { ...schema, title: "Customer of ecr-customers" };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
