// The types of a customer file's keys, each with the words of its problem.
import { z } from "zod";
import { INVISIBLE_IN_NAME } from "../printable";
import { fieldWords } from "../yaml/fieldWords";
import { isAgeRecipient } from "./ageRecipient";
import {
  AGE_RECIPIENT_FIX,
  PGP_KEY_FIX,
  notThePublicKey,
  notTheRecipient,
  otherText,
} from "./explanations";
import { isCalendarDay } from "./isoDate";
import { oidc } from "./oidcTypes";
import { pgpPublicKey } from "./pgpKey";

const NAME_LENGTH = 200;

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

export const displayName = freeText(NAME_LENGTH).describe("Display name of the customer");
fieldWords.add(displayName, {
  check: "name",
  expected: `a name of 1 to ${NAME_LENGTH} characters in Unicode form NFC, without blanks at its ends`,
  fix: "Write the customer's name, e.g. `name: Acme Robotics GmbH`.",
  explain: otherText,
});

export const contact = freeText(NAME_LENGTH);
fieldWords.add(contact, {
  check: "contact",
  expected: `text of 1 to ${NAME_LENGTH} characters on one line`,
  fix: "Write e.g. `contact: ops@example.com`.",
  explain: otherText,
});

export const owner = freeText(NAME_LENGTH);
fieldWords.add(owner, {
  check: "owner",
  expected: `text of 1 to ${NAME_LENGTH} characters on one line`,
  fix: "Write e.g. `owner: jo@vendor.example`.",
  explain: otherText,
});

/** 12 digits. */
export const accountId = z.string().regex(/^[0-9]{12}$/);
fieldWords.add(accountId, {
  check: "aws-account",
  expected: "12 digits in quotes",
  fix: 'Write the AWS account\'s number, e.g. "012345678901".',
  quotedDigits: true,
});

/** IAM API, `roleNameType` (64 characters) and `pathType`, without the slash before it. */
const roleName = z.string().regex(/^(?:[\w+=,.@-]+\/){0,8}[\w+=,.@-]{1,64}$/);
fieldWords.add(roleName, {
  check: "identity-role",
  expected: "a role's name, with its path if it has one",
  fix: "Write the part of the role's ARN after `role/`, e.g. `ci/puller`.",
});

/** More would be groups of machines, for which the account as a whole is the better identity. */
const MOST_ROLES = 10;

const roles = z
  .array(roleName)
  .min(1)
  .max(MOST_ROLES)
  .refine((all) => new Set(all).size === all.length)
  .meta({ uniqueItems: true });
fieldWords.add(roles, {
  check: "identity-roles",
  expected: `1 to ${MOST_ROLES} names of roles, each once`,
  fix: 'Write e.g. `identity: {account: "210987654321", roles: [ci/puller]}`; without `roles` any identity of the account may pull, as the account allows it.',
});

export const identity = z
  .strictObject({
    key: z
      .boolean()
      .optional()
      .describe(
        "An IAM user with `keys`, as without `identity`; beside another identity while the customer moves to it",
      ),
    account: accountId
      .optional()
      .describe("12 digits in quotes: the customer's own AWS account pulls, without user and key"),
    roles: roles
      .optional()
      .describe("Only these roles of `account`, by path and name, e.g. `ci/puller`"),
    oidc: oidc
      .optional()
      .describe(
        "Tokens of an OIDC issuer (Kubernetes, GitHub Actions, GitLab CI) pull, by an IAM role without user and key",
      ),
  })
  .refine(({ key, account, oidc: its }) => key === true || (account ?? its) !== undefined)
  .refine(({ account, roles: its }) => account !== undefined || its === undefined);
fieldWords.add(identity, {
  check: "identity",
  expected: "`key: true`, an `account` with or without `roles`, `oidc`, or several of them",
  fix: 'Write e.g. `identity: {account: "210987654321", roles: [ci/puller]}`; see docs/identities.md.',
});

export const isoDay = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/)
  .refine(isCalendarDay);
fieldWords.add(isoDay, {
  check: "expires",
  expected: "a day of the calendar as YYYY-MM-DD",
  fix: "Write the last day with access, e.g. `expires: 2027-01-31`.",
});

export const status = z.enum(["active", "suspended"]);
fieldWords.add(status, {
  check: "status",
  expected: "active or suspended",
  fix: "Write `status: suspended`, or leave the line out.",
});

/** To the second, because the `Sid` that marks a revocation holds no more. */
export const revokedAt = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z$/)
  .refine((time) => isCalendarDay(time.slice(0, "YYYY-MM-DD".length)));
