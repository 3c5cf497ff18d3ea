// What an import changes in one customer's file, field by field.
import type { Customer } from "../../src/customers/model";
import type { ReportLine } from "../output/report";
import type { CustomerChange } from "./reconciled";

/** One field of a customer file before and after; undefined where there is none. */
export interface FieldChange {
  field: "name" | "repositories" | "status" | "expires" | "contact" | "source";
  before?: string;
  after?: string;
}

/** What differs in one customer's file, field by field, in the file's order. */
export function fieldChanges({ before, after }: CustomerChange): FieldChange[] {
  const [old, now] = [before === undefined ? {} : fieldsOf(before), fieldsOf(after)];
  return (Object.keys(now) as (keyof typeof now)[])
    .filter((field) => (old as typeof now)[field] !== now[field])
    .map((field) => ({ field, before: (old as typeof now)[field], after: now[field] }));
}

function fieldsOf({ name, repositories, status, expires, contact, source }: Customer) {
  return {
    name: name as string | undefined,
    repositories: repositories.join(", "),
    // A file without it means active.
    status: status === "active" ? undefined : status,
    expires: expires,
    contact,
    source: source === undefined ? undefined : `${source.system} ${source.id}`,
  };
}

/** The same for a reader. */
export function changeLines(change: CustomerChange): ReportLine[] {
  return fieldChanges(change).map(({ field, before, after }, at) => {
    const words =
      field === "repositories" && change.before !== undefined
        ? repositoryWords(change.before.repositories, change.after.repositories)
        : change.kind === "new"
          ? (after ?? "")
          : `${before ?? plain(field)} → ${after ?? plain(field)}`;
    const isNew = change.kind === "new" && at === 0;
    return { cells: [change.customer, field, isNew ? `${words} (new file)` : words] };
  });
}

/** What a file without the field means. */
function plain(field: FieldChange["field"]): string {
  return field === "status" ? "active" : "none";
}

function repositoryWords(before: readonly string[], after: readonly string[]): string {
  const added = after.filter((name) => !before.includes(name)).map((name) => `+${name}`);
  const gone = before.filter((name) => !after.includes(name)).map((name) => `-${name}`);
  return [...added, ...gone].join(" ");
}
