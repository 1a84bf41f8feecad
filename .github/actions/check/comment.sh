#!/usr/bin/env bash
# Keep one comment with the summary on the pull request: the first run writes it, the others edit it. Where
# that cannot be, it is said, and fails nothing.
#
# In: SOURCES, EDITIONS, GH_TOKEN, NUMBER, HEAD_REPOSITORY, OUTCOME, SUMMARY.
set -euo pipefail

pass() { printf '::notice::no comment was written: %s\n' "$1"; exit 0; }

if [ -z "${NUMBER:-}" ]; then echo "This is no pull request: no comment."; exit 0; fi
[[ "$NUMBER" =~ ^[0-9]+$ ]] || pass "the number of the pull request is none"
[ "${HEAD_REPOSITORY:-}" = "$GITHUB_REPOSITORY" ] || [ "${GITHUB_EVENT_NAME:-}" = pull_request_target ] ||
  pass "the pull request comes from a fork, whose runs may not write; the summary is on the page of the run"
[ -n "${GH_TOKEN:-}" ] || pass "there is no token"
command -v gh >/dev/null || pass "there is no gh on this runner"

# Two steps with other folders have a comment each.
mark="<!-- nekoyaku check $(printf '%s\n%s' "$SOURCES" "$EDITIONS" | cksum | cut -d ' ' -f 1) -->"
export mark

# A comment has 65,536 characters at most; whole lines are kept.
body="$RUNNER_TEMP/nekoyaku/comment.md"
printf '%s\n' "$mark" > "$body"
LC_ALL=C awk '{ size += length($0) + 1 } size > 60000 { print "\n…"; exit } { print }' "$SUMMARY" >> "$body"

# Only a comment of our own is edited: anybody can write the mark into theirs.
# shellcheck disable=SC2016 # GraphQL's variables
query='query($owner: String!, $name: String!, $number: Int!, $endCursor: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) {
    comments(first: 100, after: $endCursor) {
      nodes { databaseId viewerDidAuthor body } pageInfo { hasNextPage endCursor } } } } }'
own='.data.repository.pullRequest.comments.nodes[]
  | select(.viewerDidAuthor and (.body | startswith(env.mark))) | .databaseId'
found="$(gh api graphql --paginate -f query="$query" -f owner="${GITHUB_REPOSITORY%%/*}" \
  -f name="${GITHUB_REPOSITORY#*/}" -F number="$NUMBER" --jq "$own")" ||
  pass "comments cannot be read; the job needs the permission pull-requests: write"
id="${found%%$'\n'*}"

if [ -n "$id" ]; then
  gh api --silent -X PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F body=@"$body" ||
    pass "the one that is there cannot be edited; the job needs the permission pull-requests: write"
elif [ "$OUTCOME" != nothing ]; then
  gh api --silent -X POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F body=@"$body" ||
    pass "the job needs the permission pull-requests: write"
fi
