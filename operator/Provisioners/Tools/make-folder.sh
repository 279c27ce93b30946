umask 077
folder=$(mktemp -d /var/tmp/imageoperator.XXXXXXXX)
tell folder "$folder"
