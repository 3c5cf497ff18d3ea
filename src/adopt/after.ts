import { USER_PATH, userArn, GROUP_NAME, iamArn } from "../access/arns";
import { DENY_POLICY_NAME } from "../access/denyPolicy";
import type { AccessSettings } from "../access/groupPolicies";
import { movedPrincipals } from "../access/movedPrincipals";
import { serialize } from "../access/serialize";
import { stackPolicies } from "../access/stackPolicies";
import {
  observedDocument,
  placeKey,
  type ObservedAccount,
  type ObservedGroup,
  type ObservedManagedPolicy,
  type ObservedUser,
} from "../account/observed";
import type { Customer, IsoDate } from "../customers/model";

/** What an update declares. */
export interface DeclaredParts {
  config: AccessSettings;
  customers: readonly Customer[];
  today: IsoDate;
}

/** The account as the update leaves it: what it declares, and everything else as it is. */
export function observedAfter(observed: ObservedAccount, input: DeclaredParts): ObservedAccount {
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
