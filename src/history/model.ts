import type { Customer, IsoTime } from "../customers/model";

/** A commit that changed a customer's file. */
export interface Commit {
  /** Its whole hash. */
  id: string;
  /** When it came into this branch, UTC; not before the commit before it. */
  at: IsoTime;
  author: string;
  subject: string;
}

/** A customer's file as a commit left it. */
export interface Version {
  commit: Commit;
  /** Undefined: the commit deleted the file. `unreadable`: with it, no update ran. */
  customer: Customer | "unreadable" | undefined;
}
