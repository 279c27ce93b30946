umask 077
tell folder "$(mktemp -d /var/tmp/imageoperator.XXXXXXXX)"
