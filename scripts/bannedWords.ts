// Words and phrases that no text of this repository uses, with what to write instead. They are either not
// English as an engineer writes it, or names that this project has given up. Used by the test of the
// house's English and by the benchmark that counts what is left.

/** A banned expression. */
export interface BannedWords {
  pattern: RegExp;
  /** What to write. */
  instead: string;
  /** A sentence that holds it. */
  example: string;
}

/** A place where a banned expression was found. */
export interface BannedLine {
  /** From 1. */
  line: number;
  /** The words as they are written there. */
  words: string;
  instead: string;
}

export const BANNED_WORDS: readonly BannedWords[] = [
  {
    pattern: /\banew\b/i,
    instead: "replaced, re-created, again",
    example: "The user is made anew.",
  },
  {
    pattern: /(?<!\b[Tt]here )\b(?:is|are|was|were) none\b/,
    instead: "is not one of …, is not a …, is not recognised",
    example: "A status that is none is refused.",
  },
  {
    pattern: /\bby the files?\b/i,
    instead: "according to the files",
    example: "Who has access by the files?",
  },
  {
    pattern: /(?<!\.)\btells\b(?![^.\n]*\bapart\b)/i,
    instead: "reports, shows, names",
    example: "The plan tells who loses access.",
  },
  {
    pattern: /\b(?:is|are|was|were|be|and|as) told\b(?! (?:to|apart)\b)/i,
    instead: "is reported, is shown",
    example: "A lock that is left is told.",
  },
  {
    pattern: /\b(?:some|any|every)body\b/i,
    instead: "an operator, a reviewer, someone, anyone, everyone, or the passive",
    example: "A user that somebody deleted.",
  },
  {
    pattern: /\bnobody\b/i,
    instead: "no one, or the passive",
    example: "A key that nobody declared.",
  },
  {
    pattern: /\b(?:a person|persons)\b/i,
    instead: "an operator, a reviewer, someone",
    example: "This needs a person.",
  },
  {
    pattern: /\b(?:only|every|the|allow|and) so many\b(?! that\b)|\bso many customers\b/i,
    instead: "up to N",
    example: "so many customers may lose access",
  },
  {
    pattern: /\bmend(?:s|ed|ing)?\b/i,
    instead: "fix, repair",
    example: "Run it again when it is mended.",
  },
  {
    pattern: /\bended badly\b/i,
    instead: "failed",
    example: "The engine ended badly.",
  },
  {
    pattern: /\btroubles?\b/i,
    instead: "a failure, an error",
    example: "AWS has a trouble of its own.",
  },
  {
    pattern: /\basked too (?:fast|often)\b/i,
    instead: "throttled the requests",
    example: "AWS was asked too fast.",
  },
  {
    pattern: /\bgo(?:es)? past (?:this|it|them|that)\b/i,
    instead: "overrides this",
    example: "`--force` goes past this.",
  },
  {
    pattern: /\bhangs? on\b/i,
    instead: "is attached to",
    example: "A policy still hangs on the user.",
  },
  {
    pattern: /\bfaults? of (?:the|this|a) script\b/i,
    instead: "a bug in ecr-customers",
    example: "This is a fault of the script.",
  },
  {
    pattern: /\bmoods?\b/i,
    instead: "variation",
    example: "The machine's mood is left out.",
  },
  {
    pattern: /\ba slip\b|\bslips? of the pen\b/i,
    instead: "a typo, a mistake",
    example: "There is a slip in it.",
  },
  {
    pattern: /\bas (?:it|they) stands?\b/i,
    instead: "unchanged, as it is, as written",
    example: "The file loads as it stands.",
  },
  {
    pattern: /\bfor good\b(?! reason)/i,
    instead: "permanently",
    example: "The key is deleted for good.",
  },
  {
    pattern: /\b(?:take|takes|took|taken|taking)(?: it| them)? away\b/i,
    instead: "removes, deletes, revokes",
    example: "A repository that is taken away.",
  },
  {
    pattern: /\b(?:is|are|was|were) not there\b/i,
    instead: "is missing, does not exist",
    example: "What is not there cannot be read.",
  },
  {
    pattern: /\bof no matter\b/i,
    instead: "does not matter",
    example: "The order is of no matter.",
  },
  {
    pattern: /\bin a run of (?:its|their) own\b/i,
    instead: "in a separate run",
    example: "It is deployed in a run of its own.",
  },
  {
    pattern: /\bshall\b/i,
    instead: "must, should",
    example: "All that the file shall hold.",
  },
  {
    pattern: /\bonce more\b/i,
    instead: "again",
    example: "It runs once more.",
  },
  {
    pattern: /\bhence\b|\blest\b|\b(?:here|there|where)(?:by|in|of|upon)\b/i,
    instead: "so, so that … not, by this",
    example: "Only the plan is printed, hence nothing changes.",
  },
  {
    pattern: /\b(?:puts?|set) right\b/i,
    instead: "repaired",
    example: "Drift is put right.",
  },
  {
    pattern: /\b(?:go|goes|going|went) on\b/i,
    instead: "continue",
    example: "The import goes on without it.",
  },
  {
    pattern: /\bends? (?:with [0-3]|red)\b/i,
    instead: "exits with 1, fails",
    example: "The run ends with 1.",
  },
  {
    pattern: /\bwhat (?:becomes|became) of\b/i,
    instead: "what happens to",
    example: "What becomes of a failed row?",
  },
  {
    pattern: /\bin (?:other|small) letters\b/i,
    instead: "in another case, in lower case",
    example: "A name in other letters.",
  },
  {
    pattern: /\bfor ever\b/i,
    instead: "permanently, forever",
    example: "Its id for ever.",
  },
  {
    pattern: /\bplayed\b/i,
    instead: "faked, simulated",
    example: "AWS is played here.",
  },
  {
    pattern: /\b(?:is|are|was) another than\b|\bsays? otherwise than\b/i,
    instead: "differs from",
    example: "The mapping is another than at the last import.",
  },
  {
    pattern: /\bhow (?:\S+ ){1,6}(?:is|are) called\b/i,
    instead: "what … is called, the name of …",
    example: "How a repository is called.",
  },
  {
    pattern:
      /\b(?:stands?|stood) (?:in(?! for| with)|there|beside|before|behind|below|above|under)\b/i,
    instead: "is in, is at, is there",
    example: "The key stands in the file.",
  },
  {
    pattern: /\b(?:lies?|lay|lying) (?:in|on|at|beside|next|there|under)\b/i,
    instead: "is in, is next to",
    example: "The lock lies beside the state.",
  },
  {
    pattern: /\bthe present (?:one|keys?|ends?|users?)\b/i,
    instead: "the current …",
    example: "The present key keeps working.",
  },
  {
    pattern: /\bspoil(?:s|t|ed)?\b/i,
    instead: "break, corrupt",
    example: "Documents that are spoilt.",
  },
  {
    pattern: /\bwhat any\w+ (?:sees|reads)\b|\b(?:first|second|last|next) look\b|\bafter a look\b/i,
    instead: "the first read, after reading AWS",
    example: "Only later than the first look.",
  },
  {
    pattern: /\bleanly\b|\bsettle(?:State|Keys|Users)\b|\blookAgain\b|\bendForSure\b/,
    instead: "withoutDebugOverhead, recoverInterrupted…, pollUntil, revokeDirectly",
    example: "await leanly(program);",
  },
  {
    pattern: /\breplaceWhole\b|\brightAccount\b|\bstrangers\b|\bveil\w*/,
    instead: "writeAtomic, requireAccount, unauthorizedPrincipals, newUserVisibilityDelay",
    example: "const strangers = principals.filter(unknown);",
  },
];

/** Files that are judged: text that this project's engineers write. */
const TEXT = /\.(?:[cm]?[jt]s|md|ya?ml|json|sh|ps1|py|tf|go|patch)$/;

/** Not written here, the user's own, this list, or names that are looked for in earlier commits. */
const EXCLUDED =
  /^(?:package-lock\.json|customers\/|imports\/|Pulumi\.[^/]+\.yaml|scripts\/bannedWords\.ts$|bench\/house\/questions\.ts$)/;

/** True for a file of the repository, by its path from the top, whose words are judged. */
export function isJudged(path: string): boolean {
  return TEXT.test(path) && !EXCLUDED.test(path);
}

/** Finds every banned expression of a text; each once a line. */
export function bannedWords(text: string): BannedLine[] {
  // Most are not in a text at all, which is seen faster in the whole text than in each of its lines.
  const present = BANNED_WORDS.filter(({ pattern }) => pattern.test(text));
  if (present.length === 0) return [];
  return text.split("\n").flatMap((written, at) =>
    present.flatMap(({ pattern, instead }) => {
      const words = pattern.exec(written)?.[0];
      return words === undefined ? [] : [{ line: at + 1, words, instead }];
    }),
  );
}
