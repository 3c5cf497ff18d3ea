/**
 * Proves that every command that a message, a help text or a page of the docs names can be pasted: it is
 * named in the canonical form, parses, and is printed in the form that works here, with the stack of the
 * run where there are several. What the commands do is for their own tests.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import ts from "typescript";
import { COMMANDS } from "../../../automation/commandTable";
import { parseArguments } from "../../../automation/cli/arguments";
import { nameOf } from "../../../automation/cli/command";
import type { Refusal } from "../../../automation/plan/limits";
import { refusalLines } from "../../../automation/plan/planReport";
import { InvokedTerminal } from "../../../automation/output/terminals";
import { sectionsAsMarkdown } from "../../../automation/output/report";
import { asInvoked, INVOCATION, PROGRAM } from "../../../src/invocation";
import { fillTemplate } from "../../../automation/init/template";
import { FOLDERS, vendor } from "../init/support";
import { projectFolder, SETTINGS } from "../support/project";
import { script } from "../support/script";
import { FakeTerminal } from "../support/terminal";

const ROOT = join(__dirname, "../../..");

/** Stands for whatever a message fills in: a customer, a number, a file. */
const FILLED_IN = "1";

/** Keys of files that are called as a command is. */
const SETTINGS_KEYS = new Set(["cells"]);

interface Named {
  where: string;
  command: string;
}

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension))
    .map((file) => join(folder, file));
}

/** All texts of a source, without its comments. */
function textsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), "utf8");
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node)) {
      const spans = node.templateSpans.map(({ literal }) => `${FILLED_IN}${literal.text}`);
      texts.push([node.head.text, ...spans].join(""));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.ES2022));
  return texts;
}

const SOURCES = ["src", "automation"].flatMap((room) => filesIn(room, ".ts"));
const TEXTS = [...SOURCES, "index.ts"].flatMap((where) =>
  textsOf(where).map((text) => ({ where, text })),
);
const PAGES = ["README.md", ...filesIn("docs", ".md")].map((where) => ({
  where,
  text: readFileSync(join(ROOT, where), "utf8"),
}));
/** What a vendor reads in its own repository, where the package is installed. */
const VENDOR_PAGES = fillTemplate(FOLDERS, vendor()).files.flatMap(({ path, text }) =>
  path.endsWith(".md") ? { where: `template/${path}`, text } : [],
);
const VENDOR_INVOCATION = "npx ecr-customers";

