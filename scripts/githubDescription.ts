/**
 * Takes from GitHub's published OpenAPI description the calls that a test's stand-in answers, with all that they refer to.
 *
 *     npm pack @octokit/openapi && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
 *     npx tsx scripts/githubDescription.ts package/generated/api.github.com.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILE = join(__dirname, "..", "test", "fixtures", "github", "pulls.json");
const PATH = "/repos/{owner}/{repo}/pulls";
const OPERATION = ["operationId", "parameters", "requestBody", "responses"];

type Json = Record<string, unknown>;

/** The excerpt of a description. */
function excerpt(whole: Json): Json {
  const at = (reference: string): unknown =>
    reference
      .slice("#/".length)
      .split("/")
      .reduce<unknown>((node, key) => (node as Json)[key], whole);
  const components: Record<string, Json> = {};
  const collect = (node: unknown): void => {
    if (typeof node !== "object" || node === null) return;
    const { $ref: reference } = node as { $ref?: unknown };
    if (typeof reference === "string") {
      const [, , kind = "", name = ""] = reference.split("/");
      const its = (components[kind] ??= {});
      if (!(name in its)) collect((its[name] = at(reference)));
    }
    for (const value of Object.values(node)) collect(value);
  };
  const path = (whole["paths"] as Record<string, Record<string, Json>>)[PATH] ?? {};
  const operations = Object.fromEntries(
    ["get", "post"].map((method) => [
      method,
      Object.fromEntries(OPERATION.map((key) => [key, path[method]?.[key]])),
    ]),
  );
  collect(operations);
  const { openapi, info } = whole;
  return { openapi, info, paths: { [PATH]: operations }, components };
}

const [source = ""] = process.argv.slice(2);
const text = JSON.stringify(
  excerpt(JSON.parse(readFileSync(source, "utf8")) as Json),
  undefined,
  2,
);
writeFileSync(FILE, `${text}\n`);
