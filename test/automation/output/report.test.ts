/**
 * Proves how sections come onto a terminal and into a pull request: aligned, in order, cut when
 * they are long, but never what is bad and never a refusal; and that nothing in them is live
 * markup. What Markdown does with one text is for markdown.test.ts.
 */
import { expect } from "chai";
import { planSections, refusalSections } from "../../../automation/plan/planReport";
import { GITHUB_TEXT_LENGTH } from "../../../automation/output/markdown";
import {
  printSections,
  sectionsAsComment,
  sectionsAsMarkdown,
  type Extent,
  type ReportLine,
  type Section,
} from "../../../automation/output/report";
import { customer } from "../../access/support";
import { planBetween, stackInput } from "../plan/support";
import { FakeTerminal } from "../support/terminal";

function numbered(count: number, text: string, tone?: ReportLine["tone"]): ReportLine[] {
  return Array.from({ length: count }, (_, at) => ({
    cells: [`customer-${at + 1}`, text],
    ...(tone === undefined ? {} : { tone }),
  }));
}

function printed(sections: readonly Section[]): string[] {
  const terminal = new FakeTerminal();
  printSections(sections, terminal);
  return terminal.lines("out");
}

function markdown(sections: readonly Section[]): string[] {
  return sectionsAsMarkdown("prod", sections).replaceAll("\\", "").split("\n");
}

describe("a report on a terminal", () => {
  it("aligns columns, keeps tones, and lets no sentence push them apart", () => {
    const terminal = new FakeTerminal();
    printSections(
      [
        {
          title: "Access",
          lines: [
            { cells: ["acme", "LOSES edge-agent"], tone: "bad" },
            { cells: ["a sentence that is longer than any name"], tone: "quiet" },
            { cells: ["umbrella", "new"] },
          ],
        },
        { title: "Resources", lines: [{ cells: ["no change"] }] },
      ],
      terminal,
    );
    expect(terminal.written).to.deep.equal([
      { to: "out", text: "Access", tone: "strong" },
      { to: "out", text: "  acme      LOSES edge-agent", tone: "bad" },
      { to: "out", text: "  a sentence that is longer than any name", tone: "quiet" },
      { to: "out", text: "  umbrella  new" },
      { to: "out", text: "Resources", tone: "strong" },
      { to: "out", text: "  no change" },
    ]);
  });
});

describe("a report in a pull request", () => {
  it("is as long as GitHub accepts a comment, whatever it has to show, and says that it is cut", () => {
    const terminal = { shown: (text: string) => text };
    const sections = (count: number) => [
      { title: "Access", lines: numbered(count, "LOSES edge-agent, orchestrator", "bad") },
    ];
    for (const extent of ["long", "all"] as const) {
      const whole = sectionsAsComment("prod", sections(100), terminal, extent);
      expect(whole).to.equal(sectionsAsMarkdown("prod", sections(100), terminal, extent));
      for (const note of ["… the rest is cut off", "… see `drift`"]) {
        const cut = sectionsAsComment("prod", sections(5_000), terminal, extent, note);
        expect(cut.length).to.be.within(GITHUB_TEXT_LENGTH - 200, GITHUB_TEXT_LENGTH);
        expect(cut.endsWith(`orchestrator\n\n${note}\n`)).to.equal(true);
      }
    }
  });
});

for (const [where, show, more] of [
  ["on a terminal", printed, "  … and 4,900 more"],
  ["in a pull request", markdown, "- … and 4,900 more"],
] as const) {
  describe(`a long section ${where}`, () => {
    const shown = (lines: readonly ReportLine[]) => show([{ title: "Access", lines }]);
    const count = (lines: readonly string[], text: string) =>
      lines.filter((line) => line.includes(text)).length;

    it("is whole up to a hundred lines", () => {
      const lines = shown(numbered(100, "gains", "good"));
      expect([count(lines, "gains"), count(lines, "more")]).to.deep.equal([100, 0]);
      expect(count(shown(numbered(101, "gains", "good")), "… and 1 more")).to.equal(1);
    });

    it("is cut to a hundred of 5,000 gains, and says how many more there are", () => {
      const lines = shown(numbered(5000, "gains", "good"));
      expect(count(lines, "gains")).to.equal(100);
      expect(lines).to.include(more);
    });

    it("shows every one of 5,000 losses", () => {
      const lines = shown(numbered(5000, "LOSES", "bad"));
      expect([count(lines, "LOSES"), count(lines, "more")]).to.deep.equal([5000, 0]);
    });

    it("shows each loss among gains, before them", () => {
      const gains = numbered(5000, "gains", "good");
      const losses = numbered(60, "LOSES", "bad");
      const mixed = [...gains.slice(0, 2500), ...losses, ...gains.slice(2500)];
      const lines = shown(mixed);
      expect([count(lines, "LOSES"), count(lines, "gains")]).to.deep.equal([60, 40]);
      const first = lines.findIndex((line) => line.includes("gains"));
      expect(count(lines.slice(0, first), "LOSES")).to.equal(60);
      expect(count(lines, "… and 4,960 more")).to.equal(1);
    });

    it("shows a long refusal whole, in order, with the flag at its end", () => {
      const ids = Array.from({ length: 300 }, (_, at) => customer(`customer-${at + 1000}`));
      const lines = show(refusalSections(planBetween(stackInput(ids), stackInput([]))));
      expect(count(lines, "customer-1")).to.equal(300);
      const [said, flag] = ["300 of 300 customers", "--allow-revocations 300"].map((text) =>
        lines.findIndex((line) => line.includes(text)),
      );
      expect(flag! - said!).to.equal(301);
    });
  });
}

