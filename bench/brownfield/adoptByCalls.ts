import { ECRClient, SetRepositoryPolicyCommand } from "@aws-sdk/client-ecr";
import * as aws from "@aws-sdk/client-iam";
import type { AwsAccess, AwsView } from "../../sandbox/awsView";
import { adoptionInput, adoptionRequest, readAccount } from "../../automation/adopt/readAccount";
import { GROUP_NAME, USER_PATH } from "../../src/access/arns";
import { DENY_POLICY_NAME } from "../../src/access/denyPolicy";
import { serialize } from "../../src/access/serialize";
import { stackPolicies, type StackPolicies } from "../../src/access/stackPolicies";
import { adoptionPlan, type AdoptionPlan } from "../../src/adopt/plan";
import type { AccessChange } from "../../src/adopt/change";
import { adoptionChanges } from "../../src/adopt/proof";
import type { Selection } from "../../src/adopt/selection";

/** Where a stack's files are, and what day it is. */
export interface AdoptionFiles {
  directory: string;
  today: string;
}

/**
 * Adopts an account without the engine: reads it as `adopt` does, plans, and writes the policies that an update of the
 * planned files declares by direct calls, in the update's order.
 *
 * @returns the plan, and whose access the update shows before it writes.
 */
export async function adoptByCalls(
  view: AwsView,
  access: AwsAccess,
  { directory, today }: AdoptionFiles,
  selection: Selection,
): Promise<{ plan: AdoptionPlan; changes: AccessChange[] }> {
  const input = adoptionInput(directory, "dev", today, undefined);
  const observed = await view.observe(adoptionRequest(input.config, () => {}));
  const { context, pullers, files } = readAccount(input, observed, today);
  const plan = adoptionPlan(context, pullers, selection, files);
  const repositories = new Map(
    [...input.config.repositories].map(([name, its]) => {
      const statements = plan.kept.byRepository.get(name);
      return [name, { ...its, ...(statements === undefined ? {} : { statements }) }];
    }),
  );
  const config = { ...input.config, repositories };
  const customers = plan.customers.map(({ customer }) => customer);
  const changes = adoptionChanges(observed, { config, customers, today });
  await writeByCalls(access, stackPolicies(customers, config, today), config.account);
  return { plan, changes };
}

/** The update's writes: the group, memberships, the users' move and tags, then the repositories' policies. */
async function writeByCalls(
  access: AwsAccess,
  { group, users, repositories }: StackPolicies,
  account: string,
): Promise<void> {
  const iam = new aws.IAMClient(access);
  const GroupName = GROUP_NAME;
  await iam.send(new aws.CreateGroupCommand({ GroupName }));
  for (const { name: PolicyName, document } of group) {
    const PolicyDocument = serialize(document);
    await iam.send(new aws.CreatePolicyCommand({ PolicyName, PolicyDocument }));
    const PolicyArn = `arn:aws:iam::${account}:policy/${PolicyName}`;
    await iam.send(new aws.AttachGroupPolicyCommand({ GroupName, PolicyArn }));
  }
  for (const { userName: UserName, tags, deny } of users) {
    await iam.send(new aws.AddUserToGroupCommand({ UserName, GroupName }));
    await iam.send(new aws.UpdateUserCommand({ UserName, NewPath: USER_PATH }));
    const { Tags: held = [] } = await iam.send(new aws.ListUserTagsCommand({ UserName }));
    const gone = held.flatMap(({ Key = "" }) => (Key in tags ? [] : [Key]));
    if (gone.length > 0) {
      await iam.send(new aws.UntagUserCommand({ UserName, TagKeys: gone }));
    }
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    await iam.send(new aws.TagUserCommand({ UserName, Tags }));
    if (deny !== undefined) {
      const policy = { PolicyName: DENY_POLICY_NAME, PolicyDocument: serialize(deny) };
      await iam.send(new aws.PutUserPolicyCommand({ UserName, ...policy }));
    }
  }
  for (const { repository: repositoryName, region, document } of repositories) {
    const ecr = new ECRClient({ ...access, region });
    const policyText = serialize(document);
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    ecr.destroy();
  }
  iam.destroy();
}
