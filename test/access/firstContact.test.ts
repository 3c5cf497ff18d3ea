/**
 * Shows what an update does to statements that others have in a repository's policy: what would be lost
 * is named, what no file declares is kept, and the first step of an update never adds anyone. That
 * AWS's policies are read and written so is shown end to end elsewhere.
 */
import { expect } from "chai";
import fc from "fast-check";
import { firstContact, keepingDocument, revokingDocument } from "../../src/access/firstContact";
import type { ForeignStatement } from "../../src/access/model";
import { statementsMissing, statementsOf } from "../../src/access/presentPolicy";
import { repositoryPolicy } from "../../src/access/repositoryPolicy";
import { serialize } from "../../src/access/serialize";
import { ACCOUNT, OWNER } from "./support";

const ACME = `arn:aws:iam::${ACCOUNT}:user/customers/acme`;
const GLOBEX = `arn:aws:iam::${ACCOUNT}:user/customers/globex`;
const HOOLI = "arn:aws:iam::210987654321:root";
const ids = (...arns: string[]) => arns.map((arn) => ({ arn, uniqueId: `AIDA${arn.length}` }));
const isCustomer = (arn: string) => [ACME, GLOBEX, HOOLI].includes(arn);
const customerOf = (arn: string) => (arn === ACME ? "acme" : arn === GLOBEX ? "globex" : undefined);

