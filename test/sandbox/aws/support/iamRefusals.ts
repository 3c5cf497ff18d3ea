import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateGroupCommand,
  CreateLoginProfileCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetLoginProfileCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListSSHPublicKeysCommand,
  PutUserPolicyCommand,
  TagUserCommand,
} from "@aws-sdk/client-iam";

/** A call that IAM refuses, with the error that it names. */
export interface RefusalRow {
  what: string;
  code: string;
  status: number;
  message: RegExp;
  /** True when the emulator refuses it by itself. */
  byEmulator?: boolean;
  /** Set when the emulator refuses it too, but with this wrong code. */
  emulatorCode?: string;
  /** Creates what the call needs. @param name a fresh name. */
  prepare?(iam: IAMClient, name: string): Promise<unknown>;
  call(iam: IAMClient, name: string): Promise<unknown>;
}

const user = (iam: IAMClient, UserName: string) => iam.send(new CreateUserCommand({ UserName }));
const deleteUser = (iam: IAMClient, UserName: string) =>
  iam.send(new DeleteUserCommand({ UserName }));
const createKey = (iam: IAMClient, UserName: string) =>
  iam.send(new CreateAccessKeyCommand({ UserName }));

/** A policy of `length` characters, white space not counted. */
function policyOf(length: number): string {
  const of = (sid: string) =>
    JSON.stringify(
      {
        Version: "2012-10-17",
        Statement: [{ Sid: sid, Effect: "Deny", Action: "s3:*", Resource: "*" }],
      },
      null,
      2,
    );
  return of("x".repeat(length - of("").replace(/\s/g, "").length));
}

const putPolicy = (iam: IAMClient, UserName: string, PolicyName: string, length: number) =>
  iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument: policyOf(length) }));

async function joinGroup(iam: IAMClient, UserName: string, GroupName: string): Promise<void> {
  await iam.send(new CreateGroupCommand({ GroupName }));
  await iam.send(new AddUserToGroupCommand({ UserName, GroupName }));
}

async function attachNew(iam: IAMClient, UserName: string, PolicyName: string): Promise<void> {
  const command = new CreatePolicyCommand({ PolicyName, PolicyDocument: policyOf(200) });
  const { Policy } = await iam.send(command);
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: Policy?.Arn }));
}

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < count; index += 1) await work(index);
}

const conflict = { code: "DeleteConflict", status: 409 };
const limit = { code: "LimitExceeded", status: 409 };
const invalid = { code: "ValidationError", status: 400 };

const NAMES: RefusalRow[] = [
  {
    what: "a user name of 65 characters",
    ...invalid,
    message: /'userName'.*less than or equal to 64$/,
    call: (iam, name) => user(iam, name.padEnd(65, "x")),
  },
  {
    what: "a user name with a space",
    ...invalid,
    message: /^The specified value for userName is invalid\./,
    call: (iam, name) => user(iam, `${name} ltd`),
  },
  {
    what: "a user name with a letter outside ASCII",
    ...invalid,
    message: /^The specified value for userName is invalid\./,
    call: (iam, name) => user(iam, `${name}ü`),
  },
  {
    what: "a user name that exists in another case",
    code: "EntityAlreadyExists",
    status: 409,
    message: /^User with name U-.* already exists\.$/,
    prepare: user,
    call: (iam, name) => user(iam, name.toUpperCase()),
  },
  {
    what: "a user name that exists",
    code: "EntityAlreadyExists",
    status: 409,
    message: /already exists\.$/,
    byEmulator: true,
    prepare: user,
    call: user,
  },
  {
    what: "a path that does not end with /",
    ...invalid,
    message: /^The specified value for path is invalid\./,
    call: (iam, UserName) => iam.send(new CreateUserCommand({ UserName, Path: "/customers" })),
  },
];

