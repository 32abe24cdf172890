#!/usr/bin/env bash
# All that clients/headrace.bash knows, on one server: commands.bash HOST PORT. Prints TAP.
# Strict, as a careful script is: the library must not trip over it.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd)
# shellcheck source=clients/headrace.bash
source "$root/clients/headrace.bash"
export HEADRACE_SERVER=$1:$2
tests=0 stdout=''

# is NAME STATUS COMMAND...: the command returns STATUS; what it prints is in 'stdout'.
is() {
  local name=$1 expected=$2 status=0 file=$work/stdout
  shift 2
  "$@" >"$file" || status=$?
  IFS= read -r -d '' stdout <"$file" || :
  tests=$((tests + 1))
  if [[ $status == "$expected" ]]; then
    echo "ok $tests - $name"
  else
    echo "not ok $tests - $name"
    echo "# $* returned $status: $HEADRACE_ERROR; $HEADRACE_REPLY"
  fi
}

# same NAME EXPECTED ACTUAL
same() {
  tests=$((tests + 1))
  if [[ $2 == "$3" ]]; then
    echo "ok $tests - $1"
  else
    printf 'not ok %d - %s\n# %q is not %q\n' "$tests" "$1" "$3" "$2"
  fi
}

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
verb=$root/clients/headrace.bash
tube=bash-$$
bytes=''
for ((i = 1; i < 256; i++)); do
  printf -v byte %b "\\x$(printf %x "$i")"
  bytes+=$byte
done

is 'before a connection nothing is sent' 3 headrace_put x
is 'connects' 0 headrace_connect
is 'uses a tube' 0 headrace_use "$tube"
is 'watches a tube' 0 headrace_watch "$tube"
is 'ignores a tube' 0 headrace_ignore default
is 'does not ignore the last one' 1 headrace_ignore "$tube"
is 'reserves nothing' 1 headrace_reserve 0
same 'and says why' TIMED_OUT "$HEADRACE_REPLY"

is 'puts every byte but NUL' 0 headrace_put "$bytes" 5 0 100
id=$HEADRACE_ID
is 'reserves it' 0 headrace_reserve 5
same 'the same job' "$id" "$HEADRACE_ID"
same 'the same bytes' "$bytes" "$HEADRACE_BODY"
is 'touches it' 0 headrace_touch "$id"
is 'buries it' 0 headrace_bury "$id" 7
is 'a second time it is not held' 1 headrace_bury "$id"
is 'kicks one' 0 headrace_kick 10
is 'kicks none' 1 headrace_kick 10
is 'takes it by its id' 0 headrace_reserve_job "$id"
is 'releases it, delayed' 0 headrace_release "$id" 7 3600
is 'kicks it by its id' 0 headrace_kick_job "$id"
is 'shows it' 0 headrace_show stats-job "$id"
is 'with its priority' 0 grep -q '^pri: 7' <<<"$HEADRACE_BODY"
is 'deletes it' 0 headrace_delete "$id"
is 'only once' 1 headrace_delete "$id"
is 'an empty body is put' 0 headrace_put ''
is 'and reserved' 0 headrace_reserve 0
same 'empty' '' "$HEADRACE_BODY"
is 'and deleted' 0 headrace_delete "$HEADRACE_ID"
printf -v large '%65535s' ''
is 'the largest body is put' 0 headrace_put "$large"
is 'and reserved' 0 headrace_reserve 0
same 'whole' "$large" "$HEADRACE_BODY"
is 'and deleted' 0 headrace_delete "$HEADRACE_ID"
is 'a larger one is refused' 1 headrace_put "$large "
same 'by its reason' JOB_TOO_BIG "$HEADRACE_REPLY"
is 'and the connection goes on' 0 headrace_show list-tubes
is 'shows a tube' 0 headrace_show stats-tube "$tube"
is 'knows no such tube' 1 headrace_show stats-tube no-such-tube
is 'refuses a name that is none' 2 headrace_use $'a\r\nquit'
is 'refuses a key that is none' 2 headrace_put_key 'a b' x
is 'refuses a priority that is none' 2 headrace_put x 4294967296
is 'refuses an id that is none' 2 headrace_delete '1 2'

