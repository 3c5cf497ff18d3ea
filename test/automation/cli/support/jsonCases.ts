// Outcomes of every command, for the test of `--json`.
import { ExitCode } from "../../../../automation/cli/exitCode";
import { EngineError } from "../../../../automation/engine/errors";
import type { DeploymentResult } from "../../../../automation/update/deployment";
import { stackOutputs } from "../../../../src/stack/outputs";
import { customer } from "../../../access/support";
import { cleanAccount, keyIdOf } from "../../../account/cleanAccount";
import { plantedFiles } from "../../../account/planted";
import { KEY, resourceChange, stackInput, USER } from "../../plan/support";
import { SETTINGS } from "../../support/project";
import { stubAws, stubEngine, stubRefusingAws } from "../../support/stubs";

/** One outcome of a command. */
export interface Case {
  /** The command's arguments, without `--json`. */
  args?: string;
  /** What engine and AWS answer, in words and as stubs. */
  when?: string;
  given?: () => void;
  code: ExitCode;
  /** A property of the document that says which outcome it is. */
  has: string;
}

const { done, failed, refused, changes } = ExitCode;
const ONE_KEY = "name: A\nrepositories: [edge-agent]\n";
export const CUSTOMERS = {
  acme: ONE_KEY,
  globex: "name: G\nrepositories: [edge-agent]\nkeys: {1: active, 2: active}\n",
  "own-account": 'name: O\nrepositories: [edge-agent]\nawsAccount: "123456789013"\n',
  umbrella: "name: U\nrepositories: [edge-agent]\nstatus: suspended\n",
};
export const CELLS = `${SETTINGS}  ecr-customers:cells: 2\n`;
export const MAPPING = "system: crm\n";

const RECORDED = { ...stackOutputs(stackInput([customer("acme")])) };
const EMPTY: Partial<DeploymentResult> = {
  summary: { same: 3 },
  outputsBefore: RECORDED,
  outputsAfter: RECORDED,
};
const CREATES: Partial<DeploymentResult> = {
  ...EMPTY,
  summary: { create: 1 },
  changes: [resourceChange("create", USER, "acme")],
};
const REPLACES: Partial<DeploymentResult> = {
  ...EMPTY,
  summary: { replace: 1 },
  changes: [resourceChange("replace", KEY, "acme-1")],
};
const TWO = ([1, 2] as const).map((generation) => ({ generation, status: "active" as const }));
const ENGINE_FAILS = new EngineError("backend", "the state cannot be read", "Check the backend.");
const USERS = new Set(["acme"]);

const withPreview =
  (preview: Partial<DeploymentResult>, update: Partial<DeploymentResult> = {}) =>
  () => {
    stubAws();
    stubEngine({ preview: { users: USERS, ...preview }, update });
  };
const withState = (state: Readonly<Record<string, unknown>>) => () => {
  stubAws();
  stubEngine({ state });
};

const INIT_FLAGS =
  "--yes --account 123456789012 --region eu-central-1 --repositories edge-agent --github acme/registry --stack dev";

