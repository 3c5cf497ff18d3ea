/**
 * Proves in a real browser that a report asks no one for anything, that it is accessible in light and dark, that no
 * part of it is wider than a screen of 360 pixels, that search and sorting work with the keyboard, and that a hostile
 * name neither runs nor changes the page. Skipped only where no browser can be started: the package
 * @sparticuz/chromium brings one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { loadProject } from "../../src/project";
import { reportPage } from "../../src/report/report";
import { factsOfFiles } from "../../automation/report/gather";
import { makeReportProject, removeReportProject } from "../../bench/reportProject";
import { customerOf, factsOf } from "../report/facts";
import { openBrowser } from "./support/browser";
import { PROJECT } from "../../sandbox/paths";

const TODAY = "2026-11-23";

describe("a report in a browser", function () {
  this.timeout(240_000);
  let browser: Browser;
  let directory: string;

  before(async function () {
    const opened = await openBrowser();
    if (opened.browser === undefined) {
      console.log(`      no browser can be started: ${opened.reason}`);
      return this.skip();
    }
    browser = opened.browser;
    directory = makeReportProject(1_000);
  });
  after(async () => {
    await browser?.close();
    if (directory !== undefined) removeReportProject(directory);
  });

  /** The page of a thousand customers. */
  function thousand(): string {
    const { input } = loadProject(directory, "prod", TODAY, {
      customersDirectory: join(directory, "customers"),
    });
    if (input === undefined) throw new Error("the project has problems");
    const context = { directory } as Parameters<typeof factsOfFiles>[1];
    return reportPage(factsOfFiles({ stack: "prod", input, since: "2026-03-01" }, context));
  }

  function small(): string {
    const customers = [
      customerOf("zeta", { expires: "2026-12-01" }),
      customerOf("acme", { repositories: ["edge-agent", "orchestrator"], expires: "2027-02-01" }),
      customerOf("paused", { status: "suspended" }),
    ];
    const key = { customer: "acme", isActive: true };
    return reportPage(
      factsOf(customers, {
        keys: [
          { ...key, generation: 9, since: "2026-01-01" },
          { ...key, generation: 10, since: "2026-02-01" },
        ],
        deviations: [{ what: "user acme is in group admins", fix: "Remove it." }],
        changes: {
          ...{ since: "2026-11-01", knownFrom: "2026-11-05" },
          changes: [
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
  }

  /** Opens a page, with what went wrong on it and what it asked for. */
  async function open(text: string, options: BrowserContextOptions = {}) {
    const file = join(directory, "report.html");
    writeFileSync(file, text);
    const page = await browser.newPage(options);
    const heard: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => heard.push(message.text()));
    page.on("pageerror", (error) => heard.push(String(error)));
    page.on("dialog", (dialog) => heard.push(`dialog ${dialog.message()}`));
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    return { page, heard, requests };
  }

  const visible = (page: Page) =>
    page.evaluate(
      `Array.from(document.querySelectorAll("table.matrix tbody tr")).filter((row) => !row.hidden).map((row) => row.querySelector("small").textContent)`,
    );

  it("is under a megabyte for a thousand customers, asks for nothing else, and finds one of them", async () => {
    const text = thousand();
    expect(Buffer.byteLength(text)).to.be.within(300_000, 1_000_000);
    const { page, heard, requests } = await open(text);
    expect(await visible(page)).to.have.length(1_000);
    await page.fill("#search", "acme product-07 customer-00");
    const found = (await visible(page)) as string[];
    expect(found.length).to.be.within(1, 200);
    expect(await page.textContent("[role=status]")).to.equal(`${found.length} of 1,000 customers`);
    expect(heard).to.deep.equal([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).to.deep.equal([page.url()]);
    await page.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 800, 1_400]) {
      it(`is accessible and fits a ${colorScheme} screen of ${width} pixels`, async () => {
        const { page, heard } = await open(small(), {
          colorScheme,
          viewport: { width, height: 800 },
        });
        expect(await page.evaluate("document.documentElement.scrollWidth")).to.equal(width);
        const axe = readFileSync(join(PROJECT, "node_modules/axe-core/axe.min.js"), "utf8");
        // Not as an element: the page's policy refuses every script but its own.
        await page.evaluate(axe);
        const { violations, passes } = (await page.evaluate("axe.run()")) as {
          violations: { id: string; nodes: { html: string }[] }[];
          passes: { id: string }[];
        };
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`,
        );
        expect(found).to.deep.equal([]);
        expect(passes.map(({ id }) => id)).to.include.members([
          "color-contrast",
          "label",
          "region",
        ]);
        expect(heard).to.deep.equal([]);
        await page.close();
      });
    }
  }

  it("is found inaccessible when it is: the check has teeth", async () => {
    const { page } = await open(small().replaceAll(/<label[^]*?<\/label\s*>/g, ""));
    await page.evaluate(readFileSync(join(PROJECT, "node_modules/axe-core/axe.min.js"), "utf8"));
    const { violations } = (await page.evaluate("axe.run()")) as { violations: { id: string }[] };
    expect(violations.map(({ id }) => id)).to.include("label");
    await page.close();
  });

  it("searches by every word, and sorts by text and number, with the keyboard alone", async () => {
    const { page, heard } = await open(small());
    await page.focus("#search");
    await page.keyboard.type("orchestrator");
    expect(await visible(page)).to.deep.equal(["acme"]);
    await page.fill("#search", "gmbh 2026-12");
    expect(await visible(page)).to.deep.equal(["zeta"]);
    await page.fill("#search", "unused");
    expect(await visible(page)).to.deep.equal([]);
    await page.fill("#search", "");
    expect(await visible(page)).to.deep.equal(["zeta", "acme", "paused"]);
    const head = page.locator("table.matrix thead th").first();
    await page.keyboard.press("Tab");
    // The table's own region, so that it can be scrolled; then its first column.
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect([await visible(page), await head.getAttribute("aria-sort")]).to.deep.equal([
      ["acme", "paused", "zeta"],
      "ascending",
    ]);
    await page.keyboard.press("Space");
    expect([await visible(page), await head.getAttribute("aria-sort")]).to.deep.equal([
      ["zeta", "paused", "acme"],
      "descending",
    ]);
    const generation = page.locator("section[aria-labelledby=keys] th.number button").first();
    await generation.click({ clickCount: 2 });
    const first = "section[aria-labelledby=keys] table.sortable tbody tr:first-child td";
    expect(await page.textContent(first)).to.equal("10");
    expect(heard).to.deep.equal([]);
    await page.close();
  });

  it("shows everything without its script, but for the search", async () => {
    const { page } = await open(small(), { javaScriptEnabled: false });
    expect(await page.isVisible("#search")).to.equal(false);
    expect(await page.locator("table.matrix tbody tr").count()).to.equal(3);
    expect(await page.isVisible("text=user acme is in group admins")).to.equal(true);
    await page.close();
  });

  it("runs nothing that a hostile name contains, and shows it as it is", async () => {
    const name = `<img src=x onerror=alert(1)></bdi></th></table><script>alert(2)</script>"'&amp;`;
    const { page, heard, requests } = await open(
      reportPage(factsOf([customerOf("evil", { name })])),
    );
    expect(await page.textContent("table.matrix tbody bdi")).to.equal(name);
    expect(await page.locator("img").count()).to.equal(0);
    expect(heard).to.deep.equal([]);
    expect(requests.filter((url) => !url.startsWith("data:"))).to.deep.equal([page.url()]);
    await page.close();
  });

  it("would be protected by its policy if markup came through", async () => {
    const injected = small().replace(
      "</main>",
      "<script>document.title = 'run'</script><img src='x.png'></main>",
    );
    const { page, heard } = await open(injected);
    expect(await page.title()).to.equal("Customers of prod, 2026-11-23");
    expect(heard.filter((text) => /Content Security Policy/.test(text))).to.have.length(2);
    await page.close();
  });
});
