import { USER_PATH, userArn, GROUP_NAME, iamArn } from "../access/arns";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import { movedPrincipals } from "../access/movedPrincipals";
import { byText } from "../access/order";
import { repositoryQuestions } from "../access/probes";
import { serialize } from "../access/serialize";
import { stackPolicies } from "../access/stackPolicies";
import { actionWords, joined } from "../access/statementWords";
import { accountContext, type AccountContext } from "../account/context";
import { boundaryOf } from "../account/effects";
import { apart, ask, userAsker, type Answer } from "../account/judge";
import {
  observedDocument,
  placeKey,
  type ObservedAccount,
  type ObservedGroup,
  type ObservedManagedPolicy,
  type ObservedUser,
} from "../account/observed";
import { placesWords } from "../account/places";
import type { AccessSettings } from "../access/groupPolicies";
import type { Customer, IsoDate } from "../customers/model";
import type { AccessChange } from "./change";
import { identityPolicies } from "./identityPolicies";
import type { Puller } from "./puller";
import { pullersOf } from "./pullers";
import { policyAt } from "../account/whole";

/** What an update declares. */
export interface DeclaredParts {
  config: AccessSettings;
  customers: readonly Customer[];
  today: IsoDate;
}

/**
 * Whose access an update changes: everyone that was observed, judged by everything that AWS holds before it and will
 * hold after it. Users by their unique ids, because the update moves them: each by every action on every repository.
 * All others by pulls; what else they have is only in statements, which the update keeps or refuses to remove.
 *
 * @returns in a fixed order; empty when the update changes no one's access.
 */
export function adoptionChanges(observed: ObservedAccount, input: DeclaredParts): AccessChange[] {
  const { config, today } = input;
  const settings = { settings: config, customers: [], today };
  const before = accountContext(settings, observed);
  const after = accountContext(settings, observedAfter(observed, input));
  const changes = [...pullChanges(before, after), ...otherChanges(before, after)];
  // By names, which an update does not change: an interrupted one is continued with the same numbers.
  const sorted = changes.sort(
    (a, b) => byText(a.who, b.who) || byText(a.change, b.change) || byText(a.what, b.what),
  );
  return sorted.map((change, at) => ({ number: at + 1, ...change }));
}

type Change = Omit<AccessChange, "number">;

function pullChanges(before: AccountContext, after: AccountContext): Change[] {
  const [had, has] = [byIdentity(before), byIdentity(after)];
  return [...new Set([...had.keys(), ...has.keys()])].flatMap((key): Change[] => {
    const [then, now] = [had.get(key), has.get(key)];
    const [{ words, principal } = { words: "", principal: "" }] = [then ?? now];
    const [pulled, pulls] = [new Set(then?.pulls), new Set(now?.pulls)];
    const lost = [...pulled].filter((place) => !pulls.has(place));
    const gained = [...pulls].filter((place) => !pulled.has(place));
    const { repositories } = before.settings;
    const change = (way: AccessChange["change"], what: string): Change => ({
      ...{ change: way, who: words, principals: [principal], what },
    });
    return [
      ...(lost.length === 0 ? [] : [change("loses", `pull ${placesWords(lost, repositories)}`)]),
      ...(gained.length === 0
        ? []
        : [change("gains", `pull ${placesWords(gained, repositories)}`)]),
      ...(then?.logsIn === true && now?.logsIn !== true
        ? [change("loses", "log in to the registry")]
        : []),
    ];
  });
}

function byIdentity(context: AccountContext): Map<string, Puller> {
  return new Map(
    pullersOf(context).map((puller) => [puller.user?.uniqueId ?? puller.principal, puller]),
  );
}

/** What users can do on repositories beside pulling. */
function otherChanges(before: AccountContext, after: AccountContext): Change[] {
  const { account, repositories } = before.settings;
  const questions = repositoryQuestions(account, repositories).filter(
    ({ pulls }) => pulls === undefined,
  );
  const now = new Map(after.observed.users.map((user) => [user.uniqueId, user]));
  return before.observed.users.flatMap((user): Change[] => {
    const moved = now.get(user.uniqueId);
    if (moved === undefined) return [];
    const [could, can] = [answering(before, user), answering(after, moved)];
    const lost = new Set<string>();
    const gained = new Set<string>();
    for (const question of questions) {
      const [then, next] = [could(question) === "Allowed", can(question) === "Allowed"];
      const where = question.place === undefined ? OUTSIDE : "";
      if (then && !next) lost.add(`${question.action}${where}`);
      if (!then && next) gained.add(`${question.action}${where}`);
    }
    return (
      [
        ["loses", lost],
        ["gains", gained],
      ] as const
    ).flatMap(([change, actions]) =>
      actions.size === 0
        ? []
        : [
            {
              ...{ change, who: `user ${user.name}`, principals: [user.arn] },
              what: whatWords([...actions]),
            },
          ],
    );
  });
}

