/**
 * The rules for every workflow of this repository, beyond what actionlint knows: a workflow that runs
 * a pull request's code has no credentials, and one that has credentials runs only merged code.
 * docs/threat-model.md has the threats.
 */
import { type Problem, sortProblems } from "../src/problem";
import { readWorkflow, type Path, type Workflow } from "./workflow";
import {
  checkouts,
  conditionsOf,
  deploys,
  hasSecret,
  isPassedOn,
  runsAfterCheck,
} from "./workflowParts";

export interface WorkflowRule {
  /** Shown in brackets after each problem. */
  name: string;
  expected: string;
  fix: string;
  /** Where and how a workflow breaks the rule. */
  broken(workflow: Workflow): { path: Path; got?: string }[];
}

/** The one concurrency group of everything that changes a stack. Stacks do not wait for each other: a run that waits is cancelled by the next. */
const DEPLOY_GROUP = "deploy-${{ inputs.stack || vars.STACK }}";

/** The only folders that are cached, each by the versions in the lockfile. */
const NPM_CACHE = "~/.npm";
const PLUGIN_CACHE = "~/.pulumi/plugins";

const MAIN = "refs/heads/main";

/** All three: otherwise a foreign pull request would get a preview. */
const OWN_PULL_REQUEST = [
  "github.event.workflow_run.event == 'pull_request'",
  "github.event.workflow_run.conclusion == 'success'",
  "github.event.workflow_run.head_repository.full_name == github.repository",
];

