#!/bin/bash
# contract.sh PLATFORM: the platform's contract at every call of a build, not only at some as in the tests of every day.
# LANES (as many as processors): how many of its classes run at a time, each in a process and with an emulator of its own.
# Its last line: "contract: PLATFORM, cases N, leaks N, lost N".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
case $1 in
  # The longest first.
  aws) config/dev/aws/moto.sh root; classes=(AwsContractTests AwsReplaceTests AwsBootTests AwsAccountTests AwsProfileTests AwsGrantTests AwsSessionManagerTests AwsReaperTests AwsFaultTests AwsWindowsTests AwsCapacityTests AwsPolicyBuildTests) ;;
  qemu) (. config/dev/lib.sh; install_packages qemu-system-x86 qemu-utils); classes=(QemuContractTests) ;;
  azure) config/dev/aws/moto.sh root; classes=(AzureContractTests AzureFaultTests AzureCapacityTests AzureReaperTests AzureGroupTests AzureVariantTests) ;;
  gcp) config/dev/aws/moto.sh root; classes=(GcpContractTests GcpFaultTests GcpCapacityTests GcpReaperTests GcpRequestTests GcpDeprecationTests GcpExportContractTests) ;;
  gcp-project)
    [ -n "${IMAGEOPERATOR_CONFORMANCE_GCP_PROJECT:-}" ] || { echo "conformance-gcp: name a project of yours: make conformance-gcp PROJECT=… ZONES=europe-west3-a,europe-west3-b" >&2; exit 2; }
    config/dev/aws/moto.sh root; classes=(GcpContractTests) ;;
  *) echo "contract.sh: there is no contract of $1: PLATFORM is aws, azure, gcp or qemu" >&2; exit 2 ;;
esac
dotnet build tests/Platforms.Contract --nologo -v quiet
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT
run() {
  local code=0
  dotnet artifacts/bin/Platforms.Contract.Tests/debug/ImageOperator.Platforms.Contract.Tests.dll \
    --filter-class "*.$1" --no-ansi --progress off --show-live-output on > "$logs/$1" 2>&1 || code=$?
  # In one piece: others write, too.
  flock "$logs" sed "s/^/$1: /" "$logs/$1"
  return "$code"
}
export -f run
export logs IMAGEOPERATOR_CONTRACT_STRIDE=${STRIDE:-1}
code=0
printf '%s\n' "${classes[@]}" | xargs -P "${LANES:-$(nproc)}" -I{} bash -c 'run {}' || code=1
# A test that fails says it twice: once as it runs.
cat "$logs"/* | sed -n 's/^OUTPUT: .*contract: [a-z]*, cases \([0-9]*\), leaks \([0-9]*\), lost \([0-9]*\).*/\1 \2 \3/p' | awk -v platform="$1" '{cases += $1; leaks += $2; lost += $3}
  END {print "contract: " platform ", cases " cases + 0 ", leaks " leaks + 0 ", lost " lost + 0}'
exit "$code"
