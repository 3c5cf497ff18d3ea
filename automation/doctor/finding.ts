/** Something that the doctor has seen. */
export interface Finding {
  /** `bad` keeps a pull from working, or lets one work that must not. */
  level: "good" | "warning" | "bad";
  about: "user" | "login" | "keys" | "deny" | "repository" | "leak";
  message: string;
  /** What to do; a good finding needs nothing. */
  fix?: string;
}

export const UPDATE = "Run `ecr-customers up --refresh`.";
