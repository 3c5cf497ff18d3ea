// What the first `init` has to know: flags, questions and defaults, each checked by the parser that reads it later.
import { chooseStack } from "../files/stackFiles";
import { UsageError } from "../output/usageError";
import {
  checkPattern,
  checkSettings,
  checkTeam,
  ownerOf,
  repositoryNames,
  type Draft,
  type QuestionName,
} from "./draft";
import { checkClaims, checkFurther, checkPrefix, inAccount } from "./furtherChecks";
import { kmsKey, stateBucket, type StackValues } from "./values";

/** What is known before a question is asked. */
export interface Known {
  environment: Readonly<Record<string, string | undefined>>;
  /** The stacks that the repository has, in the order in which they were added. */
  stacks: readonly StackValues[];
}

export interface Question {
  name: QuestionName;
  /** Asked on a terminal, and the flag's description. */
  text: string;
  /** Asked once for a repository, for each of its stacks, or for each but the first. */
  about: "repository" | "stack" | "further stack";
  /** Taken with `--yes`, or for an empty answer. Undefined where only the vendor knows. */
  byDefault(draft: Draft, known: Known): string | undefined;
  /** @throws UsageError when the answer is wrong. */
  check(answer: string, draft: Draft, stacks: readonly StackValues[]): void;
}

const no = () => undefined;

