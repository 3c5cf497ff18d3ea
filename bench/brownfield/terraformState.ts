import { userArnOf, type BrownField } from "./account";
import type { PlantedKey } from "./plant";

const PROVIDER = 'provider["registry.terraform.io/hashicorp/aws"]';

/** A Terraform state, version 4, that has made a field's users and keys: as text, with the keys' secrets. */
export function terraformState(field: BrownField, keys: readonly PlantedKey[]): string {
  const resource = (type: string, name: string, instances: readonly object[]) => ({
    ...{ mode: "managed", type, name, provider: PROVIDER, instances },
  });
  const of = (index_key: string, attributes: object) => ({
    ...{ index_key, schema_version: 0, attributes, sensitive_attributes: [] },
  });
  const state = {
    version: 4,
    terraform_version: "1.11.4",
    serial: 1,
    lineage: "3f1c9a52-0000-4000-8000-000000000000",
    outputs: {},
    resources: [
      resource(
        "aws_iam_user",
        "customer",
        field.users.map((user) => {
          const { name, path, tags } = user;
          return of(name, { id: name, name, path, arn: userArnOf(field, user), tags });
        }),
      ),
      resource(
        "aws_iam_access_key",
        "customer",
        keys.map(({ user, accessKeyId: id, secretAccessKey: secret, status }) =>
          of(id, { id, user, secret, status, encrypted_secret: null, pgp_key: null }),
        ),
      ),
    ],
    check_results: null,
  };
  return JSON.stringify(state, undefined, 2);
}