const PUSH = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:CompleteLayerUpload",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];
const CI = {
  Sid: "CI",
  Effect: "Allow",
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/ci` },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", ...PUSH],
};
const LAMBDA = {
  Effect: "Allow",
  Principal: { Service: "lambda.amazonaws.com" },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  Condition: { StringLike: { "aws:sourceArn": `arn:aws:lambda:*:${ACCOUNT}:function:*` } },
};
const PARTNER = {
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::999988887777:root" },
  Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
};
const byHand = (...Statement: object[]) => ({ Version: "2008-10-17", Statement });

function contact(
  found: unknown,
  declared: ForeignStatement[] = [],
  options: Partial<Parameters<typeof firstContact>[3]> = {},
) {
  const next = repositoryPolicy(ids(ACME, GLOBEX), OWNER, declared);
  return firstContact(found, OWNER, next, { account: ACCOUNT, customerOf, ...options });
}

describe("the first contact with a repository's policy", () => {
  it("finds nothing to lose where there is no policy, or ours", () => {
    expect(contact(undefined)).to.deep.equal({
      ownership: { kind: "foreign" },
      undeclared: [],
      losses: [],
      added: [],
      addedStatements: [],
    });
    const ours = contact(repositoryPolicy(ids(ACME), OWNER));
    expect(ours).to.deep.include({ undeclared: [], losses: [] });
    expect(ours.ownership.kind).to.equal("own");
  });

  it("names who would lose what of a policy written by hand", () => {
    const { undeclared, losses } = contact(byHand(CI, LAMBDA, PARTNER));
    expect(undeclared).to.deep.equal([CI, LAMBDA, PARTNER]);
    expect(losses.map(({ who, effect, what }) => `${who} ${effect} ${what}`)).to.deep.equal([
      "role ci allows pull and push",
      "AWS service lambda.amazonaws.com allows pull",
      "AWS account 999988887777 allows pull",
    ]);
  });

  it("names who was added to our own statement, but no customer and no one who is deleted", () => {
    const own = repositoryPolicy(ids(ACME, GLOBEX, HOOLI), OWNER);
    const [statement] = own?.Statement ?? [];
    const listed = (statement?.["Principal"] as { AWS: string[] }).AWS;
    const Principal = { AWS: [...listed, "arn:aws:iam::999988887777:root", "AIDAGONE"] };
    const { added, addedStatements, losses } = contact(
      { ...own, Statement: [{ ...statement, Principal }] },
      [],
      {
        isKnown: isCustomer,
      },
    );
    expect(losses).to.deep.equal([]);
    expect(added.map(({ who, what }) => `${who} ${what}`)).to.deep.equal([
      "AWS account 999988887777 pull",
    ]);
    const { Sid: _, ...beside } = statement ?? {};
    expect(addedStatements).to.deep.equal([
      { ...beside, Principal: { AWS: ["arn:aws:iam::999988887777:root"] } },
    ]);
    const everyone = { ...own, Statement: [{ ...statement, Principal: "*" }] };
    const all = contact(everyone, [], { isKnown: isCustomer }).added;
    expect(all.map(({ who }) => who)).to.deep.equal(["everyone"]);
  });

  it("counts a principal once, whatever the number of its statements", () => {
    const { losses } = contact(byHand(PARTNER, { ...PARTNER, Action: "ecr:ListImages" }));
    expect(losses).to.deep.equal([
      {
        who: "AWS account 999988887777",
        principal: "arn:aws:iam::999988887777:root",
        effect: "allows",
        what: "pull and ecr:ListImages",
      },
    ]);
  });

  it("names nothing that the settings declare, in whatever form AWS gives it back", () => {
    const stored = {
      Action: [...PARTNER.Action].reverse(),
      Principal: { AWS: ["999988887777"] },
      Effect: "Allow",
    };
    expect(contact(byHand(stored, CI), [CI, PARTNER])).to.deep.include({
      undeclared: [],
      losses: [],
    });
  });

  it("names no customer that the files let pull, by name or by tag", () => {
    const pull = { ...PARTNER, Principal: { AWS: [ACME, GLOBEX] } };
    const found = contact(byHand(pull));
    expect(found.undeclared).to.deep.equal([pull]);
    expect(found.losses).to.deep.equal([]);
    const next = repositoryPolicy(ids(ACME), OWNER);
    const tagged = (pullByTag: ReadonlySet<string>) =>
      firstContact(byHand(pull), OWNER, next, { account: ACCOUNT, customerOf, pullByTag }).losses;
    expect(tagged(new Set([GLOBEX]))).to.deep.equal([]);
    expect(tagged(new Set()).map(({ who }) => who)).to.deep.equal(["customer globex"]);
  });

  it("names the part that others do not give", () => {
    const next = { ...PARTNER, Action: "ecr:Batch*" };
    expect(contact(byHand(PARTNER), [next]).losses[0]?.what).to.equal("ecr:GetDownloadUrlForLayer");
    const conditional = { ...PARTNER, Condition: LAMBDA.Condition };
    expect(contact(byHand(PARTNER), [conditional]).losses[0]?.what).to.equal("pull");
  });

  it("counts a right as kept by an Allow only, not by a Deny of the same", () => {
    const denied = { ...PARTNER, Effect: "Deny" };
    const { losses } = contact(byHand(PARTNER, denied), [denied]);
    expect(losses.map(({ who, effect }) => `${who} ${effect}`)).to.deep.equal([
      "AWS account 999988887777 allows",
    ]);
    const allowed = contact(byHand(PARTNER, denied), [PARTNER]);
    expect(allowed.losses.map(({ effect }) => effect)).to.deep.equal(["denies"]);
  });

  it("names a Deny that would be removed, and everyone that NotPrincipal means", () => {
    const deny = {
      Effect: "Deny",
      NotPrincipal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/ci`, ACCOUNT] },
      Action: "ecr:PutImage",
    };
    const but = { Effect: "Allow", Principal: "*", NotAction: "ecr:DeleteRepository" };
    expect(contact(byHand(deny, but)).losses).to.deep.equal([
      {
        who: `everyone but role ci, this AWS account (${ACCOUNT})`,
        principal: "",
        effect: "denies",
        what: "ecr:PutImage",
      },
      {
        who: "everyone",
        principal: "*",
        effect: "allows",
        what: "everything but ecr:DeleteRepository",
      },
    ]);
  });

  it("counts no deleted user, whom AWS lets in by no id", () => {
    const gone = { ...PARTNER, Principal: { AWS: "AIDAEXAMPLE" } };
    expect(contact(byHand(gone)).losses).to.deep.equal([]);
  });

  it("leaves another stack's policy to that stack, with all its customers", () => {
    const other = { project: "ecr-customers", stack: "stg" };
    const theirs = `arn:aws:iam::${ACCOUNT}:user/customers/stg-acme`;
    const { ownership, losses } = contact(repositoryPolicy(ids(theirs), other));
    expect(ownership).to.deep.equal({ kind: "other-stack", owner: other });
    expect(losses.map(({ who, what }) => [who, what])).to.deep.equal([
      ["user customers/stg-acme", "pull"],
    ]);
  });

  it("treats a policy with an Id of the old form as ours, except for unknown principals", () => {
    const theirs = `arn:aws:iam::${ACCOUNT}:user/customers/stg-acme`;
    const policy = repositoryPolicy(ids(ACME, theirs), OWNER);
    const old = { ...policy, Id: "ecr-customers-0123456789ab" };
    expect(contact(old).losses).to.deep.equal([]);
    const { losses, undeclared } = contact(old, [], { isKnown: (arn) => arn === ACME });
    expect(undeclared).to.deep.equal([]);
    expect(losses.map(({ who }) => who)).to.deep.equal(["user customers/stg-acme"]);
  });
});