/** In the order in which they are asked: later defaults are made of earlier answers. */
export const QUESTIONS: readonly Question[] = [
  {
    name: "stack",
    text: "name of the stack",
    about: "stack",
    byDefault: (_, { stacks }) => (stacks.length === 0 ? "prod" : undefined),
    check: (answer, _, stacks) => {
      chooseStack(".", answer);
      checkFurther(answer, stacks);
    },
  },
  {
    name: "account",
    text: "AWS account of the registry, 12 digits",
    about: "stack",
    byDefault: no,
    check: (account) => {
      checkSettings({ account });
    },
  },
  {
    name: "region",
    text: "region of the repositories",
    about: "stack",
    byDefault: (_, { environment, stacks: [first] }) =>
      first?.config.region ?? environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"],
    check: (region) => {
      checkSettings({ region });
    },
  },
  {
    name: "repositories",
    text: "repositories that customers pull from, separated by commas",
    about: "stack",
    // The same in another account; in the same one, a repository is of one stack.
    byDefault: ({ account }, { stacks: [first, ...others] }) =>
      first === undefined || inAccount(account, [first, ...others]).length > 0
        ? undefined
        : [...first.config.repositories.keys()].join(","),
    check: (repositories, draft, stacks) => {
      checkSettings({ repositories });
      const regions = [draft.region ?? ""];
      const wanted = repositoryNames(repositories).map((name) => [name, { regions }] as const);
      checkClaims({ account: draft.account, repositories: new Map(wanted) }, stacks);
    },
  },
  {
    name: "customers",
    text: "folder of the stack's customer files; stacks with the same folder have the same customers",
    about: "further stack",
    byDefault: ({ stack = "" }) => `customers-${stack}`,
    // It is written into patterns of paths, pages and settings.
    check: (customers) => {
      checkPattern(
        customers,
        /^[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)*$/,
        "a folder of the repository, of letters, digits, dots, `_` and `-`",
        "customers-stg",
      );
      checkSettings({ customers });
    },
  },
  {
    name: "name-prefix",
    text: "prefix of the stack's IAM names; needed beside another stack in the same account",
    about: "further stack",
    byDefault: ({ stack = "", account }, { stacks }) =>
      inAccount(account, stacks).length === 0 ? "" : `${stack.slice(0, 15)}-`,
    check: (namePrefix, draft, stacks) => {
      checkSettings({ "name-prefix": namePrefix });
      checkPrefix(namePrefix, draft, stacks);
    },
  },
  {
    name: "state",
    text: "where Pulumi keeps the state: s3://BUCKET, or another backend's address",
    about: "stack",
    byDefault: ({ account = "" }, { stacks: [first] }) =>
      // An account has a bucket of its own; other backends are of no account.
      first !== undefined &&
      (first.config.account === account || !first.answers.state.startsWith("s3:"))
        ? first.answers.state
        : `s3://ecr-customers-state-${account}`,
    check: (answer) => {
      const isAddress = /^(?:s3|gs|azblob|file|https):\/\/[\w.\-/:?=&~%@+]+$/.test(answer);
      const isBucket = !answer.startsWith("s3:") || stateBucket(answer) !== undefined;
      if (isAddress && isBucket) return;
      throw new UsageError(
        `expected the address of a Pulumi backend, got ${JSON.stringify(answer)}`,
        "Write e.g. `s3://acme-pulumi-state`, or `https://api.pulumi.com` for Pulumi Cloud.",
      );
    },
  },
  {
    name: "secrets-provider",
    text: "what encrypts the secrets in the state: awskms://… or passphrase",
    about: "stack",
    byDefault: ({ account, region = "" }, { stacks: [first] }) =>
      first !== undefined &&
      (first.config.account === account || first.answers.secretsProvider === "passphrase")
        ? first.answers.secretsProvider
        : `awskms://alias/ecr-customers-state?region=${region}`,
    check: (answer, { account = "", region = "" }) => {
      if (answer === "passphrase" || kmsKey(answer, { account, region }) !== undefined) return;
      throw new UsageError(
        `expected awskms://… or passphrase, got ${JSON.stringify(answer)}`,
        "Write e.g. `awskms://alias/pulumi-state?region=eu-central-1`: a key by its alias, id or ARN.",
      );
    },
  },
  {
    name: "github",
    text: "the repository at GitHub, as OWNER/NAME",
    about: "repository",
    byDefault: no,
    check: (answer) => {
      checkPattern(
        answer,
        /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[\w.-]{1,100}$/,
        "a repository at GitHub",
        "acme/registry-customers",
      );
    },
  },
  {
    name: "github-owner-id",
    text: "GitHub's number of the owner; empty if tokens name the repository without numbers",
    about: "repository",
    byDefault: () => "",
    check: (answer) => {
      checkPattern(
        answer,
        /^(?:[1-9][0-9]{0,19})?$/,
        "the number of an owner at GitHub",
        "12345678",
      );
    },
  },
  {
    name: "github-repository-id",
    text: "GitHub's number of the repository; empty like the owner's",
    about: "repository",
    byDefault: () => "",
    check: (answer, draft) => {
      checkPattern(
        answer,
        /^(?:[1-9][0-9]{0,19})?$/,
        "the number of a repository at GitHub",
        "987654321",
      );
      if ((answer === "") === ((draft["github-owner-id"] ?? "") === "")) return;
      throw new UsageError(
        "expected GitHub's numbers of both owner and repository, or neither",
        `\`gh api repos/${draft.github ?? "OWNER/NAME"} --jq '.owner.id, .id'\` shows them.`,
      );
    },
  },
  {
    name: "platform-team",
    text: "who approves changes of code and settings",
    about: "repository",
    byDefault: ({ github = "" }) => `@${ownerOf(github)}/platform`,
    check: checkTeam,
  },
  {
    name: "approvers-team",
    text: "who approves changes of customer files",
    about: "repository",
    byDefault: ({ github = "" }) => `@${ownerOf(github)}/access-approvers`,
    check: checkTeam,
  },
  {
    name: "on-call-role",
    text: "IAM role of the people on call, who may revoke",
    about: "stack",
    byDefault: (_, { stacks: [first] }) => first?.answers.onCallRole ?? "on-call",
    check: (answer) => {
      checkPattern(
        answer,
        /^(?:[\w+=,.@-]{1,64}\/)*[\w+=,.@-]{1,64}$/,
        "the name of an IAM role",
        "on-call",
      );
    },
  },
];
