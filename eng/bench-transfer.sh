#!/bin/bash
# bench-transfer.sh [--runs N]: measures copies to and from a real sshd on this machine: ours, scp, sftp, tar over ssh, Packer's file provisioner.
# Figures count when the machine is quiet; ratios count, absolute times do not. About two minutes.
ROOT=$(readlink -f "$(dirname "$(readlink -f "$0")")/..")
. "$ROOT/config/dev/lib.sh"

require_root
require_tools dotnet
install_packages packer openssh-client openssh-server
started
dotnet build "$ROOT/tests/Benchmarks" -c Release --nologo -v quiet
finished "built the benchmark"
say "load average $(cut -d' ' -f1-3 /proc/loadavg); the figures want a quiet machine"
exec "$ROOT/artifacts/bin/Benchmarks/release/ImageOperator.Benchmarks" transfers "$@"
