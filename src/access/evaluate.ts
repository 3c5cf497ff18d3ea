import { ANY_PARTITION } from "./partition";
import {
  ISSUER_ARN,
  ROLE_ARN,
  ROOT_ARN,
  USER_ARN,
  type CompiledPolicy,
  type CompiledStatement,
  type Principals,
} from "./compiledPolicy";
import { conditionsHold, type RequestContext } from "./conditions";
import { EvaluationError } from "./evaluationError";

export type Decision = "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";

/**
 * Who asks: a user, a session of a role (by the role's ARN, and without a session policy), an account's root
 * user, the holder of an OIDC token that assumes a role, or an anonymous caller without a signature.
 */
export type Caller =
  | { kind: "user" | "role" | "root"; account: string; arn: string }
  /** The holder of a token, by the ARN of its issuer's OIDC provider; the token is part of the context. */
  | { kind: "token"; account: string; arn: string }
  | { kind: "anonymous" };

/** One question to AWS. */
export interface AccessRequest {
  caller: Caller;
  /** `ecr:BatchGetImage`, without wildcard. */
  action: string;
  /** An ARN without wildcard, or `*` for an action that knows no resource. */
  resource: string;
  context: RequestContext;
}

/** The policies that AWS takes into account for a request. */
export interface ApplicablePolicies {
  /** The caller's own and its groups'. Empty for a root user, who can have none, and for anonymous. */
  identity: readonly CompiledPolicy[];
  /** The resource's, if it has one. */
  resource?: CompiledPolicy;
}

const ACTION = /^[a-z0-9-]+:[A-Za-z0-9]+$/;
const ARN = new RegExp(`^${ANY_PARTITION}:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}):[^:*?$]+$`);

/**
 * The caller with this ARN: a user, a role, an account's root, or the holder of a token of an OIDC provider.
 *
 * @throws EvaluationError for another form, such as the ARN of a role's session.
 */
export function callerOf(arn: string): Caller {
  const forms = [USER_ARN, ROLE_ARN, ROOT_ARN, ISSUER_ARN];
  const [user, role, root, issuer] = forms.map((form) => form.exec(arn)?.[1]);
  if (user !== undefined) return { kind: "user", account: user, arn };
  if (role !== undefined) return { kind: "role", account: role, arn };
  if (root !== undefined) return { kind: "root", account: root, arn };
  if (issuer !== undefined) return { kind: "token", account: issuer, arn };
  throw new EvaluationError(`the caller ${arn}`);
}

/**
 * What AWS decides (IAM user guide, "Policy evaluation logic" and "Cross-account policy
 * evaluation logic"):
 *
 * - a Deny that matches, in whichever policy, ends it;
 * - in the caller's own account an Allow of either side is enough, but a resource policy that names
 *   only the account leaves the choice to the identity's policies;
 * - from another account both sides have to allow;
 * - a root user may do everything in its own account that no resource policy denies;
 * - the holder of a token has no policies: only the trust policy of a role lets it in, by naming its issuer as the
 *   role's own account records it;
 * - without a signature only a resource policy for everyone gives access.
 *
 * It knows what our policies use and refuses to guess: no boundary, no organization's policies, no
 * session policies. It reads no clock: the time is part of the context.
 *
 * @throws EvaluationError for a request that it does not know, never a "no".
 */
export function evaluate(request: AccessRequest, policies: ApplicablePolicies): Decision {
  const { caller } = request;
  const owner = ownerOf(request, policies);
  if (!ACTION.test(request.action)) throw new EvaluationError(`the action ${request.action}`);
  const action = request.action.toLowerCase();

  const found = { identity: caller.kind === "root", resource: NONE };
  let denied = false;
  const unknown: Partial<Record<"Allow" | "Deny", EvaluationError>> = {};
  for (const policy of [...policies.identity, ...(policies.resource ? [policies.resource] : [])]) {
    for (const statement of policy.statements) {
      try {
        const named = applies(statement, caller, action, request);
        if (named === NONE) continue;
        if (statement.effect === "Deny") denied = true;
        else if (policy.kind === "identity") found.identity = true;
        else found.resource = Math.max(found.resource, named);
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        unknown[statement.effect] ??= error;
      }
    }
  }
  // What is not known of a statement matters only where the others leave the decision open.
  if (denied) return "ExplicitlyDenied";
  if (unknown.Deny !== undefined) throw unknown.Deny;
  if (isAllowed(caller, owner, found)) return "Allowed";
  if (unknown.Allow !== undefined) throw unknown.Allow;
  return "ImplicitlyDenied";
}

