import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments, visit } from "yaml";
import { FILES } from "./scripts";

/**
 * A YAML file of the bundle with its placeholders, values that begin with `$`, replaced in the parsed YAML, so that
 * no value can change the structure.
 */
export function filled(file: string, values: Readonly<Record<string, unknown>>): string {
  const documents = parseAllDocuments(readFileSync(join(FILES, file), "utf8"));
  return documents
    .map((document) => {
      visit(document, {
        Scalar: (_key, { value }) =>
          typeof value === "string" && Object.hasOwn(values, value)
            ? document.createNode(values[value])
            : undefined,
      });
      return document.toString({ lineWidth: 0, flowCollectionPadding: false });
    })
    .join("");
}
