#!/usr/bin/env bash
# Find which pairs were changed between BASE and what is checked out.
#
# In: SOURCES, EDITIONS, ALL, BASELINE, BASE.
# Out: which=all, changed or nothing; of those that were changed, `nekoyaku/pairs` in RUNNER_TEMP has a source
# and its edition in turn, each with a zero byte behind it, as file names may have anything else in them.
set -euo pipefail

mkdir -p "$RUNNER_TEMP/nekoyaku"
pairs="$RUNNER_TEMP/nekoyaku/pairs"
: > "$pairs"

all() {
  printf 'All pairs are checked: %s.\n' "$1"
  echo which=all >> "$GITHUB_OUTPUT"
  exit 0
}

# Names come from a pull request: nothing in them is to be a command to the runner.
said() {
  local text="${1//'%'/%25}"
  text="${text//$'\r'/%0D}"
  printf '%s' "${text//$'\n'/%0A}"
}

# `./docs/` is `docs`, and the folder we are in is nothing.
folder() {
  local path="${1#./}"
  path="${path%/}"
  if [ "$path" = . ]; then path=; fi
  printf '%s' "$path"
}

[ "${ALL:-false}" != true ] || all "that is asked for"
base="${BASE:-}"
[[ "$base" =~ ^[0-9a-f]{40,64}$ ]] || all "this is neither a pull request nor a push"
[[ "$base" =~ [1-9a-f] ]] || all "the branch is new"
git cat-file -e "$base^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$base" ||
  all "what it was before cannot be fetched"
# A clone without history has no common ancestor; the base itself shows as much, and at worst more.
base="$(git merge-base "$base" HEAD 2>/dev/null || printf '%s' "$base")"
git diff --name-only --no-renames --relative -z "$base" HEAD -- > "$pairs.changed"

# shellcheck disable=SC2153 # they are in the environment
sources="$(folder "$SOURCES")"
# shellcheck disable=SC2153
editions="$(folder "$EDITIONS")"
baseline="$(folder "${BASELINE:-}")"
names=()
while IFS= read -r -d '' file; do
  case "$file" in
    nekoyaku.toml | */nekoyaku.toml | glossary.toml | */glossary.toml) all "$(said "$file") was changed" ;;
  esac
  [ -z "$baseline" ] || [ "$file" != "$baseline" ] || all "the baseline was changed"

  # One folder may be in the other: a file belongs to the nearest.
  own=; found=
  for prefix in "${sources:+$sources/}" "${editions:+$editions/}"; do
    if [[ "$file" == "$prefix"* ]] && [ "${#prefix}" -ge "${#own}" ]; then own="$prefix"; found=1; fi
  done
  [ -n "$found" ] || continue
  name="${file#"$own"}"
  case "$name" in *.[mM][dD]) ;; *) continue ;; esac
  for known in ${names[@]+"${names[@]}"}; do
    [ "$known" != "$name" ] || continue 2
  done
  names+=("$name")

  source="${sources:+$sources/}$name"
  edition="${editions:+$editions/}$name"
  [ -f "$edition" ] || continue
  # A link may lead to what is on the runner alone, and what is found in it is quoted for all to see.
  if [ -L "$edition" ] || [ -L "$source" ]; then
    printf '::warning::%s was not checked: a link is not followed\n' "$(said "$edition")"
    continue
  fi
  if [ ! -f "$source" ]; then
    printf '::warning::%s has no source any more: there is no %s\n' "$(said "$edition")" "$(said "$source")"
    continue
  fi
  printf '%s\0%s\0' "$source" "$edition" >> "$pairs"
  printf '%s\n' "$(said "$edition")"
done < "$pairs.changed"

if [ -s "$pairs" ]; then which=changed; else which=nothing; echo "No pair was changed."; fi
echo "which=$which" >> "$GITHUB_OUTPUT"
