import { type AwsAnswer, errorCodeOf, escapeXml } from "./awsAnswer";
import { type AwsCall, textOf } from "./awsCall";
import type { FrontRule } from "./frontRule";

/** When, for which service and in which region a key was last used. */
export interface KeyUse {
  at: Date;
  service: string;
  region: string;
}

/** When a key last called an action. */
export interface ActionUse {
  service: string;
  action: string;
  at: Date;
}

/** A call that was not authenticated is not a use of the key. */
const NOT_AUTHENTICATED = new Set([
  "SignatureDoesNotMatch",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "RequestTimeTooSkewed",
]);

/** The last use of every key, which the emulator does not record (IAM API Reference, GetAccessKeyLastUsed). */
export class KeyUses {
  readonly #uses = new Map<string, KeyUse>();
  /** By key, then `service:action`. */
  readonly #actions = new Map<string, Map<string, ActionUse>>();

  /** By user name. */
  readonly #signIns = new Map<string, Date>();

  /** A sign-in to the console, which the sandbox does not have. */
  noteSignIn(user: string, at: Date): void {
    this.#signIns.set(user, at);
  }

  signInOf(user: string): Date | undefined {
    return this.#signIns.get(user);
  }

  /** Records a call after its response; one that was denied counts too. */
  note(call: AwsCall, answer: AwsAnswer): void {
    if (call.accessKeyId === "" || NOT_AUTHENTICATED.has(errorCodeOf(answer) ?? "")) return;
    const { accessKeyId, service, region, action } = call;
    const at = new Date();
    this.noteUse(accessKeyId, { at, service, region });
    this.noteAction(accessKeyId, { service, action, at });
  }

  /** An action that a key has called; a denied call counts too. */
  noteAction(accessKeyId: string, use: ActionUse): void {
    const actions = this.#actions.get(accessKeyId) ?? new Map<string, ActionUse>();
    this.#actions.set(accessKeyId, actions.set(`${use.service}:${use.action}`, use));
  }

  actionsOf(accessKeyId: string): ActionUse[] {
    return [...(this.#actions.get(accessKeyId)?.values() ?? [])];
  }

  /** For uses other than API calls, such as a pull with a token of the key. */
  noteUse(accessKeyId: string, use: KeyUse): void {
    this.#uses.set(accessKeyId, use);
  }

  /** Every key that was used, with its last use. */
  all(): ReadonlyMap<string, KeyUse> {
    return this.#uses;
  }

  of(accessKeyId: string): KeyUse | undefined {
    return this.#uses.get(accessKeyId);
  }
}

/** Adds the last use to GetAccessKeyLastUsed; a key that was never used keeps the emulator's "N/A". */
export function keyUseRule(uses: KeyUses): FrontRule {
  return {
    service: "iam",
    actions: ["GetAccessKeyLastUsed"],
    apply: async (call, next) => {
      const answer = await next();
      const use = uses.of(textOf(call, "AccessKeyId") ?? "");
      if (answer.status !== 200 || use === undefined) return answer;
      const lastUsed =
        `<AccessKeyLastUsed><Region>${escapeXml(use.region)}</Region>` +
        `<ServiceName>${escapeXml(use.service)}</ServiceName>` +
        `<LastUsedDate>${use.at.toISOString().slice(0, 19)}Z</LastUsedDate></AccessKeyLastUsed>`;
      const text = answer.body.toString("utf8");
      const element = /<AccessKeyLastUsed>.*?<\/AccessKeyLastUsed>/s;
      return { ...answer, body: Buffer.from(text.replace(element, () => lastUsed)) };
    },
  };
}

/** Adds the last sign-in with a password to GetUser (IAM API Reference, "User", `PasswordLastUsed`). */
export function signInRule(uses: KeyUses): FrontRule {
  return {
    service: "iam",
    actions: ["GetUser"],
    apply: async (call, next) => {
      const answer = await next();
      const at = uses.signInOf(textOf(call, "UserName") ?? "");
      if (answer.status !== 200 || at === undefined) return answer;
      const used = `<PasswordLastUsed>${at.toISOString().slice(0, 19)}Z</PasswordLastUsed>`;
      const text = answer.body.toString("utf8");
      return { ...answer, body: Buffer.from(text.replace("</User>", () => `${used}</User>`)) };
    },
  };
}
