/**
 * What an issuer of the local AWS plugin does in addition to the common contract, against a running emulator: thumbprints that no one
 * declares are AWS's own, and audiences change without a moment in which none is accepted
 * (terraform-provider-aws, internal/service/iam/openid_connect_provider.go: `thumbprint_list` is optional and computed).
 * Does not prove: that the real plugin does the same.
 */
import {
  GetOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { Plugin } from "./support/plugin";
import { createWorld, type World } from "./support/world";

const PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider";
const THUMBPRINT = "0123456789abcdef0123456789abcdef01234567";

describe("local AWS plugin: OIDC issuers", function () {
  this.timeout(60_000);
  let world: World;
  let plugin: Plugin;
  before(async () => {
    world = await createWorld();
    plugin = await world.plugin();
  });
  after(() => world.end());

  const held = async (OpenIDConnectProviderArn: string) => {
    const found = await world.iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn }),
    );
    return { audiences: found.ClientIDList, thumbprints: found.ThumbprintList };
  };

  it("keep the thumbprints that AWS has when none is declared", async () => {
    const inputs = { url: "https://oidc.example.com/kept", clientIdLists: ["ecr"] };
    const made = await plugin.create(PROVIDER, inputs);
    await world.iam.send(
      new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn: made.id,
        ThumbprintList: [THUMBPRINT],
      }),
    );
    const read = await plugin.read(PROVIDER, made);
    if (read === undefined) throw new Error("nothing was read");
    const refreshed = { ...read, inputs: made.inputs };
    expect(read.state).to.deep.include({ thumbprintLists: [THUMBPRINT] });
    expect((await plugin.diff(PROVIDER, refreshed, inputs)).changed).to.equal(false);
    await plugin.update(PROVIDER, refreshed, { ...inputs, clientIdLists: ["sts.amazonaws.com"] });
    expect(await held(made.id)).to.deep.equal({
      audiences: ["sts.amazonaws.com"],
      thumbprints: [THUMBPRINT],
    });
  });

  it("add a new audience before they remove the old one", async () => {
    const inputs = { url: "https://oidc.example.com/audiences", clientIdLists: ["old"] };
    const made = await plugin.create(PROVIDER, inputs);
    world.front.journal.reset();
    await plugin.update(PROVIDER, made, { ...inputs, clientIdLists: ["new"] });
    const changes = world.front.journal.calls().map(({ action }) => action);
    expect(changes.filter((action) => /ClientID/.test(action))).to.deep.equal([
      "AddClientIDToOpenIDConnectProvider",
      "RemoveClientIDFromOpenIDConnectProvider",
    ]);
    expect((await held(made.id)).audiences).to.deep.equal(["new"]);
  });
});
