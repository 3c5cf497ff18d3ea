import { autoname } from "./autoname";
import type { AnyResourceType, InputRule } from "./resourceType";
import { hasUnknown, type Properties } from "./values";

export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

interface CheckOptions {
  /** The resource's logical name. */
  name: string;
  /** Inputs of the last update, if there was one. */
  olds: Properties;
  /** Random bytes that the engine gives, the same for the same update. */
  randomSeed: Uint8Array;
  /** The provider's region. */
  region: string | undefined;
}

/** Fills in defaults, region and name, and reports what is missing, unknown or wrong. */
export function checked(type: AnyResourceType, news: Properties, options: CheckOptions): Checked {
  const inputs: Properties = { ...news };
  const failures: Checked["failures"] = [];
  for (const [property, rule] of Object.entries(type.inputs)) {
    inputs[property] ??= fallback(property, rule, options);
    const value = inputs[property];
    if (value === undefined) {
      delete inputs[property];
      if (rule.required) failures.push({ property, reason: `Missing required argument` });
    } else if (!hasUnknown(value)) {
      const reason = rule.problem?.(value);
      if (reason !== undefined) failures.push({ property, reason: `"${property}" ${reason}` });
      else if (rule.normalize !== undefined) inputs[property] = rule.normalize(value);
    }
  }
  for (const property of Object.keys(news).filter((key) => !(key in type.inputs))) {
    failures.push({ property, reason: `An argument named "${property}" is not expected here` });
  }
  return { inputs, failures };
}

function fallback(property: string, rule: InputRule, options: CheckOptions): unknown {
  if (rule.region) return options.region;
  if (!rule.autoname) return rule.default;
  return options.olds[property] ?? autoname(options.name, options.randomSeed);
}
