import { hasUnknown, UNKNOWN, type Properties } from "../values";

/** A rule as a program gives it to `awsx.ecr.Repository`. */
interface Rule {
  description?: string;
  tagStatus: "tagged" | "untagged" | "any";
  tagPrefixList?: string[];
  /** In days. */
  maximumAgeLimit?: number;
  maximumNumberOfImages?: number;
}

/** The default of awsx (@pulumi/awsx, `ecr/repository.d.ts`: "untagged images expiring after 1 day"). */
const DEFAULT_RULES: Rule[] = [
  { description: "Expire untagged images", tagStatus: "untagged", maximumAgeLimit: 1 },
];

/**
 * The lifecycle policy that ECR understands, as JSON.
 *
 * @param lifecyclePolicy - the component's input of that name.
 * @returns undefined for none; UNKNOWN when a preview does not know it yet.
 * @throws Error when a rule has no limit, or two.
 */
export function lifecycleText(lifecyclePolicy: Properties = {}): string | undefined {
  if (lifecyclePolicy.skip === true) return undefined;
  if (hasUnknown(lifecyclePolicy)) return UNKNOWN;
  const rules = (lifecyclePolicy.rules as Rule[] | undefined) ?? DEFAULT_RULES;
  // ECR requires a rule for any image to be the last one.
  const ordered = [
    ...rules.filter((rule) => rule.tagStatus !== "any"),
    ...rules.filter((rule) => rule.tagStatus === "any"),
  ];
  return JSON.stringify({ rules: ordered.map((rule, index) => ecrRule(rule, index + 1)) });
}

function ecrRule(rule: Rule, rulePriority: number): Properties {
  const { description, tagStatus, tagPrefixList, maximumAgeLimit, maximumNumberOfImages } = rule;
  if ((maximumAgeLimit === undefined) === (maximumNumberOfImages === undefined)) {
    throw new Error("A lifecycle rule needs either maximumAgeLimit or maximumNumberOfImages");
  }
  const limit =
    maximumAgeLimit === undefined
      ? { countType: "imageCountMoreThan", countNumber: maximumNumberOfImages }
      : { countType: "sinceImagePushed", countUnit: "days", countNumber: maximumAgeLimit };
  return {
    rulePriority,
    description,
    selection: { tagStatus, tagPrefixList, ...limit },
    action: { type: "expire" },
  };
}
