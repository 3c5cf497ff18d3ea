import { randomUUID } from "node:crypto";
import type { AwsCall } from "./awsCall";

/** An HTTP answer on its way to the caller. */
export interface AwsAnswer {
  status: number;
  /** Name, value, name, value …, without those of the connection itself. */
  rawHeaders: string[];
  body: Buffer;
}

/** A call that AWS would refuse. Thrown by the rules, sent in the format of the call's protocol. */
export class AwsRefusal extends Error {
  readonly code: string;
  readonly status: number;

  /** @param code AWS's own error code, e.g. `NoSuchEntity`. */
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = "AwsRefusal";
    this.code = code;
    this.status = status;
  }
}

const NAMESPACES: Record<string, string> = {
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
};

/** The answer for a refusal: XML for the Query protocol (IAM, STS), `__type` for AWS JSON 1.1 (ECR). */
export function refusalAnswer(call: AwsCall, refusal: AwsRefusal): AwsAnswer {
  if (call.protocol === "json") {
    return jsonAnswer(refusal.status, { __type: refusal.code, message: refusal.message });
  }
  const type = refusal.status < 500 ? "Sender" : "Receiver";
  return xmlAnswer(
    refusal.status,
    `<ErrorResponse xmlns="${namespaceOf(call)}"><Error><Type>${type}</Type>` +
      `<Code>${escapeXml(refusal.code)}</Code><Message>${escapeXml(refusal.message)}</Message></Error>` +
      `<RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
  );
}

/** The same answer with another text in the first element of that name. */
export function withXmlText(answer: AwsAnswer, element: string, text: string): AwsAnswer {
  const found = new RegExp(`<${element}>[^<]*</${element}>`);
  const replaced = `<${element}>${escapeXml(text)}</${element}>`;
  const body = answer.body.toString("utf8").replace(found, () => replaced);
  return { ...answer, body: Buffer.from(body) };
}

export function jsonAnswer(status: number, document: unknown): AwsAnswer {
  const rawHeaders = ["Content-Type", "application/x-amz-json-1.1", ...requestId()];
  return { status, rawHeaders, body: Buffer.from(JSON.stringify(document)) };
}

/** The error code of a response, undefined for a successful one. */
export function errorCodeOf(answer: AwsAnswer): string | undefined {
  if (answer.status < 400) return undefined;
  const text = answer.body.toString("utf8");
  const code =
    /<Code>([^<]*)<\/Code>/.exec(text)?.[1] ?? /"(?:__type|code)"\s*:\s*"([^"]*)"/.exec(text)?.[1];
  return code === undefined ? String(answer.status) : code.slice(code.lastIndexOf("#") + 1);
}

/** The text of the first element of that name, undefined when there is none. */
export function xmlText(answer: AwsAnswer, element: string): string | undefined {
  const found = new RegExp(`<${element}>([^<]*)</${element}>`).exec(answer.body.toString("utf8"));
  return found?.[1]?.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
}

export function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function namespaceOf(call: AwsCall): string {
  return NAMESPACES[call.service] ?? "https://iam.amazonaws.com/doc/2010-05-08/";
}

function xmlAnswer(status: number, xml: string): AwsAnswer {
  return {
    status,
    rawHeaders: ["Content-Type", "text/xml", ...requestId()],
    body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}`),
  };
}

function requestId(): string[] {
  return ["x-amzn-RequestId", randomUUID()];
}
