#!/bin/sh
# Brings the containers of a compose file to another image, one service at a time: a backup first, health
# after each. Where one does not become healthy, all go back to the image they had, and where a database was
# brought to a newer schema, to the backup.
#
#   sh upgrade.sh                    pulls the image that secrets.env names (MONLIGHT_IMAGE) once more
#   sh upgrade.sh --image <name>     pulls this image and names it in secrets.env once it works; an older one, too
#   sh upgrade.sh --build            builds the image from this clone of the repository
#   … --file <compose file>          docker-compose.monitoring.yml unless given; docker-compose.yml is one container
#
# SECRETS names another file than secrets.env, HEALTH_TIMEOUT the seconds a service has to become healthy (90;
# the first check comes after 15), BUILD_FLAGS more flags of docker build. Exit code: 0 upgraded; 1 not
# upgraded, everything is as it was; 2 it could not go back by itself either, and says what to do.
set -u

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
file=$here/docker-compose.monitoring.yml
secrets=${SECRETS:-$here/secrets.env}
timeout=${HEALTH_TIMEOUT:-90}
wanted=
build=false

usage() { sed -n '2,/^set -u/s/^# \{0,1\}//p' "$0"; }
say() { echo "upgrade: $*"; }
die() {
  echo "upgrade: $*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --image) wanted=${2:?--image wants a name} && shift 2 ;;
    --file) file=${2:?--file wants a path} && shift 2 ;;
    --build) build=true && shift ;;
    -h | --help) usage && exit ;;
    *) usage >&2 && exit 1 ;;
  esac
done
[ -r "$file" ] || die "there is no $file"
[ -r "$secrets" ] || die "there is no $secrets: SECRETS names another"

compose() {
  docker compose --env-file "$secrets" -f "$file" "$@"
}

# with_image <image> <words of compose…>: the environment wins over secrets.env.
with_image() {
  with=$1
  shift
  MONLIGHT_IMAGE=$with compose "$@"
}

# up <image> <service>: replaces the service's container; fails unless it becomes healthy.
up() {
  with_image "$1" up -d --no-deps --wait --wait-timeout "$timeout" "$2" >"$work/up" 2>&1
}

work=$(mktemp -d) || exit 1
lock=${TMPDIR:-/tmp}/monlight-upgrade.lock
mkdir "$lock" 2>/dev/null || {
  rm -rf "$work"
  die "another upgrade runs; if none does, remove $lock"
}
trap 'rm -rf "$work" "$lock"' EXIT
trap 'exit 1' INT TERM HUP

services=$(compose config --services) || die "$file does not work with $secrets"
present=$(compose config --images | sort -u | head -n 1)
new=${wanted:-$present}
kept() { echo "monlight-before-upgrade:$1"; }

# --- What is there now, kept under a name of its own --------------------------------------------------

for service in $services; do
  container=$(compose ps -q "$service")
  [ -n "$container" ] || die "$service does not run: start everything first, so that there is something to go back to; or name another compose file by --file"
  docker tag "$(docker inspect -f '{{.Image}}' "$container")" "$(kept "$service")" || die "the image of $service cannot be kept"
done

# --- The new image ------------------------------------------------------------------------------------

if [ "$build" = true ]; then
  say "building $new"
  # BUILD_FLAGS are several words.
  # shellcheck disable=SC2086
  docker build ${BUILD_FLAGS-} -f "$here/Dockerfile" -t "$new" "$here/.." >"$work/build" 2>&1 || {
    tail -n 20 "$work/build" >&2
    die 'the image was not built; nothing was changed'
  }
elif docker pull -q "$new" >/dev/null 2>"$work/pull"; then
  say "pulled $new"
elif docker image inspect "$new" >/dev/null 2>&1; then
  say "$new cannot be pulled; the one on this machine is taken"
else
  cat "$work/pull" >&2
  die "there is no image $new; nothing was changed"
fi

# --- A backup -----------------------------------------------------------------------------------------

# In containers of their own: beside the service, the memory of its container would not suffice for both.
for service in $services; do
  compose run --rm --no-deps -T "$service" backup >"$work/backup-$service" 2>&1 || {
    cat "$work/backup-$service" >&2
    die "the backup of $service failed; nothing was changed"
  }
  sed -n 's/^\([^ ]*\.db\) .*/\1/p' "$work/backup-$service" >"$work/copies-$service"
  say "$service: backup $(tr '\n' ' ' <"$work/copies-$service")"
done

# --- One after another --------------------------------------------------------------------------------

# Puts one service back to its old image, and each database to its backup that the old program does not know the
# schema of.
go_back() {
  old=$(kept "$1")
  compose stop "$1" >/dev/null 2>&1
  while read -r copy; do
    # Named as the database: relay-2026-11-20T201445Z.db. What runs has its input from elsewhere: it would read
    # the names of the other copies.
    database=${copy##*/}
    database=${database%%-*}
    with_image "$old" run --rm --no-deps -T "$1" migrate "$database" --status </dev/null >"$work/status" 2>&1 &&
      continue
    with_image "$old" run --rm --no-deps -T "$1" restore "$copy" </dev/null >"$work/restore" 2>&1 || {
      cat "$work/restore" >&2
      return 1
    }
    say "$1: restored $copy; what came after it is kept beside the database, as *.replaced-*"
  done <"$work/copies-$1"
  up "$old" "$1" || {
    cat "$work/up" >&2
    return 1
  }
  say "$1: is back, healthy"
}

# Half way is no place to be: what is begun is ended, or goes back.
trap '' INT TERM HUP
done_so_far=
for service in $services; do
  say "$service: starting $new"
  if up "$new" "$service"; then
    done_so_far="$service $done_so_far"
    say "$service: healthy"
    continue
  fi
  say "$service does not become healthy with $new; its last words:"
  compose logs --no-log-prefix --tail 5 "$service" 2>&1 | sed 's/^/  /'
  say 'going back'
  stuck=
  for back in $service $done_so_far; do
    go_back "$back" || stuck="$stuck $back"
  done
  # Without --image the name itself means the new image now; it is to mean the old one again.
  if [ -z "$wanted" ]; then docker tag "$(kept "$service")" "$present"; fi
  if [ -n "$stuck" ]; then
    echo "upgrade: could not go back:$stuck. By hand, for each of them:" >&2
    echo "  MONLIGHT_IMAGE=monlight-before-upgrade:<service> docker compose --env-file $secrets -f $file up -d <service>" >&2
    echo "  and where it refuses the schema, first: … run --rm --no-deps <service> restore <its backup, above>" >&2
    exit 2
  fi
  die "not upgraded; everything runs as before"
done

if [ -n "$wanted" ]; then
  # The next `docker compose up` must take the same image. A copy first, with mode and owner, renamed when it
  # is whole: there are keys in it.
  cp -p "$secrets" "$secrets.new" && {
    grep -v '^MONLIGHT_IMAGE=' "$secrets"
    echo "MONLIGHT_IMAGE=$wanted"
  } >"$secrets.new" && mv "$secrets.new" "$secrets" ||
    echo "upgrade: could not write $secrets: set MONLIGHT_IMAGE=$wanted in it" >&2
fi
say "upgraded to $new. The image before it is kept as $(kept "${services%%[!a-z-]*}") and so on"
