import type { StackConfig } from "../../src/config";

import { SIGN_ONLY, USABLE } from "./pgpKeys";

/** One mistake for each check that looks into a customer file: its text, and the problem. */
export interface Mistake {
  source: string | Uint8Array;
  /** What the stack demands beyond the defaults. */
  settings?: Partial<StackConfig>;
  /** The whole problem as it is printed, file `acme.yaml`. */
  said: string;
}

const REST = "name: Acme\nrepositories: [edge-agent]\n";

const oidc = (issuer: string, subject: string) =>
  `${REST}identity: { oidc: { issuer: "${issuer}", audience: sts.amazonaws.com, subjects: ["${subject}"] } }\n`;

/** Keyed by the name of the check. */
export const MISTAKES: Readonly<Record<string, Mistake>> = {
  "file-size": {
    source: `${REST}# ${"x".repeat(65_536)}`,
    said: "acme.yaml:1:1  expected at most 65536 bytes, got 65576. Keep only the keys of a customer file in it. [file-size]",
  },
  "utf-8": {
    source: Buffer.from(`${REST}contact: M\xfcller\n`, "latin1"),
    said: "acme.yaml:3:11  expected text in UTF-8, got a byte that is not. Save the file with encoding UTF-8. [utf-8]",
  },
  characters: {
    source: `name: Acme \u202egnp.exe\nrepositories: [edge-agent]\n`,
    said: "acme.yaml:1:12  expected visible characters, got the invisible character U+202E (right-to-left override). Delete it; text copied from a web page or a document often contains one. [characters]",
  },
  "merge-conflict": {
    source: `name: Acme\n<<<<<<< HEAD\nrepositories: [edge-agent]\n=======\nrepositories: []\n>>>>>>> b\n`,
    said: 'acme.yaml:2:1  expected one version of the file, got git\'s conflict marker "<<<<<<< HEAD". Keep one of the two versions, or parts of both, and delete the lines with <<<<<<<, ======= and >>>>>>>. [merge-conflict]',
  },
  "yaml-syntax": {
    source: `name: "Acme\nrepositories: [edge-agent]\n`,
    said: 'acme.yaml:3:1  expected valid YAML, got a syntax error: Missing closing "quote. Write one `key: value` per line, as in docs/customer-file.md. [yaml-syntax]',
  },
  "yaml-size": {
    source: `${"[".repeat(6_000)}`,
    said: "acme.yaml:1:5000  expected at most 5000 parts, got more. Write one `key: value` per line, as in docs/customer-file.md. [yaml-size]",
  },
  "yaml-anchor": {
    source: `name: &a Acme\nrepositories: [edge-agent]\n`,
    said: 'acme.yaml:1:7  expected plain YAML, got the anchor "&a". Write the value without it. [yaml-anchor]',
  },
  "yaml-alias": {
    source: `name: *a\nrepositories: [edge-agent]\n`,
    said: 'acme.yaml:1:7  expected plain YAML, got the alias "*a". Write the value itself. [yaml-alias]',
  },
  "yaml-tag": {
    source: `name: !!js/function Acme\nrepositories: [edge-agent]\n`,
    said: 'acme.yaml:1:7  expected plain YAML, got the tag "!!js/function". Write the value without it. [yaml-tag]',
  },
  "yaml-directive": {
    source: `%YAML 1.1\n---\n${REST}`,
    said: 'acme.yaml:1:1  expected plain YAML, got the directive "%YAML 1.1". Delete the line. [yaml-directive]',
  },
  "yaml-document": {
    source: `${REST}---\n${REST}`,
    said: "acme.yaml:3:1  expected one document, got the start of a second one. Write each customer in a file of its own. [yaml-document]",
  },
  "yaml-merge": {
    source: `${REST}<<: {status: suspended}\n`,
    said: "acme.yaml:3:1  expected a key, got the merge key <<. Write the keys themselves. [yaml-merge]",
  },
  "duplicate-key": {
    source: `${REST}name: Other\n`,
    said: 'acme.yaml:3:1  expected each key once, got "name" again. Delete one of the two. [duplicate-key]',
  },
  customer: {
    source: "- acme\n",
    said: "acme.yaml:1:1  expected the keys of a customer, got a list. Write at least `name` and `repositories`; see docs/customer-file.md. [customer]",
  },
  "unknown-key": {
    source: `${REST}expire: 2027-01-31\n`,
    said: 'acme.yaml:3:1  expected a known key, got "expire". Write "expires", or one of: name, repositories, status, revoked, user, expires, keys, awsAccount, networks, vpcEndpoints, identity, regions, pgpKey, ageRecipient, contact, owner, source, protected, userName, adopted, handedOver. [unknown-key]',
  },
  name: {
    source: "repositories: [edge-agent]\n",
    said: "acme.yaml:1:1  name: expected a name of 1 to 200 characters in Unicode form NFC, without blanks at its ends, got nothing. Write the customer's name, e.g. `name: Acme Robotics GmbH`. [name]",
  },
  repositories: {
    source: "name: Acme\nrepositories: edge-agent\n",
    said: 'acme.yaml:2:15  repositories: expected a list of repositories, got "edge-agent". Write e.g. `repositories: [edge-agent, orchestrator]`. [repositories]',
  },
  "repository-name": {
    source: "name: Acme\nrepositories: [Edge]\n",
    said: 'acme.yaml:2:16  repositories[0]: expected the name of a repository, got "Edge". Write it as ECR shows it: lower-case letters, digits, and . _ - / between them. [repository-name]',
  },
  status: {
    source: `${REST}status: paused\n`,
    said: 'acme.yaml:3:9  status: expected active or suspended, got "paused". Write `status: suspended`, or leave the line out. [status]',
  },
  revoked: {
    source: `${REST}status: suspended\nrevoked: 2026-11-28\n`,
    said: 'acme.yaml:4:10  revoked: expected a time in UTC as YYYY-MM-DDThh:mm:ssZ, got "2026-11-28". Restore it from the file\'s history; `ecr-customers revoke <customer>` writes it. [revoked]',
  },
  "revoked-suspended": {
    source: `${REST}revoked: 2026-11-28T07:24:00Z\n`,
    said: "acme.yaml:3:10  revoked: expected `status: suspended` beside `revoked`, got an active customer. Write `status: suspended`; `ecr-customers resume <customer>` gives access back and deletes `revoked`. [revoked-suspended]",
  },
  user: {
    source: `${REST}user: 0\n`,
    said: 'acme.yaml:3:7  user: expected the generation of the IAM user, a number from 1 to 999, got "0". Leave it out; `ecr-customers resume <customer> --new-user` writes it. [user]',
  },
  expires: {
    source: `${REST}expires: 2027-02-29\n`,
    said: 'acme.yaml:3:10  expires: expected a day of the calendar as YYYY-MM-DD, got "2027-02-29". Write the last day with access, e.g. `expires: 2027-01-31`. [expires]',
  },
  keys: {
    source: `${REST}keys: { 1: active, 2: active, 3: active }\n`,
    said: "acme.yaml:3:7  keys: expected one or two generations, each active or inactive, got a map with 3 keys. Write e.g. `keys: {1: inactive, 2: active}`, and delete one key where there are three: AWS allows a user two. [keys]",
  },
  "aws-account": {
    source: `${REST}awsAccount: 012345678901\n`,
    said: 'acme.yaml:3:13  awsAccount: expected 12 digits in quotes, got 012345678901 without quotes, which other tools read as a number. Write "012345678901". [aws-account]',
  },
  network: {
    source: `${REST}networks: [203.0.113.7/24]\n`,
    said: 'acme.yaml:3:12  networks[0]: expected a network of public addresses in CIDR notation, got "203.0.113.7/24", an address inside a network. Write `203.0.113.0/24` for the network, or `203.0.113.7/32` for this address alone. [network]',
  },
  "network-too-wide": {
    source: `${REST}networks: [0.0.0.0/0]\n`,
    said: 'acme.yaml:3:12  networks[0]: expected a network of public addresses in CIDR notation, got "0.0.0.0/0", which is too large a part of the internet to limit anyone. Write the customer\'s own networks, /8 or smaller for IPv4, /16 for IPv6, or leave the line out. [network-too-wide]',
  },
  "network-not-public": {
    source: `${REST}networks: [10.0.0.0/8]\n`,
    said: 'acme.yaml:3:12  networks[0]: expected a network of public addresses in CIDR notation, got "10.0.0.0/8", from which no request reaches AWS (a private network). Write the public address that the customer\'s network goes out by. Requests through a VPC endpoint have none: write `vpcEndpoints` for them. [network-not-public]',
  },
  networks: {
    source: `${REST}networks: []\n`,
    said: "acme.yaml:3:11  networks: expected a list of 1 to 100 networks, got an empty list. Write e.g. `networks: [203.0.113.0/24]`; without the line the customer may pull from anywhere. [networks]",
  },
  "networks-once": {
    source: `${REST}networks: [203.0.113.0/25, 203.0.113.0/24]\n`,
    said: "acme.yaml:3:12  networks[0]: expected each network once, got 203.0.113.0/25, which 203.0.113.0/24 includes. Delete it here. [networks-once]",
  },
  "vpc-endpoint": {
    source: `${REST}vpcEndpoints: [vpc-0a1b2c3d4e5f67890]\n`,
    said: 'acme.yaml:3:16  vpcEndpoints[0]: expected the id of a VPC endpoint, got "vpc-0a1b2c3d4e5f67890". Write it as the customer\'s AWS account shows it, e.g. `vpce-0a1b2c3d4e5f67890`. [vpc-endpoint]',
  },
  "vpc-endpoints": {
    source: `${REST}vpcEndpoints: vpce-0a1b2c3d4e5f67890\n`,
    said: 'acme.yaml:3:15  vpcEndpoints: expected a list of 1 to 100 VPC endpoints, got "vpce-0a1b2c3d4e5f67890". Write e.g. `vpcEndpoints: [vpce-0a1b2c3d4e5f67890]`, or leave the line out. [vpc-endpoints]',
  },
  "vpc-endpoints-once": {
    source: `${REST}vpcEndpoints: [vpce-0a1b2c3d, vpce-0a1b2c3d]\n`,
    said: "acme.yaml:3:31  vpcEndpoints[1]: expected each VPC endpoint once, got vpce-0a1b2c3d again. Delete it here. [vpc-endpoints-once]",
  },
  region: {
    source: `${REST}regions: [Frankfurt]\n`,
    said: 'acme.yaml:3:11  regions[0]: expected an AWS region, got "Frankfurt". Write e.g. `eu-central-1`. [region]',
  },
  regions: {
    source: `${REST}regions: eu-central-1\n`,
    said: 'acme.yaml:3:10  regions: expected a list of at least one region, got "eu-central-1". Write e.g. `regions: [eu-central-1]`; without the line the customer may pull in every region of its repositories. [regions]',
  },
  "regions-once": {
    source: `${REST}regions: [eu-central-1, eu-central-1]\n`,
    said: "acme.yaml:3:25  regions[1]: expected each region once, got eu-central-1 again. Delete it here. [regions-once]",
  },
  "region-known": {
    source: `${REST}regions: [eu-central-1, eu-centrl-1]\n`,
    said: 'acme.yaml:3:25  regions[1]: expected a region of the stack\'s repositories, got "eu-centrl-1". Write "eu-central-1", or one of: eu-central-1. [region-known]',
  },
  "region-without-repository": {
    source: `name: Acme\nrepositories: [edge-agent, orchestrator]\nregions: [us-east-1]\n`,
    settings: {
      repositories: new Map([
        ["edge-agent", { create: false, grants: "named", regions: ["eu-central-1"] }],
        ["orchestrator", { create: false, grants: "named", regions: ["us-east-1"] }],
      ]),
    },
    said: 'acme.yaml:2:16  repositories[0]: expected a repository in one of the customer\'s `regions`, us-east-1, got "edge-agent", which is in eu-central-1. Add a region of it to `regions`, or delete the repository here. [region-without-repository]',
  },
  "region-of-tagged": {
    source: `${REST}regions: [eu-central-1]\n`,
    settings: {
      repositories: new Map([
        ["edge-agent", { create: false, grants: "tagged", regions: ["eu-central-1", "us-east-1"] }],
      ]),
    },
    said: "acme.yaml:2:16  repositories[0]: expected a repository with `grants: named`, or with no other regions than the customer's eu-central-1, got \"edge-agent\" with `grants: tagged` in eu-central-1 and us-east-1. Add the missing regions to `regions`, or write `grants: named` for edge-agent in the stack's settings. [region-of-tagged]",
  },
  "account-without-source": {
    source: `${REST}awsAccount: "210987654321"\nnetworks: [203.0.113.0/24]\n`,
    said: "acme.yaml:4:11  networks: expected no `networks` beside `awsAccount`: without a user there is no policy of ours that could hold it, got both. Delete `networks`, and ask the customer to limit its own identities with `aws:SourceIp`; or delete `awsAccount`, so that it pulls as a user of ours. [account-without-source]",
  },
  "pgp-key": {
    source: `${REST}pgpKey: AAAA\n`,
    said: "acme.yaml:3:9  pgpKey: expected one OpenPGP public key, armored or in base64, got text of 4 characters that is not a public key. Write `pgpKey: |` and below it, indented, what `gpg --armor --export` prints. [pgp-key]",
  },
  "pgp-private-key": {
    source: `${REST}pgpKey: ${Buffer.from([0x95, 1, 4]).toString("base64")}\n`,
    said: "acme.yaml:3:9  pgpKey: expected one OpenPGP public key, armored or in base64, got a private key. Treat it as compromised: generate a new key pair, and write its public key here. [pgp-private-key]",
  },
  "age-recipient": {
    source: `${REST}ageRecipient: age1qqq\n`,
    said: 'acme.yaml:3:15  ageRecipient: expected an age recipient, got "age1qqq", which is not a valid one. Write the complete public key that `age-keygen` prints, e.g. `ageRecipient: age1…`. [age-recipient]',
  },
  "age-private-key": {
    source: `${REST}ageRecipient: AGE-SECRET-KEY-1QQQ\n`,
    said: "acme.yaml:3:15  ageRecipient: expected an age recipient, got a private key. Treat it as compromised: generate a new key pair with `age-keygen`, and write its public key here. [age-private-key]",
  },
  owner: {
    source: `${REST}owner: " Jo"\n`,
    said: 'acme.yaml:3:8  owner: expected text of 1 to 200 characters on one line, got " Jo". Write e.g. `owner: jo@vendor.example`. [owner]',
  },
  contact: {
    source: `${REST}contact: [a, b]\n`,
    said: "acme.yaml:3:10  contact: expected text of 1 to 200 characters on one line, got a list. Write e.g. `contact: ops@example.com`. [contact]",
  },
  source: {
    source: `${REST}source: { system: hubspot }\n`,
    said: 'acme.yaml:3:9  source.id: expected the system and the id of a record, got nothing. Write e.g. `source: {system: hubspot, id: "4711"}`. [source]',
  },
  protected: {
    source: `${REST}protected: yes\n`,
    said: 'acme.yaml:3:12  protected: expected true or false, got "yes". Write `protected: true`, or leave the line out. [protected]',
  },
  "user-name": {
    source: `${REST}userName: Acme Puller\n`,
    said: 'acme.yaml:3:11  userName: expected an IAM user name: 1 to 64 letters, digits and any of _+=,.@-, got "Acme Puller". Leave it out, unless the customer\'s user existed before; then `ecr-customers adopt` writes it. [user-name]',
  },
  adopted: {
    source: `${REST}adopted: { user: acme, keys: { 1: AKIAIOSFODNN7EXAMPLE } }\n`,
    said: 'acme.yaml:3:18  adopted.user: expected the unique id of a user and the ids of its keys, as `ecr-customers adopt` writes them, got "acme". Write e.g. `adopted: {user: AIDA…, keys: {1: AKIA…}}`, or restore it from the file\'s history. [adopted]',
  },
  "handed-over": {
    source: `${REST}handedOver:\n  1: { key: AKIAIOSFODNN7EXAMPLE, on: 2026-11-24, to: acme }\n`,
    said: 'acme.yaml:4:55  handedOver.1.to: expected stacks and generations, each with `key`, `on` and `to`, as `ecr-customers handover <customer>` writes them, got "acme". Restore it from the file\'s history. [handed-over]',
  },
  "repositories-order": {
    source: "name: Acme\nrepositories: [orchestrator, edge-agent]\n",
    said: 'acme.yaml:2:30  repositories[1]: expected repositories in alphabetical order, got "edge-agent" after "orchestrator". Write `repositories: [edge-agent, orchestrator]`. [repositories-order]',
  },
  "repositories-empty": {
    source: "name: Acme\nrepositories: []\n",
    said: "acme.yaml:2:15  repositories: expected at least one repository for an active customer, got none. Name a repository, or write `status: suspended`. [repositories-empty]",
  },
  "account-without-key": {
    source: `${REST}awsAccount: "210987654321"\nkeys: { 1: active }\n`,
    said: "acme.yaml:4:7  keys: expected no `keys` beside `awsAccount`, which needs neither a user nor a key, got both. Delete `keys` or `awsAccount`. [account-without-key]",
  },
  identity: {
    source: `${REST}identity: {}\n`,
    said: 'acme.yaml:3:11  identity: expected `key: true`, an `account` with or without `roles`, `oidc`, or several of them, got an empty map. Write e.g. `identity: {account: "210987654321", roles: [ci/puller]}`; see docs/identities.md. [identity]',
  },
  "identity-role": {
    source: `${REST}identity: { account: "210987654321", roles: ["arn:aws:iam::210987654321:role/x"] }\n`,
    said: "acme.yaml:3:46  identity.roles[0]: expected a role's name, with its path if it has one, got \"arn:aws:iam::210987654321:role/x\". Write the part of the role's ARN after `role/`, e.g. `ci/puller`. [identity-role]",
  },
  "identity-roles": {
    source: `${REST}identity: { account: "210987654321", roles: [] }\n`,
    said: 'acme.yaml:3:45  identity.roles: expected 1 to 10 names of roles, each once, got an empty list. Write e.g. `identity: {account: "210987654321", roles: [ci/puller]}`; without `roles` any identity of the account may pull, as the account allows it. [identity-roles]',
  },
  "identity-oidc": {
    source: `${REST}identity: { oidc: puller }\n`,
    said: 'acme.yaml:3:19  identity.oidc: expected `issuer`, `audience` and `subjects`, got "puller". Write e.g. `identity: {oidc: {issuer: https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF, audience: sts.amazonaws.com, subjects: [system:serviceaccount:prod:puller]}}`; see docs/identities.md. [identity-oidc]',
  },
  "oidc-issuer": {
    source: oidc("https://oidc.acme.example/", "system:serviceaccount:prod:puller"),
    said: 'acme.yaml:3:29  identity.oidc.issuer: expected the issuer\'s URL as its tokens name it in `iss`, got "https://oidc.acme.example/" with a slash at its end. Write `https://oidc.acme.example`. [oidc-issuer]',
  },
  "oidc-issuer-shared": {
    source: oidc("https://agent.buildkite.com", "organization:acme:pipeline:deploy"),
    said: "acme.yaml:3:29  identity.oidc.issuer: expected an issuer whose subjects identify one customer, got https://agent.buildkite.com, which all its tenants share, with subjects that hold no id that stays the same. Write the issuer of the customer's own cluster or CI; if it has none that is public, use its AWS account or a key (docs/identities.md). [oidc-issuer-shared]",
  },
  "oidc-audience": {
    source: `${REST}identity: { oidc: { issuer: "https://oidc.acme.example", audience: "sts.*", subjects: [puller] } }\n`,
    said: 'acme.yaml:3:68  identity.oidc.audience: expected the tokens\' audience, exactly: up to 255 visible ASCII characters, no wildcard, got "sts.*". Write what the tokens have in `aud`, e.g. `audience: sts.amazonaws.com`. [oidc-audience]',
  },
  "oidc-subject": {
    source: oidc("https://oidc.acme.example", "system:serviceaccount:prod:*"),
    said: 'acme.yaml:3:98  identity.oidc.subjects[0]: expected a token\'s subject, exactly: up to 255 visible ASCII characters, no wildcard, got "system:serviceaccount:prod:*". Write what a token has in `sub`, one line for each, e.g. `system:serviceaccount:prod:puller`. [oidc-subject]',
  },
  "oidc-subjects": {
    source: `${REST}identity: { oidc: { issuer: "https://oidc.acme.example", audience: sts, subjects: [puller, puller] } }\n`,
    said: "acme.yaml:3:83  identity.oidc.subjects: expected 1 to 20 subjects, each once, got a list. Write e.g. `subjects: [system:serviceaccount:prod:puller]`. [oidc-subjects]",
  },
  "oidc-subject-shared": {
    source: oidc(
      "https://token.actions.githubusercontent.com",
      "repo:acme/deploy:ref:refs/heads/main",
    ),
    said: 'acme.yaml:3:116  identity.oidc.subjects[0]: expected a GitHub subject that begins with the ids of owner and repository, got "repo:acme/deploy:ref:refs/heads/main". Write e.g. `repo:acme@123456/deploy@456789:ref:refs/heads/main`, or, with a customised subject, `repository_owner_id:123456:repository_id:456789`: a name can be taken over, an id cannot. The customer finds both in the repository\'s OIDC settings. [oidc-subject-shared]',
  },
  "identity-once": {
    source: `${REST}awsAccount: "210987654321"\nidentity: { account: "210987654321" }\n`,
    said: "acme.yaml:3:13  awsAccount: expected `awsAccount` or `identity`, got both. Delete `awsAccount`, and write the account in `identity: {account: …}`. [identity-once]",
  },
  "one-public-key": {
    source: `${REST}pgpKey: ${USABLE}\nageRecipient: age1yt3tfqlfrwdwx0z0ynwplcr6qxcxfaqycuprpmy89nr83ltx74tqdpszlw\n`,
    said: "acme.yaml:4:15  ageRecipient: expected one public key of the customer, got `pgpKey` and `ageRecipient`. Delete `ageRecipient`: with `pgpKey` the secret is never in our state. [one-public-key]",
  },
  "repository-known": {
    source: "name: Acme\nrepositories: [edge-agnt]\n",
    said: 'acme.yaml:2:16  repositories[0]: expected a repository of the stack\'s catalogue, got "edge-agnt". Write "edge-agent", or one of: edge-agent, orchestrator, telemetry-sdk. [repository-known]',
  },
  "expiry-required": {
    source: REST,
    settings: { requireExpiry: {} },
    said: "acme.yaml:1:1  expires: expected an end date, which this stack requires, got none. Write the last day with access, e.g. `expires: 2027-01-31`. [expiry-required]",
  },
  "expiry-too-late": {
    source: `${REST}expires: 2028-11-24\n`,
    settings: { requireExpiry: { maxMonths: 24 } },
    said: "acme.yaml:3:10  expires: expected an end date within 24 months, got 2028-11-24. Write 2028-11-23 or an earlier day. [expiry-too-late]",
  },
  "expires-too-early": {
    source: `${REST}expires: 1970-01-01\n`,
    said: "acme.yaml:3:10  expires: expected an end date from 2015-01-01 on, got 1970-01-01, which usually stands for an empty date. Write the last day with access, or leave `expires` out for a customer without an end date. [expires-too-early]",
  },
  "expires-never": {
    source: `${REST}expires: 9999-12-31\n`,
    said: "acme.yaml:3:10  expires: expected a day after which access ends, got 9999-12-31, the last day there is. Leave `expires` out for a customer without an end date. [expires-never]",
  },
  "pgp-key-unusable": {
    source: `${REST}pgpKey: ${SIGN_ONLY}\n`,
    said: "acme.yaml:3:9  pgpKey: expected a key that can encrypt, got one that can only sign, or is revoked. Ask the customer for a current key with an encryption subkey: `gpg --armor --export` prints both. [pgp-key-unusable]",
  },
  "aws-account-own": {
    source: `${REST}awsAccount: "123456789012"\n`,
    said: "acme.yaml:3:13  awsAccount: expected the customer's account, got 123456789012, the account of this stack. Ask the customer for the 12 digits of its own account. [aws-account-own]",
  },
  "user-name-length": {
    source: REST,
    settings: { namePrefix: "p".repeat(61) },
    said: "acme.yaml:1:1  expected prefix and id to have at most 64 characters together, got 65. Give the file a shorter name; it cannot be renamed later. [user-name-length]",
  },
};
