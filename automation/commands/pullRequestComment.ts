import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command, CommonArguments } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { gitHub, setting } from "../github/api";
import { comment } from "../github/pullRequestComment";
import { toJson } from "../output/json";

interface CommentArguments extends CommonArguments {
  file: string;
}

/** Comments on a pull request what the preview found, in one comment that later runs edit. */
export const pullRequestComment: Command<CommentArguments> = {
  examples: [["pull-request comment preview.md", "in the job preview.yml, after the preview"]],
  build: (yargs) =>
    yargs.positional("file", {
      type: "string",
      demandOption: true,
      describe:
        "what the preview wrote with --markdown; without it the comment says that it failed",
    }),
  async run(args, { terminal, environment, directory }) {
    const file = resolve(directory, args.file);
    const server = environment["GITHUB_SERVER_URL"] ?? "https://github.com";
    const repository = setting(environment, "GITHUB_REPOSITORY");
    const pullRequest = setting(environment, "PULL_REQUEST");
    await comment(gitHub(environment), repository, pullRequest, {
      stack: args.stack ?? setting(environment, "STACK"),
      head: setting(environment, "HEAD_COMMIT"),
      markdown: existsSync(file) ? readFileSync(file, "utf8") : undefined,
      otherFiles: Number(environment["OTHER_FILES"] ?? 0),
      version: environment["VERSION"] || undefined,
      runUrl: `${server}/${repository}/actions/runs/${setting(environment, "GITHUB_RUN_ID")}`,
    });
    if (args.json) terminal.print(toJson({ pullRequest: Number(pullRequest) }));
    return ExitCode.done;
  },
};
