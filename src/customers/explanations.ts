// What is wrong with a value of a customer file, where more can be said than what was expected.
import { INVISIBLE_IN_NAME, invisibleName, quoted } from "../printable";
import type { Explanation } from "../yaml/fieldWords";
import { isAgeIdentity } from "./ageRecipient";
import { readPgpKey } from "./pgpKey";
import { counted } from "../counted";

export const AGE_RECIPIENT_FIX =
  "Write the complete public key that `age-keygen` prints, e.g. `ageRecipient: age1…`.";
export const PGP_KEY_FIX =
  "Write `pgpKey: |` and below it, indented, what `gpg --armor --export` prints.";

/**
 * An invisible character is named. Another Unicode form looks the same on the screen, so the fix shows the
 * same text in NFC, to paste.
 */
export function otherText(text: string): Explanation | undefined {
  const [invisible] = INVISIBLE_IN_NAME.exec(text) ?? [];
  if (invisible !== undefined) {
    return { found: `${quoted(text)} with ${invisibleName(invisible)}`, fix: "Delete it." };
  }
  const composed = text.normalize("NFC");
  if (composed === text) return undefined;
  const found = `${quoted(text)} with accents as separate characters`;
  return { found, fix: `Write ${quoted(composed)}, copied from here.` };
}

export function notTheRecipient(text: string): Explanation {
  if (isAgeIdentity(text)) {
    return {
      check: "age-private-key",
      found: "a private key",
      fix: "Treat it as compromised: generate a new key pair with `age-keygen`, and write its public key here.",
    };
  }
  return { found: `${quoted(text)}, which is not a valid one`, fix: AGE_RECIPIENT_FIX };
}

/** The value itself is never shown: it may be a private key in a form that is not recognised. */
export function notThePublicKey(text: string): Explanation {
  if (readPgpKey(text).kind === "private") {
    return {
      check: "pgp-private-key",
      found: "a private key",
      fix: "Treat it as compromised: generate a new key pair, and write its public key here.",
    };
  }
  const found =
    text === ""
      ? "nothing"
      : `text of ${counted(text.length, "character")} that is not a public key`;
  return { found, fix: PGP_KEY_FIX };
}
