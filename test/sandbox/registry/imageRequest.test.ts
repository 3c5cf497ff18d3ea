/**
 * Proves which ECR actions an image request needs, that only what the registry knows is forwarded, and
 * that the image store sees the same repository in a path as the registry.
 */
import { expect } from "chai";
import * as fc from "fast-check";
import { isImagePath } from "../../../sandbox/aws/imagePath";
import { readImageRequest } from "../../../sandbox/registry/imageRequest";

const DIGEST = `sha256:${"a".repeat(64)}`;

/** Method, path, actions, repository, reference. */
const READ: [string, string, string[], string, string][] = [
  ["GET", "/v2/", [], "", ""],
  ["GET", "/v2", [], "", ""],
  ["GET", "/v2/_catalog", ["DescribeRepositories"], "", ""],
  ["GET", "/v2/edge-agent/manifests/1.0", ["BatchGetImage"], "edge-agent", "1.0"],
  ["HEAD", "/v2/edge-agent/manifests/1.0", ["BatchGetImage"], "edge-agent", "1.0"],
  ["GET", `/v2/team/agent/manifests/${DIGEST}`, ["BatchGetImage"], "team/agent", DIGEST],
  ["PUT", "/v2/edge-agent/manifests/1.0", ["PutImage"], "edge-agent", "1.0"],
  ["DELETE", `/v2/edge-agent/manifests/${DIGEST}`, ["BatchDeleteImage"], "edge-agent", DIGEST],
  ["GET", `/v2/edge-agent/blobs/${DIGEST}`, ["GetDownloadUrlForLayer"], "edge-agent", DIGEST],
  ["HEAD", `/v2/edge-agent/blobs/${DIGEST}`, ["GetDownloadUrlForLayer"], "edge-agent", DIGEST],
  ["GET", "/v2/edge-agent/tags/list", ["ListImages"], "edge-agent", ""],
  [
    "POST",
    "/v2/edge-agent/blobs/uploads/",
    ["InitiateLayerUpload", "BatchCheckLayerAvailability"],
    "edge-agent",
    "",
  ],
  ["PATCH", "/v2/edge-agent/blobs/uploads/0f-1", ["UploadLayerPart"], "edge-agent", "0f-1"],
  [
    "PUT",
    "/v2/edge-agent/blobs/uploads/0f-1",
    ["CompleteLayerUpload", "UploadLayerPart"],
    "edge-agent",
    "0f-1",
  ],
];

const UNKNOWN = [
  "/v2/edge-agent",
  "/v2/edge-agent/manifests/",
  "/v2/edge-agent/manifests/1.0/more",
  "/v2/Edge-Agent/manifests/1.0",
  "/v2/edge-agent/blobs/latest",
  "/v2/../edge-agent/manifests/1.0",
  "/v2/edge-agent/../orchestrator/manifests/1.0",
  "/v2//edge-agent/manifests/1.0",
  "//v2/edge-agent/manifests/1.0",
  // The image store would read the repository `edge-agent` and the tag `a/manifests/1.0`.
  "/v2/edge-agent/manifests/a/manifests/1.0",
  `/v2/edge-agent/referrers/${DIGEST}`,
  "/v2/email/identities",
];

describe("an image request", () => {
  for (const [method, path, actions, repository, reference] of READ) {
    it(`${method} ${path} needs ${actions.join(" and ") || "only a login"}`, () => {
      const expected = { actions, repository, reference, url: path };
      expect(readImageRequest(method, path)).to.deep.equal(expected);
    });
  }

  for (const path of UNKNOWN) {
    it(`for ${path} is not served`, () => {
      expect(isImagePath(path)).to.equal(true);
      expect(readImageRequest("GET", path)).to.equal("unknown");
    });
  }

  it("with an unsupported method is distinguished from one with an unknown path", () => {
    expect(readImageRequest("DELETE", `/v2/edge-agent/blobs/${DIGEST}`)).to.equal("unsupported");
    expect(readImageRequest("POST", "/v2/edge-agent/tags/list")).to.equal("unsupported");
  });

  it("is recognized however its path is spelled, and an AWS call is not", () => {
    for (const url of [
      "/%762/edge-agent/manifests/1.0",
      "/v2/edge%2Dagent/manifests/1.0?ns=a",
      "http://123456789012.dkr.ecr.eu-central-1.amazonaws.com/v2/edge-agent/manifests/1.0",
    ]) {
      expect(isImagePath(url), url).to.equal(true);
      expect(readImageRequest("GET", url), url).to.include({
        repository: "edge-agent",
        url: "/v2/edge-agent/manifests/1.0",
      });
    }
    for (const url of ["/", "/?Action=GetUser&x=/v2/", "/v20180820/tags", "/%zz"]) {
      expect(isImagePath(url), url).to.equal(false);
    }
  });

  it("keeps the parameters that the store needs, and none that would expose another repository's layer", () => {
    const path = "/v2/edge-agent/blobs/uploads/";
    const url = `${path}?mount=${DIGEST}&from=orchestrator&ns=x&digest=${DIGEST}`;
    expect(readImageRequest("POST", url)).to.have.property(
      "url",
      `${path}?digest=${encodeURIComponent(DIGEST)}`,
    );
  });

  it("names the same repository for the image store and for the registry", () => {
    // The store's rule: the name ends before the first of these words.
    const storeReads = (url: string) => {
      const parts = url.slice("/v2/".length).split("/");
      const end = parts.findIndex((part) => ["blobs", "manifests", "tags"].includes(part));
      return parts.slice(0, end).join("/");
    };
    const word = fc.constantFrom(
      "manifests",
      "blobs",
      "tags",
      "list",
      "uploads",
      "a",
      "b.c",
      "%2F",
      "..",
      "",
    );
    const path = fc.array(word, { maxLength: 7 }).map((words) => `/v2/a/${words.join("/")}`);
    let read = 0;
    fc.assert(
      fc.property(path, (url) => {
        const request = readImageRequest("GET", url);
        if (typeof request === "string") return;
        read += 1;
        expect(storeReads(request.url)).to.equal(request.repository);
      }),
      { numRuns: 20_000 },
    );
    expect(read).to.be.greaterThan(50);
  });
});
