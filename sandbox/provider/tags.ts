import type { InputRule } from "./resourceType";

/** Tags as a program writes them. */
export type Tags = Record<string, string>;

/** Tags as AWS's API has them. */
export interface ApiTag {
  Key: string | undefined;
  Value: string | undefined;
}

export function toApi(tags: Tags = {}): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** @returns undefined for no tags, as in a program without any. */
export function fromApi(tags: readonly ApiTag[] = []): Tags | undefined {
  if (tags.length === 0) return undefined;
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

/** What to set and what to remove to get from the tags `old` to `wanted`. */
export function tagChanges(old: Tags = {}, wanted: Tags = {}): { set: Tags; remove: string[] } {
  const set = Object.entries(wanted).filter(([key, value]) => old[key] !== value);
  return {
    set: Object.fromEntries(set),
    remove: Object.keys(old).filter((key) => !(key in wanted)),
  };
}

/** The input `tags`; a change of it shows in `tagsAll` too. */
export const TAGS: InputRule = { mirroredBy: "tagsAll" };

/** `tagsAll` as a preview may know it: this provider has no default tags. */
export function tagsAll({ tags }: { tags?: Tags }): { tagsAll: Tags } {
  return { tagsAll: tags ?? {} };
}
