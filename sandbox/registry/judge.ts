import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ECRServiceException,
  GetDownloadUrlForLayerCommand,
  type ImageIdentifier,
  InitiateLayerUploadCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import { SOURCE_HEADER } from "../aws/callerSource";
import { namingResource, repositoryArn } from "../aws/ecrDenials";
import type { Credentials } from "./callers";
import type { EcrAction } from "./imageRequest";

/** May this caller do that? */
export interface Question {
  action: EcrAction;
  /** Where the caller is, see `callerSource`. */
  source: string;
  region: string;
  /** Empty for all of them. */
  repository: string;
  /** Tag, digest or upload id. */
  reference: string;
  /** Only for PutImage. */
  manifest?: { text: string; digest: string; mediaType?: string };
}

export type Verdict =
  | { kind: "allowed" }
  /** With ECR's message: who may not do what on which resource. */
  | { kind: "denied"; message: string }
  | { kind: "noSuchRepository" };

/**
 * Asks the emulator's own policy engine, with the ECR call of that action, signed as the caller: our code
 * decides nothing here. The emulator authorizes a call before it looks at anything else.
 */
export class Judge {
  readonly #emulator: string;
  readonly #account: string;
  readonly #clients = new Map<string, ECRClient>();

  constructor(emulator: string, account: string) {
    this.#emulator = emulator;
    this.#account = account;
  }

  /** @throws Error when the emulator neither allows nor denies: nothing is guessed. */
  async ask(caller: Credentials, question: Question): Promise<Verdict> {
    try {
      await call(this.#client(caller, question), question);
      return { kind: "allowed" };
    } catch (error) {
      if (!(error instanceof ECRServiceException)) throw error;
      if (error.name === "AccessDeniedException") {
        const { action, region, repository } = question;
        const resource = repositoryArn(this.#account, region, repository || "*");
        return { kind: "denied", message: namingResource(error.message, action, resource) };
      }
      if (error.name === "RepositoryNotFoundException") return { kind: "noSuchRepository" };
      // Allowed to put images, but not this one: the image store reports that in the registry's format.
      if (error.name === "ImageTagAlreadyExistsException") return { kind: "allowed" };
      throw error;
    }
  }

  close(): void {
    for (const client of this.#clients.values()) client.destroy();
  }

  #client(caller: Credentials, { region, source }: Question): ECRClient {
    const key = `${caller.accessKeyId}@${region} from ${source}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const endpoint = this.#emulator;
    const client = new ECRClient({ endpoint, region, credentials: caller, maxAttempts: 1 });
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers[SOURCE_HEADER] = source;
        return next(args);
      },
      { step: "build" },
    );
    this.#clients.set(key, client);
    return client;
  }
}

/**
 * The call of an action. Calls that would change something are made without content (no layers, no
 * images), and have no effect; only PutImage is real: it has the manifest that the image store gets next.
 */
function call(ecr: ECRClient, question: Question): Promise<unknown> {
  const { action, repository: repositoryName, reference, manifest } = question;
  switch (action) {
    case "BatchGetImage":
      return ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [imageId(reference)] }));
    case "GetDownloadUrlForLayer":
      return ecr.send(
        new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: reference }),
      );
    case "ListImages":
      return ecr.send(new ListImagesCommand({ repositoryName }));
    case "DescribeRepositories":
      return ecr.send(new DescribeRepositoriesCommand({}));
    case "BatchCheckLayerAvailability":
      return ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests: [] }));
    case "InitiateLayerUpload":
      return ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    case "UploadLayerPart":
      return ecr.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId: reference,
          partFirstByte: 0,
          partLastByte: 0,
          layerPartBlob: new Uint8Array(),
        }),
      );
    case "CompleteLayerUpload":
      return ecr.send(
        new CompleteLayerUploadCommand({ repositoryName, uploadId: reference, layerDigests: [] }),
      );
    case "PutImage":
      return ecr.send(
        new PutImageCommand({
          repositoryName,
          imageManifest: manifest?.text,
          imageManifestMediaType: manifest?.mediaType,
          imageDigest: manifest?.digest,
          imageTag: imageId(reference).imageTag,
        }),
      );
    case "BatchDeleteImage":
      return ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds: [] }));
  }
}

function imageId(reference: string): ImageIdentifier {
  return reference.includes(":") ? { imageDigest: reference } : { imageTag: reference };
}
