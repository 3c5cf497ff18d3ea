// Error messages of a pull and what they mean, as data. The texts are those of AWS, docker, containerd, crane,
// the AWS command line and its credential helper, from their issue trackers and documentation.

/** What an error message means. */
export interface PullErrorRow {
  /** Name of the row. */
  kind: string;
  pattern: RegExp;
  /** What happened, in sentences. */
  meaning: string;
  /** What to do, in sentences. */
  fix: string;
  /** It can come from a wrong identity, registry or repository, so what the message names of these explains it. */
  access?: true;
}

/** Before the cause: a client's own errors, which hide what AWS would answer. */
const CLIENT: readonly PullErrorRow[] = [
  {
    kind: "docker-hub-limit",
    pattern: /reached your (unauthenticated )?pull rate limit/i,
    meaning: "That is Docker Hub's limit, not ours: the image does not come from our registry.",
    fix: "Pull by the complete address of the image, with our registry's host.",
  },
  {
    kind: "helper-missing",
    pattern:
      /docker-credential-[\w-]+["'`]?:? (executable file not found|.*not found|no such file)/i,
    meaning:
      "docker's configuration names a credential helper that is not installed, or not on docker's PATH.",
    fix: "Install the helper that the message names, or remove it from `credHelpers` and `credsStore` in ~/.docker/config.json. For ecr-login, that is amazon-ecr-credential-helper.",
  },
  {
    kind: "helper-stores-nothing",
    pattern: /error storing credentials.*not implemented/is,
    meaning:
      "`docker login` was run where the ECR credential helper is set up, which stores no logins.",
    fix: "Leave out `docker login`: with the helper, docker logs in by itself.",
  },
  {
    kind: "windows-credential-store",
    pattern: /The stub received bad data/i,
    meaning:
      "Windows could not store the login: its credential store holds at most 2,560 bytes, and an ECR login is longer.",
    fix: "Use the ECR credential helper (`use-credential-helper.ps1` in the bundle), or remove `credsStore` from ~/.docker/config.json and log in again.",
  },
  {
    kind: "credential-store-locked",
    pattern:
      /User interaction is not allowed|cannot autolaunch D-Bus|pass not initialized|error (storing|saving) credentials/i,
    meaning: "docker could not store the login: its credential store is locked or not set up.",
    fix: "Unlock or set up the store that `credsStore` in ~/.docker/config.json names, or remove that entry and log in again.",
  },
  {
    kind: "no-password",
    pattern:
      /cannot perform an interactive login from a non.?TTY device|Password Required|password is empty/i,
    meaning:
      "`docker login` received no password: the `aws` command before it failed, and its own message is above this one.",
    fix: "Run `aws ecr get-login-password` alone, with the same options, and see what it says.",
  },
  {
    kind: "damaged-password",
    pattern: /failed with status: 400 Bad Request/i,
    meaning:
      "The registry could not read the login: it was changed on its way, as by a pipe of PowerShell, by `docker run -t` or by a line break, or it is for another region.",
    fix: "Use `docker-login.sh` or `docker-login.ps1` from the bundle, with the region in the registry's host.",
  },
  {
    kind: "old-aws-cli",
    pattern:
      /Invalid choice: '?get-login|get-login-password.*(invalid choice|is not a)|argument operation: Invalid choice/is,
    meaning:
      "The AWS command line is too old or the command is outdated: version 2 has no `get-login`.",
    fix: "Install version 2 of the AWS command line, and use `aws ecr get-login-password`.",
  },
  {
    kind: "no-aws-cli",
    pattern:
      /aws: (command )?not found|'aws' is not recognized|exec: "aws": executable file not found/i,
    meaning: "The AWS command line is not installed on that machine, or not on the PATH.",
    fix: "Install version 2 of the AWS command line.",
  },
  {
    kind: "no-docker",
    pattern:
      /Cannot connect to the Docker daemon|permission denied while trying to connect to the docker|docker: (command )?not found/i,
    meaning:
      "docker itself cannot be used on that machine, so the pull did not reach our registry.",
    fix: "Start docker, and run it as a user that may use it (group `docker`, or `sudo`, then for the login as well).",
  },
  {
    kind: "empty-tag",
    pattern: /invalid reference format/i,
    meaning: "The image's address is not valid, often because a variable such as `$TAG` is empty.",
    fix: "Set the variable, and compare the address with the README in the bundle.",
  },
  {
    kind: "platform",
    pattern:
      /no matching manifest for [\w/]+|no match for platform in (the )?manifest|does not match the (specified|detected host) platform/i,
    meaning:
      "The image was found and may be pulled, but it is not built for the processor of that machine.",
    fix: "Build the image for that platform too, or pull another one: `docker pull --platform linux/amd64`, which emulates the processor.",
  },
];

/** The network between the customer and AWS. */
const NETWORK: readonly PullErrorRow[] = [
  {
    kind: "certificate-time",
    pattern: /certificate has expired or is not (yet )?valid/i,
    meaning:
      "The clock of that machine is wrong, or a proxy in between presents a certificate that has expired.",
    fix: "Set the clock, by NTP; then compare the certificate's issuer with Amazon's.",
  },
  {
    kind: "certificate",
    pattern:
      /x509:|CERTIFICATE_VERIFY_FAILED|SSL validation failed|certificate verify failed|self[- ]signed certificate/i,
    meaning:
      "The connection is intercepted: a proxy or firewall presents a certificate of its own, which that machine does not trust.",
    fix: "Trust the proxy's authority on the machine (for docker, then restart it; for the AWS command line, AWS_CA_BUNDLE), or exempt *.amazonaws.com from inspection.",
  },
  {
    kind: "proxy",
    pattern:
      /proxyconnect|Proxy Authentication Required|Failed to connect to proxy|error connecting to proxy/i,
    meaning: "The proxy on the customer's side refused the connection or could not be reached.",
    fix: "Check the proxy's address and credentials. docker's daemon has its own setting (`/etc/systemd/system/docker.service.d`, or Docker Desktop's), apart from HTTPS_PROXY in a shell.",
  },
  {
    kind: "layers",
    pattern:
      /(starport-layer-bucket|\.s3[.-][a-z0-9.-]*amazonaws\.com)(?=.*(timeout|timed out|refused|no such host|reset|forbidden|denied|EOF|failed|unexpected status))/is,
    meaning:
      "The registry is reached and let the customer in, but the layers, which come from Amazon S3, are blocked.",
    fix: "Let the firewall, proxy or S3 endpoint policy pass prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com.",
  },
  {
    kind: "no-connection",
    pattern:
      /no such host|Temporary failure in name resolution|i\/o timeout|connection refused|ECONNREFUSED|connection reset|TLS handshake|Could not connect to the endpoint URL|Connect timeout on endpoint URL|ETIMEDOUT|Client\.Timeout exceeded|context deadline exceeded/i,
    meaning:
      "The registry was not reached: the address is wrong, or a proxy or firewall is in between.",
    fix: "Check the address. A firewall has to pass *.dkr.ecr.<region>.amazonaws.com, api.ecr.<region>.amazonaws.com and, for layers, prod-<region>-starport-layer-bucket.s3.<region>.amazonaws.com.",
  },
];

/** What AWS and the registry answer. */
const ANSWERS: readonly PullErrorRow[] = [
  {
    kind: "rate",
    pattern: /toomanyrequests|Rate exceeded|ThrottlingException|429 Too Many Requests/i,
    meaning:
      "AWS throttled the requests; the limits are those of our whole account in that region.",
    fix: "Try again after a pause. If it happens often, see ECR's quotas in Service Quotas, and keep a cache near a large cluster.",
  },
  {
    kind: "login-expired",
    pattern: /authorization token has expired|token has expired\. Reauthenticate/i,
    meaning: "The docker login is older than 12 hours, or it is for another region.",
    fix: "Log in again, to the host in the image's address. The credential helper, or in Kubernetes the CronJob, does so by itself.",
    access: true,
  },
  {
    kind: "denied-elsewhere",
    pattern:
      /explicit deny in an? (service control|resource control|VPC endpoint|session) policy|explicit deny in a permissions boundary|because no (service control|VPC endpoint|session) policy allows|because no permissions boundary allows/i,
    meaning:
      "Another policy than ours denies it: one of the organization, the VPC endpoint, the session or a permissions boundary of the identity.",
    fix: "The administrator of the account that owns that policy has to allow it; the message names its kind.",
    access: true,
  },
  {
    kind: "explicit-deny",
    pattern: /with an explicit deny/i,
    meaning: "The customer is denied on purpose: suspended, revoked, or past its last day.",
    fix: "See the customer's file. If it should have access, `ecr-customers resume <customer>` or a later `expires`, then `ecr-customers up`.",
    access: true,
  },
  {
    kind: "no-login-right",
    pattern: /not authorized to perform: ecr:GetAuthorizationToken/i,
    meaning:
      "The identity may not log in to ECR: it is not the one we gave the customer, or it is not in the group that may.",
    fix: "Check with `aws sts get-caller-identity` that it is the user shown above; `ecr-customers up --refresh` restores its group. With its own AWS account, the customer's administrator has to allow ecr:GetAuthorizationToken on *.",
    access: true,
  },
  {
    kind: "not-a-pull",
    pattern:
      /not authorized to perform: ecr:(PutImage|InitiateLayerUpload|UploadLayerPart|CompleteLayerUpload|BatchCheckLayerAvailability|BatchDeleteImage|DeleteRepository|SetRepositoryPolicy|GetRepositoryPolicy|ListImages|DescribeImages|DescribeRepositories)/i,
    meaning: "That is not a pull: customers may pull and nothing else, not even list tags.",
    fix: "Give the customer the tags or digests; pushing and listing are not for customers.",
  },
  {
    kind: "no-pull-right",
    pattern: /not authorized to perform: ecr:(BatchGetImage|GetDownloadUrlForLayer)/i,
    meaning: "The login works, but the identity may not pull this repository.",
    fix: "Compare repository and region in the message with those above; add a missing repository to `repositories` in the customer's file. With its own AWS account, the customer's administrator has to allow the pull as well.",
    access: true,
  },
  {
    kind: "clock",
    pattern: /RequestTimeTooSkewed|RequestExpired|Signature expired|Signature not yet current/i,
    meaning: "The clock of that machine is wrong by more than five minutes.",
    fix: "Set it, by NTP; in WSL after a sleep, `sudo hwclock -s`.",
  },
  {
    kind: "key-unknown",
    pattern:
      /InvalidClientTokenId|UnrecognizedClientException|security token included in the request is invalid/i,
    meaning:
      "AWS does not know the access key: it is inactive, deleted or mistyped, or a session token of another key is set beside it.",
    fix: "Compare its id with the keys above, and unset AWS_SESSION_TOKEN. After a rotation the customer has to change to the new key: `ecr-customers handover <customer>`.",
    access: true,
  },
  {
    kind: "wrong-secret",
    pattern: /SignatureDoesNotMatch|signature we calculated does not match|InvalidSignature/i,
    meaning:
      "The access key is known, but its secret is wrong: cut off or changed when it was copied.",
    fix: "Store the secret from the bundle again. If it was lost, the customer needs a new key: `ecr-customers keys rotate <customer>`.",
  },
  {
    kind: "session-expired",
    pattern:
      /ExpiredToken|Error loading SSO Token|Error when retrieving token from sso|SSO session (associated with this profile )?has expired|security token included in the request is expired/i,
    meaning:
      "A temporary session has expired, such as one of single sign-on: it was used instead of the key that we gave the customer.",
    fix: "`aws configure list` shows which profile or variable is used; name the profile of the bundle.",
    access: true,
  },
  {
    kind: "no-credentials",
    pattern:
      /Unable to locate credentials|NoCredentialProviders|no EC2 IMDS role found|Partial credentials|config profile \(.*\) could not be found|credentials not found in native keychain|failed to get shared config profile/i,
    meaning:
      "The AWS command line or the credential helper finds no key on that machine, or not for that user.",
    fix: "Run `configure.sh` from the bundle as the user that pulls, and name its profile: AWS_PROFILE. The helper's own log is ~/.ecr/log/ecr-login.log.",
  },
  {
    kind: "no-region",
    pattern:
      /You must specify a region|MissingRegion|Invalid endpoint: https:\/\/api\.ecr\.\.amazonaws/i,
    meaning: "The AWS command line was not told the region.",
    fix: "Add `--region` with the region in the registry's host, as in the README of the bundle.",
  },
  {
    kind: "image-missing",
    pattern:
      /manifest unknown|MANIFEST_UNKNOWN|ImageNotFound|Requested image not found|not found: manifest/i,
    meaning: "The customer may pull the repository, but it holds no such tag or digest.",
    fix: "Check the tag; a lifecycle policy may have removed the image.",
    access: true,
  },
  {
    kind: "repository-missing",
    pattern: /NAME_UNKNOWN|repository with name .* does not exist|RepositoryNotFound/i,
    meaning: "There is no such repository in that region.",
    fix: "Compare name, account and region in the image's address with those above.",
    access: true,
  },
  {
    kind: "no-basic-auth",
    pattern: /no basic auth credentials/i,
    meaning:
      "docker or containerd has no login for that registry: it never logged in, or as another user, or in another region; or the credential helper found no key.",
    fix: "Log in to exactly the host in the image's address, with sudo if docker is used with sudo; in Kubernetes the pod has to name the pull secret. The helper's own log is ~/.ecr/log/ecr-login.log.",
    access: true,
  },
  {
    kind: "invalid-login",
    pattern: /Authorization Token is invalid/i,
    meaning: "The login belongs to a user that was deleted or re-created, or it is damaged.",
    fix: "Log in again with the newest bundle.",
    access: true,
  },
  {
    kind: "denied",
    pattern:
      /pull access denied|may require ['"`]?docker login|requested access to the resource is denied|insufficient_scope|403 Forbidden|denied: /i,
    meaning:
      "The client shows the same text for a missing login, a wrong name and a repository that is not the customer's.",
    fix: "Log in and pull again; then compare the image's address with the repositories and regions above.",
    access: true,
  },
  {
    kind: "unauthorized",
    pattern: /401 Unauthorized|unauthorized: |authentication required/i,
    meaning: "There is no valid login: it was never made, has expired, or is for another registry.",
    fix: "Log in again, to the host in the image's address.",
    access: true,
  },
  {
    kind: "kubernetes-waits",
    pattern: /ErrImagePull|ImagePullBackOff/,
    meaning:
      "Kubernetes could not pull the image and tries again; this part of the message does not say why.",
    fix: "`kubectl describe pod` shows the registry's answer under Events; send that.",
  },
];

/** The first row that matches counts: what says more comes before what says less. */
export const PULL_ERROR_ROWS: readonly PullErrorRow[] = [...CLIENT, ...NETWORK, ...ANSWERS];
