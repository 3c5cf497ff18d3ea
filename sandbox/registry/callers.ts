import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { AwsRefusal, xmlText } from "../aws/awsAnswer";
import { textOf } from "../aws/awsCall";
import type { FrontRule } from "../aws/frontRule";

/** What a call to the emulator is signed with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

interface Session {
  credentials: Credentials;
  /** In milliseconds; `Infinity` for a role's session, which was not started here. */
  startedAt: number;
}

/** The longest that STS allows a user's session; a token of the registry never lives longer. */
const SESSION_SECONDS = 36 * 60 * 60;
/** A session younger than this outlives every token issued now. */
const FRESH_MS = 24 * 60 * 60 * 1000;

/**
 * The credentials to ask the emulator with. A login to ECR belongs to the principal, not to the key: it
 * remains valid when the key is deactivated or deleted, and what the principal may do is decided at each
 * request (AWS CLI Reference, `get-login-password`; aws/aws-cli#3500). So a session of the user, started
 * with the key at login.
 */
export class RegistryCallers {
  readonly #emulator: string;
  readonly #administrator: Credentials;
  readonly #keys = new Map<string, { userName: string; secretAccessKey: string }>();
  readonly #sessions = new Map<string, Session>();

  constructor(emulator: string, administrator: Credentials) {
    this.#emulator = emulator;
    this.#administrator = administrator;
  }

  /** Learns keys from the responses that pass the front, and drops those of deleted users. */
  rules(): FrontRule[] {
    return [
      {
        service: "iam",
        actions: ["CreateAccessKey"],
        apply: async (call, next) => {
          const answer = await next();
          const accessKeyId = xmlText(answer, "AccessKeyId");
          const secretAccessKey = xmlText(answer, "SecretAccessKey");
          const userName = xmlText(answer, "UserName") ?? "";
          if (answer.status === 200 && accessKeyId !== undefined && secretAccessKey !== undefined) {
            this.#keys.set(accessKeyId, { userName, secretAccessKey });
          }
          return answer;
        },
      },
      {
        service: "sts",
        actions: ["AssumeRole", "AssumeRoleWithWebIdentity"],
        apply: async (_call, next) => {
          const answer = await next();
          const accessKeyId = xmlText(answer, "AccessKeyId");
          const secretAccessKey = xmlText(answer, "SecretAccessKey");
          if (answer.status === 200 && accessKeyId !== undefined && secretAccessKey !== undefined) {
            const credentials = {
              accessKeyId,
              secretAccessKey,
              sessionToken: xmlText(answer, "SessionToken"),
            };
            // Never restarted: it ends with the role's session.
            this.#sessions.set(accessKeyId, { credentials, startedAt: Infinity });
          }
          return answer;
        },
      },
      {
        service: "iam",
        actions: ["UpdateUser"],
        apply: async (call, next) => {
          const answer = await next();
          const [name, newName] = [textOf(call, "UserName"), textOf(call, "NewUserName")];
          if (answer.status !== 200 || newName === undefined) return answer;
          for (const key of this.#keys.values()) if (key.userName === name) key.userName = newName;
          return answer;
        },
      },
      {
        service: "iam",
        actions: ["DeleteUser"],
        apply: async (call, next) => {
          const answer = await next();
          if (answer.status === 200) this.#forget(textOf(call, "UserName") ?? "");
          return answer;
        },
      },
    ];
  }

  /**
   * Starts the session that decides about the requests of a login.
   *
   * @throws AwsRefusal for a key that was not created through the front.
   */
  async logIn(accessKeyId: string, now: Date): Promise<void> {
    if (accessKeyId === this.#administrator.accessKeyId) return;
    const known = this.#sessions.get(accessKeyId);
    if (known !== undefined && now.getTime() - known.startedAt < FRESH_MS) return;
    const key = this.#keys.get(accessKeyId);
    if (key === undefined) {
      const message = `sandbox: ${accessKeyId} was not created through the sandbox's endpoint, so the registry cannot decide about its requests`;
      throw new AwsRefusal("InvalidParameterException", message);
    }
    const sts = new STSClient({
      endpoint: this.#emulator,
      region: "us-east-1",
      credentials: { accessKeyId, secretAccessKey: key.secretAccessKey },
      maxAttempts: 1,
    });
    try {
      const command = new GetSessionTokenCommand({ DurationSeconds: SESSION_SECONDS });
      const { Credentials: given } = await sts.send(command);
      const credentials = {
        accessKeyId: given?.AccessKeyId ?? "",
        secretAccessKey: given?.SecretAccessKey ?? "",
        sessionToken: given?.SessionToken,
      };
      this.#sessions.set(accessKeyId, { credentials, startedAt: now.getTime() });
    } finally {
      sts.destroy();
    }
  }

  /** The credentials that decide about a request with a token of that key; undefined once the user is deleted. */
  of(accessKeyId: string): Credentials | undefined {
    if (accessKeyId === this.#administrator.accessKeyId) return this.#administrator;
    return this.#sessions.get(accessKeyId)?.credentials;
  }

  /** The secret of a key, for tests and the demo, which stand in for the customer. AWS returns it only once. */
  secretForTests(accessKeyId: string): string | undefined {
    return this.#keys.get(accessKeyId)?.secretAccessKey;
  }

  #forget(userName: string): void {
    for (const [accessKeyId, key] of this.#keys) {
      if (key.userName !== userName) continue;
      this.#keys.delete(accessKeyId);
      this.#sessions.delete(accessKeyId);
    }
  }
}
