#!/bin/sh
# Tries whether a Monlight works from end to end, as its users would notice, and cleans up after itself.
#
#   sh smoke-test.sh                    what runs already, at the addresses below
#   sh smoke-test.sh --compose <file>   what this compose file has running; restores a backup, stops it, and
#                                       starts it again
#   sh smoke-test.sh --start            starts the four services itself, each as a process, tests, stops them
#   sh smoke-test.sh --start-one        the same with `monlight serve`
#
# Addresses: MONLIGHT_URL for all of them, or ERROR_TRACKER_URL, LOG_VIEWER_URL, METRICS_COLLECTOR_URL and
# BROWSER_RELAY_URL; ports 5010 to 5013 of this machine unless given, or 5010 alone where that is everything.
# Keys: API_KEY for all of them, or for four services ERROR_TRACKER_API_KEY and so on, from the environment or
# from secrets.env beside this script (SECRETS names another file).
# Wanted only in some places, and passed over without: LOG_SOURCES (a folder as Docker's, to write a log
# into), SMOKE_ORIGIN (an origin that CORS_ORIGINS has), SMOKE_RATE_LIMIT=true (uses up a minute of the Log
# Viewer's rate). MONLIGHT is the command to start, BASE_PORT the first of four ports (15010).
#
# It needs curl. It exits 0 when everything works, 1 when something does not, 2 when it is called wrongly.
set -u

usage() { sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"; }

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
mode=running
compose_file=
pids=
case ${1-} in
  '') ;;
  --start) mode=four ;;
  --start-one) mode=one ;;
  --compose) mode=compose compose_file=${2:?--compose wants a file} ;;
  -h | --help) usage && exit ;;
  *) usage >&2 && exit 2 ;;
esac
command -v curl >/dev/null || {
  echo 'smoke-test.sh needs curl' >&2
  exit 2
}
work=$(mktemp -d) || exit 1

passed=0
failed=0
run="$(date +%s)-$$"
project=smoke-test

# --- Telling -----------------------------------------------------------------------------------------

ok() {
  passed=$((passed + 1))
  echo "ok    $1"
}

bad() {
  failed=$((failed + 1))
  echo "FAIL  $1: $2" >&2
}

skip() {
  echo "      $1: not tried, $2"
}

# is <what> <got> <wanted>
is() {
  if [ "$2" = "$3" ]; then ok "$1"; else bad "$1" "got '$2', wants '$3'; the answer was: $(answer)"; fi
}

# has <what> <text>: whether the last answer holds a text.
has() {
  case $(cat "$work/body") in
    *"$2"*) ok "$1" ;;
    *) bad "$1" "no '$2' in: $(answer)" ;;
  esac
}

lacks() {
  case $(cat "$work/body") in
    *"$2"*) bad "$1" "'$2' is in: $(answer)" ;;
    *) ok "$1" ;;
  esac
}

# --- HTTP --------------------------------------------------------------------------------------------

# ask <method> <url> [curl's arguments]: prints the status; the body is in $work/body, the head in $work/head.
ask() {
  ask_method=$1 ask_url=$2
  shift 2
  : >"$work/body"
  curl -sS -X "$ask_method" --max-time 20 -o "$work/body" -D "$work/head" -w '%{http_code}' "$@" "$ask_url" \
    2>"$work/curl"
}

# send <key> <url> <json>
send() {
  ask POST "$2" -H "X-API-Key: $1" -H 'Content-Type: application/json' --data-binary "$3"
}

answer() {
  head -c 300 "$work/body"
}

# field <name>: the value of a field of the last answer, which is compact JSON.
field() {
  sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$work/body" | head -n 1
}

# until_has <seconds> <text> <url> <key>: asks once a second until the answer holds a text.
until_has() {
  tries=$1
  while [ "$tries" -gt 0 ]; do
    ask GET "$3" -H "X-API-Key: $4" >/dev/null
    case $(cat "$work/body") in *"$2"*) return 0 ;; esac
    tries=$((tries - 1))
    sleep 1
  done
  return 1
}

# --- What is tested ----------------------------------------------------------------------------------

secrets=${SECRETS:-$here/secrets.env}

# key_of <variable>: from the environment, or from secrets.env.
key_of() {
  eval "value=\${$1-}"
  if [ -z "$value" ] && [ -r "$secrets" ]; then
    value=$(sed -n "s/^$1=//p" "$secrets" | tail -n 1)
  fi
  printf %s "$value"
}

compose() {
  if [ -r "$secrets" ]; then set -- --env-file "$secrets" -f "$compose_file" "$@"
  else set -- -f "$compose_file" "$@"; fi
  docker compose "$@"
}

