// The texts are those of AWS, docker, containerd, crane, the AWS command line and its credential helper, from
// their issue trackers and documentation.
import type { PullErrorRow } from "./pullErrorRow";

/** Before the cause: a client's own errors, which hide what AWS would answer. */
export const CLIENT_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "docker-hub-limit",
    shown: ["toomanyrequests: You have reached your pull rate limit"],
    pattern: /reached your (unauthenticated )?pull rate limit/i,
    meaning: "That is Docker Hub's limit, not ours: the image does not come from our registry.",
    fix: "Pull by the complete address of the image, with our registry's host.",
  },
  {
    kind: "helper-missing",
    shown: [
      'error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH',
    ],
    pattern:
      /docker-credential-[\w-]+["'`]?:? (executable file not found|.*not found|no such file)/i,
    meaning:
      "docker's configuration names a credential helper that is not installed, or not on docker's PATH.",
    fix: "Install the helper that the message names, or remove it from `credHelpers` and `credsStore` in `~/.docker/config.json`. For ecr-login, that is amazon-ecr-credential-helper.",
  },
  {
    kind: "helper-stores-nothing",
    shown: ["error storing credentials - err: exit status 1, out: `not implemented`"],
    pattern: /error storing credentials.*not implemented/is,
    meaning:
      "`docker login` was run where the ECR credential helper is set up, which stores no logins.",
    fix: "Leave out `docker login`: with the helper, docker logs in by itself.",
  },
  {
    kind: "windows-credential-store",
    shown: ["The stub received bad data"],
    pattern: /The stub received bad data/i,
    meaning:
      "Windows could not store the login: its credential store holds at most 2,560 bytes, and an ECR login is longer.",
    fix: "Use the ECR credential helper (`use-credential-helper.ps1` in the bundle), or remove `credsStore` from `~/.docker/config.json` and log in again.",
  },
  {
    kind: "credential-store-locked",
    shown: ["User interaction is not allowed", "pass not initialized"],
    pattern:
      /User interaction is not allowed|cannot autolaunch D-Bus|pass not initialized|error (storing|saving) credentials/i,
    meaning: "docker could not store the login: its credential store is locked or not set up.",
    fix: "Unlock or set up the store that `credsStore` in `~/.docker/config.json` names, or remove that entry and log in again.",
  },
  {
    kind: "no-password",
    shown: ["cannot perform an interactive login from a non TTY device"],
    pattern:
      /cannot perform an interactive login from a non.?TTY device|Password Required|password is empty/i,
    meaning:
      "`docker login` received no password: the `aws` command before it failed, and its own message is above this one.",
    fix: "Run `aws ecr get-login-password` alone, with the same options, and see what it says.",
  },
  {
    kind: "damaged-password",
    shown: ["failed with status: 400 Bad Request"],
    pattern: /failed with status: 400 Bad Request/i,
    meaning:
      "The registry could not read the login: it was changed on its way, as by a pipe of PowerShell, by `docker run -t` or by a line break, or it is for another region.",
    fix: "Use `docker-login.sh` or `docker-login.ps1` from the bundle, with the region in the registry's host.",
  },
  {
    kind: "old-aws-cli",
    shown: ["argument operation: Invalid choice"],
    pattern:
      /Invalid choice: '?get-login|get-login-password.*(invalid choice|is not a)|argument operation: Invalid choice/is,
    meaning:
      "The AWS command line is too old or the command is outdated: version 2 has no `get-login`.",
    fix: "Install version 2 of the AWS command line, and use `aws ecr get-login-password`.",
  },
  {
    kind: "no-aws-cli",
    shown: ["aws: command not found"],
    pattern:
      /aws: (command )?not found|'aws' is not recognized|exec: "aws": executable file not found/i,
    meaning: "The AWS command line is not installed on that machine, or not on the PATH.",
    fix: "Install version 2 of the AWS command line.",
  },
  {
    kind: "no-docker",
    shown: ["Cannot connect to the Docker daemon"],
    pattern:
      /Cannot connect to the Docker daemon|permission denied while trying to connect to the docker|docker: (command )?not found/i,
    meaning:
      "docker itself cannot be used on that machine, so the pull did not reach our registry.",
    fix: "Start docker, and run it as a user that may use it (group `docker`, or `sudo`, then for the login as well).",
  },
  {
    kind: "empty-tag",
    shown: ["invalid reference format"],
    pattern: /invalid reference format/i,
    meaning: "The image's address is not valid, often because a variable such as `$TAG` is empty.",
    fix: "Set the variable, and compare the address with the README in the bundle.",
  },
  {
    kind: "platform",
    shown: ["no matching manifest for linux/arm64"],
    pattern:
      /no matching manifest for [\w/]+|no match for platform in (the )?manifest|does not match the (specified|detected host) platform/i,
    meaning:
      "The image was found and may be pulled, but it is not built for the processor of that machine.",
    fix: "Build the image for that platform too, or pull another one: `docker pull --platform linux/amd64`, which emulates the processor.",
    guide: {
      fix: "Pull with `docker pull --platform linux/amd64`, which emulates the processor, or ask us for an image for yours.",
    },
  },
];
