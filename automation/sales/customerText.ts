// What an import writes into an existing customer file: the fields that differ, and nothing else.
import type { Customer } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import {
  setContact,
  setExpires,
  setName,
  setRepositories,
  setStatus,
  UneditableFileError,
} from "../../src/customers/write";

/** The edited text, or why the file cannot be edited so. */
export type EditedText =
  { text: string; reason?: undefined } | { text?: undefined; reason: string };

/** The text that says what is wanted, read back. Equal data is an equal text, to the byte. */
export function editedText(text: string, before: Customer, wanted: Customer): EditedText {
  let reason = "the edited file does not read as intended";
  try {
    const edited = withFields(text, before, wanted);
    const read = parseCustomer(edited, before.id, before.id).customer;
    if (read !== undefined && importedFields(read) === importedFields(wanted)) {
      return { text: edited };
    }
  } catch (error) {
    if (!(error instanceof UneditableFileError)) throw error;
    reason = error.message;
  }
  return { reason };
}

/** @throws UneditableFileError */
function withFields(before: string, old: Customer, wanted: Customer): string {
  let text = before;
  if (wanted.name !== old.name) text = setName(text, wanted.name);
  if (wanted.repositories.join() !== old.repositories.join()) {
    text = setRepositories(text, wanted.repositories);
  }
  if (wanted.status !== old.status) text = setStatus(text, wanted.status);
  if (wanted.expires !== old.expires) text = setExpires(text, wanted.expires);
  if (wanted.contact !== old.contact && wanted.contact !== undefined) {
    text = setContact(text, wanted.contact);
  }
  return text;
}

/** What an import may change, as one text. */
export function importedFields({ name, repositories, status, expires, contact }: Customer): string {
  return JSON.stringify([name, repositories, status, expires, contact]);
}
