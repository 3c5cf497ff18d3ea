// What takes the place of GitHub and of the sales system for workflows that run on this machine.
import { chmodSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";

/** The vendor's repository. */
export const REPOSITORY = "acme/registry";

/** GitHub's command line: one issue and one pull request, as they were opened; what it was asked to change is written down. */
export const GH = `#!/bin/bash
if [ "$2" = list ]; then cat "$STAND_INS/$1" 2> /dev/null; exit 0; fi
[ -n "$GH_TOKEN" ] || exit 4
echo "\${@/*\\/import.md/…/import.md}" >> "$STAND_INS/log"
case "$1 $2" in
  "issue create") echo 5 > "$STAND_INS/issue" ;;
  "issue close") rm "$STAND_INS/issue" ;;
  "pr create") echo 9 > "$STAND_INS/pr" ;;
esac
while [ $# -gt 0 ]; do
  if [ "$1" = --body-file ]; then cp "$2" "$STAND_INS/body"; fi
  shift
done
`;

/** The sales system: it gives its export over https only, to whoever knows its header. */
export const CURL = `#!/bin/bash
[[ "$* " == *"--proto =https "*"--header Authorization: Bearer of-the-crm "*"https://crm.example.com/export " ]] || exit 22
while [ $# -gt 0 ]; do
  if [ "$1" = --output ]; then cp "$STAND_INS/export" "$2"; fi
  shift
done
`;

/** Answers for GitHub: the pull requests, and their comments. */
export async function gitHubApi(
  head: (number: number) => string,
  comments: string[],
): Promise<Server> {
  const server = createServer((request, response) => {
    const [path] = (request.url ?? "").split("?");
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const [, resource, number = ""] =
        /^\/repos\/acme\/registry\/(pulls|issues)\/(\d+)(?:\/comments)?$/.exec(path ?? "") ?? [];
      const isAuthorized = request.headers.authorization === "Bearer a-token";
      const answer =
        resource === "pulls"
          ? {
              state: "open",
              head: { sha: head(Number(number)), repo: { full_name: REPOSITORY } },
              base: { ref: "main", repo: { default_branch: "main" } },
            }
          : resource === "issues"
            ? []
            : undefined;
      if (request.method === "POST") comments.push((JSON.parse(body) as { body: string }).body);
      response.writeHead(answer === undefined || !isAuthorized ? 404 : 200);
      response.end(JSON.stringify(answer ?? {}));
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return server;
}

/** Writes a program. */
export function writeExecutable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}
