// Where a caller is, as AWS would see it. On one machine everyone has the same address, and programs cannot choose
// another; so the loopback address at which a caller reaches the sandbox stands for the one that it comes from.
import { LOOPBACK } from "./loopback";

/** The header by which the front passes it on; what a caller sends under this name is dropped. */
export const SOURCE_HEADER = "x-sandbox-source";

/**
 * At which the front listens beside `LOOPBACK`, where the system has them: macOS has only those that
 * `sudo ifconfig lo0 alias 127.0.0.2` adds.
 */
export const OTHER_ADDRESSES = ["127.0.0.2", "127.0.0.200", "127.0.1.1"];

/**
 * `127.0.0.N` is 203.0.113.N, of the addresses for documentation (RFC 5737); `127.0.1.N` is the VPC endpoint
 * `vpce-` with N in eight hexadecimal digits. Everything else is 127.0.0.1.
 */
export function callerSource(reached: string = LOOPBACK): string {
  const [, third = "0", last = "1"] = /^127\.0\.([01])\.(\d{1,3})$/.exec(reached) ?? [];
  return third === "0" ? `203.0.113.${last}` : `vpce-${Number(last).toString(16).padStart(8, "0")}`;
}

/** The headers with where their sender is. */
export function withSource(rawHeaders: readonly string[], reached: string | undefined): string[] {
  const kept = rawHeaders.filter(
    (_, at) => rawHeaders[at - (at % 2)]?.toLowerCase() !== SOURCE_HEADER,
  );
  return [...kept, SOURCE_HEADER, callerSource(reached)];
}
