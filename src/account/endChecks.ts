import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { grantRegions } from "../access/grantRegions";
import type { PolicyDocument } from "../access/model";
import { sourceOf, sourceWords } from "../access/source";
import type { Customer } from "../customers/model";
import type { AccountContext } from "./context";
import { deltas, ofCustomer, type Found, restoredIf } from "./deviation";
import { everything } from "./effects";
import { differenceOf } from "./accessCheck";
import type { ObservedUser } from "./observed";
import { onlyLimits, sourceEffects } from "./ownDeny";
import { asUser } from "./roleIdentity";
import { samePolicy } from "./samePolicy";
import { accessOfUser } from "./whole";

/** The policy of a user that ends its access is missing, is not what its file asks for, or is there unasked. */
export function userDeny(context: AccountContext): Found[] {
  return context.present.flatMap(({ customer, content: { deny }, user }) =>
    denyFindings(context, { customer, kind: "user", identity: user, deny }),
  );
}

/** The same of the role of a customer with OIDC tokens. */
export function roleDeny(context: AccountContext): Found[] {
  return context.presentRoles.flatMap(({ customer, content: { deny }, role }) =>
    denyFindings(context, { customer, kind: "role", identity: asUser(role), deny }),
  );
}

interface Denied {
  customer: Customer;
  kind: "user" | "role";
  /** A role as a user. */
  identity: ObservedUser;
  /** The policy that the file asks for. */
  deny: PolicyDocument | undefined;
}

function denyFindings(
  context: AccountContext,
  { customer, kind, identity, deny }: Denied,
): Found[] {
  const { id } = customer;
  if (identity.inlinePolicies === undefined || context.revocations.has(id)) return [];
  const found = identity.inlinePolicies.get(DENY_POLICY_NAME);
  if (samePolicy(found?.document, deny)) return [];
  const access = accessOfUser(context, identity);
  const { more, less } = access === undefined ? NONE : differenceOf(context, [id], access);
  const source = sourceEffects(context, { customer, user: identity });
  const begin = {
    ...ofCustomer(id),
    ...deltas([...more, ...source.more], [...less, ...source.less]),
  };
  const who = `${kind} ${identity.name}`;
  const remove = `\`aws iam delete-${kind}-policy --${kind}-name ${identity.name} --policy-name ${DENY_POLICY_NAME}\``;
  if (deny === undefined && onlyLimits(found?.document)) {
    return [
      {
        ...begin,
        what: `the policy ${DENY_POLICY_NAME} limits from where ${who} may pull, but its file does not`,
        repair: "operator",
        wayOut: `Add \`networks\` or \`vpcEndpoints\` to its file; or, if it should pull from anywhere: ${remove}.`,
      },
    ];
  }
  if (deny === undefined) {
    return [
      {
        ...begin,
        what: `the policy ${DENY_POLICY_NAME} denies ${who} everything in ECR, but according to its file ${id} is active`,
        repair: "operator",
        wayOut: `It may have been revoked without a change of its file. If it should have access: ${remove}.`,
      },
    ];
  }
  const asked = `everything in ECR${deniedWords(customer)}`;
  const what =
    found === undefined
      ? `${who} is not denied ${asked}, as its file asks`
      : `the policy ${DENY_POLICY_NAME} of ${who} does not deny ${asked}, as its file asks`;
  return [{ ...begin, what, repair: restoredIf(begin) }];
}

/** When and from where a customer is denied everything: ` after 2027-01-31`, ` from elsewhere than 203.0.113.0/24`. */
function deniedWords(customer: Customer): string {
  const { status, expires } = customer;
  if (status === "suspended") return "";
  const source = sourceOf(customer);
  return [
    ...(expires === undefined ? [] : [` after ${expires}`]),
    ...(source === undefined ? [] : [` from elsewhere than ${sourceWords(source)}`]),
  ].join(" and");
}

const NONE = { more: [], less: [] };

/** A customer was revoked in an emergency, and its file does not know of it. */
export function revokedInAws(context: AccountContext): Found[] {
  return [...context.revocations].map(([id, time]) => {
    const asDeclared = {
      ...context,
      hasEnded: () => false,
      pulls: new Map([[id, declaredPulls(context, id)]]),
    };
    return {
      ...ofCustomer(id),
      what: `${id} was revoked at ${time}, and its file does not say so`,
      ...deltas([], everything(asDeclared, id)),
      repair: "operator" as const,
      wayOut: `Merge the change of its file, or write it: \`ecr-customers suspend ${id}\`. Until then no update gives its access back.`,
    };
  });
}

/** What the file gives a customer that AWS shows as revoked. */
function declaredPulls({ declared, settings }: AccountContext, id: string): Set<string> {
  const customer = declared.customers.find((one) => one.id === id);
  return new Set(
    customer?.repositories.flatMap((repository) =>
      grantRegions(customer, settings.repositories.get(repository)?.regions ?? []).map(
        (region) => `${repository}@${region}`,
      ),
    ),
  );
}
