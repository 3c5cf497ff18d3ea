import { printable } from "../../src/printable";
import { UsageError } from "../output/usageError";

/** One call of GitHub's REST API. A function, so that tests answer for GitHub. */
export type GitHubCall = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** The variables that GitHub sets for a job. */
export type JobEnvironment = Readonly<Record<string, string | undefined>>;

const TIMEOUT_MILLISECONDS = 30_000;

/**
 * A variable of the job.
 *
 * @throws UsageError when it is missing.
 */
export function setting(environment: JobEnvironment, name: string): string {
  const value = environment[name];
  if (value === undefined || value === "") {
    throw new UsageError(
      `${name} is not set`,
      "This command is for GitHub's workflows, which set what it needs.",
    );
  }
  return value;
}

/** GitHub's API with the job's token. A call throws a UsageError unless GitHub answers with success. */
export function gitHub(environment: JobEnvironment): GitHubCall {
  const root = environment.GITHUB_API_URL ?? "https://api.github.com";
  const token = setting(environment, "GITHUB_TOKEN");
  return async (method, path, body) => {
    const answer = await fetch(`${root}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MILLISECONDS),
    });
    if (!answer.ok) {
      const { message = "" } = (await answer.json().catch(() => ({}))) as { message?: unknown };
      const why = typeof message === "string" && message !== "" ? `: ${printable(message)}` : "";
      throw new UsageError(
        `${method} ${path}: GitHub returned ${answer.status}${why}`,
        "Check the job's permissions, or run it again.",
      );
    }
    return answer.json() as Promise<unknown>;
  };
}
