/**
 * Proves that the sandbox's event history has each login and pull that its own log has, with caller, address, image and
 * result in CloudTrail's form, and that LookupEvents pages, filters and throttles as documented; and that the script
 * reads it whole through all of that.
 */
import { CloudTrailClient, LookupEventsCommand } from "@aws-sdk/client-cloudtrail";
import { expect } from "chai";
import { setTimeout as delay } from "node:timers/promises";
import { EventHistory } from "../../../automation/aws/eventHistory";
import { pullOf } from "../../../src/pulls/event";
import { ADMINISTRATOR } from "../aws/support/sandboxAws";
import { MANIFEST_DIGEST, withRegistry } from "./support/registryAws";

const REGION = "eu-central-1";

describe("the sandbox's event history", function () {
  this.timeout(60_000);
  const registry = withRegistry();

  const client = () =>
    new CloudTrailClient({
      endpoint: registry.sandbox.front.endpoint,
      region: REGION,
      credentials: ADMINISTRATOR,
      maxAttempts: 1,
    });
  const history = () =>
    new EventHistory(
      REGION,
      { region: REGION },
      {
        AWS_ENDPOINT_URL: registry.sandbox.front.endpoint,
        AWS_ACCESS_KEY_ID: ADMINISTRATOR.accessKeyId,
        AWS_SECRET_ACCESS_KEY: ADMINISTRATOR.secretAccessKey,
      },
    );
  const range = () =>
    [
      new Date(Date.now() - 3_600_000).toISOString(),
      new Date(Date.now() + 1_000).toISOString(),
    ] as const;
  const ofRepository = async () => {
    const events = await history().events("BatchGetImage", ...range(), () => {});
    return events
      .flatMap((event) => pullOf(event) ?? [])
      .filter(({ repository }) => repository === registry.repository);
  };

  it("has who pulled what from where, and what was refused", async () => {
    const { repository } = registry;
    const { name, arn: puller, login } = await registry.makePuller();
    const path = registry.manifest;
    expect((await registry.behind({ path, login })).status).to.equal(403);
    await registry.allow(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { AWS: puller },
            Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          },
        ],
      }),
    );
    expect(
      (await registry.behind({ path: `/v2/${repository}/manifests/${MANIFEST_DIGEST}`, login }))
        .status,
    ).to.equal(200);
    expect((await registry.behind({ path: registry.layer, login })).status).to.equal(200);
    const found = (await ofRepository()).map(({ arn, address, image, error }) => [
      arn.split("/").at(-1),
      address,
      image,
      error,
    ]);
    expect(found).to.have.deep.members([
      [name, "203.0.113.1", "1.0", "AccessDenied"],
      [name, "203.0.113.1", MANIFEST_DIGEST, undefined],
    ]);
    const logins = await history().events("GetAuthorizationToken", ...range(), () => {});
    expect(JSON.stringify(logins)).to.contain(`"userName":"${name}"`);
    const layers = await history().events("GetDownloadUrlForLayer", ...range(), () => {});
    expect(JSON.stringify(layers)).to.contain(repository);
  });

  it("equals the registry's own log over several pages", async () => {
    const { login } = await registry.makePuller();
    for (let at = 0; at < 120; at += 20) {
      await Promise.all(
        Array.from({ length: 20 }, () => registry.behind({ path: registry.manifest, login })),
      );
    }
    const log = registry.sandbox.front.journal
      .calls("BatchGetImage")
      .filter(({ parameters }) => parameters["repositoryName"] === registry.repository);
    expect(log).to.have.length(120);
    const found = await ofRepository();
    expect(new Set(found.map(({ id }) => id)).size).to.equal(120);
    expect(found.map(({ key }) => key)).to.have.members(log.map(({ accessKeyId }) => accessKeyId));
  });

  it("answers two calls a second, 50 events each, and refuses a token that it did not give", async () => {
    await delay(1_100);
    const ask = (input: object = {}) => client().send(new LookupEventsCommand(input));
    const page = await ask({
      LookupAttributes: [{ AttributeKey: "EventName", AttributeValue: "BatchGetImage" }],
    });
    expect([page.Events?.length, page.NextToken === undefined]).to.deep.equal([50, false]);
    const refusal = await ask({ NextToken: "other" }).catch((error: unknown) => error);
    expect(refusal).to.have.property("name", "InvalidNextTokenException");
    const third = await ask().catch((error: unknown) => error);
    expect(third).to.have.property("name", "ThrottlingException");
  });
});
