// What would be wrong with the customer files once an import has written them.
import { budgetExcesses } from "../../src/access/excesses";
import { entitledGrants } from "../../src/access/entitlements";
import type { StackConfig } from "../../src/config";
import { checkCustomer } from "../../src/customers/checks";
import type { Customer, IsoDate } from "../../src/customers/model";
import { parseCustomer } from "../../src/customers/parse";
import { type Problem, problemIn } from "../../src/problem";
import { problemInSettings, type SettingsFile } from "../../src/settingsFile";
import type { CustomerChange } from "./reconciled";

/** What the checks need besides the files. */
export interface CheckedStack {
  config: StackConfig;
  settings: SettingsFile;
  today: IsoDate;
}

/**
 * The same problems that `validate` would report after the import, at their cause in the export.
 *
 * @param after - all customers as they would be.
 * @param fileOf - a customer's file, as the user knows it.
 */
export function problemsAfter(
  changes: readonly CustomerChange[],
  after: readonly Customer[],
  { config, settings, today }: CheckedStack,
  { exportFile, fileOf }: { exportFile: string; fileOf: (customer: string) => string },
): Problem[] {
  const place = (line: number | undefined) => ({ line: line ?? 1, column: 1 });
  const single = changes.flatMap(({ customer, textAfter, line }) => {
    const file = fileOf(customer);
    const { draft, root, problems } = parseCustomer(textAfter, customer, file);
    const checked =
      draft === undefined || root === undefined
        ? []
        : checkCustomer({ ...draft, root, file }, { config, today });
    return [...problems, ...checked].map(({ check, message, fix }) =>
      problemIn(exportFile, check, `in ${file} after this import: ${message}`, fix, place(line)),
    );
  });
  const grants = entitledGrants(after, config, today);
  const sizes = budgetExcesses(after, grants, config, today).map(
    ({ repository, check, message, fix }) =>
      problemInSettings(settings, repository, check, `after this import: ${message}`, fix),
  );
  return [...single, ...sizes];
}
