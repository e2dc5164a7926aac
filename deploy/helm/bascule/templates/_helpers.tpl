{{- define "bascule.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "bascule.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains (include "bascule.name" .) .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "bascule.name" .) | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "bascule.managerName" -}}{{ include "bascule.fullname" . }}-manager{{- end -}}
{{- define "bascule.delegateName" -}}{{ include "bascule.fullname" . }}-delegate{{- end -}}

{{/* Of a part: (list . "manager"). Selectors never change, so they hold nothing that does. */}}
{{- define "bascule.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "bascule.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "bascule.labels" -}}
{{- $root := index . 0 -}}
{{ include "bascule.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: bascule
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "bascule.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "bascule.managerAccount" -}}
{{- if .Values.manager.serviceAccount.create -}}
{{- .Values.manager.serviceAccount.name | default (include "bascule.managerName" .) -}}
{{- else -}}
{{- .Values.manager.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "bascule.delegateAccount" -}}
{{- if .Values.delegate.serviceAccount.create -}}
{{- .Values.delegate.serviceAccount.name | default (include "bascule.delegateName" .) -}}
{{- else -}}
{{- .Values.delegate.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* https as soon as the ingress has a certificate for anything. */}}
{{- define "bascule.publicUrl" -}}
{{- if .Values.manager.publicUrl -}}
{{- .Values.manager.publicUrl -}}
{{- else if and .Values.manager.ingress.enabled .Values.manager.ingress.hosts -}}
{{- ternary "https" "http" (not (empty .Values.manager.ingress.tls)) }}://{{ first .Values.manager.ingress.hosts -}}
{{- end -}}
{{- end -}}

{{- define "bascule.managerUrl" -}}
{{- if .Values.delegate.managerUrl -}}
{{- .Values.delegate.managerUrl -}}
{{- else if .Values.manager.enabled -}}
{{- $port := .Values.manager.service.port | int -}}
http://{{ include "bascule.managerName" . }}.{{ .Release.Namespace }}.svc{{ if ne $port 80 }}:{{ $port }}{{ end }}
{{- else -}}
{{- fail "delegate.managerUrl is needed where manager.enabled is false: https://bascule.example.com" -}}
{{- end -}}
{{- end -}}

{{/* Whether many managers may run: everything they share is outside of them. */}}
{{- define "bascule.shared" -}}
{{- if .Values.manager.store.existingSecret }}yes{{ end -}}
{{- end -}}

{{- define "bascule.commonEnv" -}}
{{- with .Values.proxy }}
{{- if .httpProxy }}
- {name: HTTP_PROXY, value: {{ .httpProxy | quote }}}
{{- end }}
{{- if .httpsProxy }}
- {name: HTTPS_PROXY, value: {{ .httpsProxy | quote }}}
{{- end }}
{{- if or .httpProxy .httpsProxy }}
- {name: NO_PROXY, value: {{ .noProxy | quote }}}
{{- end }}
{{- end }}
{{- if or .Values.caBundle.configMap .Values.caBundle.secret }}
- {name: SSL_CERT_FILE, value: /run/bascule/ca/ca.crt}
- {name: GIT_SSL_CAINFO, value: /run/bascule/ca/ca.crt}
{{- end }}
{{- end -}}

{{- define "bascule.commonVolumes" -}}
- {name: tmp, emptyDir: {}}
{{- with .Values.caBundle }}
{{- if .configMap }}
- name: ca
  configMap: {name: {{ .configMap }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- else if .secret }}
- name: ca
  secret: {secretName: {{ .secret }}, items: [{key: {{ .key | quote }}, path: ca.crt}]}
{{- end }}
{{- end }}
{{- end -}}

{{- define "bascule.commonMounts" -}}
- {name: tmp, mountPath: /tmp}
{{- if or .Values.caBundle.configMap .Values.caBundle.secret }}
- {name: ca, mountPath: /run/bascule/ca, readOnly: true}
{{- end }}
{{- end -}}

{{/* Where a part's pods run: the values of (list . "manager"). */}}
{{- define "bascule.placement" -}}
{{- $root := index . 0 -}}
{{- $part := index $root.Values (index . 1) -}}
{{- with $root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $part.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.topologySpreadConstraints }}
topologySpreadConstraints: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
