import { join } from "node:path";
import { IS_COMPILED, packageFile, projectFolder } from "../src/package";

/** The project that is deployed to the sandbox: this repository, or a vendor's where the package is installed. */
export const PROJECT = IS_COMPILED ? projectFolder() : packageFile();

/** Where the sandbox keeps what it installs, and its state. Ignored by git. */
export const SANDBOX = join(PROJECT, ".sandbox");
