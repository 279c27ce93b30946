#!/bin/bash
# contract.sh PLATFORM: the platform's contract at every call of a build, not only at some as in the tests of every day.
# Its last line: "contract: PLATFORM, cases N, leaks N, lost N".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
case $1 in
  aws) config/dev/aws/moto.sh root; classes=(--filter-class '*.AwsContractTests' --filter-class '*.AwsFaultTests' --filter-class '*.AwsCapacityTests' --filter-class '*.AwsReaperTests' --filter-class '*.AwsBootTests' --filter-class '*.AwsReplaceTests' --filter-class '*.AwsAccountTests' --filter-class '*.AwsPolicyBuildTests' --filter-class '*.AwsSessionManagerTests' --filter-class '*.AwsProfileTests' --filter-class '*.AwsGrantTests') ;;
  azure) config/dev/aws/moto.sh root; classes=(--filter-class '*.AzureContractTests' --filter-class '*.AzureFaultTests' --filter-class '*.AzureCapacityTests' --filter-class '*.AzureReaperTests' --filter-class '*.AzureGroupTests' --filter-class '*.AzureVariantTests') ;;
  qemu) (. config/dev/lib.sh; install_packages qemu-system-x86 qemu-utils); classes=(--filter-class '*.QemuContractTests') ;;
  gcp) config/dev/aws/moto.sh root; classes=(--filter-class '*.GcpContractTests' --filter-class '*.GcpFaultTests' --filter-class '*.GcpCapacityTests' --filter-class '*.GcpReaperTests' --filter-class '*.GcpRequestTests') ;;
  gcp-project)
    [ -n "${IMAGEOPERATOR_CONFORMANCE_GCP_PROJECT:-}" ] || { echo "conformance-gcp: name a project of yours: make conformance-gcp PROJECT=… ZONES=europe-west3-a,europe-west3-b" >&2; exit 2; }
    config/dev/aws/moto.sh root; classes=(--filter-class '*.GcpContractTests') ;;
  *) echo "contract.sh: there is no contract of $1: PLATFORM is aws, azure, gcp or qemu" >&2; exit 2 ;;
esac
dotnet build tests/Platforms.Contract --nologo -v quiet
code=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
IMAGEOPERATOR_CONTRACT_STRIDE=${STRIDE:-1} dotnet artifacts/bin/Platforms.Contract.Tests/debug/ImageOperator.Platforms.Contract.Tests.dll \
  "${classes[@]}" --no-ansi --progress off --show-live-output on 2>&1 | tee "$log" || code=$?
# A test that fails says it twice: once as it runs.
sed -n 's/^OUTPUT: .*contract: [a-z]*, cases \([0-9]*\), leaks \([0-9]*\), lost \([0-9]*\).*/\1 \2 \3/p' "$log" | awk -v platform="$1" '{cases += $1; leaks += $2; lost += $3}
  END {print "contract: " platform ", cases " cases + 0 ", leaks " leaks + 0 ", lost " lost + 0}'
exit "$code"
