case $IO_FOLDER in /var/tmp/imageoperator.*) rm -rf "$IO_FOLDER" ;; *) fail 2 "$IO_FOLDER is not ours to remove" ;; esac
[ ! -e "$IO_FOLDER" ] || fail 2 "rm left $IO_FOLDER"
tell done 1
