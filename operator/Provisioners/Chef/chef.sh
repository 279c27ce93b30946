# Settings: IO_FOLDER IO_MODE (zero, solo, client) IO_RUN_LIST IO_ENVIRONMENT IO_ATTRIBUTES (a path) IO_SECRET (a path or empty) IO_LICENSE IO_ARGUMENTS (one a line)
# IO_POLICY_NAME IO_POLICY_GROUP IO_URL IO_NODE IO_CLIENT_KEY IO_VALIDATION_KEY (PEM) IO_VALIDATOR IO_KEEP
PATH=$PATH:/opt/chef/bin:/opt/cinc/bin:/usr/local/bin
# For what is written here; chef makes files by the login's own.
mask=$(umask)
umask 077
folder=$IO_FOLDER
if [ -n "$IO_KEEP" ]; then folder=/etc/chef; mkdir -p /etc/chef; fi
config=$folder/client.rb
quote() { printf "'%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }
{
  echo 'log_location STDOUT'
  [ -z "$IO_LICENSE" ] || echo "chef_license 'accept-silent'"
  [ -z "$IO_SECRET" ] || echo "encrypted_data_bag_secret $(quote "$IO_SECRET")"
  [ -z "$IO_ENVIRONMENT" ] || echo "environment $(quote "$IO_ENVIRONMENT")"
  [ -z "$IO_NODE" ] || echo "node_name $(quote "$IO_NODE")"
  if [ "$IO_MODE" = client ]; then
    echo "chef_server_url $(quote "$IO_URL")"
    echo "client_key '$folder/client.pem'"
    [ -z "$IO_VALIDATION_KEY" ] || printf "validation_client_name %s\nvalidation_key '%s'\n" "$(quote "$IO_VALIDATOR")" "$IO_FOLDER/validation.pem"
  else
    echo "chef_repo_path '$IO_FOLDER/repository'"
    echo "cookbook_path '$IO_FOLDER/repository/cookbooks'"
    echo "file_cache_path '$IO_FOLDER/cache'"
    [ "$IO_MODE" = solo ] || echo 'local_mode true'
  fi
  if [ -n "$IO_POLICY_NAME" ]; then
    printf 'policy_name %s\npolicy_group %s\nuse_policyfile true\npolicy_document_native_api true\n' "$(quote "$IO_POLICY_NAME")" "$(quote "$IO_POLICY_GROUP")"
    # What chef export makes.
    [ ! -d "$IO_FOLDER/repository/cookbook_artifacts" ] || echo "versioned_cookbooks true"
  fi
} > "$config"
[ -z "$IO_CLIENT_KEY" ] || printf '%s\n' "$IO_CLIENT_KEY" > "$folder/client.pem"
[ -z "$IO_VALIDATION_KEY" ] || printf '%s\n' "$IO_VALIDATION_KEY" > "$IO_FOLDER/validation.pem"
unset IO_CLIENT_KEY IO_VALIDATION_KEY
umask "$mask"

set -- --config "$config" --json-attributes "$IO_ATTRIBUTES" --no-color --force-formatter
[ -z "$IO_RUN_LIST" ] || set -- "$@" --override-runlist "$IO_RUN_LIST"
while IFS= read -r argument; do
  [ -z "$argument" ] || set -- "$@" "$argument"
done << ARGUMENTS
$IO_ARGUMENTS
ARGUMENTS
cd "$IO_FOLDER"
code=0
case $IO_MODE in
  zero) chef-client --local-mode "$@" || code=$? ;;
  solo) chef-solo "$@" || code=$? ;;
  client) chef-client "$@" || code=$? ;;
esac
tell code $code
