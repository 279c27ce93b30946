{{- define "image-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "image-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "image-operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "image-operator.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "image-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "image-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name: name an existing service account, or set serviceAccount.create" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* Cluster-scoped objects of a namespaced release bear its namespace: there may be several. */ -}}
{{- define "image-operator.clusterName" -}}
{{- if .Values.watchNamespace -}}
{{- printf "%s-%s" (include "image-operator.fullname" .) .Values.watchNamespace -}}
{{- else -}}
{{- include "image-operator.fullname" . -}}
{{- end -}}
{{- end -}}
