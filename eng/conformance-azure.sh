#!/bin/bash
# conformance-azure.sh: the contract of the tests against a real subscription of Azure, which costs money and hours. STRIDE (40): each how-manieth call is tried; a large one only builds.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
for name in AZURE_SUBSCRIPTION_ID IMAGEOPERATOR_AZURE_LOCATION IMAGEOPERATOR_AZURE_RESOURCE_GROUP IMAGEOPERATOR_AZURE_GALLERY; do
  [ -n "${!name:-}" ] || { echo "conformance-azure.sh: set $name; see docs/platforms/azure.md" >&2; exit 2; }
done
# The assembly's other tests have an emulator.
config/dev/aws/moto.sh root
dotnet build tests/Platforms.Contract --nologo -v quiet
IMAGEOPERATOR_CONTRACT_STRIDE=${STRIDE:-40} dotnet artifacts/bin/Platforms.Contract.Tests/debug/ImageOperator.Platforms.Contract.Tests.dll \
  --filter-class '*.AzureAccountTests' --no-ansi --progress off --show-live-output on