/** What follows a program's name in code spans, and at the start of lines of code blocks. */
function namedIn(texts: readonly { where: string; text: string }[], program: string): Named[] {
  const pattern = new RegExp(`(?:\`|^(?:\\$ )?)${program} ([^\`\\n]+)`, "gm");
  return texts.flatMap(({ where, text }) =>
    [...text.matchAll(pattern)].map(([, command = ""]) => ({
      where,
      // What a shell removes: a comment, a redirection, the words after a pipe.
      command: command.replace(/ (?:#|>|\|).*$/, ""),
    })),
  );
}

function words(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
}

/** Why the command line does not take it; undefined when it does. */
async function refusal({ where, command }: Named): Promise<string | undefined> {
  try {
    await parseArguments(words(command), COMMANDS);
    return undefined;
  } catch (error) {
    return `${where}: ${command}: ${(error as Error).message}`;
  }
}

async function refusals(named: readonly Named[]): Promise<string[]> {
  const distinct = new Map(named.map((one) => [one.command, one]));
  const found = await Promise.all([...distinct.values()].map(refusal));
  return found.filter((one) => one !== undefined);
}

describe("the commands that texts name", function () {
  this.timeout(60_000);

  it("parse in all messages", async () => {
    const limits = [
      { limit: "revocations", message: "", items: [], flag: "--allow-revocations 2" },
    ];
    const computed = ["up", "destroy"].flatMap((command) =>
      refusalLines(limits as Refusal[], command).map(({ cells }) => ({
        where: command,
        text: cells.join(),
      })),
    );
    expect(namedIn(computed, PROGRAM)).to.have.length(2);
    const named = namedIn([...TEXTS, ...computed], PROGRAM).filter(
      ({ command }) => !command.startsWith(FILLED_IN),
    );
    expect(named.length).to.be.greaterThan(40);
    expect(await refusals(named)).to.deep.equal([]);
  });

  it("parse in all examples of help texts", async () => {
    for (const entry of COMMANDS) {
      const { examples } = await entry.load();
      expect(examples, entry.usage).not.to.have.length(0);
      const text = examples.map(([command]) => `\`${PROGRAM} ${command}\``).join();
      const named = namedIn([{ where: entry.usage, text }], PROGRAM);
      expect(named, entry.usage).to.have.length(examples.length);
      expect(await refusals(named)).to.deep.equal([]);
    }
  });

  it("parse in README and docs, which name them as they work here", async () => {
    const named = [...namedIn(PAGES, INVOCATION), ...namedIn(PAGES, PROGRAM)].filter(
      ({ command }) => command !== "<command>",
    );
    expect(named.length).to.be.greaterThan(10);
    expect(await refusals(named)).to.deep.equal([]);
  });

  it("parse in the pages of a vendor's repository, which name them as they work there", async () => {
    expect(VENDOR_PAGES.map(({ where }) => where)).to.include("template/README.md");
    const named = namedIn(VENDOR_PAGES, VENDOR_INVOCATION);
    expect(named.length).to.be.greaterThan(7);
    expect(await refusals(named)).to.deep.equal([]);
    for (const other of [INVOCATION, PROGRAM])
      expect(namedIn(VENDOR_PAGES, other), other).to.deep.equal([]);
  });

  it("are refused when there is no such command or option, or an argument is missing", async () => {
    for (const command of ["frob", "up --fast", "resume", "cells --set many"]) {
      expect(await refusals([{ where: "", command }]), command).to.have.length(1);
    }
  });

  it("begin with the program's name in every message", () => {
    const names = COMMANDS.map(nameOf);
    const bare = TEXTS.flatMap(({ where, text }) =>
      [...text.matchAll(/`([^`]+)`/g)].flatMap(([, span = ""]) =>
        !SETTINGS_KEYS.has(span) && names.some((name) => `${span} `.startsWith(`${name} `))
          ? [`${where}: ${span}`]
          : [],
      ),
    );
    expect(bare).to.deep.equal([]);
  });
});

describe("a command in a message", () => {
  const hint = "Run `ecr-customers up --refresh`, not `pulumi up`.";

  it("is written as it works here", () => {
    expect(asInvoked(hint)).to.equal("Run `npm run customers -- up --refresh`, not `pulumi up`.");
    expect(asInvoked(hint, { program: "npx ecr-customers" })).to.equal(
      "Run `npx ecr-customers up --refresh`, not `pulumi up`.",
    );
  });

  it("names pages where they are in a vendor's repository", () => {
    const text =
      "See docs/keys.md, also in [docs/keys.md](docs/keys.md), not mydocs/keys.md or ../docs/keys.md.";
    expect(asInvoked(text)).to.equal(text);
    const pages = "node_modules/ecr-customers/docs/";
    expect(asInvoked(text, { pages })).to.equal(
      `See ${pages}keys.md, also in [${pages}keys.md](${pages}keys.md), not mydocs/keys.md or ../docs/keys.md.`,
    );
  });

  it("names the stack of the run, once, and only where a command takes one", () => {
    const prod = (text: string) => asInvoked(text, { stack: "prod" });
    expect(prod("`ecr-customers up`")).to.equal("`npm run customers -- up --stack prod`");
    for (const command of ["up --stack dev", "keys --help", "--version", "completion"]) {
      const text = `\`${PROGRAM} ${command}\``;
      expect(prod(text)).to.equal(`\`${INVOCATION} ${command}\``);
    }
  });

  it("is rewritten several times in a text, and nothing else is", () => {
    expect(
      asInvoked("`ecr-customers up`, then `ecr-customers access`; ecr-customers:cells"),
    ).to.equal(
      "`npm run customers -- up`, then `npm run customers -- access`; ecr-customers:cells",
    );
  });

  it("is rewritten in results, in messages, in annotations and in Markdown", () => {
    const outer = new FakeTerminal();
    const terminal = new InvokedTerminal(outer, { stack: "prod" });
    terminal.print("`ecr-customers up`");
    terminal.report("`ecr-customers up`", "bad");
    terminal.annotate("::error::`ecr-customers up`");
    const expected = "`npm run customers -- up --stack prod`";
    expect(outer.written.map(({ text }) => text)).to.deep.equal([
      expected,
      expected,
      `::error::${expected}`,
    ]);
    const section = { title: "Next", lines: [{ cells: ["`ecr-customers up`"] }] };
    expect(sectionsAsMarkdown("prod", [section], terminal)).to.contain("npm run customers");
  });

  it("names the stack when the project has several, and leaves it out when there is one", async () => {
    const customers = { acme: "name: Acme\nrepositories: [edge-agent]\n" };
    const one = projectFolder(customers);
    const several = projectFolder(customers, { dev: SETTINGS, prod: SETTINGS });
    for (const [directory, argv, command] of [
      [one, [], "npm run customers -- access"],
      [one, ["--stack", "dev"], "npm run customers -- access"],
      [several, ["--stack", "prod"], "npm run customers -- access --stack prod"],
    ] as const) {
      const { stderr } = await script(["access", "zzzz", ...argv], { directory });
      expect(stderr).to.contain(`\`${command}\` lists them all`);
    }
  });
});
