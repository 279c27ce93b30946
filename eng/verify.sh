#!/bin/bash
# verify.sh: what is committed is formatted and generated, and nothing else lies around.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
dotnet restore ImageOperator.sln --locked-mode --nologo -v quiet
dotnet format ImageOperator.sln --no-restore --verify-no-changes
dotnet run --project eng/ApiGenerator -- --output .
dirty=$(git status --porcelain)
if [ -n "$dirty" ]; then
  echo "verify: the working tree is dirty; commit these, or run 'make generate format' and commit what it changes:" >&2
  echo "$dirty" >&2
  git --no-pager diff --stat >&2
  exit 1
fi
echo "verify: clean"
