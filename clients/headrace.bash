#!/usr/bin/env bash
#
# A client of Headrace, and of any beanstalkd, in bash 4.2 or newer. As a command, which needs
# headrace-verbs.bash beside it:
#
#   headrace.bash put --tube mail 'to: ada'        headrace.bash --help shows the other verbs
#
# As a library, one connection a shell:
#
#   source headrace.bash
#   headrace_connect 127.0.0.1:11300 && headrace_use mail && headrace_put "$body"
#
# Every function, and the command, returns 0: done; 1: the server says no (HEADRACE_ERROR tells
# why); 2: wrong use, nothing was sent; 3: the server is not reached, or the connection is dead.
# None takes longer than HEADRACE_PATIENCE, a reserve that much more than its time-out. After a
# deadline nothing is sent or read until the next headrace_connect, so that a late reply is never
# taken for another one. HEADRACE_OUTCOME says 'unknown' when what failed may have been done.
#
# Bodies are any bytes but NUL, which bash cannot hold.

# Results are for those who source this.
# shellcheck disable=SC2034

HEADRACE_PATIENCE=${HEADRACE_PATIENCE:-10} # seconds for each call; may have a fraction, as 0.5
HEADRACE_ID=''                             # the job of the last put or reserve
HEADRACE_BODY=''                           # its body, or the lines of stats and lists
HEADRACE_REPLY=''                          # the first line of the last reply
HEADRACE_ERROR=''                          # why the last call did not return 0
HEADRACE_OUTCOME='known'                   # or 'unknown': the last command may have been done
HEADRACE_FD=''                             # close it in programs you start: prog {HEADRACE_FD}>&-

readonly _HEADRACE_BODY_BYTES_MAX=1073741824 _HEADRACE_U32_MAX=4294967295
readonly _HEADRACE_LINE_BYTES_MAX=255 # the longest reply is a tube's name behind a word

_headrace_peer='' # host:port as given
_headrace_dead='not connected; call headrace_connect first'
_headrace_owner='' # the process that connected
_headrace_now=0 _headrace_due=0 _headrace_within=0 # hundredths of a second
_headrace_wait=0   # seconds that the server may take beyond patience: a reserve's time-out
_headrace_whole='' # not empty: one deadline for all that follows
_headrace_nul=''   # not empty: the body that was read last held a NUL byte
_headrace_own=''   # not empty: the lines of list-extensions, or 'none'

