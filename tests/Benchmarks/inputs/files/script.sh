set -eu
uname -a
mkdir -p /opt/benchmark
cp /tmp/small.txt /opt/benchmark/
sync
