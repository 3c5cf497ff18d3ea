import { printable } from "../../src/printable";
import type { ResourceFailure } from "../engine/events";
import { subjectOf, type Subject } from "../plan/subject";
import type { ReportLine } from "../output/report";

/** What a person does about a refusal of AWS, by the code in AWS's message. */
const ADVICE: readonly { pattern: RegExp; advice: string }[] = [
  {
    // Before the quotas: `RequestLimitExceeded` is none.
    pattern: /Throttl|Rate exceeded|TooManyRequests|RequestLimitExceeded/,
    advice: "AWS was asked too fast; run `up` again.",
  },
  {
    pattern: /UsersPerAccount|UsersQuota/,
    advice: "The account holds no more users; remove ended customers, or use another account.",
  },
  {
    pattern: /AccessKeysPerUser/,
    advice: "It has two keys already; `keys status` shows them, one has to go first.",
  },
  {
    pattern: /LimitExceeded/,
    advice: "An AWS quota is reached; see Service Quotas, then run `up` again.",
  },
  {
    pattern: /EntityAlreadyExists/,
    advice: "AWS has one of this name that this stack did not make; remove it, or import it.",
  },
  {
    pattern: /RepositoryAlreadyExists/,
    advice:
      "The repository exists; take `create: true` out of the stack's catalogue, or import it.",
  },
  {
    pattern: /Principal not found/,
    advice: "AWS does not know a named user yet; run `up` again in a minute.",
  },
  {
    pattern: /RepositoryNotFound/,
    advice: "Make the repository, or write `create: true` in the stack's catalogue.",
  },
  {
    pattern: /RepositoryNotEmpty/,
    advice: "It holds images; delete them first if the repository is to go.",
  },
  {
    pattern: /AccessDenied|not authorized to perform/,
    advice: "The role lacks this right; compare it with docs/aws-setup.",
  },
  {
    pattern: /DeleteConflict/,
    advice: "Something made by hand hangs on the user; take it away, then run `up` again.",
  },
  {
    pattern: /NoSuchEntity/,
    advice: "Somebody has removed it in AWS; run `up --refresh`.",
  },
  {
    pattern: /ExpiredToken|RequestExpired/,
    advice: "The credentials ran out on the way; log in again, then run `up` again.",
  },
  {
    pattern: /ServiceUnavailable|ServiceFailure|InternalFailure|InternalError|ServerException/,
    advice: "AWS has a trouble of its own; run `up` again in a minute.",
  },
  {
    pattern: /ConcurrentModification|EntityTemporarilyUnmodifiable/,
    advice: "AWS was still busy with it; run `up` again in a minute.",
  },
  {
    pattern: /request send failed|no such host|connection refused|i\/o timeout/,
    advice: "AWS could not be reached; look at the network, then run `up` again.",
  },
];

const OTHERWISE = "Run `up` again when it is mended.";

/** One line for each customer or repository that failed: what AWS said, what to do. */
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

/** Longest part of AWS's words that is shown. */
const GIST_LENGTH = 300;

/**
 * AWS's code and words in an error of its SDK for Go: after `api error`, or, for an error that the
 * SDK has a type for, after the request's id. The provider says some twice, in two wrappings.
 */
const AWS_WORDS =
  /(?:RequestID: [^,\s]*, (?:api error )?|api error )([A-Za-z]\w*: .*?)(?=: provider=aws@|; \d+ errors? occurred|; [^;]*operation error |\n|$)/gs;

/** AWS's own words, without the engine's and the provider's around them; one line. */
function gist(message: string): string {
  const words = [...message.matchAll(AWS_WORDS)].map(([, text = ""]) => oneLine(text));
  const line = words.length > 0 ? [...new Set(words)].join("; ") : oneLine(message);
  if (line === "") return "it was not reached, because something that it needs failed";
  return printable(line, GIST_LENGTH);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(/^ |[.:;\s]+$/g, "");
}
