import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withInstallLock } from "../../../sandbox/aws/installLock";
import { SANDBOX } from "../../../sandbox/paths";

/** A package as a file. */
export interface Tarball {
  path: string;
  discard: () => void;
}

/**
 * Makes the package of a checkout, as a release does; one after the other, because all compile into `dist/`.
 *
 * @param root - the checkout; it has its `node_modules`.
 * @throws Error with what was printed, when a source has a mistake.
 */
export async function packageOf(root: string): Promise<Tarball> {
  const folder = mkdtempSync(join(tmpdir(), "ecr-customers-package-"));
  const argv = ["run", "--silent", "pack", "--", "--pack-destination", folder];
  mkdirSync(SANDBOX, { recursive: true });
  await withInstallLock(join(SANDBOX, "package.lock"), async () => {
    execFileSync("npm", argv, { cwd: root, stdio: "pipe" });
  });
  return {
    path: join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? ""),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
}
