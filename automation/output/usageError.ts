/** Something was asked for that is not possible: what, and what to do instead. */
export class UsageError extends Error {
  /** One or two sentences. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = "UsageError";
    this.advice = advice;
  }
}
