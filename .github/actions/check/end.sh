#!/usr/bin/env bash
# End as the check did, after all has been told.
#
# In: OUTCOME.
set -euo pipefail

case "$OUTCOME" in
  clean | nothing) ;;
  findings) echo "There is something to look at: the annotations say what, and where."; exit 1 ;;
  *) echo "It could not be checked."; exit 2 ;;
esac
