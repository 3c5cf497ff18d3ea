/**
 * Proves on seeded brown-field accounts, with `@cloud-copilot/iam-simulate` as the judge, that no user or account
 * that can pull is missing from the list of those who can, that none is listed who cannot, and that what depends on
 * the request (`aws:SourceIp`) is listed as not judged. Does not prove it for roles, which the list names by their
 * policies alone.
 */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import { expect } from "chai";
import {
  userArnOf,
  type BrownField,
  type BrownUser,
  type Document,
} from "../../bench/brownfield/account";
import { brownField } from "../../bench/brownfield/generate";
import { repositoryArn } from "../../src/access/arns";
import { PULL_ACTIONS } from "../../src/access/repositoryPolicy";
import { placeKey } from "../../src/account/observed";
import { pullersOf } from "../../src/adopt/pullers";
import { TODAY } from "../access/support";
import { contextOf } from "./field";

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);
const ADDRESSES = ["192.0.2.7", "203.0.113.7"];

interface Asked {
  principal: string;
  account: string;
  policies: readonly Document[];
  boundary?: Document;
  context: Record<string, string>;
}

function policiesOf(field: BrownField, user: BrownUser): Document[] {
  const managed = (names: readonly string[]) =>
    names.map((name) => field.managed[name]).filter((document) => document !== undefined);
  const groups = field.groups.filter(({ name }) => user.groups.includes(name));
  return [
    ...Object.values(user.inline),
    ...managed(user.attached),
    ...groups.flatMap(({ inline }) => Object.values(inline)),
    ...groups.flatMap(({ attached }) => managed(attached)),
  ];
}

function askedOf(field: BrownField, user: BrownUser): Asked {
  const principal = userArnOf(field, user);
  const boundary = user.boundary === undefined ? undefined : field.managed[user.boundary];
  const tags = Object.entries(user.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    ...{ principal, account: field.account, policies: policiesOf(field, user) },
    ...(boundary === undefined ? {} : { boundary }),
    context: {
      "aws:username": user.name,
      "aws:PrincipalType": "User",
      ...(Object.fromEntries(tags) as Record<string, string>),
    },
  };
}

async function canPull(field: BrownField, asked: Asked, place: string, address: string) {
  const [repository = "", region = ""] = place.split("@");
  const own = field.policies.find((one) => one.repository === repository && one.region === region);
  const statements = [own?.document, field.registries[region]].flatMap(
    (document) => (document?.["Statement"] ?? []) as Document[],
  );
  const gone = field.deleted.map((name) => `arn:aws:iam::${field.account}:user/${name}`);
  for (const action of PULL_ACTIONS) {
    const result = await runSimulation(
      {
        request: {
          principal: asked.principal,
          action,
          resource: {
            resource: repositoryArn(field.account, region, repository),
            accountId: field.account,
          },
          contextVariables: {
            "aws:CurrentTime": `${TODAY}T00:00:00Z`,
            "aws:SecureTransport": "true",
            "aws:SourceIp": address,
            "aws:PrincipalAccount": asked.account,
            "aws:PrincipalArn": asked.principal,
            ...asked.context,
          },
        },
        identityPolicies: asked.policies.map((policy, at) => ({ name: `p${at}`, policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(asked.boundary && {
          permissionBoundaryPolicies: [{ name: "boundary", policy: asked.boundary }],
        }),
        ...(statements.length > 0 && {
          resourcePolicy: { Version: "2012-10-17", Statement: statements },
        }),
      },
      {},
    );
    expect(gone).to.not.include(asked.principal);
    if (result.resultType !== "single") throw new Error(JSON.stringify(result));
    if (result.overallResult !== "Allowed") return false;
  }
  return true;
}

describe("who can pull in a brown-field account", function () {
  this.timeout(120_000);

  for (const seed of SEEDS) {
    it(`is what the simulator says, for seed ${seed}`, async () => {
      const field = brownField(seed, 12);
      const pullers = new Map(pullersOf(contextOf(field)).map((one) => [one.principal, one]));
      const everyone = [
        ...field.users.map((user) => askedOf(field, user)),
        ...field.accounts.map((account): Asked => ({
          ...{ principal: `arn:aws:iam::${account}:root`, account, context: {} },
          policies: [
            { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
          ],
        })),
      ];
      const places = [...field.catalogue].flatMap(([repository, regions]) =>
        regions.map((region) => placeKey(repository, region)),
      );
      for (const asked of everyone) {
        const found = pullers.get(asked.principal);
        for (const place of places) {
          const answers = [];
          for (const address of ADDRESSES) {
            answers.push(await canPull(field, asked, place, address));
          }
          const words = `${asked.principal} on ${place}`;
          const isOpen = found?.notJudged.has(place) === true;
          if (answers.includes(true)) {
            expect(isOpen || found?.pulls.includes(place) === true, words).to.equal(true);
          }
          if (answers.includes(false)) {
            expect(found?.pulls.includes(place) === true, words).to.equal(false);
          }
        }
        if (found !== undefined && found.pulls.length > 0) {
          const explained = new Set(found.reasons.flatMap(({ places: its }) => its));
          expect(found.pulls.filter((place) => !explained.has(place))).to.deep.equal([]);
        }
      }
    });
  }
});
