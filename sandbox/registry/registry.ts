import { createHash } from "node:crypto";
import { type AwsAnswer, AwsRefusal, jsonAnswer } from "../aws/awsAnswer";
import { type AwsCall, headerOf, type RawRequest } from "../aws/awsCall";
import { Forwarder } from "../aws/forwarder";
import { callerSource, SOURCE_HEADER } from "../aws/callerSource";
import type { FrontRecords } from "../aws/front";
import type { FrontAnswer } from "../aws/frontHandler";
import type { FrontRule } from "../aws/frontRule";
import { loopbackUrl } from "../aws/loopback";
import * as answers from "./answers";
import { type Credentials, RegistryCallers } from "./callers";
import { type ImageRequest, readImageRequest } from "./imageRequest";
import { Judge } from "./judge";
import { passwordOf, registryHost } from "./login";
import { RegistryTokens, type TokenReading } from "./tokens";

export interface RegistryOptions {
  /** The emulator's endpoint; it stores the images and decides who may pull them. */
  emulator: string;
  /** 12 digits. */
  account: string;
  administrator: { accessKeyId: string; secretAccessKey: string };
  /** For tests of the 12 hours; the machine's clock when left out. */
  now?: () => Date;
}

/** Whose request it is and for which region. */
interface Login {
  accessKeyId: string;
  region: string;
  caller: Credentials;
}

/**
 * ECR's image API (`/v2/…`) in front of the emulator's image store, which serves everyone: every request
 * needs a login and is authorized by the emulator as the caller before it reaches the store.
 */
export class Registry {
  readonly callers: RegistryCallers;
  readonly #options: RegistryOptions;
  readonly #tokens = new RegistryTokens();
  readonly #judge: Judge;
  readonly #store: Forwarder;
  readonly #now: () => Date;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
    this.callers = new RegistryCallers(options.emulator, options.administrator);
    this.#judge = new Judge(options.emulator, options.account);
    this.#store = new Forwarder(loopbackUrl(options.emulator));
  }

  /** For the front: logins, and the keys that must be known to check them. */
  get rules(): FrontRule[] {
    return [
      ...this.callers.rules(),
      {
        service: "ecr",
        actions: ["GetAuthorizationToken"],
        // The emulator authorizes the signed call; then its constant token is replaced by ours.
        apply: async (call, next) => {
          const answer = await next();
          return answer.status === 200 ? this.#logIn(call, answer) : answer;
        },
      },
    ];
  }

  /** Answers one request of the image API, and records it as an ECR call, as CloudTrail does. */
  async answer(request: RawRequest, records: FrontRecords): Promise<FrontAnswer> {
    const read = readImageRequest(request.method, request.url);
    const password = passwordOf(request);
    const token = password === undefined ? undefined : this.#tokens.read(password, this.#now());
    const call = typeof read === "string" ? undefined : apiCall(read, token, request);
    const entry = call === undefined ? undefined : records.journal.begin(call);
    let lost = false;
    const answer = await (async () => {
      try {
        const login = this.#authenticate(token, request);
        if ("status" in login) return login;
        records.keyUses.noteUse(login.accessKeyId, {
          at: this.#now(),
          service: "ecr",
          region: login.region,
        });
        if (read === "unknown") return answers.unknownPath();
        if (read === "unsupported") return answers.unsupported(request.method);
        if (call === undefined) return answers.welcome();
        lost = (await records.faults.beforeCall(call)).loseAnswer;
        return (
          (await this.#refuse(read, login, request)) ?? (await this.#pass(read, login, request))
        );
      } catch (error) {
        return error instanceof AwsRefusal ? answers.refused(error) : answers.failure(error);
      }
    })();
    if (entry !== undefined) records.journal.end(entry, answer);
    if (call !== undefined && typeof read !== "string") {
      const code = entry?.errorCode;
      await records.cloudTrail.record(
        call,
        trailParameters(read),
        code === undefined ? code : trailCode(code),
      );
    }
    return { answer, lost };
  }

  close(): void {
    this.#judge.close();
    this.#store.close();
  }

  async #logIn(call: AwsCall, answer: AwsAnswer): Promise<AwsAnswer> {
    const now = this.#now();
    await this.callers.logIn(call.accessKeyId, now);
    const { password, expiresAt } = this.#tokens.issue(call, now);
    const document = JSON.parse(answer.body.toString("utf8")) as {
      authorizationData: Record<string, unknown>[];
    };
    const authorizationData = document.authorizationData.map((entry) => ({
      ...entry,
      authorizationToken: Buffer.from(`AWS:${password}`).toString("base64"),
      expiresAt: expiresAt.getTime() / 1000,
    }));
    return jsonAnswer(200, { ...document, authorizationData });
  }

  #authenticate(token: TokenReading | undefined, request: RawRequest): Login | AwsAnswer {
    const host = registryHost(request);
    if (token === undefined) {
      return answers.challenge(host?.host ?? headerOf(request, "host") ?? "");
    }
    if (token.state === "invalid") return answers.invalidToken();
    if (token.state === "expired") return answers.expired();
    const { accessKeyId, region } = token.holder;
    const caller = this.callers.of(accessKeyId);
    if (caller === undefined) return answers.invalidToken();
    // A login is valid for the registries of one region.
    const { account } = this.#options;
    if (host !== undefined && (host.region !== region || host.account !== account)) {
      return answers.expired();
    }
    return { accessKeyId, region, caller };
  }

  /** @returns undefined when the caller is allowed everything that the request needs. */
  async #refuse(
    read: ImageRequest,
    login: Login,
    request: RawRequest,
  ): Promise<AwsAnswer | undefined> {
    const { actions, repository, reference } = read;
    const isPut = actions.includes("PutImage");
    if (isPut && request.body.length === 0) return answers.emptyManifest();
    for (const action of actions) {
      const verdict = await this.#judge.ask(login.caller, {
        action,
        source: headerOf(request, SOURCE_HEADER) ?? callerSource(),
        region: login.region,
        repository,
        reference,
        manifest: isPut ? manifestOf(request) : undefined,
      });
      if (verdict.kind === "denied") return answers.denied(verdict.message);
      if (verdict.kind === "noSuchRepository") {
        return answers.noSuchRepository(repository, this.#options.account);
      }
    }
    return undefined;
  }

  /** Forwards to the image store of the login's region, which reads account and region from the host name. */
  async #pass(read: ImageRequest, login: Login, request: RawRequest): Promise<AwsAnswer> {
    const host = `${this.#options.account}.dkr.ecr.${login.region}.amazonaws.com`;
    const rawHeaders = ["Host", host];
    for (let index = 0; index < request.rawHeaders.length; index += 2) {
      const name = request.rawHeaders[index] ?? "";
      if (/^(host|authorization|proxy-.*)$/i.test(name)) continue;
      rawHeaders.push(name, request.rawHeaders[index + 1] ?? "");
    }
    // HEAD as GET: the length is then known, and Node sends no body for HEAD.
    const method = request.method === "HEAD" ? "GET" : request.method;
    return this.#store.send({ method, url: read.url, rawHeaders, body: request.body });
  }
}