describe("a policy with statements that no file declares", () => {
  it("is written with ours, the declared ones and what was found", () => {
    const found = repositoryPolicy(ids(ACME), OWNER, [CI, PARTNER]);
    const { document, kept } = keepingDocument(found, OWNER, ids(GLOBEX), [CI], isCustomer);
    expect(kept).to.deep.equal([PARTNER]);
    expect(document).to.deep.equal(repositoryPolicy(ids(GLOBEX), OWNER, [CI, PARTNER]));
  });

  it("is kept for them alone when none of our principals is left, and deleted when no statement is", () => {
    const found = repositoryPolicy(ids(ACME), OWNER, [PARTNER]);
    const { document } = keepingDocument(found, OWNER, [], [], isCustomer);
    expect(document?.Statement).to.deep.equal([PARTNER]);
    const alone = keepingDocument(repositoryPolicy(ids(ACME), OWNER), OWNER, [], [], isCustomer);
    expect(alone).to.deep.equal({ kept: [], deleted: [], withoutCustomers: [] });
  });

  it("is written without deleted users, which AWS would refuse", () => {
    const both = { ...PARTNER, Principal: { AWS: ["999988887777", "AIDAEXAMPLE"] } };
    const gone = { ...PARTNER, Principal: { AWS: "AROAEXAMPLE" } };
    const found = repositoryPolicy(ids(ACME), OWNER, [both, gone]);
    const { kept, deleted } = keepingDocument(found, OWNER, ids(ACME), [], isCustomer);
    expect(kept).to.deep.equal([{ ...PARTNER, Principal: { AWS: ["999988887777"] } }]);
    expect(deleted).to.deep.equal(["AIDAEXAMPLE", "AROAEXAMPLE"]);
  });

  it("gives no customer what its file does not give, and keeps a Deny of a customer", () => {
    const allow = { ...PARTNER, Principal: { AWS: [ACME, "210987654321", "999988887777"] } };
    const deny = { Effect: "Deny", Principal: { AWS: ACME }, Action: "ecr:*" };
    const found = repositoryPolicy(ids(ACME), OWNER, [allow, deny]);
    const { kept, withoutCustomers } = keepingDocument(found, OWNER, ids(ACME), [], isCustomer);
    expect(kept).to.deep.equal([{ ...PARTNER, Principal: { AWS: ["999988887777"] } }, deny]);
    expect(withoutCustomers).to.deep.equal([ACME, HOOLI]);
    expect(statementsMissing([PARTNER], kept)).to.deep.equal([]);
  });
});

