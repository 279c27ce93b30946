{{- /* Removes the CEL rules from a schema, in place. */ -}}
{{- define "image-operator.withoutRules" -}}
{{- if kindIs "map" . -}}
{{- $_ := unset . "x-kubernetes-validations" -}}
{{- range $_, $value := . }}{{ include "image-operator.withoutRules" $value }}{{ end -}}
{{- else if kindIs "slice" . -}}
{{- range . }}{{ include "image-operator.withoutRules" . }}{{ end -}}
{{- end -}}
{{- end -}}