const TAGS: RefusalRow[] = [
  {
    what: "51 tags",
    ...invalid,
    message: /'tags'.*less than or equal to 50$/,
    call: (iam, UserName) => {
      const Tags = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
      return iam.send(new CreateUserCommand({ UserName, Tags }));
    },
  },
  {
    what: "a 51st tag by TagUser",
    ...limit,
    message: /^Cannot exceed quota for TagsPerUser: 50$/,
    prepare: (iam, UserName) => {
      const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
      return iam.send(new CreateUserCommand({ UserName, Tags }));
    },
    call: (iam, UserName) =>
      iam.send(new TagUserCommand({ UserName, Tags: [{ Key: "one-more", Value: "" }] })),
  },
  ...[
    { what: "a tag key of 129 characters", Key: "k".repeat(129), Value: "", message: /\.key'/ },
    {
      what: "a tag value of 257 characters",
      Key: "k",
      Value: "v".repeat(257),
      message: /\.value'/,
    },
    { what: "a * in a tag value", Key: "k", Value: "*", message: /regular expression/ },
  ].map(({ what, Key, Value, message }) => ({
    what,
    ...invalid,
    message,
    call: (iam: IAMClient, UserName: string) =>
      iam.send(new CreateUserCommand({ UserName, Tags: [{ Key, Value }] })),
  })),
  {
    what: "tag keys that differ in case only",
    code: "InvalidInput",
    status: 400,
    message: /^Duplicate tag keys found/,
    byEmulator: true,
    call: (iam, UserName) => {
      const Tags = ["Team", "team"].map((Key) => ({ Key, Value: "" }));
      return iam.send(new CreateUserCommand({ UserName, Tags }));
    },
  },
];

const QUOTAS: RefusalRow[] = [
  {
    what: "a third access key",
    ...limit,
    message: /^Cannot exceed quota for AccessKeysPerUser: 2$/,
    prepare: async (iam, name) => {
      await user(iam, name);
      await times(2, () => createKey(iam, name));
    },
    call: createKey,
  },
  {
    what: "an eleventh group",
    ...limit,
    message: /^Cannot exceed quota for GroupsPerUser: 10$/,
    prepare: async (iam, name) => {
      await user(iam, name);
      await times(10, (index) => joinGroup(iam, name, `${name}-${index}`));
    },
    call: (iam, name) => joinGroup(iam, name, `${name}-10`),
  },
  {
    what: "an eleventh attached policy",
    ...limit,
    message: /^Cannot exceed quota for PoliciesPerUser: 10$/,
    prepare: async (iam, name) => {
      await user(iam, name);
      await times(10, (index) => attachNew(iam, name, `${name}-${index}`));
    },
    call: (iam, name) => attachNew(iam, name, `${name}-10`),
  },
  {
    what: "inline policies of 2,049 characters together, white space not counted",
    ...limit,
    message: /^Maximum policy size of 2048 bytes exceeded for user /,
    prepare: async (iam, name) => {
      await user(iam, name);
      await putPolicy(iam, name, "second", 1_000);
      // Replaces, so it does not add up; exactly at the limit.
      await putPolicy(iam, name, "first", 1_048);
      await putPolicy(iam, name, "first", 1_048);
    },
    call: (iam, name) => putPolicy(iam, name, "first", 1_049),
  },
  {
    what: "a managed policy of 6,145 characters, white space not counted",
    ...limit,
    message: /^Cannot exceed quota for PolicySize: 6144$/,
    prepare: (iam, name) =>
      iam.send(
        new CreatePolicyCommand({ PolicyName: `${name}-a`, PolicyDocument: policyOf(6144) }),
      ),
    call: (iam, name) =>
      iam.send(
        new CreatePolicyCommand({ PolicyName: `${name}-b`, PolicyDocument: policyOf(6145) }),
      ),
  },
];

const DELETIONS: RefusalRow[] = [
  {
    what: "the deletion of a user with an access key",
    ...conflict,
    message: /must delete access keys first\.$/,
    byEmulator: true,
    prepare: async (iam, name) => {
      await user(iam, name);
      await createKey(iam, name);
    },
    call: deleteUser,
  },
  {
    what: "the deletion of a user with an attached policy",
    ...conflict,
    message: /must detach all policies first\.$/,
    byEmulator: true,
    prepare: async (iam, name) => {
      await user(iam, name);
      await attachNew(iam, name, name);
    },
    call: deleteUser,
  },
  {
    what: "the deletion of a user in a group",
    ...conflict,
    message: /must remove users from group first\.$/,
    prepare: async (iam, name) => {
      await user(iam, name);
      await joinGroup(iam, name, name);
    },
    call: deleteUser,
  },
  {
    what: "the deletion of a user with an inline policy",
    ...conflict,
    message: /must delete policies first\.$/,
    prepare: async (iam, name) => {
      await user(iam, name);
      await putPolicy(iam, name, "one", 200);
    },
    call: deleteUser,
  },
  {
    what: "the deletion of a user with a password",
    ...conflict,
    message: /must delete login profile first\.$/,
    prepare: async (iam, UserName) => {
      await user(iam, UserName);
      await iam.send(new CreateLoginProfileCommand({ UserName, Password: "Sandbox-1-password" }));
    },
    call: deleteUser,
  },
];

const READINGS: RefusalRow[] = [
  {
    what: "the password of a user without one",
    code: "NoSuchEntity",
    status: 404,
    message: /cannot be found/,
    byEmulator: true,
    prepare: user,
    call: (iam, UserName) => iam.send(new GetLoginProfileCommand({ UserName })),
  },
  {
    what: "the keys of a user that does not exist",
    code: "NoSuchEntity",
    status: 404,
    message: /^The user with name .* cannot be found\.$/,
    call: (iam, UserName) => iam.send(new ListAccessKeysCommand({ UserName })),
  },
  {
    what: "the SSH keys of a user that does not exist",
    code: "NoSuchEntity",
    status: 404,
    message: /^The user with name .* cannot be found\.$/,
    emulatorCode: "InvalidAction",
    call: (iam, UserName) => iam.send(new ListSSHPublicKeysCommand({ UserName })),
  },
];

export const IAM_ROWS: RefusalRow[] = [...NAMES, ...TAGS, ...QUOTAS, ...DELETIONS, ...READINGS];