describe("the first step of an update, which only takes access away,", () => {
  it("writes what AWS holds without those who end, and adds no one", () => {
    const found = repositoryPolicy(ids(ACME, GLOBEX), OWNER, [PARTNER]);
    const initech = `arn:aws:iam::${ACCOUNT}:user/customers/initech`;
    const { document, ending } = revokingDocument(found, OWNER, ids(GLOBEX, initech));
    expect(ending).to.deep.equal([ACME]);
    expect(document).to.deep.equal(repositoryPolicy(ids(GLOBEX), OWNER, [PARTNER]));
  });

  it("ends a customer's account in whatever form AWS shows it, and deleted users", () => {
    const found = {
      ...repositoryPolicy(ids(ACME), OWNER),
      Statement: [
        { Sid: "Pull", Effect: "Allow", Principal: { AWS: ["210987654321", "AIDAOLD", ACME] } },
      ],
    };
    const { document, ending } = revokingDocument(found, OWNER, ids(ACME));
    expect(ending).to.deep.equal([HOOLI, "AIDAOLD"]);
    expect(document).to.deep.equal(repositoryPolicy(ids(ACME), OWNER));
  });

  it("has nothing to write when no one ends, and deletes the policy when no one is left", () => {
    const found = repositoryPolicy(ids(ACME), OWNER);
    expect(revokingDocument(found, OWNER, ids(ACME)).ending).to.deep.equal([]);
    expect(revokingDocument(found, OWNER, [])).to.deep.equal({ ending: [ACME] });
    expect(revokingDocument(undefined, OWNER, ids(ACME))).to.deep.equal({ ending: [] });
  });
});

describe("statements of others", () => {
  const text = fc.stringMatching(/^[A-Za-z0-9]{1,8}$/);
  const oneOrMore = (values: fc.Arbitrary<string>) =>
    fc.oneof(values, fc.uniqueArray(values, { minLength: 1, maxLength: 3 }));
  const account = fc.constantFrom("999988887777", "arn:aws:iam::555566667777:root", "*");
  const principal = fc.oneof(
    fc.constant("*"),
    fc.record({ AWS: oneOrMore(account) }),
    fc.record({ Service: fc.constant("lambda.amazonaws.com"), AWS: oneOrMore(account) }),
  );
  const statement: fc.Arbitrary<ForeignStatement> = fc
    .record(
      {
        Sid: fc.oneof(text, fc.constantFrom("Pull", "EcrCustomersPull")),
        Effect: fc.constantFrom("Allow", "Deny"),
        Principal: principal,
        Action: oneOrMore(text.map((name) => `ecr:${name}`)),
        Condition: fc.dictionary(text, fc.dictionary(text, oneOrMore(text))),
      },
      { requiredKeys: ["Effect", "Principal", "Action"] },
    )
    .map((fields): ForeignStatement => fields);
  /** A `Sid` is unique in a policy, and at most one of ours is taken. */
  const statements = fc.array(statement, { maxLength: 5 }).filter((all) => {
    const sids = all.flatMap(({ Sid }) => (Sid === undefined ? [] : [Sid]));
    const own = sids.filter((sid) => sid === "Pull" || sid === "EcrCustomersPull");
    return (
      new Set(sids).size === sids.length && own.length <= 1 && !sids.includes("EcrCustomersPull")
    );
  });

  it("survive 100 edits of customers to the byte, declared or not", function () {
    this.timeout(120_000);
    const users = ["acme", "globex", "initech", "umbrella"].map(
      (id) => `arn:aws:iam::${ACCOUNT}:user/customers/${id}`,
    );
    const edits = fc.array(fc.subarray(users), { minLength: 100, maxLength: 100 });
    fc.assert(
      fc.property(statements, statements, edits, (found, declared, steps) => {
        const all = [...declared, ...statementsMissing(found, declared)];
        let held: string | undefined = JSON.stringify(byHand(...found));
        for (const entitled of steps) {
          const { document } = keepingDocument(
            held === undefined ? undefined : JSON.parse(held),
            OWNER,
            ids(...entitled),
            declared,
            (arn) => users.includes(arn),
          );
          held = document === undefined ? undefined : serialize(document);
          const others = statementsOf(document).slice(entitled.length === 0 ? 0 : 1);
          expect(others.map((one) => JSON.stringify(one)).sort()).to.deep.equal(
            all.map((one) => JSON.stringify(one)).sort(),
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});
