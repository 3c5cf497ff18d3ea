import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Values of the examples under docs/aws-setup, which the README says to replace. */
export const ACCOUNT = "111122223333";
export const REGION = "eu-central-1";

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: Readonly<Record<string, string>>;
  Action?: string | readonly string[];
  NotAction?: readonly string[];
  Resource?: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Document {
  Version: string;
  Statement: readonly Statement[];
}

/** A document of docs/aws-setup by its name, unchanged. */
export function setupDocument(name: string): Document {
  const file = join(__dirname, "..", "..", "..", "docs", "aws-setup", `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")) as Document;
}

/** One value or several, as policies write them. */
export function listed(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
