/** The person asked for something that cannot be: what, and what to do instead. */
export class UsageError extends Error {
  /** One or two sentences. */
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(message);
    this.name = "UsageError";
    this.advice = advice;
  }
}
