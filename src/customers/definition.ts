// The one definition of a customer file: the parser uses it, and the JSON Schema is generated from it.
import { z } from "zod";
import { fieldWords } from "../yaml/fieldWords";
import {
  accountId,
  adopted,
  ageRecipient,
  contact,
  displayName,
  generations,
  handOvers,
  iamUserName,
  identity,
  isoDay,
  owner,
  pgpKey,
  protectedFlag,
  revokedAt,
  source,
  status,
  userGeneration,
} from "./fieldTypes";
import { networks, regions, vpcEndpoints } from "./placeTypes";
import { repositoryName } from "./repositoryName";

/** The keys of a customer file, each with its meaning. */
export const customerDefinition = z.strictObject({
  name: displayName,
  repositories: z
    .array(repositoryName)
    .meta({ uniqueItems: true })
    .describe(
      "Repositories of the stack's catalogue that the customer may pull, in alphabetical order",
    ),
  status: status
    .optional()
    .describe("`suspended` ends all access with the next update; user and keys are kept"),
  revoked: revokedAt
    .optional()
    .describe(
      "Written by `ecr-customers revoke <customer>`: when access was ended in an emergency, UTC",
    ),
  user: userGeneration
    .optional()
    .describe(
      "Generation of the IAM user; 1 without it. Another number deletes the user with its keys and creates it again: `ecr-customers resume <customer> --new-user` writes it",
    ),
  expires: isoDay.optional().describe("Last day with access, UTC; AWS itself enforces it"),
  keys: generations
    .optional()
    .describe("Access keys: generation → status, two at most; {1: active} without it"),
  awsAccount: accountId
    .optional()
    .describe(
      "12 digits in quotes: the customer pulls with its own AWS identity, without user and key",
    ),
  networks: networks
    .optional()
    .describe(
      "Public networks from which the customer may log in and pull, IPv4 and IPv6; anywhere without it and `vpcEndpoints`",
    ),
  vpcEndpoints: vpcEndpoints
    .optional()
    .describe("VPC endpoints through which the customer may log in and pull, beside `networks`"),
  identity: identity
    .optional()
    .describe(
      "By what the customer pulls: `key: true` (the default), `account` with or without `roles`, `oidc`, or several while it moves",
    ),
  regions: regions
    .optional()
    .describe("AWS regions in which the customer may pull; all of its repositories' without it"),
  pgpKey: pgpKey
    .optional()
    .describe(
      "OpenPGP public key: the secret is encrypted for its owner and never enters the state",
    ),
  ageRecipient: ageRecipient
    .optional()
    .describe("age public key: what is handed over is encrypted for its owner"),
  contact: contact.optional().describe("Who receives notices at the customer"),
  owner: owner
    .optional()
    .describe("Who looks after the customer at the vendor, and receives notices about it"),
  source: source.optional().describe("The record in a sales system that owns this file"),
  protected: protectedFlag
    .optional()
    .describe("An import never takes access away from this customer"),
  userName: iamUserName
    .optional()
    .describe(
      "Name of the customer's IAM user, which `ecr-customers adopt` keeps; without it the file's name, after the stack's `namePrefix`",
    ),
  adopted: adopted
    .optional()
    .describe(
      "Written by `ecr-customers adopt`: the user and the keys in AWS that are taken over instead of created",
    ),
  handedOver: handOvers
    .optional()
    .describe(
      "Written by `ecr-customers handover <customer>`: stack and generation, e.g. `prod/1` → which key was handed over, when, to whom",
    ),
});

/** A customer file's keys as written, after conversion and before defaults. */
export type CustomerFile = z.infer<typeof customerDefinition>;

fieldWords.add(customerDefinition, {
  check: "customer",
  expected: "the keys of a customer",
  fix: "Write at least `name` and `repositories`; see docs/customer-file.md.",
});
fieldWords.add(customerDefinition.shape.repositories, {
  check: "repositories",
  expected: "a list of repositories",
  fix: "Write e.g. `repositories: [edge-agent, orchestrator]`.",
});
