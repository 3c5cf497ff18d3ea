// Opens the pull request of a renewal, once: one that was merged or closed is not opened again.
import type { GitHubCall } from "../github/api";
import { branchHead, pushBranch } from "./branch";
import type { Proposal } from "./proposal";

/** Where pull requests are opened. */
export interface Target {
  /** The clone's folder. */
  directory: string;
  /** `owner/name` at GitHub. */
  repository: string;
  /** The branch that they are merged into. */
  base: string;
  call: GitHubCall;
}

/** A renewal's pull request, and its state. */
export interface Opened {
  number: number;
  state: "opened" | "open" | "merged" | "closed";
}

/**
 * Opens a renewal's pull request, unless it was opened before.
 *
 * A run that is killed after the push and before GitHub opened the pull request leaves a branch without one: the next
 * run pushes it again and opens it. Of two runs at once, one opens it: GitHub refuses a second one of a branch.
 *
 * @throws UsageError when git or GitHub refuses.
 */
export async function openRenewal(proposal: Proposal, target: Target): Promise<Opened> {
  const { directory, repository, base, call } = target;
  const { branch: head, path, text, title, body } = proposal;
  // First: a branch that changes after GitHub was asked is not overwritten.
  const seen = branchHead(directory, head);
  const before = await presentPullRequest(head, target);
  if (before !== undefined) return before;
  try {
    pushBranch(directory, { branch: head, path, text, message: `${title}\n` }, seen);
    const made = (await call("POST", `/repos/${repository}/pulls`, {
      title,
      head,
      base,
      body,
    })) as {
      number: number;
    };
    return { number: made.number, state: "opened" };
  } catch (error) {
    const other = await presentPullRequest(head, target);
    if (other === undefined) throw error;
    return other;
  }
}

/** The newest pull request of a branch, in whatever state; GitHub lists the newest first. */
async function presentPullRequest(
  branch: string,
  { repository, call }: Target,
): Promise<Opened | undefined> {
  const [owner = ""] = repository.split("/");
  const query = new URLSearchParams({ state: "all", head: `${owner}:${branch}`, per_page: "100" });
  const listed = (await call("GET", `/repos/${repository}/pulls?${query.toString()}`)) as {
    number: number;
    state: string;
    merged_at: string | null;
    head: { ref: string; repo: { full_name: string } | null };
  }[];
  // GitHub ignores a filter that it cannot read.
  const own = listed.find(({ head }) => head.ref === branch && head.repo?.full_name === repository);
  if (own === undefined) return undefined;
  const { number, state, merged_at: merged } = own;
  return { number, state: state === "open" ? "open" : merged === null ? "closed" : "merged" };
}
