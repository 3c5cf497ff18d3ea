/** What an error message of a pull means, for `doctor --error` and for docs/customer-guide.md. */
export interface PullErrorRow {
  /** Name of the row. */
  kind: string;
  /** Parts of such messages as a client prints them, for the guide; `…` stands for what is left out. */
  shown: readonly string[];
  pattern: RegExp;
  /** What happened, in sentences. */
  meaning: string;
  /** What to do, in sentences. */
  fix: string;
  /** What the guide says to the customer's engineer instead. */
  guide?: { meaning?: string; fix?: string };
  /** It can come from a wrong identity, registry or repository, so what the message names of these explains it. */
  access?: true;
}
