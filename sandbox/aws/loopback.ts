import { createServer } from "node:net";
import { SandboxError } from "./sandboxError";

/** The only address that the sandbox listens on and talks to. */
export const LOOPBACK = "127.0.0.1";

/**
 * The sandbox must not be able to reach a real account, so it refuses every other address. Names are not
 * resolved: where `localhost.example` leads is up to a name server.
 *
 * @returns the parsed address.
 * @throws SandboxError when `endpoint` is not http on the loopback interface.
 */
export function loopbackUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const loopback =
    url !== undefined &&
    (/^127\.\d+\.\d+\.\d+$/.test(url.hostname) || ["localhost", "[::1]"].includes(url.hostname));
  if (!loopback || url.protocol !== "http:") {
    throw new SandboxError(
      `The sandbox talks to its own AWS emulator only, and ${JSON.stringify(endpoint)} is not on this machine's loopback interface`,
      `Give an address such as http://${LOOPBACK}:4566.`,
    );
  }
  return url;
}

/** A TCP port on the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, LOOPBACK, resolve);
  });
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port was assigned");
  return address.port;
}
