import type { IncomingMessage, ServerResponse } from "node:http";
import { type AwsAnswer, AwsRefusal, refusalAnswer } from "./awsAnswer";
import { type AwsCall, parseCall, type RawRequest } from "./awsCall";
import { refuseUnknownCallers } from "./callerRule";
import { withSource } from "./callerSource";
import { CallerGone, type Faults } from "./faults";
import type { Forwarder } from "./forwarder";
import { applyRules, type FrontRule } from "./frontRule";
import type { Journal } from "./journal";
import type { KeyUses } from "./keyUse";

/** What a call passes through. */
export interface CallHandlerParts {
  forwarder: Forwarder;
  rules: readonly FrontRule[];
  journal: Journal;
  faults: Faults;
  keyUses: KeyUses;
}

/** The response to a request, and whether it must be lost on the way. */
export interface FrontAnswer {
  answer: AwsAnswer;
  lost: boolean;
}

/** Parses a call, records it, applies faults and rules, forwards it to the emulator, and responds. */
export function callHandler(
  parts: CallHandlerParts,
): (request: RawRequest) => Promise<FrontAnswer> {
  return (request) => answerCall(parts, parseCall(request));
}

/** Lets `handle` answer the requests of an HTTP server. */
export function serve(
  handle: (request: RawRequest) => Promise<FrontAnswer>,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      const { method = "GET", url = "/", socket } = request;
      const rawHeaders = withSource(request.rawHeaders, socket.localAddress);
      const ended = new AbortController();
      response.once("close", () => ended.abort());
      const abandoned = ended.signal;
      const raw = { method, url, rawHeaders, body: Buffer.concat(chunks), abandoned };
      void handle(raw).then(({ answer, lost }) => {
        if (lost) request.socket.destroy();
        else send(response, answer);
      });
    });
  };
}

async function answerCall(parts: CallHandlerParts, call: AwsCall): Promise<FrontAnswer> {
  const entry = parts.journal.begin(call);
  let lost = false;
  const forward = async () => {
    const answer = await parts.forwarder.send(call.request);
    parts.keyUses.note(call, answer);
    return answer;
  };
  const answer = await (async () => {
    try {
      refuseUnknownCallers(call);
      lost = (await parts.faults.beforeCall(call)).loseAnswer;
      return await applyRules(parts.rules, call, forward);
    } catch (error) {
      if (error instanceof AwsRefusal) return refusalAnswer(call, error);
      lost ||= error instanceof CallerGone;
      // Neither a refusal nor a response: the emulator has stopped, or a rule has a bug.
      const message = `sandbox: ${error instanceof Error ? error.message : String(error)}`;
      return refusalAnswer(call, new AwsRefusal("InternalFailure", message, 500));
    }
  })();
  parts.journal.end(entry, answer);
  return { answer, lost };
}

function send(response: ServerResponse, answer: AwsAnswer): void {
  response.writeHead(answer.status, [
    ...answer.rawHeaders,
    ...["Content-Length", String(answer.body.length)],
  ]);
  response.end(answer.body);
}
