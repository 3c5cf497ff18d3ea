// All commands. The code of one is loaded when it is used, so that none waits for another's libraries.
import type { CommandEntry } from "./cli/command";

/** In the order of the help text. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    usage: "validate",
    describe: "Check every customer file and every stack's settings, offline",
    load: async () => (await import("./commands/validate.js")).validate,
  },
  {
    usage: "access [customer]",
    describe: "Show who can pull what, according to the files",
    load: async () => (await import("./commands/access.js")).access,
  },
  {
    usage: "preview",
    describe: "Show who would gain or lose access, and what would change in AWS",
    load: async () => (await import("./commands/preview.js")).preview,
  },
  {
    usage: "up",
    describe: "Update AWS to match the files: preview, limits, confirmation, read-back",
    load: async () => (await import("./commands/up.js")).up,
  },
  {
    usage: "drift",
    describe: "Show everything in AWS that is not as the files say",
    load: async () => (await import("./commands/drift.js")).drift,
  },
  {
    usage: "outputs",
    describe: "Show what the last update recorded; contains no secret",
    load: async () => (await import("./commands/outputs.js")).outputs,
  },
  {
    usage: "unlock",
    describe: "Show who holds the stack's lock and for how long; --force removes it",
    load: async () => (await import("./commands/unlock.js")).unlock,
  },
  {
    usage: "destroy",
    describe: "Delete the whole stack: every customer loses access",
    load: async () => (await import("./commands/destroy.js")).destroy,
  },
  {
    usage: "cells",
    describe: "List the cells and which of them an update would run; --set changes their number",
    load: async () => (await import("./commands/cells.js")).cells,
  },
  {
    usage: "keep <repository>",
    describe: "Declare in a file what others have in a repository's policy, so that it stays",
    load: async () => (await import("./commands/keep.js")).keep,
  },
  {
    usage: "adopt",
    describe: "Plan how users and accounts that can pull today become customers; write their files",
    load: async () => (await import("./commands/adopt.js")).adopt,
  },
  {
    usage: "suspend <customer>",
    describe: "Suspend a customer in its file: access ends with the next update",
    load: async () => (await import("./commands/suspend.js")).suspend,
  },
  {
    usage: "resume <customer>",
    describe: "End a customer's suspension in its file: access returns with the next update",
    load: async () => (await import("./commands/resume.js")).resume,
  },
  {
    usage: "offboard <customer>",
    describe: "Remove a customer in two steps: suspend it, then delete its file",
    load: async () => (await import("./commands/offboard.js")).offboard,
  },
  {
    usage: "revoke <customer>",
    describe:
      "Emergency: with --now, end a customer's access in AWS and suspend it in its file; without, show how",
    load: async () => (await import("./commands/revoke.js")).revoke,
  },
  {
    usage: "keys status [customer]",
    describe: "Show each key's age and last use, and which need attention",
    load: async () => (await import("./commands/keysStatus.js")).keysStatus,
  },
  {
    usage: "keys rotate <customer>",
    describe: "Add a second key to a customer's file; the current one keeps working",
    load: async () => (await import("./commands/keysRotate.js")).keysRotate,
  },
  {
    usage: "keys retire <customer>",
    describe: "Set the older of two keys inactive in the file; run again later, remove it",
    load: async () => (await import("./commands/keysRetire.js")).keysRetire,
  },
  {
    usage: "handover <customer>",
    describe: "Write an encrypted bundle with a customer's key and how to pull with it",
    load: async () => (await import("./commands/handover.js")).handover,
  },
  {
    usage: "doctor [customer]",
    describe: "Compare what a customer should be able to do with what AWS has; explain its error",
    load: async () => (await import("./commands/doctor.js")).doctor,
  },
  {
    usage: "history <customer>",
    describe: "Show from git what changed for a customer, by whose commit",
    load: async () => (await import("./commands/history.js")).history,
  },
  {
    usage: "why <customer> <repository>",
    describe: "Show from git whether a customer could pull on a day, and by which commit",
    load: async () => (await import("./commands/why.js")).why,
  },
  {
    usage: "notices",
    describe: "Show what is coming, e.g. ends of access, to whom it matters; each notice once",
    load: async () => (await import("./commands/notices.js")).notices,
  },
  {
    usage: "renewals",
    describe: "Show, or open as pull requests, new end dates for customers whose access ends soon",
    load: async () => (await import("./commands/renewals.js")).renewals,
  },
  {
    usage: "pulls [customer]",
    describe: "Show who pulled what and when, according to CloudTrail; --idle lists who does not",
    load: async () => (await import("./commands/pulls.js")).pulls,
  },
  {
    usage: "report",
    describe: "Write a page to look at: who can pull what, what ends when, what changed",
    load: async () => (await import("./commands/report.js")).report,
  },
  {
    usage: "import <file>",
    describe: "Show, or write, the changes to customer files that a sales export asks for",
    load: async () => (await import("./commands/import.js")).importCommand,
  },
  {
    usage: "sync <file>",
    describe: "Import a sales export, then update the stack, both within their limits",
    load: async () => (await import("./commands/sync.js")).sync,
  },
  {
    usage: "init [dir]",
    describe: "Make a vendor's repository, or bring the files that init wrote up to date",
    load: async () => (await import("./commands/init.js")).init,
  },
  {
    usage: "sandbox",
    describe: "Run an AWS on this machine, to try all of this without an account",
    load: async () => (await import("./commands/sandbox.js")).sandbox,
  },
  {
    usage: "pull-request files",
    describe: "In CI: take a pull request's customer files and settings, as data",
    load: async () => (await import("./commands/pullRequestFiles.js")).pullRequestFiles,
  },
  {
    usage: "pull-request comment <file>",
    describe: "In CI: comment on a pull request what the preview wrote into a file",
    load: async () => (await import("./commands/pullRequestComment.js")).pullRequestComment,
  },
  {
    usage: "completion",
    describe: "Print a script that completes commands and options in your shell",
    load: async () => (await import("./commands/completion.js")).completion,
  },
];
