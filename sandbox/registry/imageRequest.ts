import { decodedPath } from "../aws/imagePath";

/** The ECR actions that an image request may need. */
export type EcrAction =
  | "BatchGetImage"
  | "GetDownloadUrlForLayer"
  | "ListImages"
  | "DescribeRepositories"
  | "BatchCheckLayerAvailability"
  | "InitiateLayerUpload"
  | "UploadLayerPart"
  | "CompleteLayerUpload"
  | "PutImage"
  | "BatchDeleteImage";

/** A request of the OCI distribution API that the registry supports. */
export interface ImageRequest {
  /** All are required, checked in this order; the first one names the request. None for the login check (`/v2/`). */
  actions: readonly EcrAction[];
  /** Empty for `/v2/` and `/v2/_catalog`. */
  repository: string;
  /** Tag, digest or upload id; empty where there is none. */
  reference: string;
  /** Path and query for the image store, rebuilt from what was parsed here, so that both see the same. */
  url: string;
}

/** ECR's rule for names (API Reference, Repository: `repositoryName`). */
const PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = `(${PART}(?:/${PART})*)`;
const DIGEST = "sha256:[0-9a-f]{64}";
const TAG = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}";

/** The image store ends a repository's name at the first of these; ECR's rule for names allows them. */
const RESERVED = new Set(["blobs", "manifests", "tags"]);

/** The subject of a path, and which actions each method needs (ECR User Guide, "IAM permissions for pushing an image"; ECR API Reference). */
const ROUTES: { path: RegExp; methods: Readonly<Record<string, readonly EcrAction[]>> }[] = [
  { path: /^\/v2\/?$/, methods: { GET: [], HEAD: [] } },
  { path: /^\/v2\/_catalog$/, methods: { GET: ["DescribeRepositories"] } },
  {
    path: new RegExp(`^/v2/${NAME}/manifests/(${TAG}|${DIGEST})$`),
    methods: {
      GET: ["BatchGetImage"],
      HEAD: ["BatchGetImage"],
      PUT: ["PutImage"],
      DELETE: ["BatchDeleteImage"],
    },
  },
  {
    path: new RegExp(`^/v2/${NAME}/blobs/(${DIGEST})$`),
    methods: { GET: ["GetDownloadUrlForLayer"], HEAD: ["GetDownloadUrlForLayer"] },
  },
  {
    path: new RegExp(`^/v2/${NAME}/blobs/uploads/?$`),
    methods: { POST: ["InitiateLayerUpload", "BatchCheckLayerAvailability"] },
  },
  {
    path: new RegExp(`^/v2/${NAME}/blobs/uploads/([0-9a-f-]{1,64})$`),
    methods: {
      GET: ["UploadLayerPart"],
      PATCH: ["UploadLayerPart"],
      PUT: ["CompleteLayerUpload", "UploadLayerPart"],
      DELETE: ["UploadLayerPart"],
    },
  },
  { path: new RegExp(`^/v2/${NAME}/tags/list$`), methods: { GET: ["ListImages"] } },
];

/**
 * Parameters that are forwarded to the image store. Not `mount` and `from`, with which it would serve a
 * layer of another repository: without them a client uploads it. Not `ns`, which selects another registry.
 */
const PARAMETERS = ["digest", "n", "last"];

/** @returns `unknown` for a path and `unsupported` for a method that the registry does not serve. */
export function readImageRequest(
  method: string,
  url: string,
): ImageRequest | "unknown" | "unsupported" {
  const path = decodedPath(url);
  for (const route of ROUTES) {
    const found = route.path.exec(path);
    if (found === null) continue;
    const [, repository = "", reference = ""] = found;
    if (repository.split("/").some((part) => RESERVED.has(part))) return "unknown";
    const actions = route.methods[method];
    if (actions === undefined) return "unsupported";
    return { actions, repository, reference, url: path + queryOf(url) };
  }
  return "unknown";
}

function queryOf(url: string): string {
  const given = new URLSearchParams(url.split("?").slice(1).join("?"));
  const kept = new URLSearchParams();
  for (const name of PARAMETERS) {
    const value = given.get(name);
    if (value !== null) kept.set(name, value);
  }
  return kept.size === 0 ? "" : `?${kept.toString()}`;
}
