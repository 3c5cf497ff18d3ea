// The texts are those of AWS, docker, containerd, crane, the AWS command line and its credential helper, from
// their issue trackers and documentation.
import type { PullErrorRow } from "./pullErrorRow";

/** What the registry answers, and what a client makes of it. */
export const REGISTRY_ERRORS: readonly PullErrorRow[] = [
  {
    kind: "image-missing",
    shown: ["manifest unknown"],
    pattern:
      /manifest unknown|MANIFEST_UNKNOWN|ImageNotFound|Requested image not found|not found: manifest/i,
    meaning: "The customer may pull the repository, but it holds no such tag or digest.",
    fix: "Check the tag; a lifecycle policy may have removed the image.",
    access: true,
    guide: {
      meaning: "You may pull the repository, but it holds no such tag or digest.",
      fix: "Compare it with the version that we announced.",
    },
  },
  {
    kind: "repository-missing",
    shown: ["NAME_UNKNOWN", "repository with name 'edge-agent' does not exist"],
    pattern: /NAME_UNKNOWN|repository with name .* does not exist|RepositoryNotFound/i,
    meaning: "There is no such repository in that region.",
    fix: "Compare name, account and region in the image's address with those above.",
    access: true,
    guide: { fix: "Compare name, account and region in the image's address with your README." },
  },
  {
    kind: "no-basic-auth",
    shown: ["no basic auth credentials"],
    pattern: /no basic auth credentials/i,
    meaning:
      "docker or containerd has no login for that registry: it never logged in, or as another user, or in another region; or the credential helper found no key.",
    fix: "Log in to exactly the host in the image's address, with sudo if docker is used with sudo; in Kubernetes the pod has to name the pull secret. The helper's own log is `~/.ecr/log/ecr-login.log`.",
    access: true,
  },
  {
    kind: "invalid-login",
    shown: ["Your Authorization Token is invalid"],
    pattern: /Authorization Token is invalid/i,
    meaning: "The login belongs to a user that was deleted or re-created, or it is damaged.",
    fix: "Log in again with the newest bundle.",
    access: true,
  },
  {
    kind: "denied",
    shown: [
      "pull access denied … repository does not exist or may require 'docker login'",
      "403 Forbidden",
    ],
    pattern:
      /pull access denied|may require ['"`]?docker login|requested access to the resource is denied|insufficient_scope|403 Forbidden|denied: /i,
    meaning:
      "The client shows the same text for a missing login, a wrong name and a repository that is not the customer's.",
    fix: "Log in and pull again; then compare the image's address with the repositories and regions above.",
    access: true,
    guide: {
      meaning:
        "The client shows the same text for a missing login, a wrong name and a repository that is not yours.",
      fix: "Log in and pull again; then compare the image's address with the list in your README.",
    },
  },
  {
    kind: "unauthorized",
    shown: ["401 Unauthorized", "authentication required"],
    pattern: /401 Unauthorized|unauthorized: |authentication required/i,
    meaning: "There is no valid login: it was never made, has expired, or is for another registry.",
    fix: "Log in again, to the host in the image's address.",
    access: true,
  },
  {
    kind: "kubernetes-waits",
    shown: ["ImagePullBackOff"],
    pattern: /ErrImagePull|ImagePullBackOff/,
    meaning:
      "Kubernetes could not pull the image and tries again; this part of the message does not say why.",
    fix: "`kubectl describe pod` shows the registry's answer under Events; send that.",
    guide: {
      meaning:
        "Kubernetes could not pull the image and tries again; this part of the message does not say why.",
      fix: "`kubectl describe pod` shows the registry's answer, which is one of the above. `kubectl get jobs` shows whether the last renewal of the login succeeded, `kubectl logs job/… -c log-in` why not.",
    },
  },
];
