import { printable } from "../../src/printable";
import type { ResourceFailure } from "../engine/events";
import { subjectOf, type Subject } from "../plan/subject";
import type { ReportLine } from "../output/report";

/** What to do about a refusal by AWS, by the code in its message. */
const ADVICE: readonly { pattern: RegExp; advice: string }[] = [
  {
    // Before the quotas: `RequestLimitExceeded` is not one of them.
    pattern: /Throttl|Rate exceeded|TooManyRequests|RequestLimitExceeded/,
    advice: "AWS throttled the requests; run `ecr-customers up` again.",
  },
  {
    pattern: /UsersPerAccount|UsersQuota/,
    advice:
      "The account cannot hold more users; remove customers that have ended, or use another account.",
  },
  {
    pattern: /AccessKeysPerUser/,
    advice:
      "The user already has two keys; `ecr-customers keys status` shows them, one has to be deleted first.",
  },
  {
    pattern: /LimitExceeded/,
    advice: "An AWS quota is reached; see Service Quotas, then run `ecr-customers up` again.",
  },
  {
    pattern: /EntityAlreadyExists/,
    advice:
      "AWS has one of this name that this stack did not create, and a customer may be pulling with it: do not delete it. Its tags, keys and creation date show whose it is. If it is this customer's, import it (`pulumi import`); if another stack's, set `namePrefix`; if no one's, delete it.",
  },
  {
    pattern: /RepositoryAlreadyExists/,
    advice:
      "The repository exists; remove `create: true` from the stack's catalogue, or import it (`pulumi import`).",
  },
  {
    pattern: /Principal not found/,
    advice: "AWS does not know a named user yet; run `ecr-customers up` again in a minute.",
  },
  {
    pattern: /RepositoryNotFound/,
    advice: "Create the repository, or write `create: true` in the stack's catalogue.",
  },
  {
    pattern: /RepositoryNotEmpty/,
    advice: "It contains images; delete them first if the repository is to be deleted.",
  },
  {
    pattern: /AccessDenied|not authorized to perform/,
    advice: "The role lacks this permission; compare it with docs/aws-setup.",
  },
  {
    pattern: /DeleteConflict/,
    advice:
      "Something created by hand is still attached to the user; remove it, then run `ecr-customers up` again.",
  },
  {
    pattern: /NoSuchEntity/,
    advice: "It was deleted in AWS; run `ecr-customers up --refresh`.",
  },
  {
    pattern: /ExpiredToken|RequestExpired/,
    advice:
      "The credentials expired during the run; log in again, then run `ecr-customers up` again.",
  },
  {
    pattern: /ServiceUnavailable|ServiceFailure|InternalFailure|InternalError|ServerException/,
    advice: "AWS returned an internal error; run `ecr-customers up` again in a minute.",
  },
  {
    pattern: /ConcurrentModification|EntityTemporarilyUnmodifiable/,
    advice: "AWS was still processing an earlier change; run `ecr-customers up` again in a minute.",
  },
  {
    pattern: /request send failed|no such host|connection refused|i\/o timeout/,
    advice: "AWS could not be reached; check the network, then run `ecr-customers up` again.",
  },
];

const OTHERWISE = "Run `ecr-customers up` again once it is fixed.";

/** One line for each customer or repository that failed: what AWS answered, what to do. */
export function failureLines(failures: readonly ResourceFailure[]): ReportLine[] {
  const bySubject = new Map<string, { subject: Subject; messages: string[] }>();
  for (const failure of failures) {
    const subject = subjectOf(failure);
    const key = `${subject.kind} ${subject.name}`;
    const found = bySubject.get(key) ?? { subject, messages: [] };
    found.messages.push(`${subject.part}: ${gist(failure.message)}`);
    bySubject.set(key, found);
  }
  return [...bySubject.values()].map(({ subject, messages }) => {
    const text = messages.join("; ");
    const advice = ADVICE.find(({ pattern }) => pattern.test(text))?.advice ?? OTHERWISE;
    return { cells: [subject.name, `${text}. ${advice}`], tone: "bad" };
  });
}

/** How much of AWS's message is shown. */
const GIST_LENGTH = 300;

/**
 * AWS's code and message in an error of its SDK for Go: after `api error`, or, for an error that has a
 * type in the SDK, after the request's id. The provider repeats some of them, wrapped differently.
 */
const AWS_WORDS =
  /(?:RequestID: [^,\s]*, (?:api error )?|api error )([A-Za-z]\w*: .*?)(?=: provider=aws@|; \d+ errors? occurred|; [^;]*operation error |\n|$)/gs;

/** AWS's own message on one line, without what the engine and the provider add to it. */
function gist(message: string): string {
  const words = [...message.matchAll(AWS_WORDS)].map(([, text = ""]) => oneLine(text));
  const line = words.length > 0 ? [...new Set(words)].join("; ") : oneLine(message);
  if (line === "") return "not attempted, because something it depends on failed";
  return printable(line, GIST_LENGTH);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/^ |[.:;\s]+$/g, "");
}
