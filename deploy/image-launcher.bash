#!/bin/bash
# `monlight` in the container image.

# The engine asks for the health every few seconds, within the memory of the container, of which a second
# runtime would take half. So the shell asks, as `monlight healthcheck` without flags would.
if [ "$*" = healthcheck ] && [ -z "${HEALTHCHECK_URL-}" ]; then
  url=http://127.0.0.1:${PORT:-5010}/health
  status=nothing
  if { exec 3<>"/dev/tcp/127.0.0.1/${PORT:-5010}"; } 2>/dev/null; then
    printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
    read -r -t 5 _ status _ <&3 || status=nothing
  fi
  [ "$status" = 200 ] && exit 0
  echo "$url answered $status" >&2
  exit 1
fi

exec monlight "$@"
