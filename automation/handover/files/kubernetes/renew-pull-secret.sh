#!/bin/sh
# Sets up the CronJob that renews the pull secret, and runs it once.
set -eu
for tool in dirname kubectl; do
  command -v "$tool" > /dev/null 2>&1 && continue
  echo "This script needs $tool, which is not installed. Nothing was changed." >&2
  exit 1
done

bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
kubectl apply -f "$bundle/kubernetes/cronjob.yaml"
# A job cannot be run again, only created again.
run_now() {
  kubectl delete job @renewal@-now --ignore-not-found "$@"
  kubectl create job @renewal@-now --from=cronjob/@renewal@ "$@"
}
@renewals@
