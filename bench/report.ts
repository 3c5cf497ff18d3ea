// `npm run bench:report`: how long `report` takes, in a new process for each size, beside `validate`, which reads and
// checks the same files; and how large the page is. The bars: under 1 MB for 1,000 customers, 3 s for 5,000.
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { makeReportProject, removeReportProject } from "./reportProject";
import { printTable } from "./table";

const SIZES = [50, 1_000, 5_000];
const COMMITS = 500;
const SCRIPT = join(__dirname, "..", "automation", "customers.mjs");

function main(): void {
  const rows = SIZES.map((size) => {
    const directory = makeReportProject(size, COMMITS);
    try {
      const timed = (...argv: readonly string[]) => {
        const started = performance.now();
        execFileSync(process.execPath, [SCRIPT, ...argv], { cwd: directory, stdio: "pipe" });
        return ((performance.now() - started) / 1000).toFixed(2);
      };
      const validate = timed("validate");
      const report = timed("report", "--html", "report.html", "--since", "2026-01-01");
      const bytes = statSync(join(directory, "report.html")).size;
      return [String(size), validate, report, (bytes / 1_000_000).toFixed(2)];
    } finally {
      removeReportProject(directory);
    }
  });
  printTable(["customers", "validate, s", "report, s", "page, MB"], rows);
  console.log(`\nload: ${execFileSync("uptime", { encoding: "utf8" }).trim()}`);
}

main();
