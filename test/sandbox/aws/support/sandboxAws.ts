import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ECRClient } from "@aws-sdk/client-ecr";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from "@aws-sdk/client-iam";
import { STSClient } from "@aws-sdk/client-sts";
import { type Emulator, startEmulator } from "../../../../sandbox/aws/emulator";
import { type Front, startFront } from "../../../../sandbox/aws/front";
import type { Credentials } from "../../../../sandbox/registry/callers";
import type { Registry } from "../../../../sandbox/registry/registry";

export const ACCOUNT = "123456789012";
export const REGION = "eu-central-1";
export const DIRECTORY = join(__dirname, "..", "..", "..", "..", ".sandbox");
export const ADMINISTRATOR = {
  accessKeyId: "AKIASANDBOXADMIN0001",
  secretAccessKey: "sandbox-administrator-secret",
};

/** The SDK's clients for one endpoint and one key; no retries, so that each refusal is seen once. */
export interface Clients {
  iam: IAMClient;
  ecr: ECRClient;
  sts: STSClient;
}

export function clientsOf(
  endpoint: string,
  credentials: Credentials = ADMINISTRATOR,
  region = REGION,
): Clients {
  const options = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    iam: new IAMClient(options),
    ecr: new ECRClient(options),
    sts: new STSClient(options),
  };
}

/** An emulator with a front, and the administrator's clients for both. */
export interface SandboxAws {
  emulator: Emulator;
  front: Front;
  behind: Clients;
  bare: Clients;
  stop(): Promise<void>;
}

/** @param registryAt - creates the registry that serves the image API; without it nothing does. */
export async function startSandboxAws(
  registryAt?: (emulator: string) => Registry,
): Promise<SandboxAws> {
  const emulator = await startEmulator({
    directory: DIRECTORY,
    credentials: ADMINISTRATOR,
    account: ACCOUNT,
  });
  const registry = registryAt?.(emulator.endpoint);
  const front = await startFront({
    emulator: emulator.endpoint,
    account: ACCOUNT,
    administrator: ADMINISTRATOR,
    moreRules: registry?.rules,
    registry: registry && ((request, records) => registry.answer(request, records)),
  });
  return {
    emulator,
    front,
    behind: clientsOf(front.endpoint),
    bare: clientsOf(emulator.endpoint),
    stop: async () => {
      await front.stop();
      registry?.close();
      await emulator.stop();
    },
  };
}

/**
 * The emulator as its maker released it, for controls: what `sandbox/aws/additions` and the front add is
 * missing there.
 */
export async function startReleasedEmulator(): Promise<Clients & { stop(): Promise<void> }> {
  const emulator = await startEmulator({
    directory: DIRECTORY,
    credentials: ADMINISTRATOR,
    account: ACCOUNT,
    asReleased: true,
  });
  return { ...clientsOf(emulator.endpoint), stop: () => emulator.stop() };
}

/** A name that no other test has. */
export function freshName(prefix = "u"): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Creates a user under `/customers/` with a key of its own; returns clients that sign with it. */
export async function makeCustomer(
  sandbox: SandboxAws,
  name = freshName("customer"),
): Promise<{ name: string; arn: string; id: string; accessKeyId: string; clients: Clients }> {
  const { iam } = sandbox.behind;
  const made = await iam.send(new CreateUserCommand({ UserName: name, Path: "/customers/" }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const credentials = {
    accessKeyId: key?.AccessKeyId ?? "",
    secretAccessKey: key?.SecretAccessKey ?? "",
  };
  const clients = clientsOf(sandbox.front.endpoint, credentials);
  const accessKeyId = credentials.accessKeyId;
  return { name, arn: made.User?.Arn ?? "", id: made.User?.UserId ?? "", accessKeyId, clients };
}

/** What a call was refused with; undefined when it was accepted. */
export async function refusalOf(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined } | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    const { name, message, Code, $metadata } = error as Error & {
      Code?: string;
      $metadata?: { httpStatusCode?: number };
    };
    return { code: Code ?? name, message, status: $metadata?.httpStatusCode };
  }
}

/** A repository policy that lets the principals pull. */
export function pullPolicy(...principals: string[]): string {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: principals },
    Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
  };
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}
