/**
 * The evaluator met something that it does not know: an element, an operator, a form of principal, a
 * condition key. It is not a decision, and must never be read as "denied".
 */
export class EvaluationError extends Error {
  /** What it met, e.g. `the condition key aws:SourceIp`. */
  readonly unknown: string;

  /** @param unknown - what it met, to follow "the evaluator does not know". */
  constructor(unknown: string) {
    super(`the evaluator does not know ${unknown}`);
    this.name = "EvaluationError";
    this.unknown = unknown;
  }
}