/** How far a statement means the request: `NONE` when any of its elements does not. */
function applies(
  statement: CompiledStatement,
  caller: Caller,
  action: string,
  { resource, context }: AccessRequest,
): number {
  // The action first: it tells most statements apart, and costs least.
  if (!statement.action(action)) return NONE;
  if (statement.resource !== undefined && !statement.resource(resource)) return NONE;
  const named = naming(statement, caller);
  if (named === NONE) return NONE;
  return conditionsHold(statement.conditions, statement.effect, context) ? named : NONE;
}

function isAllowed(
  caller: Caller,
  owner: string | undefined,
  found: { identity: boolean; resource: number },
): boolean {
  if (caller.kind === "anonymous") return found.resource !== NONE;
  if (caller.kind === "token") return caller.account === owner && found.resource === ITSELF;
  return caller.account === owner
    ? found.identity || found.resource === ITSELF
    : found.identity && found.resource !== NONE;
}

/** How a statement means the caller: not, by its account, or itself. */
const [NONE, ACCOUNT, ITSELF] = [0, 1, 2];

function naming({ principals }: CompiledStatement, caller: Caller): number {
  // A statement of the caller's own policies means the caller.
  if (principals === undefined) return ITSELF;
  if (principals.unknown !== undefined) throw new EvaluationError(principals.unknown);
  if (principals.isExcept === true) return isExcepted(principals, caller) ? NONE : ITSELF;
  if (principals.everyone) return ITSELF;
  if (caller.kind === "anonymous") return NONE;
  if (caller.kind === "token") return principals.issuers?.has(caller.arn) === true ? ITSELF : NONE;
  if (principals.users.has(caller.arn) || principals.roles.has(caller.arn)) return ITSELF;
  return principals.accounts.has(caller.account) ? ACCOUNT : NONE;
}

/**
 * Whether `NotPrincipal` leaves a caller out. AWS asks for a user's account beside the user (IAM user
 * guide, "NotPrincipal"); what holds when only one of them is listed, we do not guess.
 */
function isExcepted({ everyone, users, accounts }: Principals, caller: Caller): boolean {
  if (everyone) return true;
  if (caller.kind === "anonymous") return false;
  if (caller.kind === "role") throw new EvaluationError("NotPrincipal about a role's session");
  if (caller.kind === "token")
    throw new EvaluationError("NotPrincipal about the holder of a token");
  const hasAccount = accounts.has(caller.account);
  const isListed = caller.kind === "root" ? hasAccount : users.has(caller.arn);
  if (isListed !== hasAccount) throw new EvaluationError("NotPrincipal with a part of the account");
  return isListed;
}

/** The account that the resource belongs to; the caller's own for an action without a resource. */
function ownerOf(
  { caller, resource }: AccessRequest,
  policies: ApplicablePolicies,
): string | undefined {
  const { identity, resource: attached } = policies;
  if (caller.kind !== "user" && caller.kind !== "role" && identity.length > 0) {
    throw new EvaluationError(`policies of an identity for a caller that is ${caller.kind}`);
  }
  if (identity.some(({ kind }) => kind !== "identity") || attached?.kind === "identity") {
    throw new EvaluationError("a policy of the other kind in this place");
  }
  if (resource === "*") {
    if (attached !== undefined) throw new EvaluationError("a policy of the resource *");
    return caller.kind === "anonymous" ? undefined : caller.account;
  }
  const owner = ARN.exec(resource)?.[1];
  // Partitions know nothing of each other's identities (IAM user guide, "Cross-account resource access").
  const isElsewhere =
    caller.kind !== "anonymous" && partitionIn(caller.arn) !== partitionIn(resource);
  if (owner === undefined || isElsewhere) throw new EvaluationError(`the resource ${resource}`);
  return owner;
}

function partitionIn(arn: string): string | undefined {
  return arn.split(":", 2)[1];
}
