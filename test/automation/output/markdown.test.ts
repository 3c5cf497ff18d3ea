/**
 * Proves that text from outside stays text in a pull request: for any text, what
 * Markdown shows is the printable text and nothing in it is live. The judge is markdown-it with
 * HTML and linkify on; what GitHub does to text by itself after Markdown (mentions,
 * references, emoji) is judged by the rule that outside of code no such text stands. That GitHub
 * itself agrees is not shown here.
 */
import { expect } from "chai";
import fc from "fast-check";
import MarkdownIt from "markdown-it";
import {
  cutForGitHub,
  escapeMarkdown,
  GITHUB_TEXT_LENGTH,
} from "../../../automation/output/markdown";
import { printable } from "../../../src/printable";

const judge = new MarkdownIt({ html: true, linkify: true });
// Names without `https://` too, which is not the default.
judge.linkify.set({ fuzzyLink: true, fuzzyEmail: true, fuzzyIP: true });

/** What GitHub brings to life in the text that Markdown shows, unless it is code. */
const LIVE = /@|#\d|\bGH-\d|:\/\/|www\.|:[\w+-]+:/i;

/** Shown text, and the kinds of tokens that show it. Soft breaks and all markup are kinds too. */
function shown(markdown: string): { text: string; plain: string; kinds: string[] } {
  const tokens = judge.parse(markdown, {});
  const blocks = tokens.map(({ type }) => type);
  const inner = tokens.flatMap(({ children }) => children ?? []);
  return {
    text: inner.map(({ content }) => content).join(""),
    plain: inner
      .filter(({ type }) => type !== "code_inline")
      .map(({ content }) => content)
      .join(""),
    kinds: [...new Set([...blocks, ...inner.map(({ type }) => type)])],
  };
}

/** Where a report puts untrusted text: the frame, and the tokens that it makes itself. */
const FRAMES: readonly [name: string, frame: (text: string) => string, kinds: string[]][] = [
  ["a paragraph", (text) => text, ["paragraph_open", "paragraph_close"]],
  ["a heading", (text) => `## ${text}`, ["heading_open", "heading_close"]],
  [
    "bold in a list",
    (text) => `- **${text}**`,
    [
      "bullet_list_open",
      "bullet_list_close",
      "list_item_open",
      "list_item_close",
      "paragraph_open",
      "paragraph_close",
      "strong_open",
      "strong_close",
    ],
  ],
];
const TEXT = ["inline", "text", "text_special", "code_inline"];

/** Checks one text in every frame. */
function check(source: string): void {
  const expected = printable(source).trim();
  const escaped = escapeMarkdown(source);
  expect(escaped).not.to.match(/[\r\n]/);
  if (expected === "") return expect(escaped).to.equal("") && undefined;
  for (const [name, frame, kinds] of FRAMES) {
    const found = shown(frame(escaped));
    expect(found.text, name).to.equal(expected);
    expect(found.plain, name).not.to.match(LIVE);
    expect([...kinds, ...TEXT], `${name}: ${escaped}`).to.include.members(found.kinds);
    const own = found.kinds.filter((kind) => kinds.includes(kind));
    expect(own, name).to.have.members(kinds);
  }
}