headrace_show stats
if [[ $HEADRACE_BODY == *headrace-keys:* ]]; then
  is 'puts with a key' 0 headrace_put_key "$tube/1" 'once' 5 0 100
  id=$HEADRACE_ID
  same 'and is told so' "INSERTED $id" "$HEADRACE_REPLY"
  is 'puts again with it' 0 headrace_put_key "$tube/1" 'once' 5 0 100
  same 'which was known' "KNOWN $id" "$HEADRACE_REPLY"
  same 'as the same job' "$id" "$HEADRACE_ID"
  is 'verb: put --key' 0 "$verb" put --tube "$tube" --key "$tube/1" 'once'
  same 'prints the same id' "$id" "${stdout%$'\n'}"
  is 'deletes it' 0 headrace_delete "$id"
else
  is 'a server without keys gets none' 1 headrace_put_key k 'delete 1'
  same 'and that is told' "$HEADRACE_SERVER does not know 'put-key', which Headrace does; put \
without a key if the job may be there twice" "$HEADRACE_ERROR"
  same 'with what is known' known "$HEADRACE_OUTCOME"
  is 'and the connection goes on' 0 headrace_show list-tubes
  is 'it is asked once' 1 headrace_put_key k 'delete 1'
  is 'verb: put --key' 1 "$verb" put --tube "$tube" --key k 'delete 1'
fi
is 'there is no other job' 1 headrace_reserve 0

# Another client, since this one cannot put a NUL.
exec {raw}<>"/dev/tcp/$1/$2"
printf 'use %s\r\nput 9 0 60 4\r\na\0b\0\r\n' "$tube" >&"$raw"
IFS= read -r -u "$raw" _
IFS= read -r -u "$raw" inserted
inserted=${inserted#* } inserted=${inserted%$'\r'}
exec {raw}>&-
is 'a job with NUL bytes is not taken' 1 headrace_reserve 5
is 'but buried' 0 headrace_show stats-job "$inserted"
[[ $HEADRACE_BODY == *'state: buried'* && $HEADRACE_BODY == *'pri: 9'* ]] && buried=yes
same 'with its priority' yes "${buried-$HEADRACE_BODY}"
is 'and can be deleted' 0 headrace_delete "$inserted"

trap 'signalled=yes' URG
is 'connects again' 0 headrace_connect
kill -URG "$$"
same "a trap of the script's own is kept" yes "${signalled-}"
headrace_close
is 'closed is closed' 3 headrace_put x

is 'verb: put' 0 "$verb" put --tube "$tube" --ttr 2m 'to: ada'
id=${stdout%$'\n'}
is 'verb: reserve' 0 "$verb" reserve --tube "$tube" --timeout 5s
same 'prints the body alone' 'to: ada' "$stdout"
is 'verb: reserve --bury' 0 "$verb" reserve --tube "$tube" --timeout 0 --bury
is 'verb: kick' 0 "$verb" kick --tube "$tube"
is 'verb: bury' 0 "$verb" bury "$id"
is 'verb: release' 0 "$verb" release --delay 1h "$id"
is 'verb: delete' 0 "$verb" delete "$id"
is 'verb: delete says no' 1 "$verb" delete "$id"
is 'verb: reserve says no' 1 "$verb" reserve --tube "$tube" --timeout 0
printf 'two\n\n' >"$work/body"
is 'verb: put of stdin' 0 "$verb" put --tube "$tube" <"$work/body"
is 'verb: reserve --delete' 0 "$verb" reserve --tube "$tube" --delete
same 'prints all its ends of lines' $'two\n\n' "$stdout"
printf 'a\0b' >"$work/body"
is 'verb: put refuses NUL' 2 "$verb" put --tube "$tube" <"$work/body"
is 'verb: wrong use' 2 "$verb" put --pri high x
is 'verb: Unix sockets' 2 "$verb" put --server unix:/tmp/no.sock x
is 'verb: no server' 3 "$verb" put --server 127.0.0.1:1 x
is 'verb: no host' 3 "$verb" put --server no-such-host.invalid x
is 'verb: a name' 0 "$verb" show --server "localhost:$2" list-tubes
echo "1..$tests"
