#!/bin/bash
# What a notebook instance does at every start, as root and before Jupyter can be reached.
#
# The stack puts before it: NOTEBOOKS (s3:// address of the files), STACK_JSON (the stack's outputs),
# INSTANCE, REGION, IDLE_MINUTES (empty for never), STOP_WHEN_IDLE (the watch). It talks to S3 only,
# and only when the notebooks are new. It may take five minutes; it takes seconds.
set -euo pipefail
# The hook's own PATH is short, and where the command line tool lies differs between images.
export PATH="$PATH:/usr/local/bin:/home/ec2-user/anaconda3/bin"
HOME_FOLDER="${HOME_FOLDER:-/home/ec2-user/SageMaker}"
SYSTEM_FOLDER="${SYSTEM_FOLDER:-/usr/local/lib/workshop}"
WORKSHOP="$HOME_FOLDER/workshop"

# Notebooks that came with an earlier deployment, and what their reader changed in them, are kept.
if [ "$(cat "$WORKSHOP/.from" 2>/dev/null)" != "$NOTEBOOKS" ]; then
  fresh="$(mktemp -d)"
  aws s3 cp --only-show-errors --region "$REGION" "$NOTEBOOKS" "$fresh/notebooks.zip"
  python3 -m zipfile -e "$fresh/notebooks.zip" "$fresh/workshop"
  echo "$NOTEBOOKS" >"$fresh/workshop/.from"
  if [ -d "$WORKSHOP" ]; then
    mv "$WORKSHOP" "$WORKSHOP-until-$(date -u +%Y%m%dT%H%M%S)"
  fi
  mkdir -p "$HOME_FOLDER"
  mv "$fresh/workshop" "$WORKSHOP"
  rm -r "$fresh"
  echo "placed the notebooks of $NOTEBOOKS"
fi

echo "$STACK_JSON" >"$WORKSHOP/stack.json"
chown -R ec2-user:ec2-user "$WORKSHOP"

if [ -n "$IDLE_MINUTES" ]; then
  mkdir -p "$SYSTEM_FOLDER"
  echo "$STOP_WHEN_IDLE" >"$SYSTEM_FOLDER/stop_when_idle.py"
  systemd-run --unit=stop-when-idle --on-calendar="*:0/5" --setenv=PATH="$PATH" \
    python3 "$SYSTEM_FOLDER/stop_when_idle.py" "$INSTANCE" "$REGION" "$IDLE_MINUTES"
  echo "stops itself after $IDLE_MINUTES idle minutes"
fi
