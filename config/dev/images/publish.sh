#!/bin/bash
# publish.sh: publishes the programs of this working copy and makes their container images, $CACHE/images/out/*.tar.
. "$(dirname "$(readlink -f "$0")")/../lib.sh"

HERE=$(dirname "$(readlink -f "$0")")
ROOT=$(readlink -f "$HERE/../../..")

require_tools dotnet
lock publish
for program in Builder Controller; do
  started
  dotnet publish "$ROOT/operator/$program" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
    -o "$ROOT/artifacts/publish/$program" --nologo -v quiet 9>&-
  finished "dotnet publish $program"
done
"$HERE/build-images.sh" "builder=$ROOT/artifacts/publish/Builder" "operator=$ROOT/artifacts/publish/Controller" "$CACHE/images/out"
