#!/bin/sh
# Writes the key to the AWS profile @profile@, in place of an earlier key. Other profiles stay as they are.
set -eu
umask 077
for tool in awk cat cp dirname mkdir mv readlink rm; do
  command -v "$tool" > /dev/null 2>&1 && continue
  echo "This script needs $tool, which is not installed. Nothing was changed." >&2
  exit 1
done

bundle=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
secret=$(cat -- "$bundle/@secretFile@")
if [ -z "$secret" ]; then
  echo "The file @secretFile@ is empty. Nothing was changed." >&2
  exit 1
fi

file=${AWS_SHARED_CREDENTIALS_FILE:-"$HOME/.aws/credentials"}
# A symbolic link stays one: the file that it leads to is replaced.
while [ -L "$file" ]; do
  target=$(readlink -- "$file")
  case $target in
    /*) file=$target ;;
    *) file=$(dirname -- "$file")/$target ;;
  esac
done
mkdir -p -- "$(dirname -- "$file")"

# The new content is complete before it takes the place of the old one.
new=$file.new.$$
trap 'rm -f -- "$new"' EXIT
trap 'exit 1' HUP INT TERM
if [ -e "$file" ]; then
  # Owner and permissions as they are.
  cp -p -- "$file" "$new"
  # Without our profile, from its header to the next one.
  awk '/^[ \t]*\[/ { ours = ($0 ~ /^[ \t]*\[[ \t]*@profile@[ \t]*\]/) } !ours' < "$file" > "$new"
fi
printf '[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n' @profile@ @keyId@ "$secret" >> "$new"
mv -f -- "$new" "$file"
trap - EXIT
echo "The AWS profile @profile@ is ready. Delete @secretFile@ when nothing else needs it."
