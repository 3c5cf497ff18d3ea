/** One result of comparing a customer's file with AWS. */
export interface Finding {
  /** `bad`: a pull fails that should work, or works that should fail. */
  level: "good" | "warning" | "bad";
  about: "user" | "login" | "keys" | "deny" | "repository" | "leak";
  message: string;
  /** What to do; missing for a good finding. */
  fix?: string;
}

export const UPDATE = "Run `ecr-customers up --refresh`.";
