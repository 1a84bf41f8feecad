#!/usr/bin/env bash
# Check the pairs; annotate, write SARIF and a summary. Ends with 0 whatever is found: end.sh fails the job
# when all has been told.
#
# In: SOURCES, EDITIONS, STRICT, LANGUAGE_OF_MESSAGES, BASELINE, WHICH, and the pairs that pairs.sh found.
# Out: outcome, sarif, summary.
set -euo pipefail

folder="$RUNNER_TEMP/nekoyaku"
summary="$folder/summary.md"
sarif="$folder/nekoyaku.sarif"
echo "summary=$summary" >> "$GITHUB_OUTPUT"

if [ "$WHICH" = nothing ]; then
  echo "No issue and no edition was changed: nothing was checked." > "$summary"
  cat "$summary" >> "$GITHUB_STEP_SUMMARY"
  echo outcome=nothing >> "$GITHUB_OUTPUT"
  exit 0
fi

paths=()
if [ "$WHICH" = all ]; then
  paths=("$SOURCES" "$EDITIONS")
else
  while IFS= read -r -d '' path; do paths+=("$path"); done < "$folder/pairs"
fi
options=("--lang=$LANGUAGE_OF_MESSAGES")
if [ "${STRICT:-false}" = true ]; then options+=(--strict); fi
if [ -n "${BASELINE:-}" ]; then options+=("--baseline=$BASELINE"); fi

code=0
nekoyaku check "${options[@]}" --format github -- "${paths[@]}" 2> "$folder/messages" || code=$?
if [ -s "$folder/messages" ]; then
  # They name files, and files are named by anybody.
  token="nekoyaku-$RANDOM$RANDOM$RANDOM$RANDOM"
  printf '::stop-commands::%s\n' "$token"
  cat "$folder/messages"
  printf '\n::%s::\n' "$token"
fi
nekoyaku check "${options[@]}" --format sarif -- "${paths[@]}" > "$sarif" 2>/dev/null || true
nekoyaku check "${options[@]}" --summary markdown -- "${paths[@]}" > "$summary" 2>/dev/null || true

case "$code" in
  0) outcome=clean ;;
  1) outcome=findings ;;
  *)
    outcome=failed
    printf '\nNot all of it could be checked; the log of the job has the reason.\n' >> "$summary"
    ;;
esac
cat "$summary" >> "$GITHUB_STEP_SUMMARY"
echo "outcome=$outcome" >> "$GITHUB_OUTPUT"
if [ -s "$sarif" ]; then echo "sarif=$sarif" >> "$GITHUB_OUTPUT"; fi