# Sets _headrace_now. The time since boot is not moved by whoever sets the clock.
if [[ -r /proc/uptime ]]; then
  _headrace_clock() {
    local up
    IFS=' ' read -r up _ </proc/uptime || return 1
    _headrace_now=$((10#${up/./}))
  }
else
  _headrace_clock() { _headrace_now=$((SECONDS * 100)); }
fi

# Starts the time of a call.
_headrace_start() {
  [[ -z $_headrace_whole ]] || return 0
  if ! [[ $HEADRACE_PATIENCE =~ ^([0-9]{1,7})(\.([0-9]{1,9}))?$ ]]; then
    _headrace_wrong "HEADRACE_PATIENCE is '$HEADRACE_PATIENCE'; write seconds, as 10 or 0.5"
    return 2
  fi
  local hundredths=${BASH_REMATCH[3]}00
  _headrace_within=$((10#${BASH_REMATCH[1]}${hundredths:0:2} + _headrace_wait * 100))
  _headrace_clock || :
  _headrace_due=$((_headrace_now + _headrace_within))
}

# Sets the caller's 'left' to what remains, as 'read -t' takes it; fails when nothing does.
_headrace_left() {
  _headrace_clock || return 1
  local rest=$((_headrace_due - _headrace_now))
  ((rest > 0)) || return 1
  printf -v left '%d.%02d' "$((rest / 100))" "$((rest % 100))"
}

_headrace_wrong() {
  HEADRACE_ERROR=$1 HEADRACE_OUTCOME='known'
  return 2
}

_headrace_no() {
  HEADRACE_ERROR=$1 HEADRACE_OUTCOME='known'
  return 1
}

# Ends the connection for ever, for the reason $1, while or before $2 was asked.
_headrace_end() {
  _headrace_dead="$_headrace_peer: $1"
  headrace_close
  HEADRACE_ERROR=$_headrace_dead
  if [[ $HEADRACE_OUTCOME == unknown ]]; then
    HEADRACE_ERROR+="; whether '${2-}' was done is unknown"
    [[ ${2-} != put\ * ]] || HEADRACE_ERROR+=': look for the job before you put it again'
    [[ ${2-} != put-key\ * ]] || HEADRACE_ERROR+=': put it again, with the same key'
  fi
  return 3
}

_headrace_late() {
  local within
  printf -v within '%d.%02d s' "$((_headrace_within / 100))" "$((_headrace_within % 100))"
  _headrace_end "$1 within $within" "${2-}"
}

# Ends the connection; the server makes its jobs ready again. Without the word 'quit' it would take
# us for dead, and count that against them. A subshell that closes its copy says nothing.
headrace_close() {
  if [[ $HEADRACE_FD ]]; then
    if [[ -z $_headrace_dead && $BASHPID == "$_headrace_owner" ]]; then
      (printf 'quit\r\n' >&"$HEADRACE_FD") 2>/dev/null || :
    fi
    { exec {HEADRACE_FD}>&-; } 2>/dev/null || :
    HEADRACE_FD=''
  fi
  [[ $_headrace_dead ]] || _headrace_dead='closed; call headrace_connect first'
}

# Connects to host:port, [ipv6]:port, a host or a port; unless given, to HEADRACE_SERVER or
# 127.0.0.1:11300. A former connection is closed; say 'use' and 'watch' again.
headrace_connect() {
  local peer=${1:-${HEADRACE_SERVER:-127.0.0.1:11300}} host port left i
  local addresses=()
  headrace_close
  _headrace_dead='not connected; call headrace_connect first' HEADRACE_OUTCOME='known'
  if [[ $peer =~ ^\[([0-9A-Fa-f:.]+)\](:([0-9]{1,5}))?$ ]]; then
    host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]:-11300}
  elif [[ $peer =~ ^[0-9]{1,5}$ ]]; then
    host=127.0.0.1 port=$peer
  elif [[ $peer =~ ^([A-Za-z0-9._-]+)(:([0-9]{1,5}))?$ ]]; then
    host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]:-11300}
  elif [[ $peer == unix:* ]]; then
    _headrace_wrong "'$peer': bash knows no Unix sockets; give host:port, or use Headrace.pm"
    return
  else
    _headrace_wrong "'$peer' is no address; write host:port or [ipv6]:port"
    return
  fi
  _headrace_peer=$peer
  _headrace_start || return
  if [[ $host == *:* || $host =~ ^[0-9.]+$ ]]; then
    addresses=("$host")
  else
    _headrace_resolve "$host" || return
  fi
  for i in "${!addresses[@]}"; do
    _headrace_open "${addresses[i]}" "$((10#$port))" "$((${#addresses[@]} - i))" || continue
    _headrace_dead='' _headrace_owner=$BASHPID _headrace_own=''
    return 0
  done
  if _headrace_left; then
    _headrace_end "$HEADRACE_ERROR"
  else
    _headrace_late "no connection"
  fi
}

