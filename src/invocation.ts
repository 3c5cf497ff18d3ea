import { IS_COMPILED } from "./package";

/** The program's canonical name: messages name a command as `` `ecr-customers up` ``, in backticks. */
export const PROGRAM = "ecr-customers";

/** How the program is started: from a package in a vendor's repository, or here. The only place that knows it. */
export const INVOCATION = IS_COMPILED ? `npx ${PROGRAM}` : "npm run customers --";

/** Where this project's pages are, from the folder that a message is read in. */
const PAGES = IS_COMPILED ? `node_modules/${PROGRAM}/docs/` : "docs/";

/** How a command and the name of a page are written where the message is read. */
export interface Invocation {
  /** What starts the program; `INVOCATION` when left out. */
  program?: string;
  /** The folder of the pages, with a slash at its end. */
  pages?: string;
  /** The stack of this run, when a command without `--stack` would not find it. */
  stack?: string | undefined;
}

const COMMAND = new RegExp(`\`${PROGRAM} ([^\`]*)\``, "g");

/** Commands that do not concern one stack, or already name one. */
const NO_STACK = /^-|^completion\b|--(?:stack|help)\b/;

/** A page of this project, not one in another folder. */
const PAGE = /(?<![\w/.-])docs\/(?=[a-z-]+\.md\b)/g;

/**
 * Writes every command in backticks in the form that the reader can paste, and every page with its folder:
 * `` `ecr-customers up` `` becomes `` `npm run customers -- up --stack prod` ``, and in a vendor's repository
 * `docs/keys.md` becomes `node_modules/ecr-customers/docs/keys.md`.
 */
export function asInvoked(
  text: string,
  { program = INVOCATION, pages = PAGES, stack }: Invocation = {},
): string {
  const commands = text.replace(COMMAND, (_, command: string) => {
    const suffix = stack === undefined || NO_STACK.test(command) ? "" : ` --stack ${stack}`;
    return `\`${program} ${command}${suffix}\``;
  });
  return commands.replace(PAGE, () => pages);
}
