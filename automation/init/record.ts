// `.ecr-customers.json` in a vendor's repository: the answers to the questions of `init`, and what it wrote.
import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { errorCode } from "../../src/errorCode";
import { readFileText, withFileErrors, writeAtomic } from "../files/writeAtomic";
import { UsageError } from "../output/usageError";
import type { Answers, StackAnswers } from "./values";

const RECORD_FILE = ".ecr-customers.json";

export interface InitRecord {
  /** The version of this package that wrote last. */
  version: string;
  answers: Answers;
  /** Of the stacks that were added later; missing when there is one stack. */
  further?: readonly StackAnswers[];
  /** Path → hash of the template's text when it was written, or last shown beside a file that was changed by hand. */
  files: Readonly<Record<string, string>>;
}

const text = z.string();
const recordDefinition = z.strictObject({
  version: text,
  answers: z.strictObject({
    stack: text,
    state: text,
    secretsProvider: text,
    owner: text,
    repository: text,
    ownerId: text,
    repositoryId: text,
    platformTeam: text,
    approversTeam: text,
    onCallRole: text,
  }),
  further: z
    .array(z.strictObject({ stack: text, state: text, secretsProvider: text, onCallRole: text }))
    .exactOptional(),
  files: z.record(text, text),
});

/** The record of a vendor's folder; undefined when `init` has not written there. @throws UsageError when it is damaged. */
export function readRecord(directory: string): InitRecord | undefined {
  try {
    return recordDefinition.parse(JSON.parse(readFileText(join(directory, RECORD_FILE)).text));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw new UsageError(
      `${RECORD_FILE} is not what \`ecr-customers init\` has written`,
      "Restore it from its history: it says which files were changed by hand.",
    );
  }
}

export function writeRecord(directory: string, record: InitRecord): void {
  const file = join(directory, RECORD_FILE);
  withFileErrors(file, () => {
    writeAtomic(
      file,
      { text: `${JSON.stringify(record, undefined, 2)}\n`, mode: 0o644 },
      directory,
    );
  });
}

/** Line ends do not count: git may have changed them on Windows. */
export function textHash(content: string): string {
  const normal = content.replaceAll("\r\n", "\n");
  return createHash("sha256").update(normal).digest("hex");
}
