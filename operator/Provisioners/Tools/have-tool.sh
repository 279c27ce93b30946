# Tells whether a tool is there, and its version. Its own folders are looked at too.
PATH=$PATH:/usr/sbin:/sbin:/usr/local/sbin:/usr/local/bin:/opt/puppetlabs/bin:/opt/chef/bin:/opt/cinc/bin:/opt/saltstack/salt
if have "$IO_TOOL"; then
  tell path "$(command -v "$IO_TOOL")"
  tell version "$("$IO_TOOL" $IO_VERSION 2>&1 < /dev/null | grep -oE '[0-9]+(\.[0-9]+)+' | head -n 1)"
fi
tell done 1
