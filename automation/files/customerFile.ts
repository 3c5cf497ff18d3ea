import { dirname, join } from "node:path";
import { UneditableFileError } from "../../src/yaml/edits";
import type { Customer } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import { ProblemsError } from "../../src/problem";
import { canonicalJson } from "../output/json";
import { UsageError } from "../output/usageError";
import { readFileText, writeAtomic, withFileErrors } from "./writeAtomic";

/**
 * Edits one customer's file atomically: the whole edit or nothing, even if this process is killed.
 *
 * @param edit - from the file's text to the new text, e.g. `setStatus` of src/customers/write.ts.
 * @param intended - what the customer must be afterwards; an edit with another result is not written.
 * @returns the file's path.
 * @throws UsageError when the file cannot be read, edited or written; it is left unchanged.
 * @throws ProblemsError when the file has mistakes, or would have mistakes.
 */
export function editCustomerFile(
  folder: string,
  id: string,
  edit: (text: string) => string,
  intended?: (before: Customer) => Customer,
): string {
  const file = join(folder, `${id}.yaml`);
  return withFileErrors(file, () => {
    const { text, mode } = readFileText(file);
    const edited = editedText(text, id, file, edit);
    const before = customerIn(text, id, file);
    const after = customerIn(edited, id, file);
    if (intended !== undefined && canonicalJson(after) !== canonicalJson(intended(before))) {
      throw byHand(file, "the edit would change something else than intended");
    }
    // The temporary file is created next to the folder: in it, it would count as a customer file.
    if (edited !== text) writeAtomic(file, { text: edited, mode }, dirname(folder));
    return file;
  });
}

function editedText(
  text: string,
  id: string,
  file: string,
  edit: (text: string) => string,
): string {
  try {
    return edit(text);
  } catch (error) {
    if (!(error instanceof UneditableFileError)) throw error;
    // If the file has mistakes, report those instead.
    customerIn(text, id, file);
    throw byHand(file, error.message);
  }
}

function customerIn(text: string, id: string, file: string): Customer {
  const { customer, problems } = parseCustomer(text, id, file);
  if (customer === undefined) throw new ProblemsError(problems);
  return customer;
}

function byHand(file: string, reason: string): UsageError {
  return new UsageError(`${file}: ${reason}`, "Edit it by hand, and run this again.");
}
