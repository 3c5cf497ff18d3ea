/**
 * Which principals ECR refuses in a repository's policy. ECR refuses the whole document for one of
 * them and does not say which, and has no dry run: the only judge is `SetRepositoryPolicy` itself
 * (docs/architecture.md, "One bad principal"). Every accepted attempt is in force at once, so the
 * order of attempts is chosen so that a customer who could pull before can still pull.
 */

/** The principals of a policy that ECR refused. */
export interface RefusedPolicy {
  /** ARNs that AWS's present policy does not name: trying without them takes nothing from anyone. */
  added: readonly string[];
  /** ARNs of other accounts that it names already. Only AWS knows whether they still exist. */
  accounts: readonly string[];
  /** All other ARNs. */
  others: readonly string[];
}

/**
 * Writes the policy without some of its principals.
 *
 * @returns whether ECR accepted it; false means that it refused a principal.
 * @throws whatever else went wrong: it says nothing about principals.
 */
export type WriteWithout = (excluded: ReadonlySet<string>) => Promise<boolean>;

/**
 * Finds the principals that ECR refuses, and leaves the policy written with all the others.
 *
 * @returns ARNs in the order of the policy; empty when ECR accepts all of them by now. All of them
 *   when ECR accepts none: then it has another reason, and nothing was written.
 */
export async function findRefused(
  { added, accounts, others }: RefusedPolicy,
  writeWithout: WriteWithout,
): Promise<string[]> {
  const all = [...added, ...accounts, ...others];
  const accepts = (excluded: readonly string[]) => writeWithout(new Set(excluded));
  if (await accepts([])) return [];

  const suspects = await suspectsOf({ added, accounts, others }, accepts);
  if (suspects === undefined) return all;
  const refused = await refusedAmong(suspects.open, suspects.known, accepts);
  // The last attempt need not have been the largest document that ECR accepts.
  await accepts(refused);
  return all.filter((arn) => refused.includes(arn));
}

type Accepts = (excluded: readonly string[]) => Promise<boolean>;

/** `known` is refused; leaving out `known` and all of `open` was accepted. */
interface Suspects {
  known: readonly string[];
  open: readonly string[];
}

/** The smallest circle of suspects that costs no one a pull that works; the next larger one otherwise. */
async function suspectsOf(
  { added, accounts, others }: RefusedPolicy,
  accepts: Accepts,
): Promise<Suspects | undefined> {
  if (added.length > 0 && (await accepts(added))) return { known: [], open: added };
  // One account that was closed is the usual case, and leaving out only that one harms no other.
  for (const account of accounts) {
    if (await accepts([...added, account])) return { known: [account], open: added };
  }
  if (accounts.length > 0 && (await accepts([...added, ...accounts]))) {
    return { known: [], open: [...accounts, ...added] };
  }
  for (const other of others) {
    if (await accepts([...added, ...accounts, other])) {
      return { known: [other], open: [...accounts, ...added] };
    }
  }
  return undefined;
}

/**
 * By halving: a half that ECR accepts is cleared with one call.
 *
 * @param excluded - left out in each attempt.
 * @returns the refused ones of `candidates`, with `excluded`.
 */
async function refusedAmong(
  candidates: readonly string[],
  excluded: readonly string[],
  accepts: Accepts,
): Promise<readonly string[]> {
  if (candidates.length === 0 || (await accepts(excluded))) return excluded;
  if (candidates.length === 1) return [...excluded, ...candidates];
  const middle = Math.ceil(candidates.length / 2);
  const [first, second] = [candidates.slice(0, middle), candidates.slice(middle)];
  const withoutSecond = await refusedAmong(first, [...excluded, ...second], accepts);
  const known = withoutSecond.filter((arn) => !second.includes(arn));
  return refusedAmong(second, known, accepts);
}
