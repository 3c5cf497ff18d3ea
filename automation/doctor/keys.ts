import { accessEnded } from "../../src/access/entitlements";
import { userName } from "../../src/access/arns";
import { dayOf } from "../keys/days";
import { attentionFor } from "../keys/attention";
import type { Customer } from "../../src/customers/model";
import { otherKeys } from "../keys/otherKeys";
import { matchKeys } from "../../src/account/keyMatching";
import type { GenerationKey } from "../keys/observe";
import type { Finding } from "./finding";
import type { DiagnosedCustomer } from "./user";
import type { DoctorView } from "./view";

/** Diagnoses each key: its generation, whether it works, when it was last used. */
export function diagnoseKeys(
  { customer, config, today }: DiagnosedCustomer,
  view: DoctorView,
  now: Date,
): Finding[] {
  if (view.user === undefined) return [];
  // Only the state knows for certain which key is which, but the doctor works without the engine.
  const matched = matchKeys(customer, view.keys, () => undefined, true);
  const limits = { today, now, olderThan: Infinity, overlapDays: Infinity };
  const user = userName(config.namePrefix, customer.id);
  const wrong = attentionFor(customer, user, matched, limits).map(({ message, fix }): Finding => ({
    level: "warning",
    about: "keys",
    message,
    fix,
  }));
  const works = view.keys.some(({ status }) => status === "Active");
  const ended = accessEnded(customer, today);
  return [
    ...matched.generations.flatMap((one) => described(one)),
    ...wrong,
    ...anotherKeys(customer, matched.generations),
    ...(works || ended
      ? []
      : [
          {
            level: "bad" as const,
            about: "keys" as const,
            message: "none of its keys is active in AWS, so it cannot log in",
            fix: `Run \`ecr-customers up --refresh\`. If no key is active in its file, run \`ecr-customers keys rotate ${customer.id}\` first.`,
          },
        ]),
    ...(works && ended
      ? [
          {
            level: "bad" as const,
            about: "keys" as const,
            message: "a key is active in AWS, although its access has ended",
            fix: `Run \`ecr-customers up --refresh\`, or \`ecr-customers revoke ${customer.id} --now\` to end it at once.`,
          },
        ]
      : []),
  ];
}

/** What was handed over does not log in, and the key that does was not handed over. */
function anotherKeys(customer: Customer, generations: readonly GenerationKey[]): Finding[] {
  const idOf = (generation: number) =>
    generations.find((one) => one.generation === generation)?.key?.id;
  return otherKeys(customer, idOf).map(({ generation, key, handedOver }) => ({
    level: "bad",
    about: "keys",
    message: `key ${generation} is ${key}, not ${handedOver.key}, which was handed over on ${handedOver.on}`,
    fix: `Hand it over: \`ecr-customers handover ${customer.id} --generation ${generation}\`.`,
  }));
}

function described({ generation, key, assumed }: GenerationKey): Finding[] {
  if (key === undefined) return [];
  const { at, service } = key.lastUse;
  const used = at === undefined ? "never used" : `last used on ${dayOf(at)} for ${service}`;
  const which =
    assumed === undefined ? `key ${generation}` : `key ${generation} (assumed from its age)`;
  const message = `${which} is ${key.id}, ${key.status}, created on ${dayOf(key.createdAt)}, ${used}`;
  return [{ level: "good", about: "keys", message }];
}
