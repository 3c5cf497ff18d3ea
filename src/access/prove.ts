import type { Customer, IsoDate } from "../customers/model";
import type { Home } from "./arns";
import { callerContext } from "./callerContext";
import { compileStack, type CompiledStack } from "./compiledStack";
import { requestContext, type RequestContext } from "./conditions";
import { evaluate, type AccessRequest, type ApplicablePolicies, type Decision } from "./evaluate";
import { EvaluationError } from "./evaluationError";
import type { AccessSettings } from "./groupPolicies";
import {
  accountQuestions,
  registryQuestions,
  repositoryQuestions,
  roleQuestions,
  type Question,
} from "./probes";
import type { Difference, Proof } from "./proof";
import type { StackPolicies } from "./stackPolicies";
import { statementGrants } from "./statementGrants";
import { structureDifferences } from "./structure";
import { trustQuestions, type TrustQuestion } from "./trustQuestions";
import { customerSubjects, unauthorizedPrincipals, type Moment, type Subject } from "./subjects";

/**
 * Proves, or shows where not, that a stack's documents let every customer do what its file says and
 * nothing else, and unauthorized principals nothing: each of them is asked each question (`probes.ts`), today and
 * on both sides of an end date. And that the documents are exactly their templates, because some
 * changes open nothing yet (`structure.ts`).
 *
 * Customers with an AWS account of their own: AWS asks both sides. Theirs is out of our sight, so it
 * is assumed to allow everything, as it does for their root user; the proof is that ours allows their
 * account what the file says. No policy of ours ends their access by date, only the next update
 * does: they are asked about today, and named in `endByUpdateOnly`.
 *
 * It is about the documents: that AWS has these is the read-back's matter.
 *
 * @param policies - the documents as they are declared on the day `today`.
 * @param customers - what the files say, all of them.
 */
export function proveAccess(
  policies: StackPolicies,
  customers: readonly Customer[],
  settings: AccessSettings,
  today: IsoDate,
): Proof {
  const { compiled, unknown } = compileStack(policies, settings.repositories);
  const matrix = new Matrix(compiled, settings);
  const others = unauthorizedPrincipals(compiled, customers, settings, today);
  if (unknown.length === 0) {
    for (const one of customerSubjects(compiled, customers, settings, today)) matrix.ask(one);
    for (const one of others) matrix.ask(one);
    for (const one of trustQuestions(customers, settings)) matrix.askTrust(one, today);
  }
  const ownAccounts = customers.filter(({ awsAccount }) => awsAccount !== undefined);
  const denies = [...policies.users, ...policies.roles].filter(({ deny }) => deny !== undefined);
  return {
    customers: customers.length,
    unauthorizedPrincipals: others.length,
    repositories: settings.repositories.size,
    documents:
      policies.group.length + denies.length + policies.roles.length + policies.repositories.length,
    actions: matrix.actions.size,
    decisions: matrix.decisions,
    ownAccounts: ownAccounts.length,
    others: [...settings.repositories].flatMap(([repository, { statements = [] }]) =>
      statementGrants(statements, { account: settings.account }).map((one) => ({
        repository,
        ...one,
      })),
    ),
    endByUpdateOnly: ownAccounts.filter(({ expires }) => expires !== undefined).map(({ id }) => id),
    differences: [
      ...unknown,
      ...structureDifferences(policies, customers, settings, today),
      ...matrix.differences,
    ],
  };
}

/** Everyone's questions, AWS's answers, and those that are not as the files say. */
class Matrix {
  readonly decisions: Record<Decision, number> = {
    Allowed: 0,
    ExplicitlyDenied: 0,
    ImplicitlyDenied: 0,
  };
  readonly differences: Difference[] = [];
  readonly actions = new Set<string>();
  readonly #stack: CompiledStack;
  readonly #home: Home;
  /** The same for everyone. */
  readonly #questions: readonly Question[];

  constructor(stack: CompiledStack, settings: AccessSettings) {
    this.#stack = stack;
    this.#home = settings;
    this.#questions = repositoryQuestions(settings.account, settings.repositories);
  }