fieldWords.add(revokedAt, {
  check: "revoked",
  expected: "a time in UTC as YYYY-MM-DDThh:mm:ssZ",
  fix: "Restore it from the file's history; `ecr-customers revoke <customer>` writes it.",
});

export const userGeneration = z.number().int().min(1).max(999);
fieldWords.add(userGeneration, {
  check: "user",
  expected: "the generation of the IAM user, a number from 1 to 999",
  fix: "Leave it out; `ecr-customers resume <customer> --new-user` writes it.",
});

const generation = z.string().regex(/^[1-9][0-9]{0,8}$/);

export const generations = z
  .record(generation, z.enum(["active", "inactive"]))
  .refine((keys) => Object.keys(keys).length >= 1 && Object.keys(keys).length <= 2)
  .meta({ minProperties: 1, maxProperties: 2 });
fieldWords.add(generations, {
  check: "keys",
  expected: "one or two generations, each active or inactive",
  fix: "Write e.g. `keys: {1: inactive, 2: active}`, and delete one key where there are three: AWS allows a user two.",
});

export const source = z.strictObject({
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
fieldWords.add(source, {
  check: "source",
  expected: "the system and the id of a record",
  fix: 'Write e.g. `source: {system: hubspot, id: "4711"}`.',
});

export const ageRecipient = z
  .string()
  .regex(/^age1[a-z0-9]+$/)
  .refine(isAgeRecipient);
fieldWords.add(ageRecipient, {
  check: "age-recipient",
  expected: "an age recipient",
  fix: AGE_RECIPIENT_FIX,
  explain: notTheRecipient,
});

export const pgpKey = z.string().refine((text) => pgpPublicKey(text) !== undefined);
fieldWords.add(pgpKey, {
  check: "pgp-key",
  expected: "one OpenPGP public key, armored or in base64",
  fix: PGP_KEY_FIX,
  explain: notThePublicKey,
});

export const protectedFlag = z.boolean();
fieldWords.add(protectedFlag, {
  check: "protected",
  expected: "true or false",
  fix: "Write `protected: true`, or leave the line out.",
});

/** IAM API, `userNameType` and IAM quotas. */
export const iamUserName = z.string().regex(/^[A-Za-z0-9_+=,.@-]{1,64}$/);
fieldWords.add(iamUserName, {
  check: "user-name",
  expected: "an IAM user name: 1 to 64 letters, digits and any of _+=,.@-",
  fix: "Leave it out, unless the customer's user existed before; then `ecr-customers adopt` writes it.",
});

/** IAM API, `accessKeyIdType`. */
const KEY_ID = /^[A-Z0-9]{16,128}$/;

export const adopted = z.strictObject({
  // IAM user guide, "Unique identifiers".
  user: z
    .string()
    .regex(/^AIDA[A-Z0-9]{12,124}$/)
    .describe("The user's unique id in AWS, AIDA…"),
  keys: z
    .record(generation, z.string().regex(KEY_ID))
    .refine((keys) => new Set(Object.values(keys)).size === Object.keys(keys).length)
    .optional()
    .describe("Generation → id of the access key; no one needs its secret"),
  finished: isoDay
    .optional()
    .describe(
      "Written by `ecr-customers adopt --finish <customer>`: the day on which the user lost all rights that no file gives",
    ),
});
fieldWords.add(adopted, {
  check: "adopted",
  expected: "the unique id of a user and the ids of its keys, as `ecr-customers adopt` writes them",
  fix: "Write e.g. `adopted: {user: AIDA…, keys: {1: AKIA…}}`, or restore it from the file's history.",
});

/** `pgp:` and a fingerprint of version 4 or 6 (RFC 9580 §5.5.4). */
const PGP_FINGERPRINT = /^pgp:([0-9A-F]{40}|[0-9A-F]{64})$/;

const handOver = z.strictObject({
  key: z.string().regex(KEY_ID).describe("Id of the access key, never its secret"),
  on: isoDay.describe("Day of the hand-over, UTC"),
  to: z
    .string()
    .refine((to) => to === "passphrase" || PGP_FINGERPRINT.test(to) || isAgeRecipient(to))
    .describe("Who can open the bundle: an age recipient, pgp:<fingerprint>, or passphrase"),
});

export const handOvers = z
  // The part before the slash is a stack's name.
  .record(z.string().regex(/^(?:[A-Za-z0-9_.-]{1,100}\/)?[1-9][0-9]{0,8}$/), handOver)
  .refine((records) => Object.keys(records).length >= 1)
  .meta({ minProperties: 1 });
fieldWords.add(handOvers, {
  check: "handed-over",
  expected:
    "stacks and generations, each with `key`, `on` and `to`, as `ecr-customers handover <customer>` writes them",
  fix: "Restore it from the file's history.",
});
