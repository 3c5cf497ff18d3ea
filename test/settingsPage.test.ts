/**
 * Proves that docs/settings.md and the JSON Schema of `Pulumi.<stack>.yaml` have every key that the parser
 * knows, that the page's examples and sample are accepted by both, and that the schema is current.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { expect } from "chai";
import { parse } from "yaml";
import { parseStackConfig } from "../src/config";
import { formatProblem } from "../src/problem";
import { settingsDefinition } from "../src/settingsDefinition";
import { fullKey } from "../src/settingsKeys";
import { settingsSchemaText } from "../src/settingsSchema";

const ROOT = join(__dirname, "..");
const PAGE = readFileSync(join(ROOT, "docs", "settings.md"), "utf8");

interface Schema {
  description?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
}

/** Key and example of each row of the page's tables of keys. */
function rowsOf(page: string): Map<string, string> {
  const rows = [...page.matchAll(/^\| `([\w:-]+)` +\|(?:[^|\n]*\|){3} `(.*)` +\|$/gm)];
  return new Map(rows.map(([, key = "", example = ""]) => [key, example]));
}

const REPOSITORY_KEYS = ["create", "grants", "regions", "statements"];
const KEYS = Object.keys(settingsDefinition.shape).map(fullKey);

/** The keys without a row. */
function missingIn(page: string): string[] {
  const rows = rowsOf(page);
  return [...KEYS, ...REPOSITORY_KEYS].filter((key) => !rows.has(key));
}

const schema = JSON.parse(settingsSchemaText()) as Schema;
const config = schema.properties?.["config"] ?? {};
const validate = new Ajv({ strict: false }).compile(schema);

describe("the page of a stack's settings", () => {
  it("has every key of the parser, with an example", () => {
    expect(KEYS).to.include.members(["aws:region", "ecr-customers:cells", "aws:defaultTags"]);
    expect(missingIn(PAGE)).to.deep.equal([]);
  });

  it("without a key is noticed", () => {
    const without = PAGE.split("\n").filter((line) => !line.startsWith("| `aws:profile`"));
    expect(missingIn(without.join("\n"))).to.deep.equal(["aws:profile"]);
  });

  it("shows examples that are accepted", () => {
    const rows = [...rowsOf(PAGE)];
    expect(rows).to.have.length(KEYS.length + REPOSITORY_KEYS.length);
    for (const [key, example] of rows) {
      const base = new Map([
        ["ecr-customers:account", 'ecr-customers:account: "111122223333"'],
        ["aws:region", "aws:region: eu-central-1"],
        ["ecr-customers:repositories", "ecr-customers:repositories: { edge-agent: {} }"],
      ]);
      const isRepository = REPOSITORY_KEYS.includes(key);
      if (isRepository)
        base.set("ecr-customers:repositories", `ecr-customers:repositories: { ${example} }`);
      else base.set(key, example);
      const text = ["config:", ...[...base.values()].map((line) => `  ${line}`)].join("\n");
      const { problems } = parseStackConfig(text, "Pulumi.prod.yaml", "prod");
      expect(problems.map(formatProblem), example).to.deep.equal([]);
      expect(validate(parse(text)), `${example}: ${JSON.stringify(validate.errors)}`).to.equal(
        true,
      );
    }
  });

  it("shows a sample that is accepted", () => {
    const sample = /```yaml\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
    const { config: read, problems } = parseStackConfig(sample, "Pulumi.prod.yaml", "prod");
    expect(problems).to.deep.equal([]);
    expect([...(read?.repositories.keys() ?? [])]).to.have.length(4);
    expect(validate(parse(sample))).to.equal(true);
  });
});

describe("the JSON Schema of a stack's settings", () => {
  it("is what the repository holds", () => {
    const file = join(ROOT, "schemas", "settings.schema.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal(schema);
  });

  it("describes every key of the parser", () => {
    expect(Object.keys(config.properties ?? {})).to.deep.equal(KEYS);
    const repository = config.properties?.["ecr-customers:repositories"]?.additionalProperties;
    const properties = typeof repository === "object" ? repository.properties : {};
    expect(Object.keys(properties ?? {})).to.deep.equal(REPOSITORY_KEYS);
    const all = Object.entries({ ...config.properties, ...properties });
    for (const [key, { description }] of all) expect(description, key).to.be.a("string");
  });

  it("accepts keys of other programs, and no unknown one of ours or of the provider", () => {
    const text = (line: string) =>
      parse(
        `config:\n  aws:region: eu-central-1\n  ecr-customers:account: "111122223333"\n  ecr-customers:repositories: { sdk: {} }\n  ${line}`,
      ) as unknown;
    expect(validate(text("other:key: 1"))).to.equal(true);
    expect(validate(text("ecr-customers:cell: 1"))).to.equal(false);
    expect(validate(text("aws:accessKey: x"))).to.equal(false);
    expect(validate(text("ecr-customers:cells: 501"))).to.equal(false);
    expect(validate(text('"*": 1'))).to.equal(true);
  });
});
