import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { providerKind } from "../../../sandbox/prepare";
import { startSandbox, type Sandbox } from "../../../sandbox/sandbox";
import { SandboxProject } from "./sandboxProject";

/** The first start on an empty machine installs the emulator and builds the engine. */
const PREPARATION_MILLISECONDS = 12 * 60_000;
/**
 * One test runs the engine a few times; the real plugin takes several seconds to start. Long, because it only ends what
 * hangs: a run that takes 10 seconds takes more than a minute beside other suites on two cores.
 */
const TEST_MILLISECONDS = { local: 240_000, plugin: 270_000 } as const;

/** An AWS account and a project in it, created before a suite and removed after it. */
export interface Running {
  sandbox: Sandbox;
  project: SandboxProject;
}

/**
 * Gives a suite a sandbox of its own, so that suites cannot disturb each other.
 *
 * @param settings - text of `Pulumi.dev.yaml`; that of this repository by default.
 * @param engineSettings - environment of the engine, beside the sandbox's.
 * @returns filled in before the suite's first test.
 */
export function withSandbox(
  suite: Mocha.Suite,
  settings?: string,
  engineSettings?: Readonly<Record<string, string>>,
): Running {
  const running = {} as Running;
  suite.timeout(TEST_MILLISECONDS[providerKind()]);
  before(async function () {
    this.timeout(PREPARATION_MILLISECONDS);
    const home = mkdtempSync(join(tmpdir(), "ecr-customers-home-"));
    running.sandbox = await startSandbox({ home, progress: (line) => console.log(`    ${line}`) });
    running.project = await SandboxProject.create(running.sandbox, settings, engineSettings);
  });
  after(async () => {
    running.project?.discard();
    await running.sandbox?.stop();
    if (running.sandbox)
      rmSync(running.sandbox.environment["HOME"] ?? "", { recursive: true, force: true });
  });
  afterEach(() => running.sandbox.front.faults.clear());
  return running;
}
