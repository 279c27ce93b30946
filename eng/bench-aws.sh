#!/bin/bash
# bench-aws.sh: the same AMI made by the engine and by Debian's Packer, on emulators, side by side; files through Session Manager's protocol. ROUNDS (2) how often.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
(. config/dev/lib.sh; install_packages packer openssh-server openssh-client)
config/dev/aws/moto.sh root
dotnet build tests/Platforms.Contract --nologo -v quiet
dotnet artifacts/bin/Platforms.Contract.Tests/debug/ImageOperator.Platforms.Contract.Tests.dll --filter-class '*.AwsBenchmark' '*.TunnelBenchmark' --explicit on --no-ansi --progress off --output detailed
