// The customer files of an earlier commit, as git has them: `validate` compares with them, because a
// folder of files does not show that one of them had another name.
import { basename, dirname } from "node:path";
import { companyOf, type KnownCustomer } from "../../src/customers/renamed";
import { parseCustomer } from "../../src/customers/parse";
import { gitIn, type Git } from "./git";

/** Most files that are read; whoever deletes more has other limits to pass. */
const MOST_READ = 500;

/**
 * Customers of the commit that the working tree started from and whose files are not in the folder any
 * more, and the ids of all others: at the branch point from the default branch of `origin`, else (in a
 * merge that CI has made) at the first parent, else at the last commit.
 *
 * @param folder - of customer files, absolute.
 * @param present - ids of the files that are there now.
 * @returns undefined without git, or where the folder is in no repository.
 */
export function earlierCustomers(
  folder: string,
  present: ReadonlySet<string>,
): KnownCustomer[] | undefined {
  try {
    const git = gitIn(dirname(folder));
    const base = baseCommit(git);
    const path = `${base}:./${basename(folder)}`;
    const names = git(["ls-tree", "--name-only", "-z", path]).split("\0");
    const ids = names.flatMap((name) => (name.endsWith(".yaml") ? [name.slice(0, -5)] : []));
    const gone = new Set(ids.filter((id) => !present.has(id)).slice(0, MOST_READ));
    return ids.map((id) => {
      const text = gone.has(id) ? git(["show", `${path}/${id}.yaml`]) : undefined;
      const customer = text === undefined ? undefined : parseCustomer(text, id, id).customer;
      if (customer === undefined) return { id, company: "", repositories: [] };
      return { id, company: companyOf(customer), repositories: customer.repositories };
    });
  } catch {
    return undefined;
  }
}

function baseCommit(git: Git): string {
  const asked: readonly (readonly string[])[] = [
    ["merge-base", "HEAD", "origin/HEAD"],
    // A commit with a second parent is a merge.
    ["rev-parse", "--verify", "HEAD^2"],
  ];
  const [onBranch, merged] = asked.map((argv) => {
    try {
      return git(argv).trim();
    } catch {
      return undefined;
    }
  });
  return onBranch ?? (merged === undefined ? "HEAD" : "HEAD^1");
}
