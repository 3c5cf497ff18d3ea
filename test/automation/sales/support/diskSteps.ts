import fs from "node:fs";

const STEPS = ["openSync", "writeSync", "fsyncSync", "renameSync", "rmSync", "mkdirSync"] as const;

/**
 * Calls `before` ahead of each step on the disk, with the step's number from 1; a write is done in
 * halves, so that stopping between two of them leaves a torn file.
 *
 * @returns what takes it back.
 */
export function beforeEachStep(before: (step: number) => void): () => void {
  const originals = Object.fromEntries(STEPS.map((name) => [name, fs[name]]));
  let step = 0;
  for (const name of STEPS) {
    const work = originals[name] as (...args: unknown[]) => unknown;
    const replaced = (...args: unknown[]) => {
      before(++step);
      if (name !== "writeSync") return work(...args);
      const [handle, bytes, offset = 0] = args as [number, Uint8Array, number?];
      return work(handle, bytes, offset, Math.ceil((bytes.length - offset) / 2));
    };
    Object.assign(fs, { [name]: replaced });
  }
  return () => void Object.assign(fs, originals);
}
