import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { customersScript } from "./customersScript";
import { expectAsFilesSay } from "./expectations";
import { alive, type Process } from "./processes";
import { startScript } from "./scriptProcess";
import type { Running } from "./withSandbox";

/** One repository in one stack. */
export const SETTINGS = `config:
  aws:region: eu-central-1
  ecr-customers:account: "123456789012"
  ecr-customers:repositories:
    edge-agent: {}
`;

export const UP = ["up", "--yes", "--stack", "dev"];

/**
 * The time between SIGINT and SIGTERM when a run is cancelled on GitHub Actions; SIGKILL follows 2.5 s later (docs.github.com,
 * "Workflow cancellation reference").
 */
export const CANCEL_MILLISECONDS = 7_500;

/** The script as a process that a suite interrupts, with a folder for temporary files that is the suite's own. */
export function interruptible(running: Running) {
  const temporary = mkdtempSync(join(tmpdir(), "signals-"));
  after(() => rmSync(temporary, { recursive: true, force: true }));
  let added = 0;

  return {
    temporary,

    addCustomers(): void {
      for (let count = 0; count < 2; count++) {
        added += 1;
        running.project.write(`customer-${added}`, "name: Customer\nrepositories: [edge-agent]\n");
      }
    },

    /** @returns the ids of the last two. */
    lastAdded: (): string[] => [added - 1, added].map((id) => `customer-${id}`),

    start(argv: readonly string[]) {
      const { directory: cwd, environment } = running.project;
      return startScript(argv, { cwd, environment: { ...environment, TMPDIR: temporary } });
    },

    /** Of what the script had started, an engine among it, nothing runs any more, and the stack is not locked. */
    async expectNothingLeft(started: readonly Process[]): Promise<void> {
      expect(started.filter(isEngine)).not.to.deep.equal([]);
      const deadline = Date.now() + 60_000;
      while (alive(started).length > 0 && Date.now() < deadline) await pause(200);
      expect(alive(started)).to.deep.equal([]);
      const { stdout } = await customersScript(running, ["unlock"]);
      expect(stdout).to.equal("Stack dev is not locked.\n");
    },

    /** @returns what the next `up` prints, which finishes the interrupted one. */
    async expectFinished(): Promise<string> {
      running.sandbox.front.faults.clear();
      const finished = await customersScript(running, ["up", "--yes"], {
        environment: { TMPDIR: temporary },
      });
      expect(finished.code, finished.stderr).to.equal(0);
      // What was not reached is no loss, and was not deleted by anyone.
      const { stdout, stderr } = finished;
      expect(stdout + stderr).not.to.match(/LOSES|Deleted in AWS by hand/);
      await expectAsFilesSay(running);
      return stdout;
    },

    temporaryFolders: (): string[] =>
      readdirSync(temporary).filter((name) => /^(ecr-customers|automation-logs)-/.test(name)),
  };
}

function isEngine({ command }: Process): boolean {
  return /pulumi --non-interactive (up|preview) .*--stack dev/.test(command);
}
