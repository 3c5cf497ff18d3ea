import type { GenerationKey } from "../../src/account/keyMatching";
import type { ObservedKey } from "../../src/account/observed";
import { daysBetween } from "./days";
import { counted } from "../../src/counted";

/** Something about keys that an operator has to look at. */
export interface Attention {
  /** `key-old`, `key-overlap`, or the name of the comparison's check that found it. */
  kind: string;
  /** The customer's id, or the user's name when no file declares it. */
  about: string;
  message: string;
  /** What to do. */
  fix: string;
}

export interface AgeLimits {
  now: Date;
  /** Days after which an active key is too old (CIS AWS Foundations: 90). */
  olderThan: number;
  /** Days for which two keys of one customer may both be active. */
  overlapDays: number;
}

/** What has become too old about one customer's keys. */
export function agesOf(
  id: string,
  generations: readonly GenerationKey<ObservedKey>[],
  { now, olderThan, overlapDays }: AgeLimits,
): Attention[] {
  const active = generations.flatMap(({ generation, key }) =>
    key?.status === "Active" && key.createdAt !== undefined
      ? [{ generation, age: daysBetween(key.createdAt, now) }]
      : [],
  );
  const fix =
    generations.length > 1
      ? `Finish the rotation: \`ecr-customers keys retire ${id}\`.`
      : `Run \`ecr-customers keys rotate ${id}\`.`;
  const found = active
    .filter(({ age }) => age > olderThan)
    .map(({ generation, age }): Attention => {
      const message = `key ${generation} is ${counted(age, "day")} old`;
      return { kind: "key-old", about: id, message, fix };
    });
  const [first, second] = active;
  if (first !== undefined && second !== undefined && second.age > overlapDays) {
    const message = `keys ${first.generation} and ${second.generation} have both been active for ${counted(second.age, "day")}`;
    found.push({ kind: "key-overlap", about: id, message, fix });
  }
  return found;
}
