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
