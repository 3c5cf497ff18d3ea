import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

/** AWS at some distance: each call takes some milliseconds more. */
export interface DelayingProxy {
  endpoint: string;
  calls: () => number;
  stop: () => void;
}

/** Starts it. @param endpoint - of the AWS that answers. */
export async function delayingProxy(
  endpoint: string,
  milliseconds: number,
): Promise<DelayingProxy> {
  const { hostname, port } = new URL(endpoint);
  let calls = 0;
  const server = createServer((incoming, outgoing) => {
    calls += 1;
    const { method, url: path, headers } = incoming;
    void setTimeout(milliseconds).then(() => {
      const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => calls,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
