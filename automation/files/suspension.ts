import { commentText } from "../../src/customers/comments";
import { setKey } from "../../src/customers/write";

/** A customer file's text with the customer suspended, and the reason next to it as a comment. */
export function suspended(text: string, reason?: string): string {
  return setKey(
    text,
    "status",
    reason === undefined ? "suspended" : `suspended # ${commentText(reason)}`,
  );
}
