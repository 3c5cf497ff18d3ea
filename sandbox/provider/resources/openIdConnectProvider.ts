import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { afterwards, resourceType } from "../resourceType";
import { fromApi, tagChanges, TAGS, tagsAll, toApi, type Tags } from "../tags";
import { sameValue } from "../values";

interface Inputs {
  url: string;
  clientIdLists: string[];
  thumbprintLists?: string[];
  tags?: Tags;
}

interface State extends Inputs {
  arn: string;
  tagsAll: Tags;
}

/**
 * An OIDC issuer that IAM trusts. Another URL replaces it; audiences, thumbprints and tags change in place, an
 * audience is added before an old one is removed. Without thumbprints AWS keeps or finds its own, and an empty list is never
 * sent (terraform-provider-aws, internal/service/iam/openid_connect_provider.go). Imported by ARN.
 */
export const openIdConnectProvider = resourceType<Inputs, State>({
  token: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  inputs: {
    url: { required: true, replaces: true, same: sameUrl },
    clientIdLists: { required: true, same: sameSet },
    thumbprintLists: { keptIfUnset: true },
    tags: TAGS,
  },
  computed: ["arn"],
  derived: tagsAll,

  async create({ clients: { iam } }, inputs) {
    const { url, clientIdLists, thumbprintLists, tags } = inputs;
    const { OpenIDConnectProviderArn: arn = "" } = await calling(
      "creating IAM OIDC Provider",
      "IAM: CreateOpenIDConnectProvider",
      () =>
        iam.send(
          new CreateOpenIDConnectProviderCommand({
            Url: url,
            ClientIDList: clientIdLists,
            ThumbprintList: thumbprintLists,
            Tags: toApi(tags),
          }),
        ),
    );
    return { id: arn, state: { ...inputs, arn, tagsAll: tags ?? {} } };
  },

  async read({ clients: { iam } }, arn, known) {
    return unlessRefused(["NoSuchEntity"], async () => {
      const found = await calling(
        `reading IAM OIDC Provider (${arn})`,
        "IAM: GetOpenIDConnectProvider",
        () => iam.send(new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
      );
      const { Url = "", ClientIDList = [], ThumbprintList = [] } = found;
      const tags = fromApi(found.Tags);
      const isKnown = known !== undefined && sameUrl(known.url, Url);
      const state: State = {
        url: isKnown ? known.url : `https://${Url.replace(/^https:\/\//, "")}`,
        clientIdLists: sameSet(known?.clientIdLists, ClientIDList)
          ? (known?.clientIdLists ?? ClientIDList)
          : ClientIDList,
        ...(ThumbprintList.length === 0 ? {} : { thumbprintLists: ThumbprintList }),
        ...(tags === undefined ? {} : { tags }),
        arn,
        tagsAll: tags ?? {},
      };
      return { id: arn, state };
    });
  },

  async update({ clients: { iam } }, arn, old, inputs) {
    const { thumbprintLists = [], clientIdLists } = inputs;
    if (thumbprintLists.length > 0 && !sameValue(old.thumbprintLists, thumbprintLists)) {
      const command = new UpdateOpenIDConnectProviderThumbprintCommand({
        OpenIDConnectProviderArn: arn,
        ThumbprintList: thumbprintLists,
      });
      const doing = `updating IAM OIDC Provider (${arn}) thumbprint`;
      await calling(doing, "IAM: UpdateOpenIDConnectProviderThumbprint", () => iam.send(command));
    }
    const state = { ...old, ...(thumbprintLists.length > 0 ? { thumbprintLists } : {}) };
    return afterwards(arn, state, async () => {
      await updateAudiences(iam, arn, old.clientIdLists, clientIdLists);
      await updateTags(iam, arn, old.tags, inputs.tags);
      return { ...state, clientIdLists, tags: inputs.tags, tagsAll: inputs.tags ?? {} };
    });
  },

  async delete({ clients: { iam } }, arn) {
    await unlessRefused(["NoSuchEntity"], () =>
      calling(`deleting IAM OIDC Provider (${arn})`, "IAM: DeleteOpenIDConnectProvider", () =>
        iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: arn })),
      ),
    );
  },
});

/** AWS shows an issuer's URL without its scheme. */
function sameUrl(left: unknown, right: unknown): boolean {
  const bare = (url: unknown) => String(url).replace(/^https:\/\//, "");
  return bare(left) === bare(right);
}

function sameSet(left: unknown, right: unknown): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return sameValue(left, right);
  return sameValue([...(left as unknown[])].sort(), [...(right as unknown[])].sort());
}

async function updateAudiences(
  iam: IAMClient,
  arn: string,
  old: readonly string[],
  wanted: readonly string[],
): Promise<void> {
  for (const ClientID of wanted.filter((one) => !old.includes(one))) {
    const doing = `adding IAM OIDC Provider (${arn}) client ID (${ClientID})`;
    const added = { OpenIDConnectProviderArn: arn, ClientID };
    await calling(doing, "IAM: AddClientIDToOpenIDConnectProvider", () =>
      iam.send(new AddClientIDToOpenIDConnectProviderCommand(added)),
    );
  }
  for (const ClientID of old.filter((one) => !wanted.includes(one))) {
    const doing = `removing IAM OIDC Provider (${arn}) client ID (${ClientID})`;
    const removed = { OpenIDConnectProviderArn: arn, ClientID };
    await calling(doing, "IAM: RemoveClientIDFromOpenIDConnectProvider", () =>
      iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand(removed)),
    );
  }
}

async function updateTags(iam: IAMClient, arn: string, old?: Tags, wanted?: Tags): Promise<void> {
  const { set, remove } = tagChanges(old, wanted);
  const doing = `updating tags for IAM OIDC Provider (${arn})`;
  if (remove.length > 0) {
    const removed = { OpenIDConnectProviderArn: arn, TagKeys: remove };
    await calling(doing, "IAM: UntagOpenIDConnectProvider", () =>
      iam.send(new UntagOpenIDConnectProviderCommand(removed)),
    );
  }
  if (Object.keys(set).length > 0) {
    const added = { OpenIDConnectProviderArn: arn, Tags: toApi(set) };
    await calling(doing, "IAM: TagOpenIDConnectProvider", () =>
      iam.send(new TagOpenIDConnectProviderCommand(added)),
    );
  }
}