  ask(subject: Subject): void {
    const { caller, tags, moments } = subject;
    const isUser = caller.kind === "user" && caller.account === this.#home.account;
    const isOurs = isUser || (caller.kind === "role" && caller.account === this.#home.account);
    const questions = [
      ...this.#questions,
      ...accountQuestions(this.#home, isUser ? caller.arn : undefined),
      ...(isOurs && !isUser ? roleQuestions(caller.arn) : []),
      // Without a resource a question is about the caller's own registry.
      ...(isOurs ? registryQuestions() : []),
    ];
    const carried = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value] as const),
    );
    for (const moment of moments) {
      const { time, source } = moment;
      const from = source === undefined ? {} : { [source.key]: source.name };
      const values = { "aws:CurrentTime": time, ...carried, ...from };
      const context = withCaller(requestContext(values), subject, time);
      const isWhole = source?.isWhole !== false;
      for (const question of questions) {
        if (isWhole || question.pulls !== undefined || question.logsIn === true) {
          this.#decide(subject, moment, question, context);
        }
      }
    }
  }

  /** Whether the trust policy of a customer's role lets exactly its tokens in. */
  askTrust(question: TrustQuestion, today: IsoDate): void {
    const { customer, who, caller, action, resource, identity, token, allowed } = question;
    const time = `${today}T00:00:00Z`;
    const context = requestContext({ "aws:CurrentTime": time, ...token });
    const trust = this.#stack.roles.get(customer)?.trust;
    this.#answer(
      { caller, action, resource, context },
      trust === undefined ? { identity } : { identity, resource: trust },
      allowed ? ALLOWED : REFUSED,
      { subject: customer, at: `${action} by ${who} at ${time}` },
    );
  }

  #decide(subject: Subject, moment: Moment, question: Question, context: RequestContext): void {
    const { action, resource, place } = question;
    const policy = place === undefined ? undefined : this.#stack.repositories.get(place);
    const { caller, identity } = subject;
    const from = moment.source === undefined ? "" : ` from ${moment.source.name}`;
    this.#answer(
      { caller, action, resource, context },
      policy === undefined ? { identity } : { identity, resource: policy },
      expectation(moment, question),
      {
        subject: subject.name,
        at: `${action} on ${place ?? resource}${from} at ${moment.time}`,
      },
    );
  }

  #answer(
    request: AccessRequest,
    policies: ApplicablePolicies,
    expected: ReadonlySet<Decision>,
    where: Pick<Difference, "subject" | "at">,
  ): void {
    this.actions.add(request.action);
    let found: string;
    try {
      const decision = evaluate(request, policies);
      this.decisions[decision]++;
      if (expected.has(decision)) return;
      found = decision;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      found = error.message;
    }
    this.differences.push({ ...where, expected: [...expected].join(" or "), found });
  }
}

/** Adds what statements of others may ask about: who the caller is. */
function withCaller(context: RequestContext, { caller, tags }: Subject, time: string) {
  if (caller.kind === "anonymous" || caller.kind === "token") return context;
  const { arn, account, kind } = caller;
  const user = { name: arn.slice(arn.lastIndexOf("/") + 1), uniqueId: "", tags };
  const facts = callerContext({ arn, account, ...(kind === "user" ? { user } : {}) }, time);
  return { ...context, get: (key: string) => facts.get(key) ?? context.get(key) };
}

const ALLOWED: ReadonlySet<Decision> = new Set(["Allowed"]);
const DENIED: ReadonlySet<Decision> = new Set(["ExplicitlyDenied"]);
const REFUSED: ReadonlySet<Decision> = new Set(["ExplicitlyDenied", "ImplicitlyDenied"]);

function expectation(
  moment: Moment,
  { action, pulls, place = "", logsIn }: Question,
): ReadonlySet<Decision> {
  if (moment.denied && action.startsWith("ecr:")) return DENIED;
  if (pulls !== undefined) return moment.pulls.has(place) ? ALLOWED : REFUSED;
  return logsIn === true && moment.logsIn ? ALLOWED : REFUSED;
}