/** Pieces of markup, in any order and mixed with any characters. */
const markup = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ..."\\`*_{}[]()#+-.!|~$:^=<>&@'\"/;,? \t\n\r1a",
        "``",
        "```",
        "](",
        "![",
        "<!--",
        "<?",
        "<div ",
        "&amp;",
        "&#64;",
        "https://a.example.com",
        "www.a.example.com",
        "a@a.example.com",
        "mailto:a@a.example.com",
        "#12",
        "GH-12",
        ":tada:",
        "<img src=x onerror=alert(1)>",
        "[x]: https://a.example.com",
        "[^1]",
        "- [ ] ",
        "    ",
        "\u00a0",
        "\u202e",
        "\\",
      ),
      fc.string({ unit: "binary", maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

describe("text in Markdown", () => {
  it("is shown as it is and nothing else, for any pieces of markup", () => {
    fc.assert(fc.property(markup, check), { numRuns: 1500 });
  });

  it("is shown as it is and nothing else, for any text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), check), { numRuns: 500 });
    fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), check), { numRuns: 200 });
  });

  for (const text of [
    "",
    "   ",
    "Acme Robotics GmbH & Co. KG",
    'O\'Neill "Ltd"',
    "[click](https://evil.example.com)",
    "![x](https://evil.example.com/x.png)",
    "<https://evil.example.com>",
    "https://evil.example.com/?a=b&c=d",
    "HTTP://evil.example.com",
    "ftp://evil.example.com",
    "www.evil.example.com",
    "WWW.EXAMPLE.COM",
    "evil.example.com",
    "evil@evil.example.com",
    "@org/team fixes #12",
    "org/repo#12",
    "GH-12",
    ":tada: :+1:",
    "*a* _b_ **c** __d__ ~~e~~",
    "$x$ and $$y$$",
    "<script>alert(1)</script>",
    "<!-- -->",
    "<script src=x",
    "<?php",
    "a &lt; b &#64;x",
    "`code` ``more``",
    "@`@``@```",
    "# heading",
    "1. one",
    "1) one",
    "- item",
    "+ item",
    "> quote",
    "| a | b |",
    "a\n\n# b",
    "a  \nb",
    "---",
    "===",
    "[x]: https://evil.example.com",
    "text[^1]",
    "::error::x",
    "a\\",
    "a\\@",
    "@\\",
    "\u202egnp.exe",
    "\ud800",
  ]) {
    it(`is safe as ${JSON.stringify(text)}`, () => check(text));
  }

  it("would be caught if it were live: the judge finds each kind of markup in the bare text", () => {
    const live = (text: string) => shown(text).kinds.filter((kind) => !TEXT.includes(kind));
    const paragraph = ["paragraph_open", "paragraph_close"];
    const bare: [string, string][] = [
      ["[a](https://a.example.com)", "link_open"],
      ["a https://a.example.com", "link_open"],
      ["a www.a.example.com", "link_open"],
      ["a example.com b", "link_open"],
      ["a a@a.example.com", "link_open"],
      ["![a](https://a.example.com/x.png)", "image"],
      ["a <b>b</b>", "html_inline"],
      ["*a*", "em_open"],
      ["**a**", "strong_open"],
      ["~~a~~", "s_open"],
    ];
    for (const [text, kind] of bare) {
      expect(
        live(text).filter((one) => !paragraph.includes(one)),
        text,
      ).to.include(kind);
      expect(live(escapeMarkdown(text)), text).to.have.members(paragraph);
    }
  });
});

describe("a text for a comment or description on GitHub", () => {
  it("stays whole up to the longest that GitHub accepts", () => {
    const text = "x".repeat(GITHUB_TEXT_LENGTH - 4);
    expect(cutForGitHub(text, "(cut)", "\nend")).to.equal(`${text}\nend`);
  });

  it("loses whole lines when it is longer, says so, and keeps its end", () => {
    const text = "a line\n".repeat(10_000);
    const cut = cutForGitHub(text, "(cut)", "\nend");
    expect(cut.length).to.be.within(GITHUB_TEXT_LENGTH - 10, GITHUB_TEXT_LENGTH);
    expect(cut).to.match(/^(a line\n)+a line\n\n\(cut\)\nend$/);
  });

  it("is cut inside a line that is longer than all of it may be", () => {
    const cut = cutForGitHub("x".repeat(GITHUB_TEXT_LENGTH + 1), "(cut)");
    expect(cut).to.have.length(GITHUB_TEXT_LENGTH);
    expect(cut).to.match(/^x+\n\n\(cut\)$/);
  });
});
