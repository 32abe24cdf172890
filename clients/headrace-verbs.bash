# The verbs of headrace.bash as a command: read by it, not run by itself.
# shellcheck shell=bash

_headrace_help() {
  cat <<'END'
headrace.bash put     [-t TUBE] [-p PRIORITY] [-d TIME] [--ttr TIME] [--key KEY] [BODY]
                                                       prints the job's id; with a key, done once
headrace.bash reserve [-t TUBE]... [--timeout TIME] [--delete|--bury|--release]  prints the body
headrace.bash delete  ID...                            not those that a worker holds
headrace.bash release [-p PRIORITY] [-d TIME] ID...    makes them ready, or delayed
headrace.bash bury    [-p PRIORITY] ID...              sets them aside until they are kicked
headrace.bash kick    ID... | -t TUBE [--max N]        makes buried or delayed jobs ready
headrace.bash show    stats-job ID | stats-tube TUBE | stats | list-tubes

BODY is read from stdin where it is not given, or '-'. TIME is 500ms, 5s, 2m, 1h or seconds.
Without --timeout a reserve waits for ever; without an ending, the job goes back at once.
  --server HOST:PORT   else HEADRACE_SERVER, else 127.0.0.1:11300
  --patience TIME      how long to wait for the server (10s)
Exit: 0 done, 1 no, 2 wrong use, 3 server unreachable or silent.
END
}

_headrace_note() { printf 'headrace: %s\n' "$1" >&2; }

