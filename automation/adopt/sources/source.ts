import type { Secret } from "../../engine/secret";

/** A user of another tool's state. */
export interface SourceUser {
  name: string;
  /** Absent in a table. */
  arn?: string;
}

/** What another tool knows of users and their keys. Secrets stay in memory and are never printed. */
export interface Source {
  /** `Terraform state`, in words. */
  kind: string;
  users: readonly SourceUser[];
  /** Id of an access key → its secret. */
  secrets: ReadonlyMap<string, Secret>;
  /** Ids of keys whose secret the state has only encrypted, or not at all. */
  withoutSecret: readonly string[];
}

/** An access key as a state has it. */
export interface SourceKey {
  id: string;
  user: string;
  secret?: Secret;
}

/** A source of users and keys, each once, in a fixed order. */
export function sourceOf(
  kind: string,
  users: readonly SourceUser[],
  keys: readonly SourceKey[],
): Source {
  const byName = new Map<string, SourceUser>();
  for (const { user } of keys) byName.set(user, { name: user });
  for (const user of users) byName.set(user.name, user);
  byName.delete("");
  const known = keys.filter(({ secret }) => secret !== undefined);
  const secrets = new Map(
    known.flatMap(({ id, secret }) => (secret === undefined ? [] : [[id, secret] as const])),
  );
  const missing = keys.filter(({ id }) => !secrets.has(id)).map(({ id }) => id);
  const sorted = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { kind, users: sorted, secrets, withoutSecret: [...new Set(missing)].sort() };
}
