/** An HTTP request as it arrived, kept to the byte: the signature covers its host, path and body. */
export interface RawRequest {
  method: string;
  /** Path and query. */
  url: string;
  /** Name, value, name, value … as sent. */
  rawHeaders: string[];
  body: Buffer;
  /** Aborted when the caller's connection ends before it has an answer. */
  abandoned?: AbortSignal;
}

/** One AWS API call, as far as the front needs to understand it. */
export interface AwsCall {
  /** As in the signature's scope: `iam`, `ecr`, `sts`; empty when the call is not signed. */
  service: string;
  /** `CreateUser`; empty when the front cannot read it as an API call. */
  action: string;
  /** Region of the signature's scope; IAM's is that of its one control plane, `us-east-1`. */
  region: string;
  /** The key that signed it; empty when the call is not signed. */
  accessKeyId: string;
  /** The wire format of the request, and so of an error. */
  protocol: "query" | "json";
  /** Query protocol: texts by their wire names (`Tags.member.1.Key`); JSON protocol: the document. */
  parameters: Record<string, unknown>;
  userAgent?: string;
  request: RawRequest;
}

const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

/** Reads who calls what from a request; what cannot be read stays empty, and the emulator judges it. */
export function parseCall(request: RawRequest): AwsCall {
  const header = (name: string) => headerOf(request, name);
  const [, accessKeyId = "", region = "", service = ""] =
    CREDENTIAL.exec(header("authorization") ?? "") ?? [];
  const who = { service, region, accessKeyId, userAgent: header("user-agent"), request };
  const target = header("x-amz-target");
  if (target !== undefined) {
    const action = target.slice(target.lastIndexOf(".") + 1);
    return { ...who, action, protocol: "json", parameters: jsonDocument(request.body) };
  }
  const parameters = queryParameters(request, header("content-type"));
  const action = parameters.Action ?? "";
  // The one call here that is never signed.
  const isUnsigned = accessKeyId === "" && action === "AssumeRoleWithWebIdentity";
  const of = isUnsigned ? { ...who, service: "sts" } : who;
  return { ...of, action, protocol: "query", parameters };
}

/** A request's header by its name in lower case; undefined when there is none. */
export function headerOf({ rawHeaders }: RawRequest, name: string): string | undefined {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) return rawHeaders[index + 1];
  }
  return undefined;
}

/** A text parameter of a call; undefined when it is missing or not a text. */
export function textOf(call: AwsCall, name: string): string | undefined {
  const value = call.parameters[name];
  return typeof value === "string" ? value : undefined;
}

/**
 * Whether a call changes anything, judged by its name; this agrees with AWS's access levels for IAM, STS
 * and ECR.
 */
export function isWrite(action: string): boolean {
  return !/^(Get|List|Describe|BatchGet|BatchCheck|Simulate|Generate)/.test(action);
}

function jsonDocument(body: Buffer): Record<string, unknown> {
  try {
    const document: unknown = JSON.parse(body.toString("utf8"));
    if (typeof document === "object" && document !== null && !Array.isArray(document)) {
      return document as Record<string, unknown>;
    }
  } catch {
    // Not JSON: the emulator's refusal is the answer.
  }
  return {};
}

function queryParameters(
  request: RawRequest,
  contentType: string | undefined,
): Record<string, string> {
  const query = request.url.indexOf("?");
  const isForm = contentType?.startsWith("application/x-www-form-urlencoded") === true;
  return {
    ...(query < 0 ? {} : Object.fromEntries(new URLSearchParams(request.url.slice(query + 1)))),
    ...(isForm ? Object.fromEntries(new URLSearchParams(request.body.toString("utf8"))) : {}),
  };
}
