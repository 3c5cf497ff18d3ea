/**
 * Proves that a statement of others that names no customer goes from AWS through the settings' file into the declared policy
 * byte for byte, on generated accounts. The AWS provider sorts the keys of the JSON that it sends, and ECR returns
 * policies in its own layout: with sorted keys, the text before and after is the same, which is shown here as well.
 */
import { expect } from "chai";
import { brownField } from "../../bench/brownfield/generate";
import { repositoryPolicy } from "../../src/access/repositoryPolicy";
import { serialize } from "../../src/access/serialize";
import { statementsOf } from "../../src/access/presentPolicy";
import { parseStatements } from "../../src/statements";
import { planOf, settingsOf } from "./field";

/** As the provider sends it: `structure.NormalizeJsonString` of the AWS provider. */
function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]): [string, unknown] => [
    key,
    withSortedKeys(one),
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe("statements of others that an adoption keeps", () => {
  it("are the same to the byte in the policy that is declared", () => {
    let kept = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const field = brownField(seed, 12);
      const { plan } = planOf(field);
      for (const [repository, statements] of plan.kept.byRepository) {
        // As written to `statements/<repository>.json`, and read from it.
        const file = `${JSON.stringify(statements, undefined, 2)}\n`;
        const { statements: read = [], problems } = parseStatements(file, "file");
        expect(problems).to.deep.equal([]);
        const declared = serialize(repositoryPolicy([], settingsOf(field), read)!);
        const sent = JSON.stringify(withSortedKeys(JSON.parse(declared)));
        const held = field.policies.filter((one) => one.repository === repository);
        const texts = new Set(
          held.flatMap(({ document }) => statementsOf(document)).map((one) => JSON.stringify(one)),
        );
        for (const statement of statements) {
          const text = JSON.stringify(statement);
          // Others name a customer by the ARN that it will have, or no longer name a deleted user.
          if (!texts.has(text)) continue;
          kept += 1;
          expect(declared).to.contain(text);
          expect(sent).to.contain(JSON.stringify(withSortedKeys(statement)));
        }
      }
    }
    expect(kept).to.be.greaterThan(30);
  });
});
