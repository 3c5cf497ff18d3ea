import { accessEnded } from "../../src/access/entitlements";
import { userName } from "../../src/access/arns";
import { dayOf } from "../keys/days";
import { attentionFor } from "../keys/attention";
import { matchKeys, type GenerationKey } from "../keys/matching";
import type { Finding } from "./finding";
import type { Patient } from "./diagnoseUser";
import type { DoctorView } from "./view";

/** Each key: which generation it is, whether it works, when it was used last. */
export function diagnoseKeys(
  { customer, config, today }: Patient,
  view: DoctorView,
  now: Date,
): Finding[] {
  if (view.user === undefined) return [];
  // The state would know for sure which key is which; the doctor works without the engine.
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
    ...(works || ended
      ? []
      : [
          {
            level: "bad" as const,
            about: "keys" as const,
            message: "no key of it is active in AWS: it cannot log in",
            fix: `Run \`ecr-customers up --refresh\`; if none is active in its file, \`ecr-customers keys rotate ${customer.id}\`.`,
          },
        ]),
    ...(works && ended
      ? [
          {
            level: "bad" as const,
            about: "keys" as const,
            message: "a key of it is active in AWS, although its access has ended",
            fix: `\`ecr-customers up --refresh\`, or at once \`ecr-customers revoke ${customer.id} --now\`.`,
          },
        ]
      : []),
  ];
}

function described({ generation, key, assumed }: GenerationKey): Finding[] {
  if (key === undefined) return [];
  const { at, service } = key.lastUse;
  const used = at === undefined ? "never used" : `last used on ${dayOf(at)} for ${service}`;
  const which = assumed === undefined ? `key ${generation}` : `key ${generation} (by its age)`;
  const message = `${which} is ${key.id}, ${key.status}, made on ${dayOf(key.createdAt)}, ${used}`;
  return [{ level: "good", about: "keys", message }];
}
