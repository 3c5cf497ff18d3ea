// What the first `init` has to know: flags, questions and defaults, each checked by the parser that reads it later.
import { chooseStack } from "../files/stackFiles";
import { UsageError } from "../output/usageError";
import {
  checkPattern,
  checkSettings,
  checkTeam,
  ownerOf,
  type Draft,
  type QuestionName,
} from "./draft";
import { kmsKey, stateBucket } from "./values";

export interface Question {
  name: QuestionName;
  /** Asked on a terminal, and the flag's description. */
  text: string;
  /** Taken with `--yes`, or for an empty answer. Undefined where only the vendor knows. */
  byDefault(
    draft: Draft,
    environment: Readonly<Record<string, string | undefined>>,
  ): string | undefined;
  /** @throws UsageError when the answer is wrong. */
  check(answer: string, draft: Draft): void;
}

const no = () => undefined;

/** In the order in which they are asked: later defaults are made of earlier answers. */
export const QUESTIONS: readonly Question[] = [
  {
    name: "stack",
    text: "name of the stack",
    byDefault: () => "prod",
    check: (answer) => void chooseStack(".", answer),
  },
  {
    name: "account",
    text: "AWS account of the registry, 12 digits",
    byDefault: no,
    check: (account) => {
      checkSettings({ account });
    },
  },
  {
    name: "region",
    text: "region of the repositories",
    byDefault: (_, environment) => environment["AWS_REGION"] ?? environment["AWS_DEFAULT_REGION"],
    check: (region) => {
      checkSettings({ region });
    },
  },
  {
    name: "repositories",
    text: "repositories that customers pull from, separated by commas",
    byDefault: no,
    check: (repositories) => {
      checkSettings({ repositories });
    },
  },
  {
    name: "state",
    text: "where Pulumi keeps the state: s3://BUCKET, or another backend's address",
    byDefault: ({ account = "" }) => `s3://ecr-customers-state-${account}`,
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
    byDefault: ({ region = "" }) => `awskms://alias/ecr-customers-state?region=${region}`,
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
    byDefault: ({ github = "" }) => `@${ownerOf(github)}/platform`,
    check: checkTeam,
  },
  {
    name: "approvers-team",
    text: "who approves changes of customer files",
    byDefault: ({ github = "" }) => `@${ownerOf(github)}/access-approvers`,
    check: checkTeam,
  },
  {
    name: "on-call-role",
    text: "IAM role of the people on call, who may revoke",
    byDefault: () => "on-call",
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
