{{- /* What the operator may do in the namespaces that it watches, and why. It reads no Secret. */ -}}
{{- define "image-operator.namespacedRules" -}}
- apiGroups: [imageoperator.dev]
  resources: [imagetemplates, imageplatforms]
  verbs: [get, list, watch]
- apiGroups: [imageoperator.dev]
  resources: [imagetemplates/status, imageplatforms/status]
  verbs: [patch]
# delete: ttlAfterFinished. patch: the finalizer.
- apiGroups: [imageoperator.dev]
  resources: [imagebuilds]
  verbs: [get, list, watch, patch, delete]
# Also what each build's own role grants: nobody can grant what they lack.
- apiGroups: [imageoperator.dev]
  resources: [imagebuilds/status]
  verbs: [patch]
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, delete]
# One of each for a build: its pods may read that build and write its status.
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [get, create, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, create, delete]
# The salt of hashes, one Secret in each namespace of builds: made, never read.
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
# get: whether a template's files are there. create, delete: the logs of builder pods, kept after them, and the manifests of builds.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, create, delete]
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# Why a pod does not start.
- apiGroups: [""]
  resources: [events]
  verbs: [list]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [get, create, patch]
{{- end -}}

{{- /* What has no namespace. A release of one namespace sees nothing of ours there. */ -}}
{{- define "image-operator.clusterRules" -}}
{{- if not .Values.watchNamespace -}}
- apiGroups: [imageoperator.dev]
  resources: [clusterimagetemplates, clusterimageplatforms]
  verbs: [get, list, watch]
- apiGroups: [imageoperator.dev]
  resources: [clusterimagetemplates/status, clusterimageplatforms/status]
  verbs: [patch]
# Whether a platform or template of the cluster allows a build's namespace.
- apiGroups: [""]
  resources: [namespaces]
  verbs: [get]
{{ end -}}
# Whether the node of a pod that does not end still lives.
- apiGroups: [""]
  resources: [nodes]
  verbs: [get]
{{- end -}}
