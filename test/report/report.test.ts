/**
 * Proves what a report shows of given facts, that text from outside stays text whatever it contains, and that the
 * page allows its own script and style only. How it looks and works is for test/e2e/reportPage.test.ts, in a browser.
 */
import { createHash } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { escapeHtml, html } from "../../src/report/html";
import { reportFigures, reportPage } from "../../src/report/report";
import { customerOf, factsOf, TODAY } from "./facts";

const COMMIT = {
  id: "0123456789abcdef",
  at: "2026-11-20T10:00:00Z",
  author: "Jo",
  subject: "Renew",
};

/** Rows of the table with a caption, as the texts of their cells. */
function rowsOf(page: string, caption: string): string[][] {
  const table = page.slice(page.indexOf(`<caption>${caption}`));
  const body = table.slice(table.indexOf("<tbody>"), table.indexOf("</tbody>"));
  return body
    .split("<tr>")
    .slice(1)
    .map((row) =>
      row
        .split(/<t[dh][^>]*>/)
        .slice(1)
        .map((cell) =>
          cell
            .replace(/<[^>]*>/g, "|")
            .replace(/[|\s]+/g, " ")
            .trim(),
        ),
    );
}

const TICKS = "A tick is";

describe("a report", function () {
  this.timeout(60_000);

  it("ticks what each customer can pull today, and nothing for those whose access has ended", () => {
    const page = reportPage(
      factsOf([
        customerOf("acme", { repositories: ["edge-agent", "orchestrator"], expires: TODAY }),
        customerOf("ended", { expires: "2026-11-22" }),
        customerOf("paused", { status: "suspended" }),
        customerOf("gone", { status: "suspended", revoked: "2026-11-01T00:00:00Z" }),
        customerOf("account", { keys: [], awsAccount: "210987654321", regions: ["eu-central-1"] }),
      ]),
    );
    expect(rowsOf(page, TICKS)).to.deep.equal([
      ["acme GmbH acme", "✓", "✓", "", TODAY, "active", "key"],
      ["ended GmbH ended", "", "", "", "2026-11-22", "ended", ""],
      ["paused GmbH paused", "", "", "", "", "suspended", ""],
      ["gone GmbH gone", "", "", "", "", "revoked", ""],
      ["account GmbH account", "✓", "", "", "", "active", "AWS account, in eu-central-1"],
    ]);
  });

  it("shows when customers pulled last, if pulls were read, and of which time they are known", () => {
    const last = new Map([["acme", "2026-11-20T10:00:00Z"]]);
    const pulls = { from: "2026-08-25T00:00:00Z", through: "2026-11-23T09:00:00Z", last };
    const page = reportPage(factsOf([customerOf("acme"), customerOf("never")], { pulls }));
    expect(rowsOf(page, TICKS).map((cells) => cells.at(-1))).to.deep.equal(["2026-11-20", ""]);
    expect(page).to.contain("Pulls are known from 2026-08-25 to 2026-11-23.");
  });

  it("names repositories instead of ticking them when the catalogue is larger than a screen", () => {
    const repositories = Array.from({ length: 41 }, (_, at) => `r${at}`);
    const customers = [
      customerOf("all", { repositories }),
      customerOf("some", { repositories: ["r1", "r40"] }),
    ];
    const page = reportPage({ ...factsOf(customers), repositories });
    expect(rowsOf(page, TICKS).map(([, list]) => list)).to.deep.equal([
      "all 41 repositories",
      "r1, r40",
    ]);
  });

  it("puts end dates on a time line of months, and lists those within 90 days", () => {
    const page = reportPage(
      factsOf([
        customerOf("soon", { expires: "2026-12-01", owner: "jo@vendor.example" }),
        customerOf("spring", { expires: "2027-03-31" }),
        customerOf("spring-2", { expires: "2027-03-01" }),
        customerOf("far", { expires: "2031-01-01" }),
        customerOf("ended", { expires: "2026-11-22" }),
        customerOf("endless"),
      ]),
    );
    const months = rowsOf(page, "Customers by the month");
    expect(months).to.have.length(19);
    expect(months.filter(([, , count]) => count !== "0")).to.deep.equal([
      ["2026-12", "", "1", "soon GmbH"],
      ["2027-03", "", "2", "spring-2 GmbH , spring GmbH"],
      ["later", "", "1", "far GmbH"],
    ]);
    expect(page).to.contain("1 customer of those with access has no end date.");
    expect(rowsOf(page, "Access that ends")).to.deep.equal([
      ["soon GmbH soon", "2026-12-01", "8", "edge-agent", "jo@vendor.example", ""],
    ]);
  });

  it("sorts active keys by age, and says of how many it is not known", () => {
    const key = { customer: "acme", isActive: true };
    const page = reportPage(
      factsOf([customerOf("acme")], {
        keys: [
          { ...key, generation: 1, since: "2026-08-25", lastUsed: null },
          { ...key, generation: 2, since: "2026-08-26", lastUsed: "2026-11-01" },
          { ...key, generation: 3, since: "2025-11-23", lastUsed: "2026-11-02" },
          { ...key, generation: 4 },
          { ...key, generation: 5, since: "2020-01-01", isActive: false },
        ],
      }),
    );
    expect(rowsOf(page, "Active keys by age").map(([age, , count]) => [age, count])).to.deep.equal([
      ["under 30 days", "0"],
      ["30 to 89 days", "1"],
      ["90 to 179 days", "1"],
      ["180 to 364 days", "0"],
      ["1 year and more", "1"],
    ]);
    expect(page).to.contain("4 active keys").and.to.contain("The age of 1 key is not known");
    expect(rowsOf(page, "Active keys that should")).to.deep.equal([
      ["acme GmbH acme", "3", "2025-11-23", "365", "2026-11-02"],
      ["acme GmbH acme", "1", "2026-08-25", "90", "never"],
    ]);
  });

  it("shows how full repository policies are", () => {
    const page = reportPage(factsOf([customerOf("acme")]));
    expect(rowsOf(page, "Repository policies")).to.have.length(1);
    expect(rowsOf(page, "Repository policies")[0]?.slice(0, 4)).to.deep.equal([
      "edge-agent",
      "",
      `${factsOf([customerOf("acme")]).budgets[0]?.used} of 10,240`,
      "1",
    ]);
  });

  it("distinguishes AWS as the files say, AWS that differs, and AWS that was not asked", () => {
    const shown = (more: Parameters<typeof factsOf>[1]) =>
      reportPage(factsOf([customerOf("a")], more));
    expect(shown({})).to.contain("Not known: AWS was not asked.");
    expect(shown({ deviations: [] })).to.contain("AWS holds what the files say.");
    const deviations = [{ what: "user acme is in group admins", fix: "Remove it." }];
    expect(rowsOf(shown({ deviations }), "Differences")).to.deep.equal([
      ["user acme is in group admins", "Remove it."],
    ]);
    const many = Array.from({ length: 301 }, () => ({ what: "a", fix: "b" }));
    expect(shown({ deviations: many })).to.contain("And 1 other: see");
  });

  it("shows changes with the commit that made them, and where git's history begins", () => {
    const change = { commit: COMMIT, gained: ["sdk"], lost: ["edge-agent"], words: ["+sdk"] };
    const page = reportPage(
      factsOf([customerOf("acme")], {
        changes: {
          since: "2026-11-01",
          knownFrom: "2026-11-05",
          changes: [
            { kind: "commit", customer: "acme", day: "2026-11-20", change },
            {
              kind: "ended",
              customer: "gone",
              day: "2026-11-10",
              expires: "2026-11-09",
              lost: ["sdk"],
            },
          ],
        },
      }),
    );
    expect(rowsOf(page, "The latest change first")).to.deep.equal([
      ["acme GmbH acme", "2026-11-20", "sdk", "edge-agent", "+sdk", "Renew Jo , 0123456789ab"],
      ["gone gone", "2026-11-10", "", "sdk", "its last day was 2026-11-09", "its end date"],
    ]);
    expect(page).to.contain("only the commits since 2026-11-05");
    expect(reportPage(factsOf([]))).to.contain("not in a git repository");
    const none = { since: "2026-11-01", changes: [] };
    expect(reportPage(factsOf([], { changes: none }))).to.contain("since 2026-11-01.");
  });

  it("says why a history could not be read, which is not the same as no changes", () => {
    const changes = "git log failed: fatal: bad object";
    const page = reportPage(factsOf([customerOf("acme")], { changes }));
    expect(page).to.contain("Not known: git log failed: fatal: bad object. There may have been");
    expect(page).not.to.contain("No customer file has changed");
  });

  it("shows the latest changes only, so that a page for 1,000 customers stays under a megabyte", () => {
    const repositories = Array.from({ length: 20 }, (_, at) => `product-${at}`);
    const customers = Array.from({ length: 1_000 }, (_, at) =>
      customerOf(`customer-${at}`, { repositories: repositories.slice(0, 5) }),
    );
    const all = customers.map(({ id }) => ({
      ...{ kind: "commit" as const, customer: id, day: "2026-11-20" },
      change: { commit: COMMIT, gained: repositories.slice(0, 5), lost: [], words: ["created"] },
    }));
    const changes = { since: "2026-01-01", changes: all };
    const page = reportPage({ ...factsOf(customers, { changes }), repositories });
    expect(page).to.contain("And 500 earlier changes");
    expect(Buffer.byteLength(page)).to.be.below(1_000_000);
  });

  it("counts at its top what its sections show", () => {
    const customers = [
      customerOf("a", { expires: "2026-12-23" }),
      customerOf("b", { expires: "2026-12-24" }),
      customerOf("c", { status: "suspended" }),
    ];
    const counts = (more = {}) =>
      reportFigures(factsOf(customers, more)).map(({ label, count }) => [label, count]);
    expect(counts()).to.deep.equal([
      ["customers", 3],
      ["can pull", 2],
      ["suspended", 1],
      ["end within 30 days", 1],
      ["policies nearly full", 0],
    ]);
    expect(counts({ deviations: [{ what: "a", fix: "b" }] }).at(-1)).to.deep.equal([
      "differences from AWS",
      1,
    ]);
  });

  it("allows the browser its own script and style, by their hashes, and nothing else", () => {
    const page = reportPage(factsOf([customerOf("acme")]));
    const [, policy = ""] =
      /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const hashOf = (element: string) => {
      const [, text = ""] = new RegExp(`<${element}>([^]*?)</${element}>`).exec(page) ?? [];
      return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
    };
    expect(policy.split("; ")).to.deep.equal([
      "default-src 'none'",
      `script-src ${hashOf("script")}`,
      `style-src ${hashOf("style")}`,
      "img-src data:",
      "base-uri 'none'",
      "form-action 'none'",
    ]);
    expect(page).not.to.match(/https?:/);
    expect(page).not.to.match(/ (style|on[a-z]+)="/);
  });

  it("shows hostile text as text, wherever it comes from", () => {
    const markup = fc.constantFrom(
      ...["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</title>", "<!--", "]]>"],
      ...["&lt;b&gt;", "'", '"', "</style><b>", "`${1}`", "\u202e", "\u0000", "{{x}}"],
    );
    const hostile = fc.array(fc.oneof(markup, fc.string({ unit: "binary" })), { maxLength: 4 });
    /** All tags and attributes: what the text is must not matter to them. */
    const structure = (text: string) => {
      const commit = { ...COMMIT, author: text, subject: text };
      const facts = factsOf(
        [customerOf("acme", { name: text, contact: text, owner: text, expires: "2026-12-01" })],
        {
          deviations: [{ what: text, fix: text }],
          changes: {
            since: "2026-11-01",
            changes: [
              {
                ...{ kind: "commit", customer: "acme", day: "2026-11-20" },
                change: { commit, gained: [text], lost: [text], words: [text] },
              },
            ],
          },
        },
      );
      const page = reportPage(facts);
      // The script and the style have no text from outside; that they are the same, their hashes in the policy show.
      return (page.match(/<(script|style)>[^]*?<\/\1>|<[^>]*>/g) ?? []).map((tag) =>
        tag.slice(0, 900),
      );
    };
    const plain = structure("Acme");
    expect(plain.length).to.be.greaterThan(100);
    fc.assert(
      fc.property(hostile, (parts) => {
        expect(structure(parts.join(""))).to.deep.equal(plain);
      }),
      { numRuns: 100 },
    );
  });

  it("escapes what ends a text or an attribute, and shows what is not seen", () => {
    expect(escapeHtml(`<a href="x" id='y'>&`)).to.equal(
      "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;",
    );
    expect(escapeHtml("a\u202eb\u0000c\u200b")).to.equal("a\\u{202e}b\\u{0}c\\u{200b}");
    // With this joiner Persian names are written.
    expect(escapeHtml("می\u200cخواهم")).to.equal("می\u200cخواهم");
    expect(html`<b>${"<i>"}${[html`<i>${1}</i>`, "&"]}${undefined}</b>`.text).to.equal(
      "<b>&lt;i&gt;<i>1</i>&amp;</b>",
    );
    expect(
      html`set <code>x</code> now and
        <p>${"a"}</p> `.text,
    ).to.equal("set <code>x</code> now and <p>a</p> ");
  });
});
