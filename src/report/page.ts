// The page around the sections: one file, and nothing that it loads from elsewhere.
import { createHash } from "node:crypto";
import { html, raw, type Html } from "./html";
import { SCRIPT } from "./script";
import { STYLE } from "./style";

/** A part of the page with a heading. */
export interface PageSection {
  /** Its anchor. */
  id: string;
  title: string;
  body: Html;
}

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/**
 * What the browser may do with the page: run this script, use this style, and nothing else. The icon is an empty
 * one, so that no browser asks a server for one.
 */
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The whole document. */
export function page(title: string, intro: Html, sections: readonly PageSection[]): string {
  const links = sections.map((one) => html`<li><a href="#${one.id}">${one.title}</a></li>`);
  const bodies = sections.map(
    ({ id, title: heading, body }) =>
      html`<section aria-labelledby="${id}">
        <h2 id="${id}">${heading}</h2>
        ${body}
      </section> `,
  );
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${raw(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="robots" content="noindex" />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <header>
          <a class="skip" href="#content">Skip to the content</a>
          <h1>${title}</h1>
          ${intro}
          <nav aria-label="Sections">
            <ul>
              ${links}
            </ul>
          </nav>
        </header>
        <main id="content">${bodies}</main>
        <footer>
          <p>
            Made by ecr-customers. The page loads nothing from elsewhere, and its script only
            searches and sorts.
          </p>
        </footer>
        ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html> `.text;
}
