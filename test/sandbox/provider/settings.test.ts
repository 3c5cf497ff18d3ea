/**
 * The local AWS plugin's configuration.
 *
 * Proves: which endpoints, credentials and settings it accepts; that no address outside the loopback
 * interface is among them. Opens no socket.
 * Does not prove: which account the credentials belong to (configure.test.ts).
 */
import { expect } from "chai";
import { providerSettings, unsupportedSettings } from "../../../sandbox/provider/settings";

const environment = {
  AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
  AWS_ACCESS_KEY_ID: "AKIA",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_REGION: "eu-west-1",
};

describe("local AWS plugin: settings", () => {
  it("uses the region of the program, else that of the environment", () => {
    expect(providerSettings({ region: "eu-central-1" }, environment).region).to.equal(
      "eu-central-1",
    );
    expect(providerSettings({}, environment).region).to.equal("eu-west-1");
    expect(() => providerSettings({}, { ...environment, AWS_REGION: undefined })).to.throw(
      "Missing AWS region",
    );
  });

  it("reads lists as JSON, as the SDK sends them, and as lists", () => {
    for (const allowedAccountIds of [`["123456789012"]`, ["123456789012"]]) {
      const settings = providerSettings({ allowedAccountIds }, environment);
      expect(settings.allowedAccountIds).to.deep.equal(["123456789012"]);
    }
    expect(providerSettings({}, environment).allowedAccountIds).to.be.empty;
  });

  it("reads the roles to assume, and refuses what it would ignore", () => {
    const roleArn = "arn:aws:iam::123456789012:role/deploy";
    const roles = (...all: object[]) =>
      providerSettings({ assumeRoles: JSON.stringify(all) }, environment).assumedRoles;
    expect(roles({ roleArn }, { roleArn, externalId: "x1", sessionName: "me" })).to.deep.equal([
      { roleArn },
      { roleArn, externalId: "x1", sessionName: "me" },
    ]);
    expect(providerSettings({}, environment).assumedRoles).to.deep.equal([]);
    expect(() => roles({ roleArn, duration: "1h" })).to.throw("assumeRoles: duration is not");
    expect(() => roles({})).to.throw("assumeRoles: a role has no roleArn");
  });

  for (const endpoint of ["http://localhost:1", "http://127.1.2.3:1", "http://[::1]:1"]) {
    it(`accepts ${endpoint}`, () => {
      const settings = providerSettings({}, { ...environment, AWS_ENDPOINT_URL: endpoint });
      expect(settings.endpoint).to.equal(endpoint);
    });
  }

  for (const endpoint of [
    undefined,
    "",
    "https://iam.amazonaws.com",
    "http://10.0.0.1:4566",
    "http://127.0.0.1.example.com",
    "http://localhost@example.com",
    "http://169.254.169.254",
  ]) {
    it(`refuses ${endpoint ?? "no endpoint"}`, () => {
      const attempt = () => providerSettings({}, { ...environment, AWS_ENDPOINT_URL: endpoint });
      expect(attempt).to.throw("only works with the loopback interface");
    });
  }

  it("takes a profile of the program instead of the environment's keys", () => {
    const { profile, credentials } = providerSettings({ profile: "work" }, environment);
    expect([profile, credentials]).to.deep.equal(["work", undefined]);
    expect(providerSettings({ profile: "" }, environment).credentials).to.deep.include({
      accessKeyId: "AKIA",
    });
  });

  it("requires credentials", () => {
    const attempt = () => providerSettings({}, { ...environment, AWS_SECRET_ACCESS_KEY: "" });
    expect(attempt).to.throw("No valid credential sources found");
  });

  it("names unsupported settings", () => {
    const inputs = { region: "eu-central-1", skipRegionValidation: "true", accessKey: "AKIA" };
    expect(unsupportedSettings(inputs)).to.deep.equal(["accessKey"]);
  });
});
