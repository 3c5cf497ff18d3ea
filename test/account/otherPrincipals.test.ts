/**
 * Proves who, beside customers, is reported because its own policies let it pull or write a repository of the
 * catalogue: not who is declared, who cannot, nor those that AWS or Identity Center manages. The two planted
 * cases in full are in planted.ts.
 */
import { expect } from "chai";
import { deviations } from "../../src/account/checks";
import type { DeclaredAccount } from "../../src/account/declared";
import { deviationWords } from "../../src/account/deviation";
import { ACCOUNT } from "../access/support";
import { cleanAccount, written, type ChangeableRole } from "./cleanAccount";
import { plantedFiles } from "./planted";

const REPOSITORY = `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/edge-agent`;
const PULL = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

function policyOf(...statements: object[]) {
  return written({ Version: "2012-10-17", Statement: statements });
}

const PULLS = { Effect: "Allow", Action: PULL, Resource: REPOSITORY };

function role(change: Partial<ChangeableRole> = {}, ...statements: object[]): ChangeableRole {
  return {
    ...{ name: "ci", path: "/", arn: `arn:aws:iam::${ACCOUNT}:role/ci`, uniqueId: "AROACI" },
    trustPolicy: policyOf(),
    inlinePolicies: new Map([["its", policyOf(...(statements.length > 0 ? statements : [PULLS]))]]),
    attachedPolicies: [],
    ...change,
  };
}

/** What is found about a role in an account that is clean otherwise. */
function found(
  one: ChangeableRole,
  change: (declared: DeclaredAccount) => DeclaredAccount = (d) => d,
) {
  const declared = change(plantedFiles());
  const account = cleanAccount(declared);
  account.roles.push(one);
  return deviations(declared, account).map(deviationWords);
}

const BEGIN =
  "role ci has rights on repositories of the catalogue by its own policies, and the settings do not declare it: ";

describe("a role that is not a customer's", () => {
  it("is reported with what it can", () => {
    expect(found(role())).to.deep.equal([`${BEGIN}role ci can pull edge-agent`]);
    const writes = { Effect: "Allow", Action: "ecr:SetRepositoryPolicy", Resource: "*" };
    expect(found(role({}, writes))).to.deep.equal([
      `${BEGIN}role ci can write the policy of every repository`,
    ]);
  });

  it("is reported when it cannot be judged, whatever the condition", () => {
    const office = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
    expect(found(role({}, { ...PULLS, Condition: office }))).to.deep.equal([
      `${BEGIN}cannot be judged: the condition key aws:SourceIp`,
    ]);
    const gone = { name: "Gone", arn: "arn:aws:iam::aws:policy/Gone" };
    expect(found(role({ inlinePolicies: new Map(), attachedPolicies: [gone] }))).to.deep.equal([
      `${BEGIN}cannot be judged: the policy Gone, which was not read`,
    ]);
  });

  it("is not reported without a right on the catalogue", () => {
    const half = { ...PULLS, Action: PULL[0] };
    const other = { ...PULLS, Resource: REPOSITORY.replace("edge-agent", "other") };
    const objects = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const denied = { ...PULLS, Effect: "Deny" };
    for (const statements of [[half], [other], [objects], [PULLS, denied]]) {
      expect(found(role({}, ...statements))).to.deep.equal([]);
    }
  });

  it("is limited by its boundary, and by the repository's policy", () => {
    const declared = plantedFiles();
    const account = cleanAccount(declared);
    const fence = { name: "Fence", arn: `arn:aws:iam::${ACCOUNT}:policy/Fence` };
    const document = policyOf({ Effect: "Allow", Action: "s3:*", Resource: "*" });
    account.managedPolicies.set(fence.arn, { ...fence, defaultVersion: "v1", document });
    account.roles.push(role({ permissionsBoundary: fence }));
    expect(deviations(declared, account).map(deviationWords)).to.deep.equal([]);
  });

  it("is not reported when the settings declare it, by its ARN or a pattern", () => {
    for (const arn of [`arn:aws:iam::${ACCOUNT}:role/ci`, `arn:aws:iam::${ACCOUNT}:role/*`]) {
      const otherPrincipals = [{ arn, reason: "CI pulls for its tests" }];
      const declares = (declared: DeclaredAccount) => ({
        ...declared,
        settings: { ...declared.settings, otherPrincipals },
      });
      expect(found(role(), declares)).to.deep.equal([]);
    }
    const otherPrincipals = [{ arn: `arn:aws:iam::${ACCOUNT}:role/c`, reason: "another" }];
    const declares = (declared: DeclaredAccount) => ({
      ...declared,
      settings: { ...declared.settings, otherPrincipals },
    });
    expect(found(role(), declares)).to.have.length(1);
  });

  it("is not reported when AWS or Identity Center manages it, or it is an administrator", () => {
    const administrator = {
      name: "AdministratorAccess",
      arn: "arn:aws:iam::aws:policy/AdministratorAccess",
    };
    const same = { ...administrator, arn: `arn:aws:iam::${ACCOUNT}:policy/AdministratorAccess` };
    const roles = [
      role({ path: "/aws-service-role/ecr.amazonaws.com/" }),
      role({ path: "/aws-reserved/sso.amazonaws.com/eu-central-1/" }),
      role({ attachedPolicies: [administrator] }),
    ];
    for (const one of roles) expect(found(one)).to.deep.equal([]);
    // A policy of that name is anyone's.
    expect(found(role({ attachedPolicies: [same] }))).to.have.length(1);
  });
});
