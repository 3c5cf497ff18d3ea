import {
  GetAccessKeyLastUsedCommand,
  ListAccessKeysCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import pMap from "p-map";
import type { KeyUse, ObservedKey } from "../../src/account/observed";
import { timeOf } from "./accountDetails";
import { unlessMissing } from "./missing";
import type { NoteUnread } from "./noteUnread";

/** Users whose keys are read at the same time; the SDK keeps 50 connections. */
export const KEYS_AT_ONCE = 32;

export interface KeyOptions {
  /** Also read when each key was used last: one more call for each key. */
  lastUse?: boolean;
  /** Called after each user whose keys were read. */
  done?: (user: string) => void;
}

/** The keys of some users, oldest first. */
export async function observedKeys(
  iam: IAMClient,
  names: readonly string[],
  options: KeyOptions,
  unread: NoteUnread,
): Promise<Map<string, ObservedKey[]>> {
  const found = await pMap(
    names,
    async (name) => {
      const keys = await unread.unless("keys", name, keysOf(iam, name, options));
      options.done?.(name);
      return keys === undefined ? [] : [[name, keys] as const];
    },
    { concurrency: KEYS_AT_ONCE },
  );
  return new Map(found.flat());
}

async function keysOf(
  iam: IAMClient,
  UserName: string,
  { lastUse = false }: KeyOptions,
): Promise<ObservedKey[]> {
  const answer = await unlessMissing(iam.send(new ListAccessKeysCommand({ UserName })));
  const keys = (answer?.AccessKeyMetadata ?? []).map(
    ({ AccessKeyId = "", Status = "", CreateDate }): ObservedKey => ({
      id: AccessKeyId,
      status: Status,
      ...(CreateDate === undefined ? {} : { createdAt: timeOf(CreateDate) }),
    }),
  );
  keys.sort((a, b) => ((a.createdAt ?? "") < (b.createdAt ?? "") ? -1 : 1));
  if (!lastUse) return keys;
  return Promise.all(keys.map(async (key) => ({ ...key, lastUsed: await lastUsed(iam, key.id) })));
}

async function lastUsed(iam: IAMClient, AccessKeyId: string): Promise<KeyUse | null> {
  const answer = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  const { LastUsedDate, ServiceName, Region } = answer.AccessKeyLastUsed ?? {};
  if (LastUsedDate === undefined) return null;
  return {
    at: timeOf(LastUsedDate),
    ...(ServiceName === undefined ? {} : { service: ServiceName }),
    ...(Region === undefined ? {} : { region: Region }),
  };
}
