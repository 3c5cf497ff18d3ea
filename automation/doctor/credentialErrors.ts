// The texts are those of AWS, docker, containerd, crane, the AWS command line and its credential helper, from
// their issue trackers and documentation.
import type { PullErrorRow } from "./pullErrorRow";

/** What is wrong with the key that a machine uses, or with how it is used. */
export const CREDENTIAL_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "clock",
    shown: ["Signature expired", "RequestTimeTooSkewed"],
    pattern: /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/i,
    meaning: "The clock of that machine is wrong by more than five minutes.",
    fix: "Set it, by NTP; in WSL after a sleep, `sudo hwclock -s`.",
  },
  {
    kind: "key-unknown",
    shown: [
      "InvalidClientTokenId",
      "UnrecognizedClientException",
      "The security token included in the request is invalid",
    ],
    pattern:
      /InvalidClientTokenId|UnrecognizedClientException|security token included in the request is invalid/i,
    meaning:
      "AWS does not know the access key: it is inactive, deleted or mistyped, or a session token of another key is set beside it.",
    fix: "Compare its id with the keys above, and unset AWS_SESSION_TOKEN. After a rotation the customer has to change to the new key: `ecr-customers handover <customer>`.",
    access: true,
    guide: {
      meaning:
        "AWS does not know the key, or it is inactive: an older key that was replaced, or access that has ended.",
      fix: "Use the newest bundle; unset an AWS_SESSION_TOKEN that belongs to another key; else ask us.",
    },
  },
  {
    kind: "wrong-secret",
    shown: ["SignatureDoesNotMatch"],
    pattern: /SignatureDoesNotMatch|signature we calculated does not match|InvalidSignature/i,
    meaning:
      "The access key is known, but its secret is wrong: cut off or changed when it was copied.",
    fix: "Store the secret from the bundle again. If it was lost, the customer needs a new key: `ecr-customers keys rotate <customer>`.",
    guide: {
      fix: "Store the secret from the bundle again, without a blank or line end after it. If it was lost, ask us for a new key.",
    },
  },
  {
    kind: "session-expired",
    shown: ["The security token included in the request is expired"],
    pattern:
      /ExpiredToken|Error loading SSO Token|Error when retrieving token from sso|SSO session (associated with this profile )?has expired|security token included in the request is expired/i,
    meaning:
      "A temporary session has expired, such as one of single sign-on: it was used instead of the key that we gave the customer.",
    fix: "`aws configure list` shows which profile or variable is used; name the profile of the bundle.",
    access: true,
    guide: {
      meaning:
        "A temporary session has expired, such as one of single sign-on: it was used instead of our key.",
    },
  },
  {
    kind: "no-credentials",
    shown: [
      "Unable to locate credentials",
      "The config profile (ecr-111122223333) could not be found",
    ],
    pattern:
      /Unable to locate credentials|NoCredentialProviders|no EC2 IMDS role found|Partial credentials|config profile \(.*\) could not be found|credentials not found in native keychain|failed to get shared config profile/i,
    meaning:
      "The AWS command line or the credential helper finds no key on that machine, or not for that user.",
    fix: "Run `configure.sh` from the bundle as the user that pulls, and name its profile: AWS_PROFILE. The helper's own log is `~/.ecr/log/ecr-login.log`.",
  },
  {
    kind: "no-region",
    shown: ["You must specify a region"],
    pattern:
      /You must specify a region|MissingRegion|Invalid endpoint: https:\/\/api\.ecr\.\.amazonaws/i,
    meaning: "The AWS command line does not know the region.",
    fix: "Add `--region` with the region in the registry's host, as in the README of the bundle.",
  },
];
