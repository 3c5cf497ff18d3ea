// The settings of what runs daily: when notices are due, who receives them by default, and how long a renewal lasts.
import { z } from "zod";
import { owner } from "./customers/fieldTypes";
import { fieldWords } from "./yaml/fieldWords";

/** A hundred years: longer than anything that is deployed. */
const LONGEST_DAYS = 36_500;
const MOST_ENDS = 20;

const days = z.number().int().min(1).max(LONGEST_DAYS);
/** What was sent is remembered for 400 days, so a notice of an end is not sent earlier than a year before. */
const daysBefore = z.number().int().min(0).max(365);
const percent = z.number().int().min(1).max(100);
const users = z.number().int().min(1).max(5_000);

const notices = z.strictObject({
  ends: z
    .array(daysBefore)
    .max(MOST_ENDS)
    .optional()
    .describe("Days before the last day with access; 0 is that day"),
  keyAge: days.optional().describe("Age of an active key, in days"),
  keyOverlap: days.optional().describe("Days for which a customer has had two active keys"),
  neverPulled: days.optional().describe("Age of a key that was never used, in days"),
  idle: days.optional().describe("Days since a key was last used"),
  suspended: days.optional().describe("Days for which a customer has been suspended"),
  budget: percent.optional().describe("How full the policy of a repository is, in percent"),
  users: users.optional().describe("IAM users that the files declare"),
});

const length = z.string().regex(/^(same-length|[1-9][0-9]?m|[1-9]y)$/);
const renewalRule = z.strictObject({
  length: length.describe("`same-length`, or months or years: `6m`, `1y`"),
  days: days.optional().describe("Days before the last day at which a renewal is proposed"),
});

/** The part of the settings' definition that belongs here. */
export const afterMerge = {
  owner: owner
    .optional()
    .describe("Receives notices about the stack, and about customers without `owner`"),
  notices: notices.optional().describe("From when on each notice is due"),
  renewal: z
    .union([length, renewalRule])
    .optional()
    .describe("How long a renewal lasts that `ecr-customers renewals` proposes"),
};

const LIMITS: readonly [schema: z.ZodType, expected: string, example: string][] = [
  [
    notices,
    "limits of notices, in days and percent",
    "ecr-customers:notices: { ends: [30, 7, 0], keyAge: 180 }",
  ],
  [notices.shape.ends.unwrap(), `at most ${MOST_ENDS} numbers of days`, "ends: [60, 30, 7, 0]"],
  [daysBefore, "a number of days from 0 to 365", "ends: [60, 30, 7, 0]"],
  [days, "a number of days from 1 to 36,500", "keyAge: 90"],
  [percent, "a percentage from 1 to 100", "budget: 80"],
  [users, "a number of IAM users from 1 to 5,000", "users: 4500"],
];
for (const [schema, expected, example] of LIMITS) {
  fieldWords.add(schema, { check: "notices", expected, fix: `Write e.g. \`${example}\`.` });
}
for (const schema of [afterMerge.renewal.unwrap(), length, renewalRule]) {
  fieldWords.add(schema, {
    check: "renewal",
    expected: "same-length, a number of months or years, or {length: <that>, days: <number>}",
    fix: "Write e.g. `ecr-customers:renewal: 1y`, or `{ length: same-length, days: 45 }`.",
  });
}
fieldWords.add(renewalRule.shape.days.unwrap(), {
  check: "renewal",
  expected: "a number of days from 1 to 36,500",
  fix: "Write e.g. `days: 30`.",
});
