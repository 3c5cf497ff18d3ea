import { parseDocument } from "yaml";
import { parseStackConfig } from "../../src/config";
import { UsageError } from "../output/usageError";

/**
 * Writes the number of cells into a stack's settings; every other line stays unchanged.
 *
 * @throws UsageError when the settings have a form in which this is not safely possible.
 */
export function setCells(text: string, stack: string, cells: number): string {
  const line = /^([ \t]+)ecr-customers:cells:.*$/m;
  const account = /^([ \t]+)ecr-customers:account:.*$/m;
  const edited = line.test(text)
    ? text.replace(line, (_, indent: string) => `${indent}ecr-customers:cells: ${cells}`)
    : text.replace(
        account,
        (found, indent: string) => `${found}\n${indent}ecr-customers:cells: ${cells}`,
      );
  if (parseStackConfig(edited, "", stack).config?.cells === cells) return edited;
  throw new UsageError(
    `\`cells\` could not be written into Pulumi.${stack}.yaml`,
    `Write \`ecr-customers:cells: ${cells}\` into it by hand.`,
  );
}

/**
 * Names the file with the statements of others in a repository's entry; comments and other entries stay.
 *
 * @param path - relative to the project's folder.
 * @throws UsageError when the settings have a form in which this is not safely possible.
 */
export function setStatements(
  text: string,
  stack: string,
  repository: string,
  path: string,
): string {
  const document = parseDocument(text);
  document.setIn(["config", "ecr-customers:repositories", repository, "statements"], path);
  const edited = document.toString({ lineWidth: 0 });
  const settings = parseStackConfig(edited, "", stack).config?.repositories.get(repository);
  if (settings?.statementsFile === path) return edited;
  throw new UsageError(
    `\`statements\` could not be written into Pulumi.${stack}.yaml`,
    `Write \`statements: ${path}\` into the entry of ${repository} by hand.`,
  );
}
