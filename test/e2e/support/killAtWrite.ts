// Loaded into a process of the script before it: ends it with SIGKILL at its k-th call that writes to
// its working directory, `KILL_AT_WRITE`. A call that writes bytes has written half of them by then.
import fs from "node:fs";
import { resolve, sep } from "node:path";

const WRITING = ["writeFileSync", "fchmodSync", "fsyncSync", "renameSync", "rmSync", "unlinkSync"];

const at = Number(process.env["KILL_AT_WRITE"] ?? Infinity);
let calls = 0;

/** An open file is ours: the compiler's own cache does not come this way. */
function isOurs(file: unknown): boolean {
  if (typeof file === "number") return file > 2;
  return resolve(String(file)).startsWith(process.cwd() + sep);
}

function end(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal needs no time, but the compiler does not know.
  for (;;);
}

const mutable = fs as unknown as Record<string, (...args: unknown[]) => unknown>;
for (const name of WRITING) {
  const original = mutable[name];
  if (original === undefined) continue;
  mutable[name] = (...args) => {
    if (isOurs(args[0]) && ++calls === at) {
      if (name === "writeFileSync" && typeof args[1] === "string") {
        original(args[0], args[1].slice(0, args[1].length / 2));
      }
      end();
    }
    return original(...args);
  };
}
const { openSync } = fs;
mutable["openSync"] = (...args) => {
  const opened = openSync(...(args as Parameters<typeof openSync>));
  if (args[1] === "wx" && isOurs(args[0]) && ++calls === at) end();
  return opened;
};
