import { placeKey, observedDocument, type ObservedAccount } from "../../src/account/observed";
import type { AttachedPolicy, ObservedKey, ObservedUser } from "../../src/account/observed";
import { userArnOf, type BrownField, type BrownUser, type Document } from "./account";

const DAY_MILLISECONDS = 86_400_000;
const FIRST_KEY = Date.parse("2024-03-01T08:00:00Z");

/** The account as the script reads it, without any AWS. */
export function observedField(field: BrownField): ObservedAccount {
  const { account, users, groups, managed, roles, policies, registries, catalogue } = field;
  const attached = (names: readonly string[]): AttachedPolicy[] =>
    names.map((name) => ({ name, arn: policyArn(account, name) }));
  const gone = new Map(
    field.deleted.map((name) => [`arn:aws:iam::${account}:user/${name}`, uniqueId(name, 9_999)]),
  );
  const places = [...catalogue].flatMap(([repository, regions]) =>
    regions.map((region) => {
      const found = policies.find((one) => one.repository === repository && one.region === region);
      const policy = found && { policy: written(withIds(found.document, gone)) };
      return [
        placeKey(repository, region),
        { repository, region, exists: true, ...policy },
      ] as const;
    }),
  );
  const regions = new Set(places.map(([, { region }]) => region));
  return {
    account,
    scope: { users: "all", group: true, others: true },
    users: users.map((user, at) => observedUser(field, user, at)),
    groups: groups.map(({ name, inline, attached: names }) => ({
      ...{ name, path: "/", arn: `arn:aws:iam::${account}:group/${name}` },
      inlinePolicies: documents(inline),
      attachedPolicies: attached(names),
    })),
    managedPolicies: new Map(
      Object.entries(managed).map(([name, document]) => {
        const arn = policyArn(account, name);
        return [arn, { arn, name, defaultVersion: "v1", document: written(document) }];
      }),
    ),
    roles: roles.map(({ name, path, trust, inline }) => ({
      ...{ name, path, arn: `arn:aws:iam::${account}:role${path}${name}`, uniqueId: `AROA${name}` },
      trustPolicy: written(trust),
      inlinePolicies: documents(inline),
      attachedPolicies: [],
      permissionsBoundary: null,
    })),
    repositories: new Map(places),
    registries: new Map(
      [...regions].map((region) => {
        const document = registries[region];
        return [region, { region, ...(document && { policy: written(document) }) }];
      }),
    ),
    unread: [],
  };
}

function observedUser(field: BrownField, user: BrownUser, at: number): ObservedUser {
  const { account } = field;
  const { name, path, tags, groups, inline, attached, boundary, keys, console } = user;
  return {
    ...{ name, path, arn: userArnOf(field, user), uniqueId: uniqueId(name, at), tags, groups },
    inlinePolicies: documents(inline),
    attachedPolicies: attached.map((one) => ({ name: one, arn: policyArn(account, one) })),
    permissionsBoundary: boundary ? { name: boundary, arn: policyArn(account, boundary) } : null,
    keys: keys.map((status, index): ObservedKey => {
      const id = `AKIA${String(at * 2 + index).padStart(16, "0")}`;
      const createdAt = timeOf(FIRST_KEY + (at + index * 100) * DAY_MILLISECONDS);
      return { id, status, createdAt, lastUsed: null };
    }),
    hasLoginProfile: console,
    otherCredentials: [],
  };
}

function timeOf(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

function policyArn(account: string, name: string): string {
  return `arn:aws:iam::${account}:policy/${name}`;
}

function uniqueId(name: string, at: number): string {
  const letters = name.toUpperCase().replace(/[^A-Z0-9]/g, "");
  return `AIDA${letters}${String(at).padStart(12, "0")}`.slice(0, 64);
}

function written(document: Document) {
  return observedDocument(JSON.stringify(document));
}

function documents(inline: Readonly<Record<string, Document>>) {
  return new Map(Object.entries(inline).map(([name, document]) => [name, written(document)]));
}

/** What AWS shows in the place of users that were deleted. */
function withIds(document: Document, gone: ReadonlyMap<string, string>): Document {
  let text = JSON.stringify(document);
  for (const [arn, id] of gone) text = text.replaceAll(`"${arn}"`, `"${id}"`);
  return JSON.parse(text) as Document;
}
