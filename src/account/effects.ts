/** What a policy allows or denies a customer's user, in words. */
import type { CompiledPolicy } from "../access/compiledPolicy";
import type { AccountContext, PresentUser } from "./context";
import { customersWords, type AccessDelta } from "./deviation";
import {
  apart,
  ask,
  managedPolicy,
  readable,
  userAsker,
  type Answer,
  type Readable,
} from "./judge";
import type { ObservedGroup, ObservedUser } from "./observed";
import { ownDenyOf } from "./ownDeny";
import {
  loginDelta,
  otherDelta,
  pullDelta,
  pulledPlaces,
  questionsAbout,
  type PlacedQuestion,
} from "./questions";

export interface Effects {
  more: AccessDelta[];
  less: AccessDelta[];
  notJudged: string[];
}

/**
 * What policies of an identity add to, or deny of, what a customer's file gives its user.
 *
 * @param policies - the policies in question, without those that the files declare.
 */
export function identityEffects(
  context: AccountContext,
  { user, customer: { id } }: Pick<PresentUser, "customer" | "user">,
  policies: readonly Readable[],
): Effects {
  const { settings } = context;
  const asker = userAsker(user, settings.account, context.time);
  const { policies: known, unread } = apart(policies);
  const deny = ownDeny(context, user);
  const boundary = boundaryOf(context, user);
  const questions = questionsAbout(settings, user.arn);
  const found = sorted(questions, (question) => {
    const answer = ask(asker, question, { identity: [...known, ...deny] });
    // A boundary limits what the identity's own policies give (IAM user guide, "Permissions boundaries").
    if (answer !== "Allowed" || boundary === undefined) return answer;
    return ask(asker, question, { identity: [boundary] });
  });
  const { denied } = sorted(expectedOf(context, id, questions), (question) =>
    ask(asker, question, { identity: known }),
  );
  return {
    more: moreThanFile(context, id, found.allowed),
    less: lostOf(context, id, denied),
    notJudged: [...unread, ...found.unknown],
  };
}

/**
 * What a permissions boundary takes from a customer's user: rights of its group that the boundary does not
 * allow, and what it denies. What a repository's policy gives a user by its name, a boundary only takes
 * by a Deny (IAM user guide, "Policy evaluation logic").
 */
export function boundaryEffects(
  context: AccountContext,
  { user, customer: { id } }: Pick<PresentUser, "customer" | "user">,
  boundary: Readable,
): Effects {
  if ("unknown" in boundary) return { more: [], less: [], notJudged: [boundary.unknown] };
  const { settings, time } = context;
  const asker = userAsker(user, settings.account, time);
  const expected = expectedOf(context, id, questionsAbout(settings, user.arn));
  const found = sorted(expected, (question) =>
    ask(asker, question, { identity: [boundary.policy] }),
  );
  const isOfGroup = ({ pulls, logsIn }: PlacedQuestion) =>
    logsIn === true || settings.repositories.get(pulls ?? "")?.grants === "tagged";
  const lost = [...found.denied, ...found.others.filter(isOfGroup)];
  return { more: [], less: lostOf(context, id, lost), notJudged: found.unknown };
}

/**
 * What changes for a customer's user when its group has other policies than the files declare.
 *
 * @param is - what AWS has. @param should - what the files declare.
 */
export function replacedEffects(
  context: AccountContext,
  { user, customer: { id } }: Pick<PresentUser, "customer" | "user">,
  is: readonly Readable[],
  should: readonly CompiledPolicy[],
): Effects {
  const { settings, time } = context;
  const asker = userAsker(user, settings.account, time);
  const { policies: known, unread } = apart(is);
  const questions = questionsAbout(settings, user.arn);
  const deny = ownDeny(context, user);
  const found = sorted(questions, (question) =>
    ask(asker, question, { identity: [...known, ...deny] }),
  );
  const wanted = sorted(questions, (question) =>
    ask(asker, question, { identity: [...should, ...deny] }),
  );
  const isAllowed = new Set(found.allowed);
  const isUnknown = new Set(found.asked);
  const lost = wanted.allowed.filter((one) => !isAllowed.has(one) && !isUnknown.has(one));
  return {
    more: moreThanFile(context, id, found.allowed),
    less: lostOf(context, id, expectedOf(context, id, [...lost, ...found.denied])),
    notJudged: [...unread, ...found.unknown],
  };
}

