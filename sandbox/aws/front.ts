import { createServer, type Server } from "node:http";
import { errorCode } from "../../src/errorCode";
import { Administrator } from "./administrator";
import { CloudTrail } from "./cloudTrail";
import { OTHER_ADDRESSES } from "./callerSource";
import { CredentialReports } from "./credentialReports";
import type { RawRequest } from "./awsCall";
import { ecrRules } from "./ecrRules";
import { Faults } from "./faults";
import { Forwarder } from "./forwarder";
import { callHandler, type FrontAnswer, serve } from "./frontHandler";
import type { FrontRule } from "./frontRule";
import { iamAnswerRules } from "./iamAnswerRules";
import { iamQuotaRules } from "./iamQuotaRules";
import { iamUserRules } from "./iamUserRules";
import { isImagePath } from "./imagePath";
import { Journal } from "./journal";
import { KeyUses, keyUseRule, signInRule } from "./keyUse";
import { roleUseRules } from "./roleUse";
import { LOOPBACK, loopbackUrl } from "./loopback";
import { OidcIssuers } from "./oidcIssuers";
import { OtherAccounts } from "./otherAccounts";
import { PrincipalBindings } from "./principalBindings";
import { SandboxError } from "./sandboxError";
import { UserDirectory } from "./userDirectory";
import { ServiceLastAccessed } from "./serviceLastAccessed";
import { webIdentityRule } from "./webIdentity";

/** What the front records about the calls that pass it. */
export interface FrontRecords {
  journal: Journal;
  faults: Faults;
  /** When each key was last used. */
  keyUses: KeyUses;
  /** The event history of logins and pulls. */
  cloudTrail: CloudTrail;
}

/** The sandbox's AWS as its users see it. */
export interface Front extends FrontRecords {
  /** `http://127.0.0.1:<port>`; the endpoint for every client. */
  endpoint: string;
  /** Which other accounts exist; all, until a test says otherwise. */
  otherAccounts: OtherAccounts;
  /** Where the issuers of OIDC tokens are. */
  oidcIssuers: OidcIssuers;
  credentialReports: CredentialReports;
  /** Ends all connections and refuses new ones, as a network that is down. @returns what accepts them again. */
  refuseConnections(): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export interface FrontOptions {
  /** The emulator's endpoint, on the loopback interface. */
  emulator: string;
  /** 12 digits. */
  account: string;
  /** The key that the emulator accepts as the account administrator's. */
  administrator: { accessKeyId: string; secretAccessKey: string };
  /** A free one when left out. */
  port?: number;
  /** Regions whose repository policies may already be in the emulator; `eu-central-1` when left out. */
  regions?: readonly string[];
  /** Additional rules, applied first, e.g. the one that issues registry tokens. */
  moreRules?: readonly FrontRule[];
  /** Handles the requests under `/v2`, the registry's image API; without it they are refused. */
  registry?: (request: RawRequest, records: FrontRecords) => Promise<FrontAnswer>;
}

/**
 * Starts the HTTP front before the emulator. It forwards every call and adds what AWS does and the
 * emulator does not.
 *
 * @throws SandboxError when the emulator is not on the loopback interface, or the port is taken.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const target = loopbackUrl(options.emulator);
  const administrator = new Administrator(options.emulator, options.administrator);
  const forwarder = new Forwarder(target);
  const users = new UserDirectory(administrator);
  const bindings = new PrincipalBindings(administrator, users);
  const [journal, faults, keyUses] = [new Journal(), new Faults(), new KeyUses()];
  const credentialReports = new CredentialReports(administrator, keyUses);
  const otherAccounts = new OtherAccounts();
  const oidcIssuers = new OidcIssuers();
  const { account } = options;
  const parts = { account, administrator, users, bindings, faults, otherAccounts };
  const cloudTrail = new CloudTrail(account, users);
  const rules = [
    ...cloudTrail.rules(),
    ...(options.moreRules ?? []),
    ...iamUserRules(parts),
    ...iamQuotaRules(parts),
    ...iamAnswerRules(parts),
    webIdentityRule(administrator, account, oidcIssuers),
    keyUseRule(keyUses),
    signInRule(keyUses),
    ...roleUseRules(),
    ...credentialReports.rules(),
    ...new ServiceLastAccessed(administrator, keyUses).rules(),
    ...ecrRules(parts),
  ];
  await users.load();
  await bindings.load(options.regions ?? ["eu-central-1"]);

  const handleCall = callHandler({ forwarder, rules, journal, faults, keyUses });
  const handleImages = options.registry ?? refuseImages;
  const handle = serve((request) =>
    isImagePath(request.url)
      ? handleImages(request, { journal, faults, keyUses, cloudTrail })
      : handleCall(request),
  );
  const server = serverOf(handle);
  const close = () => {
    forwarder.close();
    administrator.close();
  };
  await listen(server, options.port ?? 0).catch((error: unknown) => {
    close();
    throw error;
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const others = await listenElsewhere(handle, port);
  const servers = [server, ...others.values()];
  return {
    endpoint: `http://${LOOPBACK}:${port}`,
    journal,
    faults,
    keyUses,
    cloudTrail,
    otherAccounts,
    oidcIssuers,
    credentialReports,
    refuseConnections: async () => {
      await Promise.all(servers.map(closeServer));
      return async () => {
        await listen(server, port);
        await Promise.all([...others].map(([at, other]) => listen(other, port, at)));
      };
    },
    stop: async () => {
      await Promise.all(servers.map(closeServer));
      close();
    },
  };
}

type Handler = ReturnType<typeof serve>;

function serverOf(handle: Handler): Server {
  const server = createServer(handle);
  // A client that uses the front as its proxy tries https first; it is refused, so that nothing leaves this machine.
  server.on("connect", (_request, socket) => {
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
  });
  // Clients reuse connections; closing one at that moment would look like a lost response.
  server.keepAliveTimeout = 75_000;
  return server;
}

/** @returns a server for each other address that this system has, and whose port is free there too. */
async function listenElsewhere(handle: Handler, port: number): Promise<Map<string, Server>> {
  const servers = new Map<string, Server>();
  for (const address of OTHER_ADDRESSES) {
    const server = serverOf(handle);
    const isListening = await listen(server, port, address).then(
      () => true,
      () => false,
    );
    if (isListening) servers.set(address, server);
  }
  return servers;
}

/** Without a registry, the emulator's image API would serve images to everyone. */
function refuseImages(): Promise<FrontAnswer> {
  const answer = { status: 404, rawHeaders: [], body: Buffer.from("") };
  return Promise.resolve({ answer, lost: false });
}

function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  return closed;
}

function listen(server: Server, port: number, address = LOOPBACK): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        errorCode(error) === "EADDRINUSE"
          ? new SandboxError(
              `Port ${port} of ${address} is taken`,
              "Stop what listens there, perhaps another sandbox, or choose another port.",
            )
          : error,
      ),
    );
    server.listen(port, address, resolve);
  });
}
