#!/bin/bash
# bench-operator.sh [--builds N] [--finished N] [--rest S] [--outage S]: measures the operator on a real API server of its own, whose node and builders
# only pretend, and the floor of that server in the same run. Ratios count, absolute times do not. About ten minutes.
ROOT=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$ROOT/config/dev/lib.sh"

require_tools dotnet
install_packages etcd-server
"$ROOT/config/dev/cluster/build-kubernetes.sh"
started
dotnet publish "$ROOT/operator/Controller" -c Release -r linux-x64 --self-contained false -p:PublishReadyToRun=true \
  -o "$ROOT/artifacts/publish/Controller" --nologo -v quiet
dotnet build "$ROOT/tests/Benchmarks" -c Release --nologo -v quiet
finished "published the operator, built the benchmark"
say "load average $(cut -d' ' -f1-3 /proc/loadavg); the figures want a quiet machine"
exec "$ROOT/artifacts/bin/Benchmarks/release/ImageOperator.Benchmarks" operator \
  --program "$ROOT/artifacts/publish/Controller/image-operator.dll" --output "$ROOT/artifacts/bench" "$@"
