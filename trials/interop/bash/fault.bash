#!/usr/bin/env bash
# One call of clients/headrace.bash while something goes wrong: fault.bash SERVER PATIENCE TUBE
# CALL. TUBE has a ready job. Prints, a line each: the job that was put before ('kept'), how the
# call ended ('first': status, outcome, its start and its length in milliseconds, message), the
# next call ('second'), and after a new connection a put ('again': status, id).
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
# shellcheck source=clients/headrace.bash
source "$root/clients/headrace.bash"
server=$1 tube=$3 call=$4
HEADRACE_PATIENCE=20

# timed NAME COMMAND...
timed() {
  local name=$1 status=0 from=${EPOCHREALTIME/./}
  shift
  "$@" || status=$?
  printf '%s %d %s %d %d %s\n' "$name" "$status" "$HEADRACE_OUTCOME" "$((from / 1000))" \
    "$(((${EPOCHREALTIME/./} - from) / 1000))" "$HEADRACE_ERROR"
}

# Connects in the end, whatever happens on the way: the server may be starting.
connected() {
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    headrace_connect "$server" && headrace_use "$tube" && headrace_watch "$tube" &&
      headrace_ignore default && return
    read -r -t 0.1 <> <(:)
  done
  echo "not connected: $HEADRACE_ERROR"
  exit 1
}

if [[ $call == connect ]]; then
  HEADRACE_PATIENCE=$2
  timed first headrace_connect "$server"
  timed second headrace_put x
  exit
fi

connected
headrace_put kept 9 1000 && echo "kept $HEADRACE_ID"
if [[ $call == ignore ]]; then
  headrace_watch "$tube.more"
elif [[ $call == @(touch|release|bury|delete) ]]; then
  headrace_reserve 0 || echo "not reserved: $HEADRACE_ERROR"
  held=$HEADRACE_ID
fi
HEADRACE_PATIENCE=$2
case $call in
  put) timed first headrace_put "$(printf "%${5-100}s" "")" 7 1000 ;;
  reserve) timed first headrace_reserve 1 ;;
  reserve_job | kick_job) timed first "headrace_$call" 18446744073709551615 ;;
  touch | release | bury | delete) timed first "headrace_$call" "$held" ;;
  kick) timed first headrace_kick 10 ;;
  use | watch | ignore) timed first "headrace_$call" "$tube.more" ;;
  stats_tube) timed first headrace_show stats-tube "$tube" ;;
  stats | list_tubes) timed first headrace_show "${call/_/-}" ;;
esac
timed second headrace_use "$tube.other"
HEADRACE_PATIENCE=20
connected
timed again headrace_put again 9 1000
echo "again $HEADRACE_ID"
