/**
 * Proves that each rule that the project does not follow is written down with a reason, an owner and a
 * day of decision in docs/exceptions.yaml, and that none is past its day: then this test fails, by the
 * clock, on purpose. It does not prove that no other rule is broken.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { addMonths, isCalendarDay } from "../src/customers/isoDate";

const definition = z.strictObject({
  exceptions: z
    .array(
      z.strictObject({
        /** As the scanner calls it: checkov, cfn-nag, prowler. */
        rules: z
          .array(z.string().regex(/^(CKV2?_[A-Z]+_[0-9]+|[FW][0-9]+|[a-z][a-z0-9_]+)$/))
          .min(1),
        demands: z.string().min(10),
        reason: z.string().min(60),
        owner: z.string().min(3),
        expires: z.string().refine(isCalendarDay),
      }),
    )
    .min(1),
});

type Exceptions = z.infer<typeof definition>["exceptions"];

/** Longest time until a reason is looked at again. */
const MONTHS = 13;

/** All that is wrong with a list of exceptions on a day. */
function wrongs(text: string, today: string): string[] {
  const read = definition.safeParse(parse(text));
  if (!read.success) return read.error.issues.map(({ path }) => `not read: ${path.join(".")}`);
  const all: Exceptions = read.data.exceptions;
  const rules = all.flatMap((one) => one.rules);
  return [
    ...all
      .filter(({ expires }) => expires < today)
      .map(({ rules: [rule], expires }) => `${rule} has been due since ${expires}`),
    ...all
      .filter(({ expires }) => expires > addMonths(today, MONTHS))
      .map(({ rules: [rule] }) => `${rule} is not looked at for more than ${MONTHS} months`),
    ...rules
      .filter((rule, at) => rules.indexOf(rule) !== at)
      .map((rule) => `${rule} is there twice`),
  ];
}

const FILE = readFileSync(join(__dirname, "../docs/exceptions.yaml"), "utf8");

/** A list of one exception, but for `change`. */
function list(change: object = {}): string {
  const one = {
    rules: ["CKV_AWS_273"],
    demands: "no IAM user at all",
    reason: "Whoever has no AWS account can be given no other identity to log in with.",
    owner: "platform team",
    expires: "2027-11-30",
  };
  return JSON.stringify({ exceptions: [{ ...one, ...change }] });
}

describe("the exceptions from scanners' rules", () => {
  it("are complete and none is due", () => {
    const today = new Date().toISOString().slice(0, "YYYY-MM-DD".length);
    expect(wrongs(FILE, today)).to.deep.equal([]);
    for (const rule of ["CKV_AWS_273", "iam_user_with_temporary_credentials", "W12", "W13"]) {
      expect(FILE).to.match(new RegExp(`\\b${rule}\\b`));
    }
  });

  it("may be used on their last day, and not on the next", () => {
    expect(wrongs(list(), "2027-11-30")).to.deep.equal([]);
    expect(wrongs(list(), "2027-12-01")).to.deep.equal([
      "CKV_AWS_273 has been due since 2027-11-30",
    ]);
  });

  for (const [words, change, wrong] of [
    ["without a reason", { reason: undefined }, "not read: exceptions.0.reason"],
    ["with a reason of a word", { reason: "legacy" }, "not read: exceptions.0.reason"],
    ["without an owner", { owner: "" }, "not read: exceptions.0.owner"],
    ["without a day", { expires: undefined }, "not read: exceptions.0.expires"],
    ["with a day that does not exist", { expires: "2027-02-29" }, "not read: exceptions.0.expires"],
    ["for all rules of a scanner", { rules: ["CKV_*"] }, "not read: exceptions.0.rules.0"],
    ["without a rule", { rules: [] }, "not read: exceptions.0.rules"],
    ["with a rule twice", { rules: ["W12", "W12"] }, "W12 is there twice"],
    [
      "without a near end",
      { expires: "2099-12-31" },
      "CKV_AWS_273 is not looked at for more than 13 months",
    ],
    ["with an unknown key", { until: "2027-11-30" }, "not read: exceptions.0"],
  ] as const) {
    it(`are refused ${words}`, () => {
      expect(wrongs(list(change), "2026-11-24")).to.deep.equal([wrong]);
    });
  }
});
