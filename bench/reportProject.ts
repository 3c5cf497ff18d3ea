// A project of many customers with a history, as a vendor might have it after a year.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const REPOSITORIES = Array.from(
  { length: 20 },
  (_, at) => `product-${String(at + 1).padStart(2, "0")}`,
);
const PARTS = ["Acme", "Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Soylent"];
const KINDS = [
  "Robotics GmbH",
  "Logistics Ltd",
  "Energy S.A.",
  "Health AG",
  "株式会社",
  "& Sons <Intl>",
];

/** The first day of the history. */
export const FIRST_DAY = "2026-01-05";

/**
 * Makes the project; the caller removes the folder.
 *
 * @param commits - edits of single files after the first commit, one a day, a third of them as merges.
 */
export function makeReportProject(count: number, commits = 60): string {
  const directory = mkdtempSync(join(tmpdir(), "report-project-"));
  const catalogue = REPOSITORIES.map((name) => `    ${name}: {grants: tagged}\n`).join("");
  writeFileSync(
    join(directory, "Pulumi.prod.yaml"),
    `config:\n  aws:region: eu-central-1\n  ecr-customers:account: "123456789012"\n  ecr-customers:repositories:\n${catalogue}    legacy: {}\n`,
  );
  writeFileSync(join(directory, "Pulumi.yaml"), "name: vendor\nruntime: nodejs\n");
  mkdirSync(join(directory, "customers"));
  const files = new Map<string, string>();
  for (let number = 1; number <= count; number++) {
    const id = `customer-${String(number).padStart(5, "0")}`;
    files.set(id, customerText(number));
    writeFileSync(join(directory, "customers", `${id}.yaml`), customerText(number));
  }
  const git = (input: string, ...argv: readonly string[]) =>
    execFileSync("git", argv, { cwd: directory, input, stdio: ["pipe", "pipe", "pipe"] });
  git("", "init", "--quiet", "--initial-branch=main");
  git(historyOf(files, commits), "fast-import", "--quiet");
  git("", "reset", "--hard", "--quiet");
  return directory;
}

/** Removes a project. */
export function removeReportProject(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

function customerText(number: number, renewed = 0): string {
  const repositories = REPOSITORIES.filter(
    (_, at) => (number * 7 + at * 5) % 9 < 2 + (renewed % 2),
  );
  const legacy = number <= 40 ? ["legacy"] : [];
  const month = 1 + (number % 12);
  return [
    `name: "${PARTS[number % PARTS.length]} ${KINDS[number % KINDS.length]} ${number}"`,
    `repositories: [${[...legacy, ...repositories].join(", ")}]`,
    ...(number % 5 === 0
      ? []
      : [`expires: ${2027 + renewed}-${String(month).padStart(2, "0")}-15`]),
    ...(number % 40 === 0 ? ["status: suspended"] : []),
    `contact: ops-${number}@customer.example`,
    `owner: sales-${number % 7}@vendor.example`,
    ...(number % 3 === 0 ? [handedOver(number)] : []),
    "",
  ].join("\n");
}

function handedOver(number: number): string {
  const day = new Date(Date.UTC(2026, 0, 5 + ((number * 13) % 320))).toISOString().slice(0, 10);
  const key = `AKIA${String(number).padStart(16, "2")}`.replaceAll("0", "A").replaceAll("1", "B");
  return `handedOver: {1: {key: ${key.replaceAll(/[89]/g, "C")}, on: ${day}, to: passphrase}}`;
}

/** For `git fast-import`. */
function historyOf(files: ReadonlyMap<string, string>, commits: number): string {
  const [first, ...ids] = files.keys();
  const start = Date.parse(`${FIRST_DAY}T09:00:00Z`) / 1000;
  const all = [...files].map(([id, text]) => fileText(id, text)).join("");
  let stream = commitText("main", start, "Add all customers", all);
  for (let at = 1; at <= commits; at++) {
    const id = ids[(at * 41) % ids.length] ?? first ?? "";
    const text = fileText(id, customerText(Number(id.slice(-5)), 1 + (at % 2)));
    const time = start + at * 5 * 86_400;
    if (at % 3 === 0) {
      stream += `reset refs/heads/side\nfrom refs/heads/main\n\n`;
      stream += commitText("side", time - 86_400, `Renew ${id}`, text);
      stream += commitText(
        "main",
        time,
        `Merge pull request #${at}: renew ${id}`,
        `merge refs/heads/side\n${text}`,
      );
    } else stream += commitText("main", time, `Change ${id} <b>now</b>`, text);
  }
  return stream;
}

function fileText(id: string, text: string): string {
  return `M 100644 inline customers/${id}.yaml\ndata ${Buffer.byteLength(text)}\n${text}\n`;
}

function commitText(branch: string, time: number, subject: string, changes: string): string {
  return `commit refs/heads/${branch}\ncommitter Jo Doe <jo@vendor.example> ${time} +0000\ndata ${Buffer.byteLength(subject)}\n${subject}\n${changes}\n`;
}
