/**
 * Proves that what is not granted is refused in ECR's format and words. In the controls, the bare emulator
 * allows the same to everyone, so the refusals come from the registry.
 */
import { expect } from "chai";
import { type Asked, MANIFEST, MANIFEST_DIGEST, LAYER, withRegistry } from "./support/registryAws";

describe("the registry refuses, where the bare emulator serves,", () => {
  const registry = withRegistry();

  const rows: { what: string; asked(login: string): Asked; status: number; error: RegExp }[] = [
    {
      what: "a manifest without a login",
      asked: () => ({ path: registry.manifest }),
      status: 401,
      error: /^: $/,
    },
    {
      what: "a layer without a login",
      asked: () => ({ path: registry.layer }),
      status: 401,
      error: /^: $/,
    },
    {
      what: "the emulator's constant token",
      asked: () => ({ path: registry.manifest, login: btoa("AWS:ministack-auth-token") }),
      status: 403,
      error: /^DENIED: Your Authorization Token is invalid\.$/,
    },
    {
      what: "a user name other than AWS",
      asked: (login) => ({ path: registry.manifest, login: btoa(`root:${atob(login).slice(4)}`) }),
      status: 403,
      error: /^DENIED: Your Authorization Token is invalid\.$/,
    },
    {
      what: "a manifest to a customer that the repository does not name",
      asked: (login) => ({ path: registry.manifest, login }),
      status: 403,
      error:
        /perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:\d{12}:repository\/repo-/,
    },
    {
      what: "a layer to it",
      asked: (login) => ({ path: registry.layer, login }),
      status: 403,
      error: /perform: ecr:GetDownloadUrlForLayer on resource: /,
    },
    {
      what: "the list of tags to it",
      asked: (login) => ({ path: `/v2/${registry.repository}/tags/list`, login }),
      status: 403,
      error: /perform: ecr:ListImages on resource: /,
    },
    {
      what: "the list of repositories to it",
      asked: (login) => ({ path: "/v2/_catalog", login }),
      status: 403,
      error:
        /perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-central-1:\d{12}:repository\/\* /,
    },
    {
      what: "the start of a push to it",
      asked: (login) => ({
        method: "POST",
        path: `/v2/${registry.repository}/blobs/uploads/`,
        login,
      }),
      status: 403,
      error: /perform: ecr:InitiateLayerUpload on resource: /,
    },
    {
      what: "a manifest of it",
      asked: (login) => ({ method: "PUT", path: registry.manifest, login, body: MANIFEST }),
      status: 403,
      error: /perform: ecr:PutImage on resource: /,
    },
    {
      what: "a deletion by it",
      asked: (login) => ({
        method: "DELETE",
        path: `/v2/${registry.repository}/manifests/${MANIFEST_DIGEST}`,
        login,
      }),
      status: 403,
      error: /perform: ecr:BatchDeleteImage on resource: /,
    },
  ];

  for (const { what, asked, status, error } of rows) {
    it(what, async () => {
      const { login } = await registry.makePuller();
      const refused = await registry.behind(asked(login));
      expect(refused.status).to.equal(status);
      expect(refused.error).to.match(error);
      expect((await registry.bare(asked(login))).status).to.be.within(200, 202);
    });
  }

  it("without any change by the requests", async () => {
    const { login } = await registry.makePuller();
    for (const { asked } of rows) await registry.behind(asked(login));
    expect(await registry.behind({ path: registry.manifest, login: registry.vendor })).to.include({
      text: MANIFEST,
    });
    expect((await registry.behind({ path: registry.layer, login: registry.vendor })).text).to.equal(
      LAYER,
    );
  });
});
