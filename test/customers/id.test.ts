/**
 * Proves that every id that the loader takes makes an IAM user name and an ARN that AWS takes, and that no
 * two make the same one. Proves nothing about ids that were used before and removed.
 */
import { expect } from "chai";
import fc from "fast-check";
import { userArn, userName } from "../../src/access/arns";
import { CUSTOMER_ID } from "../../src/customers/entries";

describe("a customer's id", () => {
  it("gives a valid IAM user name and ARN, and no two ids give the same one, case aside", () => {
    const id = fc.stringMatching(CUSTOMER_ID);
    fc.assert(
      fc.property(id, id, (one, other) => {
        const name = userName("p".repeat(16), { id: one });
        expect(name).to.match(/^[\w+=,.@-]{1,64}$/);
        expect(userArn({ account: "123456789012", region: "eu-central-1" }, name)).to.match(
          /^arn:aws:iam::\d{12}:user\/customers\/[\w+=,.@-]+$/,
        );
        expect(
          name.toLowerCase() === userName("p".repeat(16), { id: other }).toLowerCase(),
        ).to.equal(one === other);
      }),
      { numRuns: 500 },
    );
  });

  it("is ASCII without exception", () => {
    for (const id of ["ａcme", "аcme", "acme\u200b", "K", "ſ", "acme\n", "-acme", "acme-", ""]) {
      expect(CUSTOMER_ID.test(id), JSON.stringify(id)).to.equal(false);
    }
  });
});
