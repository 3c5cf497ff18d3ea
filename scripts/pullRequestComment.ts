// Comments on a pull request what the preview found, in one comment that later runs edit.
import { existsSync, readFileSync } from "node:fs";
import { cutForGitHub } from "../automation/output/markdown";
import { counted } from "../src/counted";
import { gitHub, setting, type GitHubCall, type JobEnvironment } from "./github";

const AUTHOR = "github-actions[bot]";
const PAGE = 100;

interface Preview {
  stack: string;
  /** The previewed commit. */
  head: string;
  /** What `preview --markdown` wrote; undefined when it wrote nothing. */
  markdown: string | undefined;
  /** Files that the pull request changes, other than customers and settings. */
  otherFiles: number;
  /** The run's log. */
  runUrl: string;
}

/**
 * The comment's text. `markdown` comes from the script, which has escaped untrusted text; what is
 * added here is ours.
 */
export function commentBody({ stack, head, markdown, otherFiles, runUrl }: Preview): string {
  const lines = [
    `${marker(stack)}`,
    markdown?.trim() || `The preview of \`${stack}\` failed; [its log](${runUrl}) says why.`,
  ];
  const notes = [
    ...(otherFiles > 0
      ? [
          `This pull request also changes ${counted(otherFiles, "other file")}. The preview does not show their effect: it runs the default branch's program.`,
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

async function main(file: string, environment: JobEnvironment): Promise<void> {
  const server = environment.GITHUB_SERVER_URL ?? "https://github.com";
  const repository = setting(environment, "GITHUB_REPOSITORY");
  await comment(gitHub(environment), repository, setting(environment, "PULL_REQUEST"), {
    stack: setting(environment, "STACK"),
    head: setting(environment, "HEAD_COMMIT"),
    markdown: existsSync(file) ? readFileSync(file, "utf8") : undefined,
    otherFiles: Number(environment.OTHER_FILES ?? 0),
    runUrl: `${server}/${repository}/actions/runs/${setting(environment, "GITHUB_RUN_ID")}`,
  });
}

if (require.main === module) {
  main(process.argv[2] ?? "preview.md", process.env).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
}