/** Marks an action on a repository that the catalogue does not have; a policy may allow it by a tag that goes. */
const OUTSIDE = " outside";

function whatWords(actions: readonly string[]): string {
  const inside = actions.filter((action) => !action.endsWith(OUTSIDE));
  const outside = actions.filter((action) => action.endsWith(OUTSIDE));
  return joined([
    ...(inside.length === 0 ? [] : [`${actionWords(inside)} on repositories of the catalogue`]),
    ...(outside.length === 0
      ? []
      : [
          `${actionWords(outside.map((action) => action.slice(0, -OUTSIDE.length)))} on other repositories, by a tag that the update removes`,
        ]),
  ]);
}

const PLACE = /^arn:[^:]+:ecr:([^:]+):[0-9]{12}:repository\/(.+)$/;

/** Asks what AWS decides about a user, by its policies, its boundary and the repository's policy. */
function answering(context: AccountContext, user: ObservedUser) {
  const asker = userAsker(user, context.settings.account, context.time);
  const { policies: identity } = apart(identityPolicies(context, user).map(({ read }) => read));
  const limit = boundaryOf(context, user);
  return (question: { action: string; resource: string }): Answer => {
    const [, region = "", repository = ""] = PLACE.exec(question.resource) ?? [];
    const read = policyAt(context, placeKey(repository, region), region);
    const resource = read !== undefined && "policy" in read ? read.policy : undefined;
    const found = ask(asker, question, { identity, ...(resource && { resource }) });
    if (limit === undefined || found !== "Allowed") return found;
    return ask(asker, question, { identity: [limit] });
  };
}

/** The account as the update leaves it: what it declares, and everything else as it is. */
function observedAfter(observed: ObservedAccount, input: DeclaredParts): ObservedAccount {
  const { config, customers, today } = input;
  const stack = stackPolicies(customers, config, today);
  const groupName = `${config.namePrefix}${GROUP_NAME}`;
  const policies = stack.group.map(({ name, document }): ObservedManagedPolicy => {
    const arn = iamArn(config, `policy/${name}`);
    return { arn, name, defaultVersion: "v1", document: observedDocument(serialize(document)) };
  });
  const present = observed.groups.find(({ name }) => name === groupName);
  const attached = policies.map(({ name, arn }) => ({ name, arn }));
  const ours = new Set(attached.map(({ arn }) => arn));
  const group: ObservedGroup = {
    ...{ name: groupName, path: "/", arn: iamArn(config, `group/${groupName}`) },
    inlinePolicies: present?.inlinePolicies ?? new Map(),
    attachedPolicies: [
      ...(present?.attachedPolicies ?? []).filter(({ arn }) => !ours.has(arn)),
      ...attached,
    ],
  };
  const contents = new Map(stack.users.map((content) => [content.userName, content]));
  const users = observed.users.map((user): ObservedUser => {
    const content = contents.get(user.name);
    if (content === undefined) return user;
    const inlinePolicies = new Map(user.inlinePolicies ?? []);
    inlinePolicies.delete(DENY_POLICY_NAME);
    if (content.deny !== undefined) {
      inlinePolicies.set(DENY_POLICY_NAME, observedDocument(serialize(content.deny)));
    }
    const groups = [...new Set([...(user.groups ?? []), groupName])];
    const arn = userArn(config, user.name);
    return { ...user, path: USER_PATH, arn, tags: content.tags, groups, inlinePolicies };
  });
  const written = new Map(
    stack.repositories.map(({ repository, region, document }) => [
      placeKey(repository, region),
      serialize(document),
    ]),
  );
  const repositories = new Map(
    [...observed.repositories].map(([key, repository]) => {
      const text = written.get(key);
      const kept = movedPrincipals(repository.policy?.document, customers, config);
      const policy =
        text !== undefined
          ? observedDocument(text)
          : kept === undefined
            ? repository.policy
            : observedDocument(JSON.stringify(kept));
      return [key, { ...repository, ...(policy && { policy }) }] as const;
    }),
  );
  return {
    ...observed,
    users,
    groups: [...observed.groups.filter(({ name }) => name !== groupName), group],
    managedPolicies: new Map([
      ...observed.managedPolicies,
      ...policies.map((policy) => [policy.arn, policy] as const),
    ]),
    repositories,
  };
}
