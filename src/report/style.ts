/** The page's style. It names no file and no font of another place. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #fff; --text: #1b1f24; --quiet: #57606a; --line: #d0d7de; --raised: #f6f8fa;
  --fill: #2f6f9f; --near: #9a6700; --bad: #b42318; --good: #1a6b34; --track: #e4e8ec; --link: #0b5cad;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --text: #e6e9ed; --quiet: #a3adb8; --line: #3a424c; --raised: #1d232a;
    --fill: #6cb0e0; --near: #e0a83a; --bad: #ff8a7a; --good: #6fcf8d; --track: #2c343d; --link: #82bdf5;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif;
}
header, main, footer { max-width: 80rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .5rem 0; max-width: 65ch; }
a { color: var(--link); }
.skip { position: absolute; left: -100rem; }
.skip:focus { position: static; }
.quiet, small { color: var(--quiet); }
.notice { border-left: .25rem solid var(--near); padding: .25rem .75rem; background: var(--raised); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 1rem 0 0; padding: 0; }
nav a { display: inline-block; padding: .25rem 0; }
dl.figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: .75rem; margin: 1rem 0; }
dl.figures div { display: flex; flex-direction: column-reverse; justify-content: flex-end; border: 1px solid var(--line); border-radius: .4rem; padding: .5rem .75rem; background: var(--raised); }
dl.figures dt { color: var(--quiet); font-size: .875rem; }
dl.figures dd { margin: 0; font-size: 1.5rem; font-weight: 600; line-height: 1.2; font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); } .near { color: var(--near); } .good { color: var(--good); }
.search { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; margin: .75rem 0; }
.search input { font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--quiet); border-radius: .3rem; padding: .35rem .6rem; width: 22rem; max-width: 100%; }
[hidden] { display: none !important; }
.scroll { overflow: auto; border: 1px solid var(--line); border-radius: .4rem; }
.scroll.tall { max-height: 80vh; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 1px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: .875rem; padding: .4rem .6rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line); }
thead th { border-top: 0; background: var(--raised); font-size: .875rem; vertical-align: bottom; }
.tall thead th { position: sticky; top: 0; z-index: 1; box-shadow: inset 0 -1px var(--line); }
tbody th { font-weight: 600; }
th small { display: block; font-weight: 400; }
.matrix tbody th { position: sticky; left: 0; background: var(--ground); min-width: 9rem; max-width: 18rem; overflow-wrap: anywhere; }
.matrix thead th:first-child { left: 0; z-index: 2; }
.matrix td { white-space: nowrap; }
.matrix td.list { white-space: normal; min-width: 14rem; }
.matrix .r { text-align: center; padding-left: .3rem; padding-right: .3rem; }
.matrix thead .r { vertical-align: bottom; text-align: left; }
.matrix thead .r span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 16rem; }
.matrix td.r { color: var(--good); font-weight: 600; }
th button { all: unset; cursor: pointer; }
th button:focus-visible { outline: 3px solid var(--link); }
th[aria-sort=ascending] button::after { content: " ▲"; }
th[aria-sort=descending] button::after { content: " ▼"; }
.number { text-align: right; }
.day, .commit { white-space: nowrap; }
td { overflow-wrap: break-word; }
td.words { min-width: 14rem; }
.bars { table-layout: auto; }
.bars thead .bar span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.bars td.bar { width: 45%; min-width: 5rem; vertical-align: middle; }
svg.bar { display: block; width: 100%; height: .8rem; }
.track { fill: var(--track); } .fill { fill: var(--fill); } .fill.near { fill: var(--near); } .fill.bad { fill: var(--bad); }
footer { margin-top: 3rem; padding-bottom: 2rem; color: var(--quiet); font-size: .875rem; }
@media (max-width: 40rem) {
  body { font-size: .9375rem; }
  th, td { padding: .35rem .45rem; }
  .bars .names { display: none; }
  .matrix tbody th { min-width: 7.5rem; max-width: 9.5rem; }
  dl.figures { grid-template-columns: 1fr 1fr; }
}
@media print {
  :root { --ground: #fff; --text: #000; --quiet: #333; --line: #999; --raised: #fff; --fill: #555; --near: #744; --bad: #900; --good: #000; --track: #ddd; --link: #000; }
  body { font-size: 9pt; }
  header, main, footer { max-width: none; padding: 0; }
  nav, .search, .skip { display: none; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; border: 0; }
  .tall thead th, .matrix tbody th { position: static; }
  .matrix td { white-space: normal; }
  th, td { padding: .15rem .3rem; }
  tr, dl.figures div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  th button::after { content: "" !important; }
}
`;
