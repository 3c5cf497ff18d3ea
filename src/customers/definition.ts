// The one definition of a customer file: the parser uses it, and the JSON Schema is generated from it.
import { z } from "zod";
import { INVISIBLE_IN_NAME, invisibleName, quoted } from "../printable";
import { isAgeIdentity, isAgeRecipient } from "./ageRecipient";
import { fieldWords, type Explanation } from "../yaml/fieldWords";
import { isCalendarDay } from "./isoDate";
import { pgpPublicKey, readPgpKey } from "./pgpKey";
import { repositoryName } from "./repositoryName";

const NAME_LENGTH = 200;
const AGE_RECIPIENT_FIX =
  "Write the complete public key that `age-keygen` prints, e.g. `ageRecipient: age1…`.";

function freeText(maximum: number) {
  return z
    .string()
    .min(1)
    .max(maximum)
    .refine(
      (text) =>
        text.trim() === text && !INVISIBLE_IN_NAME.test(text) && text === text.normalize("NFC"),
    );
}

/** 12 digits. */
export const accountId = z.string().regex(/^[0-9]{12}$/);

const isoDay = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
  .refine(isCalendarDay);

/** To the second, because the `Sid` that marks a revocation holds no more. */
const utcSecond = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/)
  .refine((time) => isCalendarDay(time.slice(0, "YYYY-MM-DD".length)));

const generation = z.string().regex(/^[1-9][0-9]{0,8}$/);

const generations = z
  .record(generation, z.enum(["active", "inactive"]))
  .refine((keys) => Object.keys(keys).length >= 1 && Object.keys(keys).length <= 2);

const source = z.strictObject({
  system: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .describe("The sales system, e.g. hubspot: lower-case letters, digits and hyphens"),
  // Characters of an IAM tag's value (IAM API, `tagValueType`), without blanks at its ends.
  id: z
    .string()
    .max(200)
    .regex(/^[A-Za-z0-9_.:/=+@-]+$/)
    .describe("The record's id in that system, in quotes"),
});

const ageRecipient = z
  .string()
  .regex(/^age1[a-z0-9]+$/)
  .refine(isAgeRecipient);

/** `pgp:` and a fingerprint of version 4 or 6 (RFC 9580 §5.5.4). */
const PGP_FINGERPRINT = /^pgp:([0-9A-F]{40}|[0-9A-F]{64})$/;

const handOver = z.strictObject({
  // IAM API, `accessKeyIdType`.
  key: z
    .string()
    .regex(/^[A-Z0-9]{16,128}$/)
    .describe("Id of the access key, never its secret"),
  on: isoDay.describe("Day of the hand-over, UTC"),
  to: z
    .string()
    .refine((to) => to === "passphrase" || PGP_FINGERPRINT.test(to) || isAgeRecipient(to))
    .describe("Who can open the bundle: an age recipient, pgp:<fingerprint>, or passphrase"),
});

const handOvers = z
  // The part before the slash is a stack's name.
  .record(z.string().regex(/^(?:[A-Za-z0-9_.-]{1,100}\/)?[1-9][0-9]{0,8}$/), handOver)
  .refine((records) => Object.keys(records).length >= 1);

/** The keys of a customer file, each with its meaning. */
export const customerDefinition = z.strictObject({
  name: freeText(NAME_LENGTH).describe("Display name of the customer"),
  repositories: z
    .array(repositoryName)
    .meta({ uniqueItems: true })
    .describe(
      "Repositories of the stack's catalogue that the customer may pull, in alphabetical order",
    ),
  status: z
    .enum(["active", "suspended"])
    .optional()
    .describe("`suspended` ends all access with the next update; user and keys are kept"),
  revoked: utcSecond
    .optional()
    .describe(
      "Written by `ecr-customers revoke <customer>`: when access was ended in an emergency, UTC",
    ),
  user: z
    .number()
    .int()
    .min(1)
    .max(999)
    .optional()
    .describe(
      "Generation of the IAM user; 1 without it. Another number deletes the user with its keys and creates it again: `ecr-customers resume <customer> --new-user` writes it",
    ),
  expires: isoDay.optional().describe("Last day with access, UTC; AWS itself enforces it"),
  keys: generations
    .meta({ minProperties: 1, maxProperties: 2 })
    .optional()
    .describe("Access keys: generation → status, two at most; {1: active} without it"),
  awsAccount: accountId
    .optional()
    .describe(
      "12 digits in quotes: the customer pulls with its own AWS identity, without user and key",
    ),
  pgpKey: z
    .string()
    .refine((text) => pgpPublicKey(text) !== undefined)
    .optional()
    .describe(
      "OpenPGP public key: the secret is encrypted for its owner and never enters the state",
    ),
  ageRecipient: ageRecipient
    .optional()
    .describe("age public key: what is handed over is encrypted for its owner"),
  contact: freeText(NAME_LENGTH).optional().describe("Who receives notices"),
  source: source.optional().describe("The record in a sales system that owns this file"),
  protected: z
    .boolean()
    .optional()
    .describe("An import never takes access away from this customer"),
  handedOver: handOvers
    .meta({ minProperties: 1 })
    .optional()
    .describe(
      "Written by `ecr-customers handover <customer>`: stack and generation, e.g. `prod/1` → which key was handed over, when, to whom",
    ),
});

