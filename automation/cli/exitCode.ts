/** The process's exit codes, so that CI can distinguish the outcomes. Shown at the end of `--help`. */
export const ExitCode = {
  done: 0,
  failed: 1,
  refused: 2,
  changes: 3,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** The codes in words, for `--help`. */
export const EXIT_CODES_HELP = `Exit codes:
  0  done
  1  failed, or a file or an argument is wrong
  2  refused by a limit, or not confirmed; nothing was written
  3  there are changes (with --expect-no-changes), AWS differs from the files (drift),
     or files are behind the template (init --check)`;
