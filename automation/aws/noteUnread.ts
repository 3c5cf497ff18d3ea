import type { Unread } from "../../src/account/observed";

const DENIED = /^AccessDenied(Exception)?$|^UnauthorizedOperation$/;

/** Notes what the caller may not read, so that a missing right never reads as "nothing there". */
export class NoteUnread {
  readonly noted: Unread[] = [];

  /**
   * An answer, or undefined, with a note, when AWS says that the caller may not read it.
   *
   * @throws any other error.
   */
  async unless<T>(
    part: Unread["part"],
    name: string | undefined,
    answer: Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof Error) || !DENIED.test(error.name)) throw error;
      this.note(part, name, `${error.name}: ${error.message}`);
      return undefined;
    }
  }

  /** Notes a part once, whatever the number of calls that failed for it. */
  note(part: Unread["part"], name: string | undefined, reason: string): void {
    if (this.noted.some((one) => one.part === part && one.name === name)) return;
    this.noted.push({ part, reason, ...(name === undefined ? {} : { name }) });
  }
}
