import type { Catalogue } from "../../src/access/model";
import type { ObservedKey } from "../../src/account/observed";
import { placesWords } from "../../src/account/places";
import type { Puller, Reason } from "../../src/adopt/puller";
import { counted } from "../../src/counted";
import { daysBetween } from "../keys/days";

/** Reasons of the same kind that are named before the rest is counted. */
const SHOWN = 3;

/** `key 1 active, 312 days old, last used 2026-11-20`. */
export function keyWords(
  { status, createdAt, lastUsed }: ObservedKey,
  generation: number,
  now: Date,
): string {
  const age = createdAt === undefined ? "" : `, ${counted(daysBetween(createdAt, now), "day")} old`;
  const use =
    lastUsed === undefined
      ? ""
      : lastUsed === null
        ? ", never used"
        : `, last used ${lastUsed.at.slice(0, "YYYY-MM-DD".length)}`;
  return `key ${generation} ${status.toLowerCase()}${age}${use}`;
}

/** `repository policy of edge-agent (Customers); group ecr-pullers/pull`. */
export function reasonWords({ reasons }: Puller, catalogue: Catalogue): string {
  const words = [...new Set(reasons.map((reason) => oneReason(reason, catalogue)))];
  const more = words.length - SHOWN;
  return [...words.slice(0, SHOWN), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

function oneReason({ by, name, places, conditions }: Reason, catalogue: Catalogue): string {
  const under = conditions.length === 0 ? "" : `, if ${conditions.join(" and ")} matches`;
  if (by === "repository policy") {
    return `policy of ${placesWords(places, catalogue)} (${name})${under}`;
  }
  return by === "registry policy"
    ? `policy of the registry (${name})${under}`
    : `${by} ${name}${under}`;
}
