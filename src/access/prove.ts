import type { Customer, IsoDate } from "../customers/model";
import type { Home } from "./arns";
import { callerContext } from "./callerContext";
import { compileStack, type CompiledStack } from "./compiledStack";
import { requestContext, type RequestContext } from "./conditions";
import { evaluate, type Decision } from "./evaluate";
import { EvaluationError } from "./evaluationError";
import type { AccessSettings } from "./groupPolicies";
import { accountQuestions, registryQuestions, repositoryQuestions, type Question } from "./probes";
import type { Difference, Proof } from "./proof";
import type { StackPolicies } from "./stackPolicies";
import { statementGrants } from "./statementGrants";
import { structureDifferences } from "./structure";
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
  }
  const ownAccounts = customers.filter(({ awsAccount }) => awsAccount !== undefined);
  const denies = policies.users.filter(({ deny }) => deny !== undefined);
  return {
    customers: customers.length,
    unauthorizedPrincipals: others.length,
    repositories: settings.repositories.size,
    documents: policies.group.length + denies.length + policies.repositories.length,
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
    const isOurs = caller.kind === "user" && caller.account === this.#home.account;
    const questions = [
      ...this.#questions,
      ...accountQuestions(this.#home, isOurs ? caller.arn : undefined),
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

  #decide(subject: Subject, moment: Moment, question: Question, context: RequestContext): void {
    const { action, resource, place } = question;
    this.actions.add(action);
    const expected = expectation(moment, question);
    const policy = place === undefined ? undefined : this.#stack.repositories.get(place);
    const { caller, identity } = subject;
    let found: string;
    try {
      const decision = evaluate(
        { caller, action, resource, context },
        policy === undefined ? { identity } : { identity, resource: policy },
      );
      this.decisions[decision]++;
      if (expected.has(decision)) return;
      found = decision;
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      found = error.message;
    }
    const from = moment.source === undefined ? "" : ` from ${moment.source.name}`;
    this.differences.push({
      subject: subject.name,
      at: `${action} on ${place ?? resource}${from} at ${moment.time}`,
      expected: [...expected].join(" or "),
      found,
    });
  }
}

/** Adds what statements of others may ask about: who the caller is. */
function withCaller(context: RequestContext, { caller, tags }: Subject, time: string) {
  if (caller.kind === "anonymous") return context;
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
