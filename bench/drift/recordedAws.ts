import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";
import type { Customer } from "../../src/customers/model";
import { CONFIG, GROUP, POLICIES, tagsOf } from "./account";

/** Users in one answer, as IAM gives at most (IAM API, `MaxItems`). */
const PAGE = 1000;
const CREATED = "2026-01-01T00:00:00Z";

/** A server with AWS's answers about an account, each after some milliseconds; many users need no set-up. */
export interface RecordedAws {
  endpoint: string;
  /** How many calls it has answered. */
  calls: () => number;
  stop: () => void;
}

/** Starts it. */
export async function recordedAws(
  customers: readonly Customer[],
  milliseconds: number,
): Promise<RecordedAws> {
  let calls = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.once("end", () => {
      calls += 1;
      const body = Buffer.concat(chunks).toString("utf8");
      const target = request.headers["x-amz-target"];
      const { status, text, type } =
        typeof target === "string" ? ecrAnswer(target) : iamAnswer(body, customers);
      void setTimeout(milliseconds).then(() => {
        response.writeHead(status, { "Content-Type": type });
        response.end(text);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    calls: () => calls,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Neither repositories nor the registry have a policy. */
function ecrAnswer(target: string) {
  const name = target.endsWith("GetRegistryPolicy") ? "RegistryPolicy" : "RepositoryPolicy";
  const text = JSON.stringify({ __type: `${name}NotFoundException`, message: "none" });
  return { status: 400, text, type: "application/x-amz-json-1.1" };
}

function iamAnswer(body: string, customers: readonly Customer[]) {
  const parameters = new URLSearchParams(body);
  const action = parameters.get("Action") ?? "";
  const result = RESULTS[action]?.(parameters, customers);
  if (result === undefined) throw new Error(`no answer for ${action}`);
  const text = `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${result}</${action}Result></${action}Response>`;
  return { status: 200, text, type: "text/xml" };
}

const RESULTS: Readonly<
  Record<string, (parameters: URLSearchParams, customers: readonly Customer[]) => string>
> = {
  GenerateCredentialReport: () => "<State>COMPLETE</State>",
  GetCredentialReport: (_, customers) => {
    const head =
      "user,arn,user_creation_time,password_enabled,mfa_active,cert_1_active,cert_2_active";
    const rows = customers.map(({ id }) => `${id},${arnOf(id)},${CREATED},false,false,false,false`);
    const content = Buffer.from([head, ...rows].join("\n")).toString("base64");
    return `<Content>${content}</Content><ReportFormat>text/csv</ReportFormat>`;
  },
  ListServiceSpecificCredentials: () =>
    "<ServiceSpecificCredentials/><IsTruncated>false</IsTruncated>",
  ListAccessKeys: (parameters) => {
    const user = parameters.get("UserName") ?? "";
    return `<AccessKeyMetadata><member><UserName>${user}</UserName><AccessKeyId>AKIA${user.toUpperCase()}</AccessKeyId><Status>Active</Status><CreateDate>${CREATED}</CreateDate></member></AccessKeyMetadata><IsTruncated>false</IsTruncated>`;
  },
  GetAccountAuthorizationDetails: (parameters, customers) => {
    const from = Number(parameters.get("Marker") ?? 0);
    const to = from + PAGE;
    const users = customers.slice(from, to).map(userXml).join("");
    const isLast = to >= customers.length;
    return `<UserDetailList>${users}</UserDetailList>${from === 0 ? SHARED : ""}<IsTruncated>${!isLast}</IsTruncated>${isLast ? "" : `<Marker>${to}</Marker>`}`;
  },
};

function arnOf(id: string): string {
  return `arn:aws:iam::${CONFIG.account}:user/customers/${id}`;
}

function userXml(customer: Customer): string {
  const { id } = customer;
  const tags = tagsOf(customer)
    .map(([key, value]) => `<member><Key>${key}</Key><Value>${value}</Value></member>`)
    .join("");
  return `<member><Path>/customers/</Path><UserName>${id}</UserName><UserId>AIDA${id.toUpperCase()}</UserId><Arn>${arnOf(id)}</Arn><CreateDate>${CREATED}</CreateDate><GroupList><member>${GROUP}</member></GroupList><AttachedManagedPolicies/><Tags>${tags}</Tags></member>`;
}

const ATTACHED = POLICIES.map(
  ({ name, arn }) =>
    `<member><PolicyName>${name}</PolicyName><PolicyArn>${arn}</PolicyArn></member>`,
).join("");
const SHARED = `<GroupDetailList><member><Path>/</Path><GroupName>${GROUP}</GroupName><GroupId>AGPA</GroupId><Arn>arn:aws:iam::${CONFIG.account}:group/${GROUP}</Arn><GroupPolicyList/><AttachedManagedPolicies>${ATTACHED}</AttachedManagedPolicies></member></GroupDetailList><RoleDetailList/><Policies>${POLICIES.map(
  ({ name, arn, text }) =>
    `<member><PolicyName>${name}</PolicyName><Arn>${arn}</Arn><DefaultVersionId>v1</DefaultVersionId><PolicyVersionList><member><Document>${encodeURIComponent(text)}</Document><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion></member></PolicyVersionList></member>`,
).join("")}</Policies>`;
