// Foreign statements in a repository's policy (for a build server that pushes, or a partner's account), as a
// stack's settings declare them: `repositories.<name>.statements`, a JSON file inside the project.
import type { ForeignStatement } from "./access/model";
import { REPOSITORY_POLICY_LIMIT } from "./access/budget";
import { OWN_SIDS } from "./access/repositoryPolicy";
import { digits } from "./counted";
import { printable, quoted } from "./printable";
import { problemIn, type Problem, sortProblems } from "./problem";
import { readYaml, type YamlNode } from "./yaml/nodes";
import { problemAt, shown } from "./yaml/place";
import { decode, Lines } from "./yaml/text";

interface LoadedStatements {
  /** Missing when there is a problem. */
  statements?: readonly ForeignStatement[];
  problems: Problem[];
}

/** Most tokens of a file: a policy of 10,240 characters has fewer. */
const MAX_PARTS = 20_000;

const WRITE_LIST =
  "Write a list of statements in brackets, as printed by `aws ecr get-repository-policy`.";

/** Elements of a statement in a repository's policy; of each pair, exactly one (ECR user guide). */
const ELEMENTS = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Condition",
] as const;
const PAIRS = [
  ["Principal", "NotPrincipal"],
  ["Action", "NotAction"],
] as const;

/** The `Sid` of our own statement when another statement already has the usual one. */
const RESERVED_SID = OWN_SIDS[1];

/**
 * Reads the foreign statements that a repository's policy has in addition to ours. What AWS would refuse is a
 * problem with its position; everything else is taken over unchanged.
 *
 * @param file - as the user knows it, for problems.
 */
export function parseStatements(source: Uint8Array | string, file: string): LoadedStatements {
  const decoded = decode(source, file);
  if (decoded.text === undefined) return { problems: decoded.problems };
  const { text } = decoded;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problems: [notJson(text, file, error)] };
  }
  // JSON is YAML too; the YAML parser gives positions and notices duplicate keys.
  const { root, problems } = readYaml(text, file, MAX_PARTS);
  if (root === undefined) return { problems };
  if (root.kind !== "list") return { problems: [notAList(root, file)] };
  const found = [
    ...root.items.flatMap((item, index) => statementProblems({ file, root }, item, index)),
    ...sidProblems({ file, root }, root.items),
    ...sizeProblems(value, file),
  ];
  if (found.length > 0) return { problems: sortProblems(found) };
  return { statements: value as ForeignStatement[], problems: [] };
}

interface Document {
  file: string;
  root: YamlNode;
}

function notJson(text: string, file: string, error: unknown): Problem {
  const { message } = error as SyntaxError;
  const offset = / in JSON at position ([0-9]+)/.exec(message)?.[1];
  const place = offset === undefined ? undefined : new Lines(text).position(Number(offset));
  const reason = printable(message.replace(/ (in JSON )?at position .*/s, ""), 120);
  const fix =
    "Write it as AWS shows it: keys and strings in double quotes, no comments, no trailing comma.";
  return problemIn(
    file,
    "statements-json",
    `expected valid JSON, got a syntax error: ${reason}`,
    fix,
    place,
  );
}

function notAList(root: YamlNode, file: string): Problem {
  const isPolicy = root.kind === "map" && root.entries.some(({ key }) => key.text === "Statement");
  const found = isPolicy ? "a complete policy" : shown(root);
  const message = `expected a list of statements, got ${found}`;
  return problemAt({ file, root }, [], "statements-list", message, WRITE_LIST);
}

function statementProblems(document: Document, item: YamlNode, index: number): Problem[] {
  const problem = (path: PropertyKey[], check: string, message: string, fix: string) =>
    problemAt(document, [index, ...path], check, message, fix);
  if (item.kind !== "map") {
    const message = `expected a statement in braces, got ${shown(item)}`;
    return [problem([], "statement", message, WRITE_LIST)];
  }
  const names = new Set(item.entries.map(({ key }) => key.text));
  const effect = item.entries.find(({ key }) => key.text === "Effect")?.value;
  const isEffect = effect?.kind === "scalar" && /^(Allow|Deny)$/.test(effect.text);
  return [
    ...[...names].filter((name) => !ELEMENTS.some((one) => one === name)).map(unknownElement),
    ...(isEffect
      ? []
      : [
          problem(
            ["Effect"],
            "statement",
            `expected \`Effect\` Allow or Deny, got ${effect === undefined ? "nothing" : shown(effect)}`,
            'Write `"Effect": "Allow"`.',
          ),
        ]),
    ...PAIRS.filter((pair) => pair.filter((name) => names.has(name)).length !== 1).map(
      ([one, not]) =>
        problem(
          [],
          "statement",
          `expected \`${one}\` or \`${not}\`, got ${names.has(one) ? "both" : "neither"}`,
          "Write one of the two.",
        ),
    ),
  ];

  function unknownElement(name: string): Problem {
    if (name === "Resource" || name === "NotResource") {
      const message = `expected no \`${name}\`, which ECR refuses in a repository's policy, got one`;
      return problem(
        [name],
        "statement-resource",
        message,
        "Delete it: a repository's policy applies to that repository only.",
      );
    }
    const message = `expected an element of a statement, got ${quoted(name)}`;
    return problem([name], "statement", message, `Write one of: ${ELEMENTS.join(", ")}.`);
  }
}

/** A `Sid` is unique within a policy (IAM user guide, "Sid"). */
function sidProblems(document: Document, items: readonly YamlNode[]): Problem[] {
  const seen = new Set<string>([RESERVED_SID]);
  return items.flatMap((item, index) => {
    const sid = item.kind === "map" && item.entries.find(({ key }) => key.text === "Sid")?.value;
    if (!sid || sid.kind !== "scalar") return [];
    if (!seen.has(sid.text)) {
      seen.add(sid.text);
      return [];
    }
    const isOurs = sid.text === RESERVED_SID;
    const message = `expected a unique \`Sid\`, got ${quoted(sid.text)}, which ${isOurs ? "this program's own statement" : "another statement"} has`;
    return problemAt(
      document,
      [index, "Sid"],
      "statement-sid",
      message,
      "Write another one, or delete it.",
    );
  });
}

function sizeProblems(value: unknown, file: string): Problem[] {
  const size = JSON.stringify(value).length;
  if (size <= REPOSITORY_POLICY_LIMIT) return [];
  const message = `expected at most ${digits(REPOSITORY_POLICY_LIMIT)} characters, the limit of a repository's policy, got ${digits(size)}`;
  const fix = "Merge statements: one statement may list several principals and actions.";
  return [problemIn(file, "statements-size", message, fix)];
}
