/**
 * An error that the reader can do something about: `message` says what is wrong, `fix` what to do
 * (one sentence with a full stop).
 */
export class SandboxError extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    // A message that quotes a log ends with a line break, and needs no full stop.
    super(message.endsWith("\n") ? `${message}${fix}` : `${message}. ${fix}`);
    this.name = "SandboxError";
    this.fix = fix;
  }
}
