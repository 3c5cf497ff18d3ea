/**
 * The sandbox cannot go on, and the reader can do something about it: `message` says what is
 * wrong, `fix` what to do instead (one sentence with a full stop).
 */
export class SandboxError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    // A message that quotes a log ends with a line end, and wants no full stop.
    super(message.endsWith("\n") ? `${message}${fix}` : `${message}. ${fix}`);
    this.name = "SandboxError";
    this.fix = fix;
  }
}