/** Of each command, the outcomes that are its own. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  init: [
    { args: `made ${INIT_FLAGS}`, code: done, has: "written" },
    { args: ". --yes", when: "an answer is missing", code: failed, has: "error" },
    { args: `. ${INIT_FLAGS}`, when: "a file is in the way", code: failed, has: "error" },
    { args: "--check", when: "init has not written there", code: failed, has: "error" },
  ],
  "pull-request files": [{ when: "no workflow runs it", code: failed, has: "error" }],
  "pull-request comment": [
    { args: "preview.md", when: "no workflow runs it", code: failed, has: "error" },
  ],
  validate: [{ code: done, has: "stacks" }],
  access: [
    { code: done, has: "customers" },
    { args: "--prove", code: done, has: "stack" },
    { args: "acme --prove", code: failed, has: "error" },
    { args: "--csv", code: failed, has: "error" },
  ],
  history: [{ args: "acme", when: "there is no git", code: failed, has: "error" }],
  why: [{ args: "acme edge-agent", when: "there is no git", code: failed, has: "error" }],
  pulls: [
    { args: "--cached", code: done, has: "pulls" },
    { args: "--cached --idle 30d", code: done, has: "idle" },
    { args: "--cached --since soon", code: failed, has: "error" },
    { args: "--csv", code: failed, has: "error" },
  ],
  report: [
    { args: "--html report.html", when: "there is no git", code: done, has: "bytes" },
    { args: "--html no/report.html", when: "there is no folder", code: failed, has: "error" },
    { code: failed, has: "error" },
    {
      args: "--html r.html --aws",
      given: withState({ export: { deployment: {} } }),
      code: done,
      has: "counts",
    },
  ],
  notices: [
    { code: done, has: "notices" },
    { args: "--format ics", code: failed, has: "error" },
    { args: "--aws", given: withState({ export: { deployment: {} } }), code: done, has: "notices" },
    { args: "--aws", when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  renewals: [{ when: "the settings have no rule", code: done, has: "renewals" }],
  preview: [
    { when: "nothing changes", given: withPreview(EMPTY), code: done, has: "access" },
    { when: "a key would be replaced", given: withPreview(REPLACES), code: done, has: "refusals" },
    {
      args: "--expect-no-changes",
      when: "a user would be created",
      given: withPreview(CREATES),
      code: 3,
      has: "access",
    },
    {
      when: "the preview fails",
      given: withPreview({ error: ENGINE_FAILS }),
      code: failed,
      has: "error",
    },
  ],
  up: [
    { when: "nothing changes", given: withPreview(EMPTY), code: done, has: "changed" },
    {
      args: "--yes",
      when: "a key would be replaced",
      given: withPreview(REPLACES),
      code: refused,
      has: "refused",
    },
    { when: "a user would be created", given: withPreview(CREATES), code: refused, has: "refused" },
    {
      args: "--yes",
      when: "the preview fails",
      given: withPreview({ error: ENGINE_FAILS }),
      code: failed,
      has: "error",
    },
    {
      args: "--yes",
      when: "the update fails",
      given: withPreview(CREATES, { error: ENGINE_FAILS }),
      code: failed,
      has: "error",
    },
  ],
  outputs: [
    {
      when: "an update has recorded its outputs",
      given: withState({ outputs: RECORDED }),
      code: done,
      has: "customers",
    },
    {
      when: "nothing is recorded",
      given: withState({ outputs: undefined }),
      code: failed,
      has: "error",
    },
  ],
  unlock: [
    {
      when: "nothing is locked",
      given: withState({ stacks: ["dev"], lock: undefined }),
      code: done,
      has: "locks",
    },
    {
      when: "it is locked",
      given: withState({ stacks: ["dev"], lock: {} }),
      code: refused,
      has: "locks",
    },
    {
      args: "--force",
      given: withState({ stacks: ["dev"], lock: {}, unlock: undefined }),
      code: done,
      has: "removed",
    },
  ],
  destroy: [
    {
      when: "the engine returns no summary",
      given: withPreview({ ...EMPTY, summary: undefined }),
      code: refused,
      has: "refused",
    },
    {
      args: "--allow-revocations 9 --allow-replacements 9 --allow-unknown-changes",
      given: withPreview(CREATES),
      code: refused,
      has: "refused",
    },
    {
      args: "--yes",
      when: "the preview fails",
      given: withPreview({ error: ENGINE_FAILS }),
      code: failed,
      has: "error",
    },
    {
      args: "--yes --allow-revocations 9 --allow-replacements 9 --allow-unknown-changes",
      when: "the update fails",
      given: withPreview(CREATES, { error: ENGINE_FAILS }),
      code: failed,
      has: "error",
    },
  ],
  cells: [
    {
      when: "an update has recorded its outputs",
      given: withState({ outputs: RECORDED }),
      code: done,
      has: "cells",
    },
    { args: "--set 0", code: failed, has: "error" },
  ],
  suspend: [
    { args: "acme", code: done, has: "changed" },
    { args: "umbrella", code: done, has: "changed" },
  ],
  resume: [
    { args: "umbrella", code: done, has: "changed" },
    { args: "acme", code: done, has: "changed" },
  ],
  offboard: [
    { args: "acme", code: done, has: "step" },
    { args: "umbrella", when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  revoke: [
    { args: "acme", code: refused, has: "would" },
    { args: "../acme", code: failed, has: "error" },
    { args: "acme --now", when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
    {
      args: "acme --now",
      when: "it is another account",
      given: () => {
        stubAws({ account: "123456789013" });
      },
      code: failed,
      has: "error",
    },
  ],
  keep: [
    {
      args: "edge-agent",
      when: "its policy names no one else",
      given: () => {
        stubAws({ repositoryPolicy: undefined });
      },
      code: done,
      has: "added",
    },
    { args: "edge-agnt", code: failed, has: "error" },
    { args: "edge-agent", when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  adopt: [
    {
      when: "no one can pull",
      given: () => {
        stubAws();
      },
      code: done,
      has: "pullers",
    },
    {
      args: "--suggest map.csv",
      given: () => {
        stubAws();
      },
      code: done,
      has: "table",
    },
    {
      args: "--existing",
      when: "AWS has none of the users",
      given: () => {
        stubAws();
      },
      code: failed,
      has: "leftOut",
    },
    { args: "--map deals.csv", code: failed, has: "problems" },
    { args: "--users [", code: failed, has: "error" },
    { when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  drift: [
    {
      when: "the account is empty",
      given: withState({ export: { deployment: {} } }),
      code: changes,
      has: "deviations",
    },
    { when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  "keys status": [
    {
      when: "no key is known",
      given: withState({ export: { deployment: {} } }),
      code: done,
      has: "attention",
    },
    {
      args: "--fail",
      when: "no key is known",
      given: withState({ export: { deployment: {} } }),
      code: failed,
      has: "attention",
    },
    { when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  "keys rotate": [
    { args: "acme", code: done, has: "added" },
    { args: "own-account", code: failed, has: "error" },
  ],
  "keys retire": [
    { args: "acme", code: failed, has: "error" },
    {
      args: "globex",
      when: "its keys were never used",
      given: () => {
        const { settings, today } = plantedFiles();
        const declared = { settings, customers: [customer("globex", { keys: TWO })], today };
        stubAws({ observe: cleanAccount(declared) });
        const state = (generation: number) => ({
          urn: `urn:pulumi:dev::p::${KEY}::globex-${generation}`,
          ...{ type: KEY, id: keyIdOf("globex", generation) },
        });
        stubEngine({ state: { export: { deployment: { resources: [state(1), state(2)] } } } });
      },
      code: refused,
      has: "refused",
    },
  ],
  handover: [
    { args: "own-account", code: done, has: "file" },
    { args: "umbrella", code: failed, has: "error" },
  ],
  doctor: [
    {
      when: "the account is empty",
      given: withState({ export: { deployment: {} } }),
      code: failed,
      has: "deviations",
    },
    { args: "--error denied", code: failed, has: "error" },
    {
      args: "acme",
      when: "the account is empty",
      given: withState({ export: { deployment: {} } }),
      code: failed,
      has: "findings",
    },
    {
      args: "acme --error denied",
      when: "the account is empty",
      given: withState({ export: { deployment: {} } }),
      code: failed,
      has: "findings",
    },
    { args: "acme", when: "AWS refuses", given: stubRefusingAws, code: failed, has: "error" },
  ],
  import: [
    { args: "deals.csv", code: failed, has: "error" },
    { args: "deals.csv --mapping crm.yaml", code: failed, has: "problems" },
    { args: "deals.csv --suggest new.yaml", code: done, has: "mapping" },
    { args: "none.csv --suggest new.yaml", code: failed, has: "problems" },
  ],
  sync: [
    { args: "deals.csv", code: failed, has: "error" },
    { args: "deals.csv --mapping crm.yaml --yes", code: failed, has: "problems" },
  ],
  sandbox: [{ args: "--port 0", code: failed, has: "error" }],
  completion: [{ code: done, has: "script" }],
};
