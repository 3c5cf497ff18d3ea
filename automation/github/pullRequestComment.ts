// Comments on a pull request what the preview found, in one comment that later runs edit.
import { cutForGitHub } from "../output/markdown";
import { counted } from "../../src/counted";
import { PROGRAM } from "../../src/invocation";
import type { GitHubCall } from "./api";

const AUTHOR = "github-actions[bot]";
const PAGE = 100;

export interface Preview {
  stack: string;
  /** The previewed commit. */
  head: string;
  /** What `preview --markdown` wrote; undefined when it wrote nothing. */
  markdown: string | undefined;
  /** Files that the pull request changes, other than customers and settings. */
  otherFiles: number;
  /** The version of this package that the pull request proposes and that made the preview. */
  version?: string | undefined;
  /** The run's log. */
  runUrl: string;
}

/**
 * The comment's text. `markdown` comes from the script, which has escaped untrusted text; what is
 * added here is ours.
 */
export function commentBody(preview: Preview): string {
  const { stack, head, markdown, otherFiles, version, runUrl } = preview;
  const lines = [
    marker(stack),
    markdown?.trim() || `The preview of \`${stack}\` failed; [its log](${runUrl}) says why.`,
  ];
  const program =
    version === undefined ? "the default branch's program" : `${PROGRAM} ${version} as published`;
  const notes = [
    ...(version === undefined || !markdown
      ? []
      : [
          `Made with ${PROGRAM} ${version}, the version that this pull request proposes: what an upgrade changes in AWS is shown above.`,
        ]),
    ...(otherFiles > 0
      ? [
          `This pull request also changes ${counted(otherFiles, "other file")}. The preview does not show their effect: it runs ${program}.`,
        ]
      : []),
    `For ${head.slice(0, 12)}, [log](${runUrl}).`,
  ];
  const end = `\n\n${notes.join("\n\n")}\n`;
  return cutForGitHub(lines.join("\n"), "(cut here: the full text is too long for a comment)", end);
}

/** Writes the comment, or edits the one that an earlier run has written. */
export async function comment(
  call: GitHubCall,
  repository: string,
  number: string,
  preview: Preview,
): Promise<void> {
  const comments = `/repos/${repository}/issues/${number}/comments`;
  const body = commentBody(preview);
  for (let page = 1; ; page += 1) {
    const found = (await call("GET", `${comments}?per_page=${PAGE}&page=${page}`)) as {
      id: number;
      user?: { login?: string } | null;
      body?: string;
    }[];
    // Anyone can write the marker into a comment of their own.
    const own = found.find(
      ({ user, body: text }) => user?.login === AUTHOR && text?.startsWith(marker(preview.stack)),
    );
    if (own !== undefined) {
      await call("PATCH", `/repos/${repository}/issues/comments/${own.id}`, { body });
      return;
    }
    if (found.length < PAGE) break;
  }
  await call("POST", comments, { body });
}

function marker(stack: string): string {
  return `<!-- ecr-customers preview of ${stack} -->`;
}
