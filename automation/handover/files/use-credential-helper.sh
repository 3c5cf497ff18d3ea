#!/bin/sh
# Lets docker log in to our registries by itself, with the Amazon ECR credential helper: adds the entries of
# docker-config.json to docker's configuration. Everything else in it stays as it is, byte for byte.
set -eu
umask 077
for tool in awk cp dirname mkdir mv readlink rm docker-credential-ecr-login; do
  command -v "$tool" > /dev/null 2>&1 && continue
  echo "This script needs $tool, which is not installed. Nothing was changed." >&2
  exit 1
done

file=${DOCKER_CONFIG:-"$HOME/.docker"}/config.json
# A symbolic link stays one: the file that it leads to is replaced.
while [ -L "$file" ]; do
  target=$(readlink -- "$file")
  case $target in
    /*) file=$target ;;
    *) file=$(dirname -- "$file")/$target ;;
  esac
done
mkdir -p -- "$(dirname -- "$file")"

# Reads a JSON object, and writes it with the registries in its credHelpers. Exits with 3 when they are there
# already, and with 1 when the text is not one JSON object.
with_helpers() {
  LC_ALL=C awk '
    function skip_string() {
      for (start = i++; substr(text, i, 1) != "\""; i++) {
        if (i > length(text)) exit 1
        if (substr(text, i, 1) == "\\") i++
      }
      word = substr(text, start + 1, i - start - 1)
    }
    BEGIN {
      for (at = 1; at < ARGC; at++) { wanted[ARGV[at]] = 1; order[++count] = ARGV[at] }
      ARGC = 1
      ORS = OFS = ""
    }
    { text = text $0 "\n" }
    END {
      for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c ~ /[ \t\r\n]/) continue
        # Before its first brace and after its last one there is nothing.
        if (depth == 0 && (c != "{" || first > 0)) exit 1
        if (c == "\"") {
          skip_string()
          if (depth == 1 && !value) { key = word; keys++ }
          if (depth == 1 && value && key == "credHelpers") exit 1
          if (depth == 2 && inside && !value) name = word
          if (depth == 2 && inside && value) {
            helpers[name] = word
            if (!(name in wanted)) kept = kept (kept == "" ? "" : ",") "\n\t\t\"" name "\": \"" word "\""
          }
        } else if (c == "{" || c == "[") {
          if (++depth == 1) first = i
          if (depth == 2 && key == "credHelpers") {
            if (c == "[" || open > 0) exit 1
            inside = 1
            open = i
          }
          value = 0
        } else if (c == "}" || c == "]") {
          if (depth == 2 && inside) { inside = 0; close_at = i }
          depth--
          value = 0
        } else if (c == ":") value = 1
        else if (c == ",") value = 0
        # Neither a list of helpers nor null has room for ours.
        else if (depth == 1 && key == "credHelpers" || depth == 2 && inside) exit 1
      }
      if (depth != 0 || first == 0) exit 1
      for (at = 1; at <= count; at++) if (helpers[order[at]] != "ecr-login") missing = 1
      if (!missing) exit 3
      for (at = 1; at <= count; at++)
        kept = kept (kept == "" ? "" : ",") "\n\t\t\"" order[at] "\": \"ecr-login\""
      if (open > 0) print substr(text, 1, open), kept, "\n\t", substr(text, close_at)
      else {
        print substr(text, 1, first), "\n\t\"credHelpers\": {", kept, "\n\t}"
        print (keys > 0 ? "," : "\n"), substr(text, first + 1)
      }
    }' @hosts@
}

# The new content is complete before it takes the place of the old one.
new=$file.new.$$
trap 'rm -f -- "$new"' EXIT
trap 'exit 1' HUP INT TERM
status=0
if [ -s "$file" ]; then
  # Owner and permissions as they are.
  cp -p -- "$file" "$new"
  with_helpers < "$file" > "$new" || status=$?
else
  echo '{}' | with_helpers > "$new" || status=$?
fi
case $status in
  0) ;;
  3)
    echo "Docker uses the credential helper for our registries already. Nothing was changed."
    exit 0
    ;;
  *)
    echo "$file is not a JSON object as docker writes it. Nothing was changed." >&2
    echo "Correct it, or add the entries of docker-config.json by hand." >&2
    exit 1
    ;;
esac
if [ -s "$file" ]; then
  number=1
  while [ -e "$file.backup-$number" ]; do number=$((number + 1)); done
  cp -p -- "$file" "$file.backup-$number"
  echo "The configuration before this change is kept in $file.backup-$number."
fi
mv -f -- "$new" "$file"
trap - EXIT
echo "Docker uses the credential helper for our registries."