describe("a report of a command with `--full`", () => {
  const shown = (lines: readonly ReportLine[], extent: Extent = "grouped") => {
    const terminal = new FakeTerminal();
    printSections([{ title: "Access", lines }], terminal, extent);
    return terminal.lines("out");
  };
  const grouped = (count: number, group: string) =>
    numbered(count, group, "good").map((line) => ({
      ...line,
      group: [`${group} customer`, `${group} customers`] as const,
    }));

  it("is whole up to twenty lines", () => {
    expect(shown(grouped(20, "new"))).to.have.length(21);
    expect(shown(grouped(21, "new"))).to.have.length(12);
  });

  it("shows every loss, then ten lines of each kind and how many more there are", () => {
    const mixed = [
      ...grouped(300, "new"),
      ...numbered(40, "LOSES", "bad"),
      ...grouped(10, "edited"),
      ...grouped(11, "back"),
    ];
    const lines = shown(mixed);
    const texts = lines.map((line) => line.trim().split(/ {2,}/).at(-1));
    expect(texts).to.deep.equal([
      "Access",
      ...Array.from({ length: 40 }, () => "LOSES"),
      ...Array.from({ length: 10 }, () => "new"),
      "… and 290 more new customers; `--full` shows all",
      ...Array.from({ length: 10 }, () => "edited"),
      ...Array.from({ length: 10 }, () => "back"),
      "… and 1 more back customer; `--full` shows all",
    ]);
  });

  it("is whole with it", () => {
    expect(shown(grouped(300, "new"), "all")).to.have.length(301);
    const text = sectionsAsMarkdown("prod", [{ title: "Access", lines: grouped(300, "new") }]);
    expect(text.match(/^- /gm)).to.have.length(101);
    const all = sectionsAsMarkdown(
      "prod",
      [{ title: "Access", lines: grouped(300, "new") }],
      undefined,
      "all",
    );
    expect(all.match(/^- /gm)).to.have.length(300);
  });

  it("shows 300 new customers of a plan by ten", () => {
    const ids = Array.from({ length: 300 }, (_, at) => customer(`customer-${at + 1000}`));
    const terminal = new FakeTerminal();
    printSections(planSections(planBetween(stackInput([]), stackInput(ids))), terminal, "grouped");
    const lines = terminal.lines("out");
    expect(lines).to.include("  … and 290 more new customers; `--full` shows all");
    expect(lines.length).to.be.lessThan(30);
  });
});

describe("a report in a pull request", () => {
  it("is headings and items, losses marked", () => {
    const text = sectionsAsMarkdown("prod: 2 changes", [
      {
        title: "Access",
        lines: [
          { cells: ["acme", "LOSES edge-agent"], tone: "bad" },
          { cells: ["globex", "new"], tone: "good" },
        ],
      },
      { title: "Resources", lines: [{ cells: ["no change"], tone: "quiet" }] },
    ]);
    expect(text).to.equal(
      "## prod\\: 2 changes\n\n### Access\n\n- 🔴 **acme** LOSES edge\\-agent\n- **globex** new\n\n" +
        "### Resources\n\n- **no change**\n",
    );
  });

  it("contains no live markup, wherever the text is", () => {
    const text = "[x](https://evil.example) <img src=x> @team";
    const all = sectionsAsMarkdown(text, [{ title: text, lines: [{ cells: [text, text] }] }]);
    const code = `\` ${text} \``;
    expect(all).to.equal(`## ${code}\n\n### ${code}\n\n- **${code}** ${code}\n`);
  });
});
