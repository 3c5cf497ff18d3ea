/**
 * Proves that the schema that editors use is the parser's own definition, current, closed and
 * described. Proves nothing about what a schema cannot say: order, real days, the catalogue.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { customerDefinition } from "../../src/customers/definition";
import { customerSchemaText } from "../../src/customers/schema";

interface Schema {
  type?: string;
  description?: string;
  pattern?: string;
  required?: string[];
  uniqueItems?: boolean;
  maxProperties?: number;
  additionalProperties?: unknown;
  propertyNames?: Schema;
  properties?: Record<string, Schema>;
}

describe("the JSON Schema of a customer file", () => {
  const schema = JSON.parse(customerSchemaText()) as Schema;
  const properties = schema.properties ?? {};

  it("is what the repository holds", () => {
    const file = join(__dirname, "..", "..", "schemas", "customer.schema.json");
    expect(JSON.parse(readFileSync(file, "utf8"))).to.deep.equal(schema);
  });

  it("knows the parser's keys and no other", () => {
    expect(Object.keys(properties)).to.deep.equal(Object.keys(customerDefinition.shape));
    expect(schema.required).to.deep.equal(["name", "repositories"]);
    expect(schema.additionalProperties).to.equal(false);
    expect(properties["source"]?.additionalProperties).to.equal(false);
  });

  it("describes every key", () => {
    const all = [
      ...Object.entries(properties),
      ...Object.entries(properties["source"]?.properties ?? {}),
    ];
    expect(all).to.have.length.above(10);
    for (const [key, { description }] of all) expect(description, key).to.be.a("string");
  });

  it("says what an editor can check", () => {
    expect(properties["protected"]?.type).to.equal("boolean");
    expect(properties["repositories"]?.uniqueItems).to.equal(true);
    expect(properties["keys"]?.maxProperties).to.equal(2);
    expect("0").not.to.match(new RegExp(properties["keys"]?.propertyNames?.pattern ?? "^"));
    expect("012345678901").to.match(new RegExp(properties["awsAccount"]?.pattern ?? "$^"));
    expect("31.01.2027").not.to.match(new RegExp(properties["expires"]?.pattern ?? "^"));
  });
});
