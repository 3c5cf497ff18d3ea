/**
 * Proves that recipients as age itself makes them pass, that one with any slip does not, and that an
 * identity, which is a private key, is reported as one and never repeated. age-encryption, by age's author,
 * is the other side.
 */
import {
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from "age-encryption";
import { expect } from "chai";
import fc from "fast-check";
import { isAgeRecipient } from "../../src/customers/ageRecipient";
import { formatProblem } from "../../src/problem";
import { problemsOf } from "./support";

const REST = "name: Acme\nrepositories: [edge-agent]\n";

describe("an age recipient", () => {
  let recipients: string[];
  let identities: string[];
  before(async () => {
    identities = [await generateX25519Identity(), await generateHybridIdentity()];
    recipients = await Promise.all(identities.map(identityToRecipient));
  });

  it("of either kind passes as age makes it", () => {
    expect(recipients.map(isAgeRecipient)).to.deep.equal([true, true]);
  });

  it("with one character changed, missing or too many does not", () => {
    const [recipient = ""] = recipients;
    const place = fc.integer({ min: 0, max: recipient.length - 1 });
    fc.assert(
      fc.property(place, fc.constantFrom(..."qpzry9x8b1QI "), (at, character) => {
        const head = recipient.slice(0, at);
        fc.pre(recipient[at] !== character);
        expect(isAgeRecipient(head + character + recipient.slice(at + 1))).to.equal(false);
        expect(isAgeRecipient(head + recipient.slice(at + 1))).to.equal(false);
        expect(isAgeRecipient(head + character + recipient.slice(at))).to.equal(false);
      }),
      { numRuns: 500 },
    );
    const others = ["", "age1", "1", recipient.toUpperCase(), recipient.replace(/^age/, "bc")];
    for (const other of others) expect(isAgeRecipient(other), other).to.equal(false);
  });

  it("that is an identity is reported as compromised, and not repeated in any problem", () => {
    expect(identities).to.have.length(2);
    for (const identity of identities) {
      const said = problemsOf(`${REST}ageRecipient: ${identity}\n`).map(formatProblem);
      expect(said).to.have.length(1);
      expect(said[0]).to.match(/got a private key\. Treat it as compromised.*\[age-private-key\]$/);
      for (const key of ["ageRecipient", "pgpKey", "status", "expires"]) {
        const problems = problemsOf(`${REST}${key}: ${identity}\n`).map(formatProblem).join();
        expect(problems, key).not.to.equal("");
        expect(problems, key).not.to.contain(identity.slice(20, 40));
      }
    }
  });
});
