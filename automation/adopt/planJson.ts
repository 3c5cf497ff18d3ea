import type { Puller } from "../../src/adopt/puller";
import type { ReportedPlan } from "./report";

/** The whole plan for other programs; it holds no secret, because AWS shows none. */
export function planJson({ plan, pullers, unread }: ReportedPlan) {
  return {
    pullers: pullers.map(pullerJson),
    customers: plan.customers.map(({ customer, puller, text, broader, old }) => ({
      id: customer.id,
      principal: puller.principal,
      repositories: customer.repositories,
      keys: (puller.user?.keys ?? []).map((key, index) => ({ generation: index + 1, ...key })),
      text,
      broader,
      policies: old,
    })),
    changes: plan.changes,
    statements: Object.fromEntries(plan.kept.byRepository),
    deleted: Object.fromEntries(plan.kept.deleted),
    leftPolicies: plan.leftPolicies,
    staying: plan.staying.map(({ principal }) => principal),
    declared: plan.declared,
    leftOut: plan.leftOut,
    tooLong: plan.tooLong.map(({ repository, used, limit }) => ({ repository, used, limit })),
    unread,
  };
}

function pullerJson({ kind, principal, words, logsIn, pulls, reasons, notJudged }: Puller) {
  return {
    ...{ kind, principal, words, pulls, reasons },
    ...(logsIn === undefined ? {} : { logsIn }),
    notJudged: Object.fromEntries(notJudged),
  };
}