export const WORKFLOW_RULES: readonly WorkflowRule[] = [
  {
    // A tag can be moved to other code, a commit cannot; the comment names the release for readers.
    name: "pinned-action",
    expected: "an action by its full commit hash, with its version as a comment",
    fix: "Write e.g. `actions/checkout@<40 hexadecimal digits> # v6.0.2`.",
    broken: ({ steps, jobs }) =>
      [...steps, ...jobs]
        .filter(
          ({ uses, usesComment }) =>
            uses !== "" &&
            !uses.startsWith("./") &&
            !(/@[0-9a-f]{40}$/.test(uses) && /^v\d+(\.\d+)*$/.test(usesComment)),
        )
        .map(({ path, uses }) => ({ path: [...path, "uses"], got: uses })),
  },
  {
    name: "no-default-permissions",
    expected: "`permissions: {}` at the top",
    fix: "Write it, and in each job the permissions that it needs.",
    broken: ({ permissions }) =>
      JSON.stringify(permissions) === "{}" ? [] : [{ path: ["permissions"] }],
  },
  {
    name: "job-permissions",
    expected: "a job that names its permissions one by one",
    fix: "Write e.g. `permissions: { contents: read }`.",
    broken: ({ jobs }) => jobs.filter((job) => job.permissions === undefined),
  },
  {
    // Credentials that a checkout keeps are readable for everything that runs after it.
    name: "kept-credentials",
    expected: "a checkout that keeps no credentials",
    fix: "Write `persist-credentials: false` under `with`.",
    broken: (workflow) =>
      checkouts(workflow).filter((step) => step.with["persist-credentials"] !== false),
  },
  {
    // An expression is substituted before the shell reads the script: a title could be a command.
    name: "script-injection",
    expected: "a script without ${{ }}",
    fix: 'Pass the value in `env`, and write "$NAME".',
    broken: ({ steps }) =>
      steps
        .filter(({ run }) => run.includes("${{"))
        .map(({ path }) => ({ path: [...path, "run"] })),
  },
  {
    name: "trigger",
    expected: "no event that combines untrusted text with credentials",
    fix: "Use `pull_request` without credentials, or `workflow_run` as preview.yml does.",
    broken: ({ triggers }) =>
      triggers
        .filter((name) => ["pull_request_target", "issue_comment", "issues"].includes(name))
        .map((got) => ({ path: ["on", got], got })),
  },
  {
    // A pull request decides what runs here, even one from a fork.
    name: "pull-request-credentials",
    expected: "a pull request's job to have read access to the repository and nothing else",
    fix: "Move it to a workflow that runs the default branch's code.",
    broken: ({ triggers, jobs }) =>
      triggers.includes("pull_request")
        ? jobs.filter(
            ({ permissions, environment }) =>
              environment !== undefined ||
              !["{}", '{"contents":"read"}'].includes(JSON.stringify(permissions ?? {})),
          )
        : [],
  },
  {
    // Any branch can use a repository secret; only the allowed ones can use an environment's.
    name: "secret-outside-environment",
    expected: "no GitHub secret outside a job with a protected environment",
    fix: "Use a role for AWS and `github.token` for GitHub; keep the rest in an environment.",
    broken: ({ env, jobs, triggers }) => [
      ...(hasSecret(env) ? [{ path: ["env"] }] : []),
      ...jobs.filter(
        (job) => hasSecret(job.text) && job.environment === undefined && !isPassedOn(job, triggers),
      ),
    ],
  },
  {
    // AWS trusts an environment's name, and GitHub decides which branch may use that environment.
    name: "environment",
    expected: "a job that assumes a role or changes AWS to name its protected environment",
    fix: "Write e.g. `environment: production`; the role's trust policy names it.",
    broken: ({ jobs }) =>
      jobs.filter(
        (job) =>
          job.environment === undefined &&
          // The called workflow's jobs name it: a job that calls one cannot.
          job.uses === "" &&
          (job.permissions?.["id-token"] !== undefined || job.steps.some(deploys)),
      ),
  },
  {
    name: "aws-account",
    expected: "a role of a named account, and no access key",
    fix: "Write `role-to-assume` and `allowed-account-ids`.",
    broken: ({ steps }) =>
      steps.filter(
        ({ uses, with: inputs }) =>
          uses.startsWith("aws-actions/configure-aws-credentials@") &&
          (inputs["role-to-assume"] === undefined ||
            inputs["allowed-account-ids"] === undefined ||
            inputs["aws-access-key-id"] !== undefined),
      ),
  },
  {
    name: "own-pull-request",
    expected: "a job after a check to run only for this repository's own pull requests",
    fix: `Write \`if: ${OWN_PULL_REQUEST.join(" && ")}\`.`,
    broken: (workflow) =>
      runsAfterCheck(workflow)
        ? workflow.jobs.filter((job) => {
            const conditions = conditionsOf(job.if);
            return !OWN_PULL_REQUEST.every((wanted) => conditions.includes(wanted));
          })
        : [],
  },
  {
    name: "default-branch",
    expected: "the default branch's code after a check, which needs no `ref`",
    fix: "Fetch the pull request's files as data, as `ecr-customers pull-request files` does.",
    broken: (workflow) =>
      runsAfterCheck(workflow)
        ? checkouts(workflow).filter(
            ({ with: { ref, repository } }) => ref !== undefined || repository !== undefined,
          )
        : [],
  },
  {
    // Two updates at once compete for the lock, and a cancelled one leaves unfinished operations.
    name: "one-deploy",
    expected: `everything that changes AWS to run in the group ${DEPLOY_GROUP}, never cancelled`,
    fix: `Write \`concurrency: { group: ${DEPLOY_GROUP}, cancel-in-progress: false }\` at the top.`,
    broken: ({ steps, concurrency }) =>
      steps.some(deploys) &&
      !(concurrency.group === DEPLOY_GROUP && concurrency["cancel-in-progress"] === false)
        ? [{ path: ["concurrency"] }]
        : [],
  },
  {
    // Re-running an old run must not restore the customers of its day.
    name: "newest",
    expected:
      "everything that changes AWS to run for the default branch only, and from its newest commit",
    fix: `Write \`if: github.ref == '${MAIN}'\` in the job, and \`ref: ${MAIN}\` in its checkout.`,
    broken: ({ jobs }) =>
      jobs.filter(
        (job) =>
          job.steps.some(deploys) &&
          // Further conditions only narrow it.
          (!conditionsOf(job.if).includes(`github.ref == '${MAIN}'`) ||
            checkouts(job).some((step) => step.with.ref !== MAIN)),
      ),
  },
  {
    // An update that could not do everything, a revocation for example, must end the run as failed.
    name: "ignored-failure",
    expected: "a failure of what changes AWS to fail the run",
    fix: "Delete `continue-on-error`.",
    broken: ({ jobs }) =>
      jobs.flatMap((job) =>
        [job, ...job.steps]
          .filter((one) => one.continueOnError !== undefined)
          .filter((one) => ("steps" in one ? one.steps.some(deploys) : deploys(one)))
          .map(({ path }) => ({ path: [...path, "continue-on-error"] })),
      ),
  },
  {
    // A cache from another run is code from another run. npm compares what it takes with the lockfile; Pulumi
    // compares nothing, so its plugins are cached only where no pull request's code runs.
    name: "cache",
    expected:
      "no cache but npm's, and that of Pulumi's plugins in a job with a protected environment, by the lockfile",
    fix: `Write \`package-manager-cache: false\` for setup-node, and for actions/cache \`path: ${NPM_CACHE}\` and a key with \`hashFiles('package-lock.json')\`, without \`restore-keys\`.`,
    broken: ({ jobs, triggers }) =>
      jobs.flatMap(({ steps, environment }) =>
        steps.filter(
          ({ uses, with: inputs }) =>
            inputs.cache !== undefined ||
            (uses.startsWith("actions/setup-node@") && inputs["package-manager-cache"] !== false) ||
            (uses.startsWith("actions/cache") &&
              !(
                !triggers.includes("pull_request") &&
                (inputs.path === NPM_CACHE ||
                  (inputs.path === PLUGIN_CACHE && environment !== undefined)) &&
                `${inputs.key}`.includes("hashFiles('package-lock.json')") &&
                inputs["restore-keys"] === undefined
              )),
        ),
      ),
  },
  {
    name: "time-limit",
    expected: "a job with a time limit; GitHub's default is six hours",
    fix: "Write e.g. `timeout-minutes: 30`.",
    // A job that calls a workflow cannot have one: the called jobs have theirs.
    broken: ({ jobs }) =>
      jobs.filter(({ uses, timeoutMinutes }) => uses === "" && typeof timeoutMinutes !== "number"),
  },
];

/**
 * Checks one workflow.
 *
 * @param file - as problems name it.
 * @returns all problems, in the order of their lines.
 */
export function workflowProblems(text: string, file: string): Problem[] {
  const workflow = readWorkflow(text);
  return sortProblems(
    WORKFLOW_RULES.flatMap(({ name, expected, fix, broken }) =>
      broken(workflow).map(({ path, got }): Problem => ({
        file,
        ...workflow.positionOf(path),
        path: path.join("."),
        message: `expected ${expected}${got === undefined ? "" : `, got ${got}`}`,
        fix,
        check: name,
      })),
    ),
  );
}
