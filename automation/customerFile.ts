import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { parseCustomer } from "../src/customers/parse";
import { UneditableFileError } from "../src/customers/edits";
import { UsageError } from "./usageError";

/**
 * Changes one customer's file: all of the change or nothing of it, even if this process is killed.
 *
 * @param edit - from the file's text to the new one, e.g. `setStatus` of src/customers/write.ts.
 * @returns the file.
 * @throws UsageError when the file cannot be read, edited or written; it is then as it was.
 */
export function editCustomerFile(
  folder: string,
  id: string,
  edit: (text: string) => string,
): string {
  const file = join(folder, `${id}.yaml`);
  // Beside the folder, not in it: there, what a killed run leaves would be a wrong customer file.
  const temporary = join(dirname(folder), `.${id}.yaml.${process.pid}.tmp`);
  try {
    const { text, mode } = read(file);
    const edited = edit(text);
    if (parseCustomer(edited, id, file).customer === undefined) {
      throw new UneditableFileError("the edit would make it one with mistakes");
    }
    const handle = openSync(temporary, "wx", 0o600);
    try {
      writeFileSync(handle, edited);
      fchmodSync(handle, mode);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
    return file;
  } catch (error) {
    rmSync(temporary, { force: true });
    if (error instanceof UneditableFileError) {
      throw new UsageError(`${file}: ${error.message}`, "Edit it by hand, and run this again.");
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new UsageError(`${file} cannot be changed: ${code}`, "Check its permissions.");
  }
}

function read(file: string): { text: string; mode: number } {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return { text: readFileSync(handle, "utf8"), mode: fstatSync(handle).mode & 0o777 };
  } finally {
    closeSync(handle);
  }
}
