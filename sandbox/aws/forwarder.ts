import { Agent, request as httpRequest } from "node:http";
import type { AwsAnswer } from "./awsAnswer";
import type { RawRequest } from "./awsCall";

/** Headers of the connection, not of the message (RFC 9110, section 7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "expect",
  "te",
  "trailer",
  "upgrade",
]);

/** Forwards requests to the emulator over persistent connections: method, path, headers (Host too) and body unchanged. */
export class Forwarder {
  readonly #target: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(target: URL) {
    this.#target = target;
  }

  send(request: RawRequest): Promise<AwsAnswer> {
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest({
        agent: this.#agent,
        host: this.#target.hostname,
        port: this.#target.port,
        method: request.method,
        path: request.url,
        headers: [
          ...endToEnd(request.rawHeaders),
          ...["Content-Length", String(request.body.length)],
        ] as unknown as Record<string, string>,
      });
      outgoing.once("error", reject);
      outgoing.once("response", (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.once("error", reject);
        answer.once("end", () =>
          resolve({
            status: answer.statusCode ?? 502,
            rawHeaders: endToEnd(answer.rawHeaders),
            body: Buffer.concat(chunks),
          }),
        );
      });
      outgoing.end(request.body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The headers without those that belong to a single connection. */
export function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? "";
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, rawHeaders[index + 1] ?? "");
  }
  return kept;
}
