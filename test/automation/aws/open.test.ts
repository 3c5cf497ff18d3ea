/**
 * Proves as whom the script calls AWS: with the environment's keys, with the profile of the settings, or as
 * the last of the roles that the settings name. A server on the loopback interface stands in for STS.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { AwsClient } from "../../../automation/aws/client";
import { awsSettings } from "../../../automation/aws/open";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT", AWS_SECRET_ACCESS_KEY: "secret" };
const REGION = { region: "eu-central-1" };
const FIRST = "arn:aws:iam::111111111111:role/hub";
const SECOND = "arn:aws:iam::123456789012:role/deploy";

interface Call {
  key: string | undefined;
  action: string | null;
  role: string | null;
  session: string | null;
  externalId: string | null;
}

/** STS in few words: each assumed role has a key named after the number of the call. */
async function startSts(calls: Call[]): Promise<Server> {
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const body = new URLSearchParams(text);
      const action = body.get("Action");
      calls.push({
        key: /Credential=([A-Z0-9]+)\//.exec(request.headers.authorization ?? "")?.[1],
        action,
        role: body.get("RoleArn"),
        session: body.get("RoleSessionName"),
        externalId: body.get("ExternalId"),
      });
      const result =
        action === "AssumeRole"
          ? `<Credentials><AccessKeyId>ASIA${calls.length}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`
          : "<Account>123456789012</Account>";
      response.setHeader("content-type", "text/xml");
      response.end(
        `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`,
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}

describe("the script's identity in AWS", () => {
  it("is the environment's key, if the settings name no other", () => {
    expect(awsSettings(KEYS, REGION)).to.deep.equal({
      ...REGION,
      credentials: {
        accessKeyId: "AKIAENVIRONMENT",
        secretAccessKey: "secret",
        sessionToken: undefined,
      },
    });
  });

  it("is the profile of the settings, as in the provider, even if the environment has a key", () => {
    expect(awsSettings(KEYS, { ...REGION, identity: { profile: "prod" } })).to.deep.equal({
      ...REGION,
      profile: "prod",
    });
  });

  it("is the last role of the settings, each assumed with the one before it", async () => {
    const calls: Call[] = [];
    const server = await startSts(calls);
    try {
      const { port } = server.address() as AddressInfo;
      const environment = { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
      const assumeRoles = [
        { roleArn: FIRST, externalId: "vendor" },
        { roleArn: SECOND, sessionName: "night" },
      ];
      const client = new AwsClient(
        awsSettings(environment, { ...REGION, identity: { assumeRoles } }),
      );
      expect(await client.account()).to.equal("123456789012");
      const none = { role: null, session: null, externalId: null };
      expect(calls).to.deep.equal([
        {
          key: "AKIAENVIRONMENT",
          action: "AssumeRole",
          role: FIRST,
          session: "ecr-customers",
          externalId: "vendor",
        },
        { key: "ASIA1", action: "AssumeRole", role: SECOND, session: "night", externalId: null },
        { ...none, key: "ASIA2", action: "GetCallerIdentity" },
      ]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
