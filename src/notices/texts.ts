// What notices say. A vendor's own templates replace these, one by one.

/** Subject and text, with `{name}` for what an occasion knows. */
export interface Template {
  subject: string;
  text: string;
}

/** By occasion and audience, e.g. `ends.customer`. */
export type Templates = Readonly<Partial<Record<string, Template>>>;

const KEYS = ["id", "name"] as const;

/** What the text of each occasion may name. */
export const PLACEHOLDERS: Readonly<Record<string, readonly string[]>> = {
  ends: [...KEYS, "date", "when", "repositories"],
  "key-age": [...KEYS, "generation", "days"],
  "key-overlap": [...KEYS, "generation", "days"],
  "never-pulled": [...KEYS, "generation", "days"],
  idle: [...KEYS, "generation", "days", "date"],
  suspended: [...KEYS, "days", "date"],
  budget: ["repository", "used", "limit", "room"],
  users: ["users"],
};

/** The templates that every vendor has. */
export const TEMPLATES: Templates = {
  "ends.customer": {
    subject: "Your access to our container images ends {when}",
    text: "Dear {name},\n\nyour access to our container images ({repositories}) ends {when}: the last day is {date} (UTC). After that day, pulls are refused.\n\nIf you want to keep it, please reply to this message.",
  },
  "ends.owner": {
    subject: "{name}: access ends {when}",
    text: "The access of {name} ({id}) to {repositories} ends {when}; the last day is {date} (UTC).\n\nTo renew it, change `expires` in its customer file, or in the sales system that the file comes from.",
  },
  "key-overlap.customer": {
    subject: "Please switch to your new access key for our container images",
    text: "Dear {name},\n\nyou have had two access keys for our container images for {days} days (generations {generation}). Please use the newer one everywhere: the older one is going to be deactivated.",
  },
  "key-overlap.owner": {
    subject: "{name}: two active keys for {days} days",
    text: "{name} ({id}) has had two active keys (generations {generation}) for {days} days. When the older one is no longer used, run `ecr-customers keys retire {id}`.",
  },
  "key-age.owner": {
    subject: "{name}: a key is {days} days old",
    text: "Key {generation} of {name} ({id}) is {days} days old. `ecr-customers keys rotate {id}` begins its replacement.",
  },
  "never-pulled.owner": {
    subject: "{name}: never pulled",
    text: "Key {generation} of {name} ({id}) is {days} days old and has never been used. `ecr-customers doctor {id}` checks whether the customer could pull.",
  },
  "idle.owner": {
    subject: "{name}: key {generation} not used for {days} days",
    text: "Key {generation} of {name} ({id}) was last used on {date}, {days} days ago. `ecr-customers doctor {id}` checks whether the customer could pull.",
  },
  "suspended.owner": {
    subject: "{name}: suspended for {days} days",
    text: "{name} ({id}) has been suspended since {date}. `ecr-customers resume {id}` gives its access back, `ecr-customers offboard {id}` removes its user and keys.",
  },
  "budget.owner": {
    subject: "The policy of {repository} is nearly full",
    text: "The policy of repository {repository} has {used} of {limit} characters; {room} more customers fit. With `grants: tagged` it has no such limit.",
  },
  "users.owner": {
    subject: "The account is close to its limit of IAM users",
    text: "The customer files declare {users} IAM users. AWS allows 5,000 in an account: divide the customers among accounts, or let them pull with their own (`awsAccount`).",
  },
};

/** A template with its placeholders filled; one that is not known stays. */
export function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{([a-zA-Z]+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? whole) : whole,
  );
}

/** Placeholders of a template that its occasion does not know. */
export function unknownPlaceholders(name: string, { subject, text }: Template): string[] {
  const known = PLACEHOLDERS[name.split(".")[0] ?? ""] ?? [];
  const used = [...`${subject}\n${text}`.matchAll(/\{([a-zA-Z]+)\}/g)].map(([, one = ""]) => one);
  return [...new Set(used)].filter((one) => !known.includes(one));
}
