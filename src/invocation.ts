import { IS_COMPILED } from "./package";

/** The program's canonical name: messages name a command as `` `ecr-customers up` ``, in backticks. */
export const PROGRAM = "ecr-customers";

/** How the program is started: from a package in a vendor's repository, or here. The only place that knows it. */
export const INVOCATION = IS_COMPILED ? `npx ${PROGRAM}` : "npm run customers --";

/** How a command is written where the message is read. */
export interface Invocation {
  /** What starts the program; `INVOCATION` when left out. */
  program?: string;
  /** The stack of this run, when a command without `--stack` would not find it. */
  stack?: string | undefined;
}

const COMMAND = new RegExp(`\`${PROGRAM} ([^\`]*)\``, "g");

/** Commands that do not concern one stack, or already name one. */
const NO_STACK = /^-|^completion\b|--(?:stack|help)\b/;

/**
 * Writes every command in backticks in the form that the reader can paste: `` `ecr-customers up` `` becomes
 * `` `npm run customers -- up --stack prod` ``.
 */
export function asInvoked(text: string, { program = INVOCATION, stack }: Invocation = {}): string {
  return text.replace(COMMAND, (_, command: string) => {
    const suffix = stack === undefined || NO_STACK.test(command) ? "" : ` --stack ${stack}`;
    return `\`${program} ${command}${suffix}\``;
  });
}