start_all() {
  if [ "$mode" = one ]; then
    API_KEY=$errors_key CORS_ORIGINS=$origin DATA_DIR=$data LOG_SOURCES=$log_sources POLL_INTERVAL=0.5 \
      start monlight serve --port "$base_port"
    return
  fi
  API_KEY=$errors_key DATABASE_PATH=$data/errors.db start errors errors serve --port "$base_port"
  API_KEY=$logs_key DATABASE_PATH=$data/logs.db CONTAINERS='*' LOG_SOURCES=$log_sources POLL_INTERVAL=0.5 \
    start logs logs serve --port $((base_port + 1))
  API_KEY=$metrics_key DATABASE_PATH=$data/metrics.db start metrics metrics serve --port $((base_port + 2))
  ADMIN_API_KEY=$relay_key DATABASE_PATH=$data/browser-relay.db CORS_ORIGINS=$origin \
    ERROR_TRACKER_URL=$errors_url ERROR_TRACKER_API_KEY=$errors_key \
    METRICS_COLLECTOR_URL=$metrics_url METRICS_COLLECTOR_API_KEY=$metrics_key \
    start relay relay serve --port $((base_port + 3))
}

# start <name> <command…>: in the background, its output in $work/<name>.log.
start() {
  start_name=$1
  shift
  # MONLIGHT may be several words.
  # shellcheck disable=SC2086
  ${MONLIGHT:-monlight} "$@" --host 127.0.0.1 >>"$work/$start_name.log" 2>&1 &
  pids="$pids $!"
}

# Waits until everything answers.
until_up() {
  for url in $errors_url $logs_url $metrics_url $relay_url; do
    tries=150
    until [ "$(ask GET "$url/health")" = 200 ]; do
      tries=$((tries - 1))
      [ "$tries" -gt 0 ] || give_up "$url does not answer, after 30 s"
      sleep 0.2
    done
  done
}

