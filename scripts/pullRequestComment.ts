// Says on a pull request what the preview found, in one comment that later runs edit in place.
import { existsSync, readFileSync } from "node:fs";
import { counted } from "../src/counted";
import { gitHub, setting, type GitHubCall, type JobEnvironment } from "./github";

/** What a comment of GitHub's holds; the rest is in the run's log. */
const MAX_COMMENT = 65_536;

const AUTHOR = "github-actions[bot]";
const PAGE = 100;

export interface Preview {
  stack: string;
  /** The commit that it is for. */
  head: string;
  /** What `preview --markdown` wrote; undefined when it wrote nothing. */
  markdown: string | undefined;
  /** Files that the pull request changes beside customers and settings. */
  otherFiles: number;
  /** Where the run's log is. */
  runUrl: string;
}

/**
 * The comment's text. `markdown` comes from the script, which has escaped what others wrote; what is
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
          `This pull request also changes ${counted(otherFiles, "other file")}. What they would do is not shown: a preview runs the default branch's program.`,
        ]
      : []),
    `For ${head.slice(0, 12)}, [log](${runUrl}).`,
  ];
  const end = `\n\n${notes.join("\n\n")}\n`;
  const body = lines.join("\n");
  if (body.length + end.length <= MAX_COMMENT) return body + end;
  const cut = "\n\n(cut here: the whole text is too long for a comment)";
  const kept = body.slice(0, MAX_COMMENT - end.length - cut.length);
  return kept.slice(0, Math.max(kept.lastIndexOf("\n"), marker(stack).length)) + cut + end;
}

/** Writes the comment, into the one that an earlier run has written where there is one. */
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
    // Anybody can write the marker into a comment of theirs.
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
