import type { AwsAnswer } from "./awsAnswer";
import type { AwsCall } from "./awsCall";

/**
 * Something that AWS does and the emulator does not: it may refuse before the emulator is asked
 * (throw AwsRefusal), change its answer, or do something after it.
 */
export interface FrontRule {
  service: string;
  /** The actions it applies to; all of the service's when left out. */
  actions?: readonly string[];
  /** @param next forwards the call to the next rule, and finally to the emulator. */
  apply(call: AwsCall, next: () => Promise<AwsAnswer>): Promise<AwsAnswer>;
}

/** Sends a call through the rules that apply to it, in their order, then to `last`. */
export function applyRules(
  rules: readonly FrontRule[],
  call: AwsCall,
  last: () => Promise<AwsAnswer>,
): Promise<AwsAnswer> {
  const mine = rules.filter(
    (rule) =>
      rule.service === call.service &&
      (rule.actions === undefined || rule.actions.includes(call.action)),
  );
  const from = (index: number): Promise<AwsAnswer> => {
    const rule = mine[index];
    return rule === undefined ? last() : rule.apply(call, () => from(index + 1));
  };
  return from(0);
}
