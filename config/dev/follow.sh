#!/bin/bash
# follow.sh NAMESPACE BUILD: follows an ImageBuild to its end: each stage, step and test with its duration as it is reached. Exits
# with 0 if the build succeeded.
. "$(dirname "$(readlink -f "$0")")/lib.sh"

use_kubectl
[ $# = 2 ] || die "want a namespace and the name of an ImageBuild"

# One line for each thing that has happened; only new lines are printed.
TEMPLATE='{{range .status.targets}}{{$t := .name}}{{if .podName}}{{$t}}  pod      {{.podName}} (attempt {{.attempt}})
{{end}}{{range .stages}}{{if .duration}}{{$t}}  stage    {{.name}} ({{.duration}})
{{end}}{{end}}{{range .steps}}{{if ne .state "Running"}}{{$t}}  step     {{.name}} {{.state}}{{if .duration}} ({{.duration}}){{end}}{{if .message}}: {{.message}}{{end}}
{{end}}{{end}}{{if .machine}}{{$t}}  machine  {{.machine.accelerator}}
{{end}}{{range .tests}}{{$t}}  test     {{.name}} {{.state}} ({{.duration}}){{if .output}}
{{.output}}{{end}}
{{end}}{{with .failure}}{{$t}}  failed   {{.reason}} at {{.stage}}{{if .step}} in step {{.step}}{{end}}: {{.message}}{{if .hint}}
         hint: {{.hint}}{{end}}{{if .logTail}}
         log:
{{.logTail}}{{end}}
{{end}}{{end}}{{range .status.conditions}}{{if eq .type "Succeeded"}}{{if ne .status "Unknown"}}build     {{.reason}}: {{.message}}
{{end}}{{end}}{{end}}'

seen=$(mktemp)
trap 'rm -f "$seen"' EXIT
T0=$(date +%s.%N)
while :; do
  # An API server that is away for a moment is no reason to stop looking.
  if now=$(kubectl -n "$1" get imagebuild "$2" -o "go-template=$TEMPLATE" 2> "$seen.err"); then
    while IFS= read -r line; do
      [ -n "$line" ] || continue
      grep -qxF -- "$line" "$seen" && continue
      printf '%s\n' "$line" >> "$seen"
      printf '[%6.1f s] %s\n' "$(awk -v a="$(date +%s.%N)" -v b="$T0" 'BEGIN{print a-b}')" "$line"
    done <<< "$now"
  elif grep -q NotFound "$seen.err"; then
    die "there is no ImageBuild $1/$2"
  fi
  case $(kubectl -n "$1" get imagebuild "$2" -o 'jsonpath={.status.conditions[?(@.type=="Succeeded")].status}' 2> /dev/null) in
    True) exit 0 ;;
    False) exit 1 ;;
  esac
  sleep 0.3
done
