/** The `code` of an error by Node.js or one of its libraries, e.g. `ENOENT`; undefined for anything else. */
export function errorCode(error: unknown): string | undefined {
  const isObject = typeof error === "object" && error !== null;
  return isObject && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What was found instead of a readable file or folder; completes "expected …, got …". */
export function readFailure(error: unknown): string {
  const code = errorCode(error);
  return code === "ENOENT" ? "no such file or folder" : (code ?? "an error");
}
