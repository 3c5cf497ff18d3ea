#!/bin/sh
# Stores the key as the secret @keySecret@ in the current namespace, in place of an earlier key.
set -eu
for tool in dirname kubectl; do
  command -v "$tool" > /dev/null 2>&1 && continue
  echo "This script needs $tool, which is not installed. Nothing was changed." >&2
  exit 1
done

bundle=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# Through a variable: in a pipe, a failure of the first command would go unnoticed.
secret=$(kubectl create secret generic @keySecret@ --dry-run=client --output=yaml \
  --from-literal=access-key-id=@keyId@ --from-file=@secretFile@="$bundle/@secretFile@")
printf '%s\n' "$secret" | kubectl apply --server-side -f -