# Sets the caller's 'addresses' to those of a name. bash can look up a name only while it connects,
# and then nothing interrupts it, so libc's getent is asked; where there is none, bash must.
_headrace_resolve() {
  local pipe pid='' address kind
  if ! command -v getent >/dev/null; then
    addresses=("$1")
    return 0
  fi
  exec {pipe}< <(printf '%s ' "$BASHPID" && exec getent ahosts "$1" 2>/dev/null)
  while _headrace_left && IFS=' ' read -r -t "$left" -d "${pid:+$'\n'}${pid:- }" -u "$pipe" \
    address kind _; do
    if [[ -z $pid ]]; then
      pid=$address
    elif [[ $kind == STREAM ]]; then
      addresses+=("$address")
    fi
  done
  exec {pipe}<&-
  if ! _headrace_left; then
    [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || :
    _headrace_late "its name '$1' was not looked up"
  elif ((${#addresses[@]} == 0)); then
    _headrace_end "no such host"
  fi
}

# Connects to one of the $3 addresses that are left, in its share of the time. bash's connect has no
# time limit, but a signal ends it: SIGURG, which nobody else uses, and which does nothing when it
# comes too late. It is sent by a subshell that ends as soon as its stdin is closed.
_headrace_open() {
  local left errors dog trapped shell=$BASHPID why=''
  _headrace_left || return 3
  printf -v left '%d.%02d' "$(((_headrace_due - _headrace_now) / $3 / 100))" \
    "$(((_headrace_due - _headrace_now) / $3 % 100))"
  trapped=$(trap -p URG)
  trap : URG
  if [[ $(trap -p URG) == *"''"* ]]; then
    HEADRACE_ERROR='SIGURG is ignored by who started this shell, so that no connect can be ended'
    return 3
  fi
  exec {errors}<> <(:)
  exec {dog}> >(
    set +e
    exec >/dev/null 2>&1
    IFS= read -r -t "$left"
    while (($? > 128)); do
      kill -URG "$shell"
      IFS= read -r -t 0.05
    done
  )
  if ! { LC_ALL=C exec {HEADRACE_FD}<>"/dev/tcp/$1/$2"; } 2>&"$errors"; then
    HEADRACE_FD=''
    IFS= read -r -t 1 -u "$errors" why || : # byte by byte, against the clock; no stall may cut it
    HEADRACE_ERROR=${why##*: }
  fi
  exec {dog}>&- {errors}>&-
  if [[ $trapped ]]; then eval "$trapped"; else trap - URG; fi
  [[ $HEADRACE_FD ]]
}

# Sends a line, and the caller's _headrace_out behind it if there is one. A subshell does it:
# what a broken connection does to who writes is done to that, and a write that blocks is not
# waited for after the deadline.
_headrace_send() {
  local left pipe pid='' sent=''
  exec {pipe}< <(
    printf '%s ' "$BASHPID"
    exec 2>/dev/null
    _headrace_write "$1" >&"$HEADRACE_FD" && printf 'sent\n'
  )
  if _headrace_left && IFS= read -r -d ' ' -t "$left" -u "$pipe" pid && _headrace_left; then
    IFS= read -r -t "$left" -u "$pipe" sent || :
  fi
  exec {pipe}<&-
  [[ $sent != sent ]] || return 0
  [[ -z $pid ]] || kill -KILL "$pid" 2>/dev/null || :
  if _headrace_left; then
    _headrace_end 'the connection is lost' "$1"
  else
    _headrace_late 'it took no more bytes' "$1"
  fi
}

# bash writes line by line, and TCP keeps a second small packet back until the first is
# acknowledged, up to 40 ms. Where there is cat, it writes a short request at once: from the pipe
# that a here-string is since bash 5.1.
_headrace_write() {
  if [[ ${_headrace_out+set} ]] && ((${#_headrace_out} < 4000)) &&
    ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) && hash cat; then
    cat <<<"$1"$'\r\n'"$_headrace_out"$'\r'
  else
    printf '%s\r\n' "$1" ${_headrace_out+"$_headrace_out"}
  fi
}

# Reads up to $1 bytes into the caller's 'got', until a NUL. Returns 0 also for a NUL.
_headrace_read() {
  local left status=0
  if _headrace_left; then
    IFS= read -r -d '' -n "$1" -t "$left" -u "$HEADRACE_FD" got || status=$?
  else
    status=142
  fi
  if ((status > 128)); then
    _headrace_late 'no answer' "$2"
  elif ((status != 0)); then
    _headrace_end 'the server closed the connection' "$2"
  fi
}

# Reads a line up to its CRLF into HEADRACE_REPLY, byte by byte: 'read' alone would drop NULs.
_headrace_line() {
  local LC_ALL=C got line=''
  while [[ $line != *$'\r\n' ]]; do
    _headrace_read 1 "$1" || return
    if [[ -z $got ]] || ((${#line} == _HEADRACE_LINE_BYTES_MAX)); then
      _headrace_end "what it sent is no reply: $(printf %q "$line")" "$1"
      return
    fi
    line+=$got
  done
  HEADRACE_REPLY=${line%$'\r\n'}
}

# Reads a body of $1 bytes and its CRLF into HEADRACE_BODY.
_headrace_body() {
  local LC_ALL=C got
  local -i rest=$1
  HEADRACE_BODY='' _headrace_nul=''
  while ((rest > 0)); do
    _headrace_read "$rest" "$2" || return
    rest=$((rest - ${#got}))
    HEADRACE_BODY+=$got
    if ((rest > 0)); then
      rest=$((rest - 1)) _headrace_nul=1
    fi
  done
  got=''
  _headrace_read 2 "$2" || return
  [[ $got == $'\r\n' ]] || _headrace_end 'what follows the body is no end of a line' "$2"
}

# Asks LINE YES NO, with the caller's _headrace_out as the body if there is one: returns 0 when
# the reply matches YES, 1 when it matches NO, and ends the connection when it is neither.
_headrace_ask() {
  local yes=$2 no="$3|OUT_OF_MEMORY|INTERNAL_ERROR"
  # After these the body of a put would have been taken for commands.
  [[ ${_headrace_out+set} ]] || no+='|BAD_FORMAT|UNKNOWN_COMMAND'
  HEADRACE_REPLY='' HEADRACE_OUTCOME='known'
  _headrace_start || return
  if [[ $_headrace_dead ]]; then
    HEADRACE_ERROR="'$1' was not sent: $_headrace_dead"
    return 3
  fi
  if IFS= read -r -t 0 -u "$HEADRACE_FD"; then
    local got
    _headrace_read 1 "$1" || return
    _headrace_end 'it sent something that was not asked for' "$1"
    return
  fi
  HEADRACE_OUTCOME='unknown'
  _headrace_send "$1" && _headrace_line "$1" || return
  if [[ $HEADRACE_REPLY =~ ^($yes)$ ]]; then
    HEADRACE_OUTCOME='known' HEADRACE_ERROR=''
  elif [[ $HEADRACE_REPLY =~ ^($no)$ ]]; then
    _headrace_no "'$1': the server says $HEADRACE_REPLY"
  else
    _headrace_end "$(printf %q "$HEADRACE_REPLY") is no reply to '$1'" "$1"
  fi
}

# Reads the body that the reply to $1 announces with its last word.
_headrace_sized() {
  HEADRACE_OUTCOME='unknown'
  if ((10#${HEADRACE_REPLY##* } > _HEADRACE_BODY_BYTES_MAX)); then
    _headrace_end "no body is as large as '$HEADRACE_REPLY' says" "$1"
    return
  fi
  _headrace_body "$((10#${HEADRACE_REPLY##* }))" "$1" || return
  HEADRACE_OUTCOME='known'
}

# Checks that $2 is a number from 0 to $3, 2^32 - 1 unless given; $1 is its name.
_headrace_number() {
  if ! [[ $2 =~ ^[0-9]{1,10}$ ]] || ((10#$2 > ${3-4294967295})); then
    _headrace_wrong "the $1 is a number from 0 to ${3-4294967295}, not '$2'"
  fi
}

_headrace_id() {
  [[ $1 =~ ^[0-9]{1,20}$ ]] || _headrace_wrong "'$1' is no job's id"
}

_headrace_tube() {
  # shellcheck disable=SC2016  # a dollar is a dollar
  local LC_ALL=C name='^[A-Za-z0-9+/;.$_()][A-Za-z0-9+/;.$_()-]{0,199}$'
  [[ $1 =~ $name ]] || _headrace_wrong "'$1' is no tube's name: 1 to 200 of A-Za-z0-9-+/;.\$_()"
}

# Puts a job: BODY [PRIORITY [DELAY [TTR]]], times in whole seconds. Sets HEADRACE_ID. Where it
# returns 3 and HEADRACE_OUTCOME is 'unknown' the job may be there, or not.
headrace_put() { _headrace_put_by put "$@"; }

# Puts a job once, however often it is asked: KEY BODY [PRIORITY [DELAY [TTR]]]. Where the outcome
# is unknown put it again with the same key: HEADRACE_REPLY is then KNOWN and the first job's id, or
# INSERTED. A server without keys, such as beanstalkd, gets nothing, and 1 is returned.
headrace_put_key() {
  local LC_ALL=C
  [[ ${1-} =~ ^[A-Za-z0-9_.:+/=@-]{1,64}$ ]] ||
    _headrace_wrong "'${1-}' is no key: 1 to 64 of A-Za-z0-9-_.:+/=@" || return
  _headrace_put_by "put-key $1" "${@:2}"
}

# Puts by the command $1, with a key or without: BODY [PRIORITY [DELAY [TTR]]].
_headrace_put_by() {
  local LC_ALL=C replies='INSERTED|BURIED'
  HEADRACE_ID=''
  _headrace_number priority "${3-1024}" && _headrace_number delay "${4-0}" &&
    _headrace_number ttr "${5-60}" || return
  if [[ $1 == put-key* ]]; then
    _headrace_start || return
    local _headrace_whole=1
    _headrace_has put-key 'put without a key if the job may be there twice' || return
    replies='INSERTED|KNOWN'
  fi
  local _headrace_out=${2-}
  _headrace_ask "$1 ${3-1024} ${4-0} ${5-60} ${#_headrace_out}" \
    "($replies) [0-9]{1,20}" 'JOB_TOO_BIG|DRAINING' || return
  HEADRACE_ID=${HEADRACE_REPLY#* }
}

# Whether the server has the command $1, which beanstalkd has not: asked once a connection, since
# another would take a body behind it for commands. $2 says what to do else.
_headrace_has() {
  local HEADRACE_BODY='' asked='list-extensions' status=0
  if [[ -z $_headrace_own ]]; then
    _headrace_ask "$asked" 'OK [0-9]{1,10}' NOT_FOUND && _headrace_sized "$asked" || status=$?
    ((status == 0)) || [[ $HEADRACE_REPLY == UNKNOWN_COMMAND ]] || return "$status"
    _headrace_own=${HEADRACE_BODY:-none}
  fi
  [[ $'\n'$_headrace_own == *$'\n'"- $1"$'\n'* ]] ||
    _headrace_no "$_headrace_peer does not know '$1', which Headrace does; $2"
}

# Takes the next job of the watched tubes: [TIMEOUT], whole seconds, 60 unless given. Sets
# HEADRACE_ID and HEADRACE_BODY; returns 1 when none came, and when HEADRACE_REPLY is DEADLINE_SOON.
# A job whose body holds a NUL byte is buried, and 1 returned.
headrace_reserve() {
  HEADRACE_ID='' HEADRACE_BODY=''
  _headrace_number time-out "${1-60}" 2147483647 || return
  local _headrace_wait=$((10#${1-60})) pri
  _headrace_take "reserve-with-timeout ${1-60}" '[0-9]{1,20}' 'TIMED_OUT|DEADLINE_SOON' || return
  [[ $_headrace_nul ]] || return 0
  local id=$HEADRACE_ID
  HEADRACE_ID=''
  _headrace_priority "$id" && headrace_bury "$id" "$pri" || return
  _headrace_no "job $id holds a NUL byte, which bash cannot hold: it is buried"
}

# Takes a job by its ID, wherever it is, if nobody holds it. HEADRACE_BODY lacks its NUL bytes.
headrace_reserve_job() {
  HEADRACE_ID='' HEADRACE_BODY=''
  _headrace_id "${1-}" && _headrace_take "reserve-job $1" "$1" NOT_FOUND
}

# Takes a job by the command $1; its id matches $2.
_headrace_take() {
  _headrace_ask "$1" "RESERVED $2 [0-9]{1,10}" "$3" || return
  local id=${HEADRACE_REPLY#* }
  _headrace_sized "$1" && HEADRACE_ID=${id% *}
}

# Gives the job its whole time to run again: ID.
headrace_touch() { _headrace_id "${1-}" && _headrace_ask "touch $1" TOUCHED NOT_FOUND; }

# Ends a job for good: ID.
headrace_delete() { _headrace_id "${1-}" && _headrace_ask "delete $1" DELETED NOT_FOUND; }

# Gives a job back: ID [PRIORITY [DELAY]].
headrace_release() {
  _headrace_id "${1-}" && _headrace_number priority "${2-1024}" &&
    _headrace_number delay "${3-0}" || return
  _headrace_ask "release $1 ${2-1024} ${3-0}" RELEASED 'BURIED|NOT_FOUND'
}

# Sets a job aside until it is kicked: ID [PRIORITY].
headrace_bury() {
  _headrace_id "${1-}" && _headrace_number priority "${2-1024}" || return
  _headrace_ask "bury $1 ${2-1024}" BURIED NOT_FOUND
}

# Makes up to MAX buried jobs of the used tube ready, or delayed ones when none is buried. Returns 1
# when there was none.
headrace_kick() {
  _headrace_number maximum "${1-1}" || return
  _headrace_ask "kick ${1-1}" 'KICKED [1-9][0-9]{0,19}' 'KICKED 0'
}

# Makes one buried or delayed job ready: ID.
headrace_kick_job() { _headrace_id "${1-}" && _headrace_ask "kick-job $1" KICKED NOT_FOUND; }

# Names the tube that jobs are put into: TUBE.
headrace_use() {
  _headrace_tube "${1-}" && _headrace_ask "use $1" 'USING [^ ]+' NOT_FOUND || return
  [[ $HEADRACE_REPLY == "USING $1" ]] || _headrace_end "'$HEADRACE_REPLY' is another tube" "use $1"
}

# Adds a tube to those that jobs are reserved from: TUBE. At first that is 'default'.
headrace_watch() {
  _headrace_tube "${1-}" && _headrace_ask "watch $1" 'WATCHING [0-9]+' NOT_FOUND
}

# Takes one away: TUBE. The last one stays, and 1 is returned.
headrace_ignore() {
  _headrace_tube "${1-}" && _headrace_ask "ignore $1" 'WATCHING [0-9]+' NOT_IGNORED
}

# Sets HEADRACE_BODY to what is to be known: 'stats-job ID', 'stats-tube TUBE', 'stats',
# 'list-tubes'.
headrace_show() {
  HEADRACE_BODY=''
  case ${1-} in
    stats-job) _headrace_id "${2-}" || return ;;
    stats-tube) _headrace_tube "${2-}" || return ;;
    stats | list-tubes) ;;
    *) _headrace_wrong "'${1-}' is none of stats-job, stats-tube, stats and list-tubes" || return ;;
  esac
  _headrace_ask "$*" 'OK [0-9]{1,10}' NOT_FOUND && _headrace_sized "$*"
}

# Sets the caller's 'pri' to the priority of a job.
_headrace_priority() {
  headrace_show stats-job "$1" || return
  local line='pri: ([0-9]+)'
  [[ $HEADRACE_BODY =~ $line ]] || _headrace_no "job $1 has no priority" || return
  pri=${BASH_REMATCH[1]}
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  # shellcheck source=clients/headrace-verbs.bash
  source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/headrace-verbs.bash"
  _headrace_main "$@"
fi