/** The ECR call that decides about the request; undefined for `/v2/`, which needs none. */
function apiCall(
  read: ImageRequest,
  token: TokenReading | undefined,
  request: RawRequest,
): AwsCall | undefined {
  const [action] = read.actions;
  if (action === undefined) return undefined;
  const holder = token?.state === "valid" ? token.holder : { accessKeyId: "", region: "" };
  const parameters = read.repository === "" ? {} : { repositoryName: read.repository };
  const userAgent = headerOf(request, "user-agent");
  return { ...holder, service: "ecr", action, protocol: "json", parameters, userAgent, request };
}

/** What the ECR call of an image request has as parameters. */
function trailParameters({ actions: [action], repository, reference }: ImageRequest) {
  if (action !== "BatchGetImage") return { repositoryName: repository, layerDigest: reference };
  const isDigest = reference.includes(":");
  return {
    repositoryName: repository,
    imageIds: [isDigest ? { imageDigest: reference } : { imageTag: reference }],
  };
}

/** The registry's codes, as the ECR API names them. BatchGetImage succeeds for an image that does not exist. */
function trailCode(code: string): string | undefined {
  const codes: Readonly<Record<string, string>> = {
    DENIED: "AccessDenied",
    NAME_UNKNOWN: "RepositoryNotFoundException",
  };
  return code === "MANIFEST_UNKNOWN" ? undefined : (codes[code] ?? code);
}

function manifestOf(request: RawRequest): { text: string; digest: string; mediaType?: string } {
  return {
    text: request.body.toString("utf8"),
    digest: `sha256:${createHash("sha256").update(request.body).digest("hex")}`,
    mediaType: headerOf(request, "content-type"),
  };
}
