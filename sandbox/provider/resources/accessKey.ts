import {
  CreateAccessKeyCommand,
  DeleteAccessKeyCommand,
  GetAccessKeyLastUsedCommand,
  paginateListAccessKeys,
  UpdateAccessKeyCommand,
  type AccessKeyMetadata,
  type IAMClient,
  type StatusType,
} from "@aws-sdk/client-iam";
import { calling, unlessRefused } from "../awsErrors";
import { encrypterFor, type Encrypter } from "../pgp";
import { afterwards, resourceType } from "../resourceType";
import { smtpPassword } from "../smtpPassword";

interface Inputs {
  user: string;
  status: string;
  pgpKey?: string;
}

/** Either the secret in plain or, with a pgpKey, encrypted; neither after an import. */
interface State extends Inputs {
  createDate: string;
  secret?: string;
  sesSmtpPasswordV4?: string;
  encryptedSecret?: string;
  encryptedSesSmtpPasswordV4?: string;
  keyFingerprint?: string;
}

const STATUSES = ["Active", "Inactive"];

/** A user's access key. Its status changes in place. Imported by key id, without its secret. */
export const accessKey = resourceType<Inputs, State>({
  token: "aws:iam/accessKey:AccessKey",
  inputs: {
    user: { required: true, replaces: true },
    status: {
      default: "Active",
      problem: (value) =>
        STATUSES.includes(String(value)) ? undefined : `must be one of ${STATUSES.join(", ")}`,
    },
    pgpKey: { replaces: true },
  },
  computed: [
    "createDate",
    "secret",
    "sesSmtpPasswordV4",
    "encryptedSecret",
    "encryptedSesSmtpPasswordV4",
    "keyFingerprint",
  ],
  secrets: ["secret", "sesSmtpPasswordV4"],
  readAfterCreate: false,

  async create({ clients: { iam }, settings }, inputs) {
    const { user } = inputs;
    const { AccessKey } = await calling(
      `creating IAM Access Key (${user})`,
      "IAM: CreateAccessKey",
      () => iam.send(new CreateAccessKeyCommand({ UserName: user })),
    );
    const { AccessKeyId: id = "", SecretAccessKey: secret = "", CreateDate } = AccessKey ?? {};
    // Only now, as the real provider does: a pgpKey that cannot encrypt leaves an active key in AWS whose
    // secret is lost, and which is in no state.
    const encrypter = inputs.pgpKey === undefined ? undefined : await encrypterFor(inputs.pgpKey);
    const state: State = {
      ...inputs,
      status: "Active",
      createDate: CreateDate?.toISOString() ?? "",
      ...(await credentials(secret, smtpPassword(secret, settings.region), encrypter)),
    };
    if (inputs.status === state.status) return { id, state };
    return afterwards(id, state, async () => {
      await setStatus(iam, id, inputs);
      return { id, state: { ...state, status: inputs.status } };
    });
  },

  async read({ clients: { iam } }, id, known) {
    return unlessRefused(["NoSuchEntity"], async () => {
      const user = known?.user ?? (await ownerOf(iam, id));
      const found = user === undefined ? undefined : await keyOf(iam, id, user);
      if (user === undefined || found === undefined) return undefined;
      const createDate = found.CreateDate?.toISOString() ?? "";
      return { id, state: { ...known, user, status: found.Status ?? "Active", createDate } };
    });
  },

  async update({ clients: { iam } }, id, old, inputs) {
    await setStatus(iam, id, inputs);
    return { ...old, ...inputs };
  },

  async delete({ clients: { iam } }, id, { user }) {
    await unlessRefused(["NoSuchEntity"], () =>
      calling(`deleting IAM Access Key (${id})`, "IAM: DeleteAccessKey", () =>
        iam.send(new DeleteAccessKeyCommand({ UserName: user, AccessKeyId: id })),
      ),
    );
  },
});

async function credentials(
  secret: string,
  smtp: string,
  encrypter: Encrypter | undefined,
): Promise<Partial<State>> {
  if (encrypter === undefined) return { secret, sesSmtpPasswordV4: smtp };
  return {
    encryptedSecret: await encrypter.encrypt(secret),
    encryptedSesSmtpPasswordV4: await encrypter.encrypt(smtp),
    keyFingerprint: encrypter.fingerprint,
  };
}

async function setStatus(iam: IAMClient, id: string, { user, status }: Inputs): Promise<void> {
  await calling(`updating IAM Access Key (${id})`, "IAM: UpdateAccessKey", () =>
    iam.send(
      new UpdateAccessKeyCommand({
        UserName: user,
        AccessKeyId: id,
        Status: status as StatusType,
      }),
    ),
  );
}

/** IAM has no call that reads a key by its id; this one names the user it belongs to. */
async function ownerOf(iam: IAMClient, id: string): Promise<string | undefined> {
  // AWS returns AccessDenied for a key that does not exist. Only an import may read it that way: a refresh
  // must not drop a key because its caller may not read keys.
  const answer = await unlessRefused(["AccessDenied"], () =>
    calling(`reading IAM Access Key (${id})`, "IAM: GetAccessKeyLastUsed", () =>
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: id })),
    ),
  );
  return answer?.UserName;
}

async function keyOf(
  client: IAMClient,
  id: string,
  user: string,
): Promise<AccessKeyMetadata | undefined> {
  return calling(`reading IAM Access Key (${id})`, "IAM: ListAccessKeys", async () => {
    for await (const page of paginateListAccessKeys({ client }, { UserName: user })) {
      const found = page.AccessKeyMetadata?.find(({ AccessKeyId }) => AccessKeyId === id);
      if (found !== undefined) return found;
    }
    return undefined;
  });
}