# Sets the caller's variable $1 to the seconds that $2 says; with $3, a fraction is allowed.
_headrace_seconds() {
  local -i unit=1000 ms
  if ! [[ $2 =~ ^([0-9]{1,7})(ms|s|m|h)?$ ]]; then
    _headrace_wrong "'$2' is no time; write 500ms, 5s, 2m, 1h or a number of seconds"
    return
  fi
  case ${BASH_REMATCH[2]} in
    ms) unit=1 ;;
    m) unit=60000 ;;
    h) unit=3600000 ;;
  esac
  ms=$((10#${BASH_REMATCH[1]} * unit))
  if ((ms % 1000 == 0)); then
    printf -v "$1" %d "$((ms / 1000))"
  elif [[ ${3-} ]]; then
    printf -v "$1" %d.%03d "$((ms / 1000))" "$((ms % 1000))"
  else
    _headrace_wrong "'$2': the protocol counts whole seconds"
  fi
}

# Connects; from here to the end of a verb there is one deadline.
_headrace_begin() {
  headrace_connect "$server" && _headrace_whole=1
}

_headrace_verb_put() {
  local body
  ((${#words[@]} <= 1)) || _headrace_wrong 'give only one BODY' || return
  ((${#tubes[@]} <= 1)) || _headrace_wrong 'give only one --tube' || return
  if [[ ${words[0]--} != - ]]; then
    body=${words[0]}
  elif [[ -t 0 && -z ${words[0]-} ]]; then
    _headrace_wrong 'no body: give it as BODY or on stdin' || return
  elif LC_ALL=C IFS= read -r -d '' body; then
    _headrace_wrong 'the body holds a NUL byte, which bash cannot hold; nothing was put' || return
  fi
  _headrace_begin && headrace_use "${tubes[0]-default}" || return
  "headrace_put${key:+_key}" ${key:+"$key"} "$body" "${pri:-1024}" "$delay" "$ttr" &&
    printf '%s\n' "$HEADRACE_ID"
}

_headrace_verb_reserve() {
  local tube id
  ((${#words[@]} == 0)) || _headrace_wrong "reserve takes no '${words[0]}'" || return
  case $after in
    '' | delete | release | bury) ;;
    *) _headrace_wrong 'give only one of --delete, --bury and --release' || return ;;
  esac
  ((${#tubes[@]} > 0)) || tubes=(default)
  _headrace_begin || return
  for tube in "${tubes[@]}"; do
    headrace_watch "$tube" || return
  done
  [[ " ${tubes[*]} " == *' default '* ]] || headrace_ignore default || return
  if [[ $timeout ]]; then
    # shellcheck disable=SC2154
    _headrace_due=$((_headrace_due + timeout * 100))
    headrace_reserve "$timeout" || return
  else
    # For ever, but a server that died is noticed.
    _headrace_whole=''
    until headrace_reserve 60; do
      [[ $HEADRACE_REPLY == TIMED_OUT ]] || return
    done
  fi
  id=$HEADRACE_ID
  if ! printf '%s' "$HEADRACE_BODY"; then
    _headrace_no "stdout is closed: job $id goes back" || return
  fi
  _headrace_note "job $id"
  case $after in
    '') _headrace_note "job $id goes back now: --delete, --bury or --release decide" ;;
    delete) headrace_delete "$id" ;;
    *) _headrace_end_held "$after" "$id" ;;
  esac
}

# Releases or buries a job that is held, with its priority unless another is given.
_headrace_end_held() {
  local pri=$pri
  [[ $pri ]] || _headrace_priority "$2" || return
  case $1 in
    release) headrace_release "$2" "$pri" "$delay" ;;
    bury) headrace_bury "$2" "$pri" ;;
  esac
}

# Does $1 to each job of 'words'. One that is refused does not keep the others from it.
_headrace_each() {
  local id status worst=0
  ((${#words[@]} > 0)) || _headrace_wrong "$verb which jobs? Give their ids" || return
  for id in "${words[@]}"; do
    _headrace_id "$id" || return
  done
  _headrace_begin || return
  for id in "${words[@]}"; do
    status=0
    "$1" "$id" || status=$?
    ((status <= 1)) || return "$status"
    if ((status == 1)); then
      _headrace_note "$HEADRACE_ERROR"
      worst=1 HEADRACE_ERROR=''
    else
      printf '%s %s\n' "$HEADRACE_REPLY" "$id"
    fi
  done
  return "$worst"
}

_headrace_release_one() { headrace_reserve_job "$1" && _headrace_end_held release "$1"; }
_headrace_bury_one() { headrace_reserve_job "$1" && _headrace_end_held bury "$1"; }
_headrace_verb_delete() { _headrace_each headrace_delete; }
_headrace_verb_release() { _headrace_each _headrace_release_one; }
_headrace_verb_bury() { _headrace_each _headrace_bury_one; }

_headrace_verb_kick() {
  if ((${#tubes[@]} == 0)); then
    _headrace_each headrace_kick_job
    return
  fi
  ((${#words[@]} == 0)) || _headrace_wrong "give the jobs' ids, or --tube" || return
  _headrace_begin && headrace_use "${tubes[0]}" && headrace_kick "$max" &&
    printf '%s\n' "${HEADRACE_REPLY#* } kicked"
}

_headrace_verb_show() {
  _headrace_begin && headrace_show "${words[@]}" && printf '%s' "$HEADRACE_BODY"
}

# Runs a verb with its options. Returns the exit code.
_headrace_main() {
  local verb=${1-} server='' key='' pri='' delay=0 ttr=60 timeout='' max=1 after='' status=0
  local tubes=() words=()
  (($# == 0)) || shift
  _headrace_options "$@" || status=$?
  if ((status == 0)); then
    case $verb in
      help | -h | --help) _headrace_help ;;
      put | reserve | delete | release | bury | kick | show) "_headrace_verb_$verb" || status=$? ;;
      '') _headrace_wrong 'no verb; see headrace.bash --help' || status=$? ;;
      *) _headrace_wrong "there is no verb '$verb'; see headrace.bash --help" || status=$? ;;
    esac
  fi
  ((status == 0)) || [[ -z $HEADRACE_ERROR ]] || _headrace_note "$HEADRACE_ERROR"
  headrace_close
  return "$status"
}

# Sets the variables of _headrace_main to what the options say.
_headrace_options() {
  while (($# > 0)); do
    case $1 in
      -h | --help) verb=help ;;
      --delete | --bury | --release) after+=${1#--} ;;
      --) words+=("${@:2}") && return ;;
      -t | --tube | -p | --pri | -d | --delay | --ttr | --key | --timeout | --max | --server | \
        --patience)
        (($# > 1)) || _headrace_wrong "$1 needs a value" || return
        _headrace_option "$1" "$2" || return
        shift
        ;;
      -?*) _headrace_wrong "there is no option $1; see headrace.bash --help" || return ;;
      *) words+=("$1") ;;
    esac
    shift
  done
}

_headrace_option() {
  case $1 in
    -t | --tube) _headrace_tube "$2" && tubes+=("$2") ;;
    -p | --pri) _headrace_number priority "$2" && pri=$2 ;;
    -d | --delay) _headrace_seconds delay "$2" ;;
    --ttr) _headrace_seconds ttr "$2" ;;
    --key) key=$2 ;;
    --timeout) _headrace_seconds timeout "$2" ;;
    --max) max=$2 ;;
    --server) server=$2 ;;
    --patience) _headrace_seconds HEADRACE_PATIENCE "$2" fraction ;;
  esac
}
