{{- /* The operator's settings, as the program reads them from its file. */ -}}
{{- define "image-operator.settings" -}}
{{- $builder := .Values.builder -}}
{{- $cache := dict "Kind" $builder.cache.kind "MaxGiB" $builder.cache.maxGiB "MaxAge" $builder.cache.maxAge -}}
{{- if eq $builder.cache.kind "HostPath" -}}
{{- $_ := set $cache "HostPath" (required "builder.cache.hostPath: name the folder on the nodes, or choose another builder.cache.kind" $builder.cache.hostPath) -}}
{{- else if eq $builder.cache.kind "PersistentVolumeClaim" -}}
{{- $_ := set $cache "ClaimName" (required "builder.cache.claimName: name the claim, or choose another builder.cache.kind" $builder.cache.claimName) -}}
{{- end -}}
{{- $pods := dict
  "Image" (include "image-operator.image" (dict "root" . "image" $builder.image))
  "User" $builder.user
  "CpuOverheadMillis" $builder.cpuOverheadMillis
  "MemoryOverheadMiB" $builder.memoryOverheadMiB
  "CpuRequestFactor" $builder.cpuRequestFactor
  "GracePeriod" $builder.gracePeriod
  "Cache" $cache -}}
{{- with $builder.image.pullPolicy }}{{ $_ := set $pods "PullPolicy" . }}{{ end -}}
{{- with $builder.image.pullSecrets }}{{ $_ := set $pods "PullSecrets" . }}{{ end -}}
{{- with $builder.scratchSizeLimit }}{{ $_ := set $pods "ScratchSizeLimit" . }}{{ end -}}
{{- with $builder.kvmResourceName }}{{ $_ := set $pods "KvmResourceName" . }}{{ end -}}
{{- with $builder.nodeSelector }}{{ $_ := set $pods "NodeSelector" . }}{{ end -}}
{{- if $builder.tolerations -}}
{{- $tolerations := list -}}
{{- range $builder.tolerations -}}
{{- /* The client's type names this member otherwise than Kubernetes does. */ -}}
{{- $toleration := omit . "operator" -}}
{{- with .operator }}{{ $_ := set $toleration "operatorProperty" . }}{{ end -}}
{{- $tolerations = append $tolerations $toleration -}}
{{- end -}}
{{- $_ := set $pods "Tolerations" $tolerations -}}
{{- end -}}
{{- $probe := dict "Interval" .Values.probe.interval "Retry" .Values.probe.retry "Timeout" .Values.probe.timeout -}}
{{- with .Values.probe.namespace }}{{ $_ := set $probe "Namespace" . }}{{ end -}}
{{- $settings := dict
  "HealthPort" 8081
  "Workers" .Values.workers
  "PodStartTimeout" .Values.podStartTimeout
  "LeaderElection" (dict "Enabled" true "Namespace" .Release.Namespace "Name" (include "image-operator.fullname" .)
    "LeaseDuration" .Values.leaderElection.leaseDuration "RenewDeadline" .Values.leaderElection.renewDeadline "RetryPeriod" .Values.leaderElection.retryPeriod)
  "Logs" (dict "Keep" .Values.logs.keep "MaxKiB" .Values.logs.maxKiB "Attempts" .Values.logs.attempts)
  "Builder" $pods
  "Probe" $probe
  "Logging" (dict "LogLevel" (dict "Default" .Values.logLevel)) -}}
{{- $limits := dict -}}
{{- range $name, $limit := dict "ConcurrentBuilds" .Values.limits.concurrentBuilds "ConcurrentBuildsPerNamespace" .Values.limits.concurrentBuildsPerNamespace -}}
{{- /* 0 is a limit, too. */ -}}
{{- if not (kindIs "invalid" $limit) }}{{ $_ := set $limits $name (int $limit) }}{{ end -}}
{{- end -}}
{{- with $limits }}{{ $_ := set $settings "Limits" . }}{{ end -}}
{{- with .Values.watchNamespace }}{{ $_ := set $settings "WatchNamespace" . }}{{ end -}}
{{- if .Values.metrics.enabled -}}
{{- $_ := set $settings "Metrics" (dict "Address" "0.0.0.0" "Port" .Values.metrics.port "NamespaceLabel" .Values.metrics.namespaceLabel) -}}
{{- end -}}
{{- if .Values.webhook.enabled -}}
{{- $webhook := dict "Enabled" true "Port" .Values.webhook.port -}}
{{- if .Values.webhook.certManager.enabled -}}
{{- $_ := set $webhook "CertificateSource" "Files" -}}
{{- else -}}
{{- $_ := set $webhook "CertificateSource" "SelfManaged" -}}
{{- $_ := set $webhook "ServiceName" (printf "%s-webhook" (include "image-operator.fullname" .)) -}}
{{- $_ := set $webhook "SecretName" (printf "%s-webhook-tls" (include "image-operator.fullname" .)) -}}
{{- $_ := set $webhook "ConfigurationName" (include "image-operator.clusterName" .) -}}
{{- end -}}
{{- $_ := set $settings "Webhook" $webhook -}}
{{- end -}}
{{- with .Values.otlp -}}
{{- if .endpoint -}}
{{- $otlp := dict "Endpoint" .endpoint "Protocol" .protocol "SampleRatio" .sampleRatio "Metrics" .metrics -}}
{{- if .headersSecret }}{{ $_ := set $otlp "HeadersFile" "/etc/otlp/headers" }}{{ end -}}
{{- with .builderHeadersSecret }}{{ $_ := set $otlp "BuilderHeadersSecret" . }}{{ end -}}
{{- $_ := set $settings "Otlp" $otlp -}}
{{- end -}}
{{- end -}}
{{- toPrettyJson $settings -}}
{{- end -}}