give_up() {
  echo "FAIL  $1" >&2
  [ -z "$pids" ] || tail -n 5 "$work"/*.log >&2
  exit 1
}

# Ends everything by SIGTERM; tells whether it took less than 10 s and every exit code was 0.
stop_all() {
  stop_since=$(date +%s)
  codes=
  if [ "$mode" = compose ]; then
    compose stop >"$work/stop.log" 2>&1
    codes=$(compose ps -aq | xargs docker inspect -f '{{.Name}}={{.State.ExitCode}}' | tr '\n' ' ')
  else
    # shellcheck disable=SC2086
    kill -TERM $pids
    for pid in $pids; do
      wait "$pid"
      codes="$codes$pid=$? "
    done
    pids=
  fi
  stop_took=$(($(date +%s) - stop_since))
  is 'SIGTERM ends every process with 0' "$(printf %s "$codes" | tr ' ' '\n' | grep -v '=0$')" ''
  if [ "$stop_took" -le 10 ]; then ok "SIGTERM ends within 10 s"; else bad 'SIGTERM ends within 10 s' "$stop_took s"; fi
}

finish() {
  # shellcheck disable=SC2086
  [ -z "$pids" ] || kill -KILL $pids 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

data=$work/data
base_port=${BASE_PORT:-15010}
origin=${SMOKE_ORIGIN-}
log_sources=${LOG_SOURCES-}
rate_limit=${SMOKE_RATE_LIMIT:-false}

# first_key <variable…>: that of the first one that has one.
first_key() {
  for variable in "$@"; do
    key=$(key_of "$variable")
    [ -z "$key" ] || break
  done
  printf %s "$key"
}

errors_key=$(first_key ERROR_TRACKER_API_KEY API_KEY)
logs_key=$(first_key LOG_VIEWER_API_KEY API_KEY)
metrics_key=$(first_key METRICS_COLLECTOR_API_KEY API_KEY)
relay_key=$(first_key BROWSER_RELAY_ADMIN_API_KEY API_KEY)

# is_everything <url>: whether all services are there, in one process.
is_everything() {
  ask GET "$1/health" >/dev/null
  case $(cat "$work/body") in *'"services":'*) return 0 ;; esac
  return 1
}

case $mode in
  four | one)
    mkdir -p "$data" "$work/logs"
    log_sources=$work/logs origin=https://shop.example rate_limit=true
    errors_key=smoke-errors-key
    ;;
  compose)
    rate_limit=true
    # The first of the file's own.
    first_origin='s/^ *CORS_ORIGINS: *"\{0,1\}\([^",]*\).*/\1/p'
    origin=${SMOKE_ORIGIN-$(compose config | sed -n "$first_origin" | head -n 1)}
    published() { compose port "$1" "$2" 2>/dev/null; }
    if compose config --services | grep -qx monlight; then
      MONLIGHT_URL=http://$(published monlight 5010)
    else
      ERROR_TRACKER_URL=http://$(published error-tracker 5010)
      LOG_VIEWER_URL=http://$(published log-viewer 5011)
      METRICS_COLLECTOR_URL=http://$(published metrics-collector 5012)
      BROWSER_RELAY_URL=http://$(published browser-relay 5013)
    fi
    ;;
esac
case $mode in
  four)
    ERROR_TRACKER_URL=http://127.0.0.1:$base_port LOG_VIEWER_URL=http://127.0.0.1:$((base_port + 1))
    METRICS_COLLECTOR_URL=http://127.0.0.1:$((base_port + 2)) BROWSER_RELAY_URL=http://127.0.0.1:$((base_port + 3))
    logs_key=smoke-logs-key metrics_key=smoke-metrics-key relay_key=smoke-relay-key
    ;;
  one) MONLIGHT_URL=http://127.0.0.1:$base_port ;;
  running)
    first_url=${ERROR_TRACKER_URL:-http://127.0.0.1:5010}
    if [ -z "${MONLIGHT_URL-}${LOG_VIEWER_URL-}${METRICS_COLLECTOR_URL-}${BROWSER_RELAY_URL-}" ] &&
      is_everything "$first_url"; then
      MONLIGHT_URL=$first_url
    fi
    ;;
esac

errors_url=${MONLIGHT_URL:-${ERROR_TRACKER_URL:-http://127.0.0.1:5010}}
logs_url=${MONLIGHT_URL:-${LOG_VIEWER_URL:-http://127.0.0.1:5011}}
metrics_url=${MONLIGHT_URL:-${METRICS_COLLECTOR_URL:-http://127.0.0.1:5012}}
relay_url=${MONLIGHT_URL:-${BROWSER_RELAY_URL:-http://127.0.0.1:5013}}
if [ -n "${MONLIGHT_URL-}" ]; then
  # secrets.env has keys for four services as well.
  if [ "$mode" != one ]; then errors_key=$(first_key API_KEY ERROR_TRACKER_API_KEY); fi
  logs_key=$errors_key metrics_key=$errors_key relay_key=$errors_key
fi

# --- The tests ---------------------------------------------------------------------------------------

test_health() {
  for url in $(printf '%s\n' "$errors_url" "$logs_url" "$metrics_url" "$relay_url" | sort -u); do
    is "$url is well" "$(ask GET "$url/health")" 200
    has "$url says so" '"status":"ok"'
  done
  is 'the API wants a key' "$(ask GET "$errors_url/api/errors")" 401
}

# report <type>: reports an error; prints the status.
report() {
  send "$errors_key" "$errors_url/api/errors" '{"project":"'$project'","exception_type":"'"$1"'",
    "message":"a smoke test","traceback":"Traceback (most recent call last):\n  File \"/srv/smoke.py\", line 7, in run\n    try_it()\n"}'
}

test_errors() {
  is 'a new error is created' "$(report "Smoke$run")" 201
  has 'and says so' '"status":"created"'
  error_id=$(field id)
  is 'the same error again is counted' "$(report "Smoke$run")" 200
  has 'and says so' '"status":"incremented"'
  has 'as the second' '"count":2'
  ask GET "$errors_url/api/errors?project=$project&search=Smoke$run" -H "X-API-Key: $errors_key" >/dev/null
  has 'the list has it once' '"total":1'
  is 'a report without a project is refused' "$(send "$errors_key" "$errors_url/api/errors" '{}')" 400
}

test_logs() {
  if [ "$mode" = four ] || [ "$mode" = one ]; then
    ask GET "$logs_url/api/logs" -H "X-API-Key: $logs_key" >/dev/null
    has 'an empty log folder has no entries' '"total":0'
  fi
  if [ "$mode" = compose ]; then
    # The engine writes the logs of these very containers.
    name=$(compose ps --format '{{.Name}}' | head -n 1)
    if until_has 20 "\"container\":\"$name\"" "$logs_url/api/logs?container=$name&search=Listening" "$logs_key"; then
      ok "the log of container $name is read"
    else
      bad "the log of container $name is read" "$(answer)"
    fi
    return
  fi
  if [ -z "$log_sources" ]; then skip 'a log file' 'LOG_SOURCES is not set'; return; fi
  log_id=$(printf '%s%064d' "$(printf %s "$run" | od -An -tx1 | tr -d ' \n')" 0 | cut -c1-64)
  mkdir -p "$log_sources/$log_id"
  echo "{\"ID\":\"$log_id\",\"Name\":\"/smoke-$run\"}" >"$log_sources/$log_id/config.v2.json"
  now=$(date -u +%Y-%m-%dT%H:%M:%S)
  {
    printf '{"log":"%s\\n","stream":"stderr","time":"%s.000000001Z"}\n' "ERROR: smoke $run failed" "$now"
    printf '{"log":"%s\\n","stream":"stdout","time":"%s.000000002Z"}\n' "INFO: smoke $run goes on" "$now"
  } >"$log_sources/$log_id/$log_id-json.log"
  if until_has 20 '"total":2' "$logs_url/api/logs?container=smoke-$run" "$logs_key"; then
    ok 'the lines of a log file are read'
  else
    bad 'the lines of a log file are read' "$(answer)"
  fi
  ask GET "$logs_url/api/logs?container=smoke-$run&level=ERROR&search=failed" -H "X-API-Key: $logs_key" >/dev/null
  has 'and found by level and word' '"total":1'
}

test_metrics() {
  sample='"name":"smoke_test_total","type":"counter","project":"'$project'","labels":{"run":"'$run'"}'
  is 'metrics are accepted' \
    "$(send "$metrics_key" "$metrics_url/api/metrics" "[{$sample,\"value\":1},{$sample,\"value\":2}]")" 202
  has 'all of them' '"count":2'
  ask GET "$metrics_url/api/metrics?name=smoke_test_total&period=1h&labels=run:$run" -H "X-API-Key: $metrics_key" \
    >/dev/null
  has 'and queried back' '"sum":3'
}

test_relay() {
  is 'a DSN key is made' "$(send "$relay_key" "$relay_url/api/dsn-keys" "{\"project\":\"$project\"}")" 201
  public_key=$(field public_key)
  map='{\"version\":3,\"sources\":[\"src/cart.ts\"],\"names\":[\"addToCart\"],\"mappings\":\"AAyCIA\"}'
  is 'a source map is uploaded' "$(send "$relay_key" "$relay_url/api/source-maps" "{\"project\":\"$project\",
    \"release\":\"$run\",\"file_url\":\"https://shop.example/assets/app.js\",\"map_content\":\"$map\"}")" 201
  map_id=$(field id)
  browser_error="{\"type\":\"TypeError\",\"message\":\"smoke $run\",\"release\":\"$run\",
    \"stack\":\"TypeError: smoke\\n    at a (https://shop.example/assets/app.js:1:1)\",
    \"url\":\"https://shop.example/cart\",\"context\":{\"run\":\"$run\"}}"
  submit() {
    ask POST "$relay_url/api/browser/errors" -H "X-Monlight-Key: $1" -H 'Content-Type: application/json' \
      -H "Origin: ${origin:-$relay_url}" --data-binary "$browser_error"
  }
  case $(submit "$public_key") in 200 | 201) ok 'an error of a browser is accepted' ;; *) bad 'an error of a browser is accepted' "$(answer)" ;; esac
  browser_error_id=$(field id)
  ask GET "$errors_url/api/errors/$browser_error_id" -H "X-API-Key: $errors_key" >/dev/null
  mv "$work/body" "$work/error"
  sed -n 's/.*"traceback":"\([^"]*\)".*/\1/p' "$work/error" >"$work/body"
  has 'its stack is mapped to the source' 'src/cart.ts:42'
  is 'a wrong DSN key is refused' "$(submit 00000000000000000000000000000000)" 401

  if [ -z "$origin" ]; then
    skip 'CORS' 'SMOKE_ORIGIN is not set'
  else
    preflight() {
      ask OPTIONS "$relay_url/api/browser/errors" -H "Origin: $1" -H 'Access-Control-Request-Method: POST' \
        -H 'Access-Control-Request-Headers: x-monlight-key,content-type'
    }
    is 'a preflight is answered' "$(preflight "$origin")" 204
    mv "$work/head" "$work/body"
    has 'its origin may read answers' "$origin"
    preflight https://elsewhere.example >/dev/null
    mv "$work/head" "$work/body"
    lacks 'another origin may not' 'elsewhere.example'
  fi

  is 'the source map is deleted' "$(ask DELETE "$relay_url/api/source-maps/$map_id" -H "X-API-Key: $relay_key")" 200
  ask GET "$relay_url/api/dsn-keys" -H "X-API-Key: $relay_key" >/dev/null
  key_id=$(tr '{' '\n' <"$work/body" | sed -n "/${public_key:-none}/s/.*\"id\":\([0-9]*\).*/\1/p")
  is 'the DSN key is deactivated' "$(ask DELETE "$relay_url/api/dsn-keys/$key_id" -H "X-API-Key: $relay_key")" 200
  is 'and lets nobody in from then on' "$(submit "$public_key")" 401
}

# pages <what> <base> <key> <path…>: signs in and asks for pages.
pages() {
  pages_what=$1 pages_url=$2 pages_key=$3
  shift 3
  is "$pages_what: the sign-in page" "$(ask GET "$pages_url/login")" 200
  is "$pages_what: signing in" \
    "$(ask POST "$pages_url/login" -c "$work/cookies" --data-urlencode "key=$pages_key")" 303
  for path in "$@"; do
    is "$pages_what: the page $path" \
      "$(ask GET "$pages_url$path" -b "$work/cookies" -H 'Accept: text/html')" 200
    has "$pages_what: is a page" '<!doctype html>'
  done
  rm -f "$work/cookies"
}

test_pages() {
  if [ -n "${MONLIGHT_URL-}" ]; then
    pages monlight "$errors_url" "$errors_key" / /errors /logs /dashboard /settings
  else
    pages errors "$errors_url" "$errors_key" /errors "/errors/$error_id" /settings
    pages logs "$logs_url" "$logs_key" /logs
    pages metrics "$metrics_url" "$metrics_key" /dashboard
  fi
}

test_rate_limit() {
  if [ "$rate_limit" != true ]; then skip 'the rate limit' 'SMOKE_RATE_LIMIT is not true'; return; fi
  # The Log Viewer's is the lowest: 60 a minute.
  curl -sS -o "$work/limited-#1" -w '%{http_code}\n' -H "X-API-Key: $logs_key" "$logs_url/api/containers?n=[1-61]" \
    >"$work/statuses"
  cp "$work/limited-61" "$work/body"
  is 'one request too many in a minute is refused' "$(tail -n 1 "$work/statuses")" 429
  has 'and told when to come back' '"retry_after":'
}

# Backs up, reports one more error, stops, restores, starts: that error must be gone, the one before it there.
test_restore() {
  if [ "$mode" = running ]; then skip 'backup, restore and SIGTERM' 'this is not ours to stop'; return; fi
  if [ "$mode" = compose ]; then
    service=error-tracker
    if [ -n "${MONLIGHT_URL-}" ]; then service=monlight; fi
    # In a container of its own: the memory of the service's is for the service.
    compose run --rm --no-deps -T "$service" backup errors >"$work/backup" 2>&1
  else
    ${MONLIGHT:-monlight} backup errors --data-dir "$data" >"$work/backup" 2>&1
  fi
  is 'a backup is made' $? 0
  copy=$(sed -n 's/^\([^ ]*\.db\) .*/\1/p' "$work/backup" | head -n 1)
  report "After$run" >/dev/null
  stop_all
  if [ "$mode" = compose ]; then
    compose run --rm --no-deps -T "$service" restore "$copy" >"$work/restore" 2>&1
  else
    ${MONLIGHT:-monlight} restore "$copy" --data-dir "$data" >"$work/restore" 2>&1
  fi
  is 'the backup is restored' $? 0
  if [ "$mode" = compose ]; then compose up -d --wait >"$work/up" 2>&1; else start_all; fi
  until_up
  ask GET "$errors_url/api/errors?project=$project&search=Smoke$run" -H "X-API-Key: $errors_key" >/dev/null
  has 'what was there before the backup is back' '"total":1'
  ask GET "$errors_url/api/errors?project=$project&search=After$run" -H "X-API-Key: $errors_key" >/dev/null
  has 'what came after it is not' '"total":0'
}

# What was made here is resolved, so that it goes by itself one day.
clean_up() {
  for id in "${error_id-}" "${browser_error_id-}"; do
    [ -z "$id" ] || ask POST "$errors_url/api/errors/$id/resolve" -H "X-API-Key: $errors_key" >/dev/null
  done
  if [ "$mode" = running ] && [ -n "$log_sources" ]; then rm -rf "${log_sources:?}/$log_id"; fi
}

case $mode in
  four | one)
    for url in $errors_url $logs_url $metrics_url $relay_url; do
      [ "$(ask GET "$url/health")" = 000 ] || give_up "another program answers at $url; BASE_PORT names another port"
    done
    start_all
    ;;
esac
until_up
test_health
test_errors
test_logs
test_metrics
test_relay
test_pages
test_rate_limit
test_restore
clean_up
case $mode in four | one) stop_all ;; esac

echo "$passed ok, $failed failed"
[ "$failed" = 0 ]
