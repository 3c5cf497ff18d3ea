/** The policy of a customer's user that ends its access, and limits from where it works, as AWS holds it. */
import { requestContext } from "../access/conditions";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { statementsMissing, statementsOf } from "../access/presentPolicy";
import { probedSources, type ProbedSource } from "../access/sourceProbes";
import { sourceOf, sourceStatement, SOURCE_SID } from "../access/source";
import type { ForeignStatement } from "../access/model";
import type { AccountContext, PresentUser } from "./context";
import { customersWords, type AccessDelta } from "./deviation";
import { ask, readable, userAsker, type Readable } from "./judge";
import type { ObservedUser } from "./observed";

/**
 * The policy as it counts for a request from where the customer's file allows one: without the statement that the file
 * asks for, which denies no such request. So the rest can be judged without knowing where requests come from.
 *
 * @returns undefined when the user has no such policy.
 */
export function ownDenyOf(context: AccountContext, user: ObservedUser): Readable | undefined {
  const found = user.inlinePolicies?.get(DENY_POLICY_NAME);
  if (found === undefined) return undefined;
  const whole = readable(context.readings, "identity", found, DENY_POLICY_NAME);
  const [ofRole] = context.customersOf(user.arn);
  const customer = context.byId.get(context.customerOfUser(user.name) ?? ofRole ?? "");
  const source = customer && sourceOf(customer);
  if (source === undefined || found.document === undefined) return whole;
  const statements = statementsOf(found.document);
  const declared = withoutSid({ ...sourceStatement(source) });
  const rest = statements.filter((one) => statementsMissing([withoutSid(one)], [declared]).length);
  if (rest.length === statements.length) return whole;
  if (rest.length === 0) return { policy: { kind: "identity", statements: [] } };
  const document = { ...found.document, Statement: rest };
  const words = DENY_POLICY_NAME;
  return readable(
    context.readings,
    "identity",
    { text: JSON.stringify(document), document },
    words,
  );
}

function withoutSid({ Sid: _, ...statement }: ForeignStatement): ForeignStatement {
  return statement;
}

/** Whether the policy only limits from where a customer may pull, and ends nothing. */
export function onlyLimits(document: unknown): boolean {
  const statements = statementsOf(document);
  return statements.length > 0 && statements.every(({ Sid }) => Sid === SOURCE_SID);
}

/** From where a customer can pull although its file does not allow it, and from where it cannot although it does. */
export function sourceEffects(
  context: AccountContext,
  { customer, user }: Pick<PresentUser, "customer" | "user">,
): { more: AccessDelta[]; less: AccessDelta[] } {
  const found = user.inlinePolicies?.get(DENY_POLICY_NAME);
  const policy = found && readable(context.readings, "identity", found, DENY_POLICY_NAME);
  if (context.hasEnded(customer.id) || (policy !== undefined && "unknown" in policy)) {
    return { more: [], less: [] };
  }
  const asker = userAsker(user, context.settings.account, context.time);
  const question = { action: "ecr:BatchGetImage", resource: "*" };
  const isDenied = ({ key, name }: ProbedSource) => {
    if (policy === undefined) return false;
    const from = requestContext({ [key]: name });
    const known = asker.context;
    const there = {
      ...known,
      get: (one: string) => from.get(one) ?? known.get(one),
      lacks: (one: string) => from.lacks(one) || known.lacks(one),
    };
    const answer = ask({ ...asker, context: there }, question, { identity: [policy.policy] });
    return answer === "ExplicitlyDenied";
  };
  const sources = probedSources(customer);
  const open = sources.filter((one) => !one.inside && !isDenied(one));
  const shut = sources.filter((one) => one.inside && isDenied(one));
  const isEverywhere = open.length === sources.filter(({ inside }) => !inside).length;
  const who = customersWords([customer.id]);
  const places = (some: readonly ProbedSource[]) => some.map(({ name }) => name).join(", ");
  return {
    more:
      open.length === 0
        ? []
        : [{ who, what: isEverywhere ? "pull from anywhere" : `pull from ${places(open)}` }],
    less: shut.length === 0 ? [] : [{ who, what: `pull from ${places(shut)}` }],
  };
}
