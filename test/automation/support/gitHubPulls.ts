// Stands in for GitHub's pull requests. Each request and each answer is checked against GitHub's published description
// (scripts/githubDescription.ts), whose own example is what an answer is made from.
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";

const DESCRIPTION = JSON.parse(
  readFileSync(join(__dirname, "..", "..", "fixtures", "github", "pulls.json"), "utf8"),
) as Description;

interface Parameter {
  $ref?: string;
  name: string;
  in: string;
  schema: object;
}
interface Operation {
  parameters: Parameter[];
}
interface Description {
  paths: { "/repos/{owner}/{repo}/pulls": Record<"get" | "post", Operation> };
  components: {
    parameters: Record<string, Parameter>;
    examples: Record<"pull-request" | "pull-request-simple-items", { value: unknown }>;
  };
}

const ROOT = "https://api.github.com/description";
const POINTER = `${ROOT}#/paths/~1repos~1{owner}~1{repo}~1pulls`;
const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false });
ajv.addSchema(DESCRIPTION, ROOT);
const schemaAt = (place: string) =>
  ajv.compile({ $ref: `${POINTER.replace(/[{}]/g, encodeURIComponent)}/${place}` });
const CONTENT = "content/application~1json/schema";
const BODY = schemaAt(`post/requestBody/${CONTENT}`);
const ANSWERS: Readonly<Record<string, ValidateFunction>> = {
  "GET 200": schemaAt(`get/responses/200/${CONTENT}`),
  "POST 201": schemaAt(`post/responses/201/${CONTENT}`),
  "POST 422": ajv.compile({ $ref: `${ROOT}#/components/schemas/validation-error` }),
};

/** A pull request, as the stand-in keeps it. */
export interface PullRequest {
  number: number;
  title: string;
  body: string;
  head: string;
  base: string;
  state: "open" | "closed";
  mergedAt: string | null;
}

/** What happens to the next request that would open a pull request. */
export type Fault = "lost before" | "lost after";

/** A running stand-in. */
export interface GitHubPulls {
  url: string;
  requests: PullRequest[];
  /** What did not fit GitHub's description. */
  problems: string[];
  faults: Fault[];
  /** Called before a list is answered. */
  onList: (() => void)[];
  close: () => void;
}

/** Starts it for one repository, and one token. */
export async function gitHubPulls(repository: string, token: string): Promise<GitHubPulls> {
  const requests: PullRequest[] = [];
  const [problems, faults, onList]: [string[], Fault[], (() => void)[]] = [[], [], []];
  const check = (what: string, validate: ValidateFunction | undefined, value: unknown) => {
    if (validate?.(value) === true) return;
    problems.push(`${what}: ${ajv.errorsText(validate?.errors)}`);
  };
  const answer = (method: string, url: URL, body: string): [status: number, value: unknown] => {
    if (url.pathname !== `/repos/${repository}/pulls`) return [404, { message: "Not Found" }];
    if (method === "GET") {
      onList.shift()?.();
      problems.push(...queryProblems(url.searchParams));
      return [200, listed(requests, repository, url.searchParams)];
    }
    const asked = JSON.parse(body) as PullRequest;
    check("request", BODY, asked);
    const isOpen = requests.some(({ head, state }) => head === asked.head && state === "open");
    if (isOpen) return [422, { message: "Validation Failed", documentation_url: "x", errors: [] }];
    const { title, head, base } = asked;
    const made: PullRequest = {
      ...{ number: requests.length + 1, title, body: asked.body, head, base },
      ...{ state: "open", mergedAt: null },
    };
    requests.push(made);
    return [201, shown("pull-request", made, repository)];
  };
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { method = "", headers, url = "" } = request;
      if (headers.authorization !== `Bearer ${token}`) {
        response.writeHead(401).end("{}");
        return;
      }
      const fault = method === "POST" ? faults.shift() : undefined;
      if (fault === "lost before") {
        response.destroy();
        return;
      }
      const [status, value] = answer(method, new URL(url, "http://x"), body);
      check(`${method} ${status}`, ANSWERS[`${method} ${status}`], value);
      if (fault === "lost after") response.destroy();
      else response.writeHead(status).end(JSON.stringify(value));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { url, requests, problems, faults, onList, close: () => server.close() };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

/** GitHub ignores parameters that it does not know: here they are mistakes. */
function queryProblems(query: URLSearchParams): string[] {
  const known = DESCRIPTION.paths["/repos/{owner}/{repo}/pulls"].get.parameters.map((one) =>
    one.$ref === undefined
      ? one
      : (DESCRIPTION.components.parameters[one.$ref.split("/").at(-1) ?? ""] ?? one),
  );
  return [...query].flatMap(([name, value]) => {
    const found = known.find((one) => one.in === "query" && one.name === name);
    if (found === undefined) return [`there is no parameter ${name}`];
    const typed = /^\d+$/.test(value) ? Number(value) : value;
    return ajv.validate(found.schema, typed) ? [] : [`${name}: ${ajv.errorsText()}`];
  });
}

/** The newest first, which is GitHub's order. */
function listed(requests: PullRequest[], repository: string, query: URLSearchParams): unknown[] {
  const [owner = ""] = repository.split("/");
  const [state, head] = [query.get("state") ?? "open", query.get("head")];
  return [...requests]
    .reverse()
    .filter((one) => state === "all" || one.state === state)
    .filter((one) => head === null || head === `${owner}:${one.head}`)
    .slice(0, Number(query.get("per_page") ?? 30))
    .map((one) => shown("pull-request-simple-items", one, repository));
}

/** GitHub's example with the values of a pull request. */
function shown(
  example: "pull-request" | "pull-request-simple-items",
  { number, title, body, head, base, state, mergedAt }: PullRequest,
  repository: string,
): unknown {
  const { value } = structuredClone(DESCRIPTION.components.examples[example]);
  const one = (Array.isArray(value) ? value[0] : value) as Record<"head" | "base", Side>;
  const side = (was: Side, ref: string): Side => ({
    ...was,
    ...{ ref, label: `${repository.split("/")[0] ?? ""}:${ref}` },
    repo: { ...was.repo, full_name: repository },
  });
  return {
    ...one,
    ...{ number, title, body, state, merged_at: mergedAt },
    ...{ head: side(one.head, head), base: side(one.base, base) },
    // GitHub's example lacks what its schema requires of a team.
    requested_teams: [],
  };
}

interface Side {
  repo: object;
}
