/** One result of comparing a customer's file with AWS. */
export interface Finding {
  /** `bad`: a pull fails that should work, or works that should fail. */
  level: "good" | "warning" | "bad";
  /** What a good finding is about, or the name of the check that found a deviation. */
  about: string;
  message: string;
  /** What to do; missing for a good finding. */
  fix?: string;
}
