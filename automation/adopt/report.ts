import type { PrincipalNames } from "../../src/access/statementWords";
import { statementGrants } from "../../src/access/statementGrants";
import { placesWords } from "../../src/account/places";
import type { Unread } from "../../src/account/observed";
import type { AdoptionPlan } from "../../src/adopt/plan";
import type { PlannedCustomer } from "../../src/adopt/plannedCustomer";
import type { Puller } from "../../src/adopt/puller";
import type { StackConfig } from "../../src/config";
import { counted, digits } from "../../src/counted";
import type { ReportLine, Section } from "../output/report";
import { keyWords, reasonWords } from "./words";

/** What a report is about. */
export interface ReportedPlan {
  plan: AdoptionPlan;
  pullers: readonly Puller[];
  config: StackConfig;
  unread: readonly Unread[];
  now: Date;
}

/** The plan in words: what becomes a customer, what changes, what stays, and what is not known. */
export function planSections(reported: ReportedPlan): Section[] {
  const { plan, unread } = reported;
  const names: PrincipalNames = { account: reported.config.account };
  return [
    section(`Become customers (${digits(plan.customers.length)}):`, customerLines(reported)),
    section(
      "Broader than their files, and kept by the first update:",
      plan.customers.flatMap(broaderLines),
    ),
    section(
      "Changes of access by the first update, to be accepted there:",
      plan.changes.map(({ number, change, who, what }) => ({
        cells: [`${number}. ${who} ${change} ${what}`],
        ...(change === "loses" ? { tone: "bad" as const } : {}),
      })),
    ),
    section(
      "Statements of others, kept in the settings:",
      [...plan.kept.byRepository].flatMap(([repository, statements]) =>
        statementGrants(statements, names).map(({ who, effect, what, conditional }) => ({
          cells: [
            `${repository}: ${effect} ${who} ${what}${conditional ? ", under conditions" : ""}`,
          ],
        })),
      ),
    ),
    section(
      "Deleted users and roles in policies, which let no one in and are left out:",
      [...plan.kept.deleted].map(([repository, ids]) => ({
        cells: [`${repository}: ${ids.join(", ")}`],
      })),
    ),
    section(
      "Policies that the first update leaves, because customers pull by tags there; delete each after it:",
      plan.leftPolicies.map(({ repository, region }) => ({
        cells: [
          `${repository} in ${region}`,
          `\`aws ecr delete-repository-policy --repository-name ${repository} --region ${region}\``,
        ],
      })),
    ),
    section(
      `Can pull and stay as they are (${digits(plan.staying.length)}):`,
      plan.staying.filter(({ pulls }) => pulls.length > 0).map((one) => stayingLine(reported, one)),
    ),
    section(
      "Cannot be judged:",
      reported.pullers.flatMap((one) => notJudgedLines(reported, one)),
    ),
    section(
      "Selected, and cannot become customers:",
      plan.leftOut.map(({ principal, why }) => ({ cells: [`${principal}: ${why}`] })),
    ),
    section(
      "Have a customer file already:",
      plan.declared.map(({ id, principal }) => ({ cells: [id, principal] })),
    ),
    section(
      "Policies that would be longer than ECR takes:",
      plan.tooLong.map(({ repository, used, limit }) => ({
        cells: [
          `${repository}: ${digits(used)} of ${digits(limit)} characters. Write \`grants: tagged\` for it in the settings.`,
        ],
        tone: "bad" as const,
      })),
    ),
    section(
      "Could not be read, so that this plan may lack something:",
      unread.map(({ part, name = "all", reason }) => ({
        cells: [`${part} ${name}: ${reason}`],
        tone: "bad" as const,
      })),
    ),
  ].flat();
}

/** `17 principals can pull today; 12 become customers, 5 stay.` */
export function planSummary({ plan, pullers }: ReportedPlan): string {
  const [filed, staying] = [plan.declared.length, plan.staying.length];
  const files = filed === 0 ? "" : `, ${digits(filed)} ${filed === 1 ? "has" : "have"} a file`;
  const stay = `${digits(staying)} as ${staying === 1 ? "it is" : "they are"}`;
  const can = pullers.length === 1 ? "principal that can" : "principals that can, or might, ";
  return `${digits(pullers.length)} ${can.trim()} pull: ${counted(plan.customers.length, "new customer")}, ${stay}${files}.`;
}

function section(title: string, lines: readonly ReportLine[]): Section[] {
  return lines.length === 0 ? [] : [{ title, lines }];
}

function customerLines({ plan, config, now }: ReportedPlan): ReportLine[] {
  return plan.customers.map(({ customer, puller }) => {
    const { user, pulls, words } = puller;
    const keys = (user?.keys ?? []).map((key, index) => keyWords(key, index + 1, now));
    return {
      cells: [
        customer.id,
        user === undefined ? words : `user ${user.path === "/" ? "" : user.path}${user.name}`,
        placesWords(pulls, config.repositories),
        keys.length === 0 ? "no key" : keys.join("; "),
        reasonWords(puller, config.repositories),
      ],
    };
  });
}

function broaderLines({ customer, broader, old }: PlannedCustomer): ReportLine[] {
  if (broader.length === 0 && old.length === 0) return [];
  const rights = broader.length === 0 ? "nothing more" : broader.join("; ");
  return [{ cells: [customer.id, rights, old.length === 0 ? "" : `by ${old.join(", ")}`] }];
}

function stayingLine({ config }: ReportedPlan, puller: Puller): ReportLine {
  const { words, pulls } = puller;
  return {
    cells: [
      words,
      `pull ${placesWords(pulls, config.repositories)}`,
      reasonWords(puller, config.repositories),
    ],
  };
}

function notJudgedLines({ config }: ReportedPlan, { words, notJudged }: Puller): ReportLine[] {
  if (notJudged.size === 0) return [];
  const why = [...new Set([...notJudged.values()].flat())];
  const places = placesWords([...notJudged.keys()], config.repositories);
  return [{ cells: [words, `pull ${places}`, `depends on ${why.join(", ")}`] }];
}
