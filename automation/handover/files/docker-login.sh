#!/bin/sh
# Logs docker in. A login is valid for 12 hours: run this again, or use the credential helper (README.md).
set -eu
for tool in aws docker; do
  command -v "$tool" > /dev/null 2>&1 && continue
  echo "This script needs $tool, which is not installed. Nothing was changed." >&2
  exit 1
done

# Through a variable: in a pipe, a failure of aws would go unnoticed.
log_in() {
  password=$(aws ecr get-login-password@profileOption@ --region "$1")
  printf '%s' "$password" | docker login --username AWS --password-stdin "$2"
}
@logins@
