import { packageFile } from "../../src/package";
import { installPythonPackages, pythonIn } from "./pythonPackages";

const EMULATOR = {
  name: "emulator",
  requirements: packageFile("sandbox", "aws", "requirements.txt"),
  what: "the AWS emulator",
  megabytes: 90,
};

/**
 * Installs the AWS emulator under `<directory>/emulator`; returns at once when it is installed.
 *
 * @param progress called with each step, a line without a line break.
 * @returns the path of its Python.
 * @throws SandboxError when it cannot be installed, with a fix.
 */
export async function installEmulator(
  directory: string,
  progress: (line: string) => void = () => {},
): Promise<string> {
  return pythonIn(await installPythonPackages(directory, EMULATOR, progress));
}