/** A customer file's keys as written, after conversion and before defaults. */
export type CustomerFile = z.infer<typeof customerDefinition>;

const { shape } = customerDefinition;

fieldWords.add(customerDefinition, {
  check: "customer",
  expected: "the keys of a customer",
  fix: "Write at least `name` and `repositories`; see docs/customer-file.md.",
});
fieldWords.add(shape.name, {
  check: "name",
  expected: `a name of 1 to ${NAME_LENGTH} characters in Unicode form NFC, without blanks at its ends`,
  fix: "Write the customer's name, e.g. `name: Acme Robotics GmbH`.",
  explain: otherText,
});
fieldWords.add(shape.repositories, {
  check: "repositories",
  expected: "a list of repositories",
  fix: "Write e.g. `repositories: [edge-agent, orchestrator]`.",
});
fieldWords.add(shape.status.unwrap(), {
  check: "status",
  expected: "active or suspended",
  fix: "Write `status: suspended`, or leave the line out.",
});
fieldWords.add(shape.revoked.unwrap(), {
  check: "revoked",
  expected: "a time in UTC as YYYY-MM-DDThh:mm:ssZ",
  fix: "Restore it from the file's history; `ecr-customers revoke <customer>` writes it.",
});
fieldWords.add(shape.user.unwrap(), {
  check: "user",
  expected: "the generation of the IAM user, a number from 1 to 999",
  fix: "Leave it out; `ecr-customers resume <customer> --new-user` writes it.",
});
fieldWords.add(shape.expires.unwrap(), {
  check: "expires",
  expected: "a day of the calendar as YYYY-MM-DD",
  fix: "Write the last day with access, e.g. `expires: 2027-01-31`.",
});
fieldWords.add(shape.keys.unwrap(), {
  check: "keys",
  expected: "one or two generations, each active or inactive",
  fix: "Write e.g. `keys: {1: inactive, 2: active}`; AWS allows a user two keys.",
});
fieldWords.add(accountId, {
  check: "aws-account",
  expected: "12 digits in quotes",
  fix: 'Write the AWS account\'s number, e.g. "012345678901".',
  quotedDigits: true,
});
fieldWords.add(shape.pgpKey.unwrap(), {
  check: "pgp-key",
  expected: "one OpenPGP public key, armored or in base64",
  fix: "Write `pgpKey: |` and below it, indented, what `gpg --armor --export` prints.",
  explain: notThePublicKey,
});
fieldWords.add(ageRecipient, {
  check: "age-recipient",
  expected: "an age recipient",
  fix: AGE_RECIPIENT_FIX,
  explain: notTheRecipient,
});
fieldWords.add(shape.contact.unwrap(), {
  check: "contact",
  expected: `text of 1 to ${NAME_LENGTH} characters on one line`,
  fix: "Write e.g. `contact: ops@example.com`.",
  explain: otherText,
});
fieldWords.add(source, {
  check: "source",
  expected: "the system and the id of a record",
  fix: 'Write e.g. `source: {system: hubspot, id: "4711"}`.',
});
fieldWords.add(shape.protected.unwrap(), {
  check: "protected",
  expected: "true or false",
  fix: "Write `protected: true`, or leave the line out.",
});

fieldWords.add(handOvers, {
  check: "handed-over",
  expected:
    "stacks and generations, each with `key`, `on` and `to`, as `ecr-customers handover <customer>` writes them",
  fix: "Restore it from the file's history.",
});

/**
 * An invisible character is named. Another Unicode form looks the same on the screen, so the fix shows the
 * same text in NFC, to paste.
 */
function otherText(text: string): Explanation | undefined {
  const [invisible] = INVISIBLE_IN_NAME.exec(text) ?? [];
  if (invisible !== undefined) {
    return { found: `${quoted(text)} with ${invisibleName(invisible)}`, fix: "Delete it." };
  }
  const composed = text.normalize("NFC");
  if (composed === text) return undefined;
  const found = `${quoted(text)} with accents as separate characters`;
  return { found, fix: `Write ${quoted(composed)}, copied from here.` };
}

function notTheRecipient(text: string): Explanation {
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
function notThePublicKey(text: string): Explanation {
  if (readPgpKey(text).kind === "private") {
    return {
      check: "pgp-private-key",
      found: "a private key",
      fix: "Treat it as compromised: generate a new key pair, and write its public key here.",
    };
  }
  const found = text === "" ? "nothing" : `${text.length} characters that are not a public key`;
  return { found, fix: fieldWords.get(shape.pgpKey.unwrap())?.fix ?? "" };
}