/** The questions that a customer's file answers with yes. */
function expectedOf(
  context: AccountContext,
  id: string,
  questions: readonly PlacedQuestion[],
): PlacedQuestion[] {
  if (context.hasEnded(id)) return [];
  const entitled = context.pulls.get(id) ?? new Set<string>();
  return questions.filter(
    ({ key, pulls, logsIn }) =>
      logsIn === true || (pulls !== undefined && key !== undefined && entitled.has(key)),
  );
}

/** What a customer can that its file does not give. */
function moreThanFile(
  context: AccountContext,
  id: string,
  allowed: readonly PlacedQuestion[],
): AccessDelta[] {
  const entitled = context.pulls.get(id) ?? new Set<string>();
  const places = pulledPlaces(allowed).filter((key) => !entitled.has(key));
  const logsIn = allowed.some((question) => question.logsIn === true) && context.hasEnded(id);
  return [
    ...(logsIn ? [loginDelta(id)] : []),
    ...pullDelta(context.settings, id, places),
    ...otherDelta(context.settings, allowed, customersWords([id])),
  ];
}

/** What a customer cannot that its file gives. */
function lostOf(
  { settings }: AccountContext,
  id: string,
  lost: readonly PlacedQuestion[],
): AccessDelta[] {
  const places = [...new Set(lost.flatMap(({ key }) => key ?? []))];
  return [
    ...(lost.some(({ logsIn }) => logsIn === true) ? [loginDelta(id)] : []),
    ...pullDelta(settings, id, places),
  ];
}

/** Everything that a customer's file gives it, as what it lacks. */
export function everything(context: AccountContext, id: string): AccessDelta[] {
  if (context.hasEnded(id)) return [];
  return [loginDelta(id), ...pullDelta(context.settings, id, [...(context.pulls.get(id) ?? [])])];
}

/** The policy that ends the user's access, which stands against whatever else it has. */
function ownDeny(context: AccountContext, user: ObservedUser): CompiledPolicy[] {
  const own = ownDenyOf(context, user);
  return own === undefined ? [] : apart([own]).policies;
}

/** All policies of a group, read for judging. */
export function policiesOfGroup(
  context: AccountContext,
  group: ObservedGroup | undefined,
  name: string,
): Readable[] {
  if (group === undefined) {
    return [{ unknown: `the policies of the group ${name}, which were not read` }];
  }
  return [
    ...[...group.inlinePolicies].map(([policy, document]) =>
      readable(context.readings, "identity", document, `the inline policy ${policy} of ${name}`),
    ),
    ...group.attachedPolicies.map((policy) => managedPolicy(context, policy)),
  ];
}

/** Nothing is known of one that was not read: then it counts as letting everything through. */
export function boundaryOf(
  context: AccountContext,
  user: ObservedUser,
): CompiledPolicy | undefined {
  const { permissionsBoundary: boundary } = user;
  if (boundary === undefined || boundary === null) return undefined;
  return apart([managedPolicy(context, boundary)]).policies[0];
}

interface Sorted {
  allowed: PlacedQuestion[];
  denied: PlacedQuestion[];
  /** Not allowed, without a Deny. */
  others: PlacedQuestion[];
  /** What answers depend on, and the questions whose answers do. */
  unknown: string[];
  asked: PlacedQuestion[];
}

/** Questions by their answers. */
function sorted(
  questions: readonly PlacedQuestion[],
  answerOf: (question: PlacedQuestion) => Answer,
): Sorted {
  const found: Sorted = { allowed: [], denied: [], others: [], unknown: [], asked: [] };
  for (const question of questions) {
    const answer = answerOf(question);
    if (typeof answer !== "string") {
      found.unknown.push(answer.unknown);
      found.asked.push(question);
    } else if (answer === "Allowed") found.allowed.push(question);
    else if (answer === "ExplicitlyDenied") found.denied.push(question);
    else found.others.push(question);
  }
  return found;
}
