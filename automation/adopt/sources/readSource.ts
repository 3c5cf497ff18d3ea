import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { errorCode, readFailure } from "../../../src/errorCode";
import { UsageError } from "../../output/usageError";
import { keyTableSource } from "./keyTable";
import { pulumiSource } from "./pulumi";
import type { Source } from "./source";
import { terraformSource } from "./terraform";

/**
 * Reads users and keys from another tool's state, by what the file holds: a Terraform state, the output of
 * `terraform show -json` or of `pulumi stack export`, or a table of keys. Nothing of it is changed, and no message
 * contains anything of it.
 *
 * @param file - relative to `directory`; also a pipe, so that the state need not be on disk.
 * @throws UsageError when it cannot be read, or is in none of these forms.
 */
export function readSource(file: string, directory: string): Source {
  let text: string;
  try {
    text = readFileSync(resolve(directory, file), "utf8");
  } catch (error) {
    if (errorCode(error) === undefined) throw error;
    throw new UsageError(`${file} cannot be read: ${readFailure(error)}`, "Check the path.");
  }
  const parsed = jsonIn(text);
  const source =
    parsed === undefined ? keyTableSource(text) : (terraformSource(parsed) ?? pulumiSource(parsed));
  if (source !== undefined) return source;
  const isEncrypted = typeof parsed === "object" && parsed !== null && "encrypted_data" in parsed;
  throw new UsageError(
    isEncrypted
      ? `${file} is an encrypted state`
      : `${file} is neither a Terraform state of version 4, nor the output of \`terraform show -json\` or \`pulumi stack export\`, nor a table with the column "Access key ID"`,
    "Pass what `terraform show -json`, or `pulumi stack export --show-secrets`, prints.",
  );
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
