#!/usr/bin/env bash
# Runs a command for each job of a tube, with the body on its stdin; exit 0 deletes the job,
# anything else buries it. Usage: worker.bash TUBE COMMAND... ; HEADRACE_SERVER says where the
# server is.
# shellcheck source=clients/headrace.bash
source "$(dirname -- "${BASH_SOURCE[0]}")/../headrace.bash"
while true; do
  headrace_connect && headrace_watch "$1" && { [[ $1 == default ]] || headrace_ignore default; } &&
    while headrace_reserve 60 || (($? == 1)); do
      [[ $HEADRACE_ID ]] || continue
      if printf %s "$HEADRACE_BODY" | "${@:2}" {HEADRACE_FD}>&-; then
        headrace_delete "$HEADRACE_ID"
      else
        headrace_bury "$HEADRACE_ID"
      fi
    done
  echo "$HEADRACE_ERROR" >&2
  sleep 1
done
