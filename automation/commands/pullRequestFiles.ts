import { appendFileSync } from "node:fs";
import type { Command } from "../cli/command";
import { ExitCode } from "../cli/exitCode";
import { gitHub, setting } from "../github/api";
import { takePullRequestFiles } from "../github/pullRequestFiles";
import { toJson } from "../output/json";
import { counted } from "../../src/counted";
import { PROGRAM } from "../../src/invocation";

/** Replaces the customer files and settings of a checkout with those of a pull request, and writes how many for later steps. */
export const pullRequestFiles: Command = {
  examples: [["pull-request files", "in the job preview.yml; the job's variables say which"]],
  async run(args, { terminal, environment, directory }) {
    const token = Buffer.from(`x-access-token:${setting(environment, "GITHUB_TOKEN")}`);
    const server = environment["GITHUB_SERVER_URL"] ?? "https://github.com";
    const taken = await takePullRequestFiles(
      {
        number: setting(environment, "PULL_REQUEST"),
        head: setting(environment, "HEAD_COMMIT"),
      },
      {
        directory,
        repository: setting(environment, "GITHUB_REPOSITORY"),
        stack: args.stack ?? setting(environment, "STACK"),
        call: gitHub(environment),
        // In the environment: a command line is visible to other processes, and a file would remain.
        gitEnvironment: {
          GIT_CONFIG_COUNT: "1",
          GIT_CONFIG_KEY_0: `http.${server}/.extraheader`,
          GIT_CONFIG_VALUE_0: `AUTHORIZATION: basic ${token.toString("base64")}`,
        },
      },
    );
    if (args.json) terminal.print(toJson({ taken: taken ?? null }));
    if (taken === undefined) {
      terminal.report("Nothing to preview: the pull request is closed or has newer commits.");
      return ExitCode.done;
    }
    terminal.report(
      `${counted(taken.customers, "customer file")} fetched, ${counted(taken.otherFiles, "other changed file")} ignored.`,
    );
    if (taken.version !== undefined) {
      terminal.report(`The pull request proposes ${PROGRAM} ${taken.version}.`);
    }
    appendFileSync(
      setting(environment, "GITHUB_OUTPUT"),
      `taken=${taken.customers}\nother-files=${taken.otherFiles}\nversion=${taken.version ?? ""}\n`,
    );
    return ExitCode.done;
  },
};
