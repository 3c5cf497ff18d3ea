// The texts are those of AWS, docker, containerd, crane, the AWS command line and its credential helper, from
// their issue trackers and documentation.
import type { PullErrorRow } from "./pullErrorRow";

/** What AWS answers to an identity that it knows. */
export const POLICY_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "rate",
    shown: ["toomanyrequests: Rate exceeded"],
    pattern: /toomanyrequests|Rate exceeded|ThrottlingException|429 Too Many Requests/i,
    meaning:
      "AWS throttled the requests; the limits are those of our whole account in that region.",
    fix: "Try again after a pause. If it happens often, see ECR's quotas in Service Quotas, and keep a cache near a large cluster.",
    guide: {
      meaning:
        "AWS throttled the requests; the limits are those of our whole account in that region.",
      fix: "Try again after a pause, and keep a cache near a large cluster.",
    },
  },
  {
    kind: "login-expired",
    shown: ["Your authorization token has expired. Reauthenticate and try again."],
    pattern: /authorization token has expired|token has expired\. Reauthenticate/i,
    meaning: "The docker login is older than 12 hours, or it is for another region.",
    fix: "Log in again, to the host in the image's address. The credential helper, or in Kubernetes the CronJob, does so by itself.",
    access: true,
  },
  {
    kind: "denied-elsewhere",
    shown: [
      "with an explicit deny in a service control policy",
      "because no VPC endpoint policy allows",
    ],
    pattern:
      /explicit deny in an? (service control|resource control|VPC endpoint|session) policy|explicit deny in a permissions boundary|because no (service control|VPC endpoint|session) policy allows|because no permissions boundary allows/i,
    meaning:
      "Another policy than ours denies it: one of the organization, the VPC endpoint, the session or a permissions boundary of the identity.",
    fix: "The administrator of the account that owns that policy has to allow it; the message names its kind.",
    access: true,
  },
  {
    kind: "explicit-deny",
    shown: ["with an explicit deny in an identity-based policy"],
    pattern: /with an explicit deny/i,
    meaning: "The customer is denied on purpose: suspended, revoked, or past its last day.",
    fix: "See the customer's file. If it should have access, `ecr-customers resume <customer>` or a later `expires`, then `ecr-customers up`.",
    access: true,
    guide: {
      meaning:
        "Your access is suspended or revoked, or its end date has passed; or this machine is outside the networks that we have agreed on.",
      fix: "Check the networks in your README against `curl https://checkip.amazonaws.com`. Else talk to your contact with us: you cannot fix it on your side.",
    },
  },
  {
    kind: "no-login-right",
    shown: [
      "not authorized to perform: ecr:GetAuthorizationToken … because no identity-based policy allows",
    ],
    pattern: /not authorized to perform: ecr:GetAuthorizationToken/i,
    meaning:
      "The identity may not log in to ECR: it is not the one we gave the customer, or it is not in the group that may.",
    fix: "Check with `aws sts get-caller-identity` that it is the user shown above; `ecr-customers up --refresh` restores its group. With its own AWS account, the customer's administrator has to allow `ecr:GetAuthorizationToken` on `*`.",
    access: true,
    guide: {
      meaning: "AWS took you for someone other than our user.",
      fix: "`aws sts get-caller-identity` shows whom; name the profile of the bundle. With an AWS account of your own, your administrator has to allow `ecr:GetAuthorizationToken` on `*`.",
    },
  },
  {
    kind: "not-a-pull",
    shown: ["not authorized to perform: ecr:ListImages", "not authorized to perform: ecr:PutImage"],
    pattern:
      /not authorized to perform: ecr:(PutImage|InitiateLayerUpload|UploadLayerPart|CompleteLayerUpload|BatchCheckLayerAvailability|BatchDeleteImage|DeleteRepository|SetRepositoryPolicy|GetRepositoryPolicy|ListImages|DescribeImages|DescribeRepositories)/i,
    meaning: "That is not a pull: customers may pull and nothing else, not even list tags.",
    fix: "Give the customer the tags or digests; pushing and listing are not for customers.",
    guide: {
      meaning: "Listing tags, describing and pushing are not part of pulling.",
      fix: "Ask us which versions exist.",
    },
  },
  {
    kind: "no-pull-right",
    shown: ["not authorized to perform: ecr:BatchGetImage"],
    pattern: /not authorized to perform: ecr:(BatchGetImage|GetDownloadUrlForLayer)/i,
    meaning: "The login works, but the identity may not pull this repository.",
    fix: "Compare repository and region in the message with those above; add a missing repository to `repositories` in the customer's file. With its own AWS account, the customer's administrator has to allow the pull as well.",
    access: true,
    guide: {
      meaning: "You are logged in, and this repository is not among yours.",
      fix: "Compare it with the list in your README, else ask us. With an AWS account of your own, your administrator has to allow the pull as well.",
    },
  },
];
