#!/bin/sh
# Makes secrets.env beside this script: secrets.env.example with a new random key for each empty one.
#
#   sh make-secrets.sh [file]        the file is another one than secrets.env
set -eu

usage() { sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0"; }
case ${1-} in
  -h | --help) usage && exit ;;
  -*) usage >&2 && exit 1 ;;
esac

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=${1:-$folder/secrets.env}

if [ -e "$target" ]; then
  echo "$target is there already; its keys are in use. Delete it first to make new ones." >&2
  exit 1
fi

# 128 random bits in hexadecimal.
make_key() {
  od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
while IFS= read -r line; do
  case $line in
    *API_KEY=) echo "$line$(make_key)" ;;
    *) echo "$line" ;;
  esac
done <"$folder/secrets.env.example" >"$target.new"
mv "$target.new" "$target"
echo "$target has new keys. Set ALERT_EMAILS and the mail server in it to get mails about new errors."
