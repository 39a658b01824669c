{{/* The name of all objects. */}}
{{- define "service.name" -}}
{{- .Values.nameOverride | default .Release.Name }}
{{- end }}

{{/* What makes the pods: a Deployment, or a Rollout of Argo Rollouts. */}}
{{- define "service.workload" -}}
{{- if .Values.rollout.enabled -}}
apiVersion: argoproj.io/v1alpha1
kind: Rollout
{{- else -}}
apiVersion: apps/v1
kind: Deployment
{{- end }}
{{- end }}

{{/* The image: repository[:tag][@digest]. */}}
{{- define "service.image" -}}
{{- $image := .Values.image }}
{{- required "image.repository is needed" $image.repository }}
{{- with $image.tag }}:{{ . }}{{ end }}
{{- with $image.digest }}@{{ . }}{{ end }}
{{- end }}

{{/* The labels of every object. */}}
{{- define "service.labels" -}}
{{- $environment := required "environment is needed" .Values.environment }}
{{- $own := dict "app.kubernetes.io/name" (include "service.name" .) "platc.dev/environment" $environment }}
{{- merge $own .Values.labels | toYaml }}
{{- end }}

{{/* The labels that select the service's pods. */}}
{{- define "service.selectorLabels" -}}
{{- $own := dict "app.kubernetes.io/name" (include "service.name" .) }}
{{- merge $own (pick .Values.labels "app.kubernetes.io/component") | toYaml }}
{{- end }}

{{/* The metadata of an object: the root context, and the section with labels and annotations of its own. */}}
{{- define "service.metadata" -}}
{{- $root := index . 0 }}
{{- $section := index . 1 -}}
name: {{ include "service.name" $root }}
namespace: {{ $root.Release.Namespace }}
labels:
  {{- include "service.labels" $root | nindent 2 }}
  {{- with $section.labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $section.annotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Those of some fields that have a value: a mapping, then the names of the fields. Zero and false are values. */}}
{{- define "service.fields" -}}
{{- $from := first . }}
{{- $fields := dict }}
{{- range rest . }}
  {{- $value := index $from . }}
  {{- if or $value (kindIs "bool" $value) (kindIs "float64" $value) (kindIs "int64" $value) }}
    {{- $_ := set $fields . $value }}
  {{- end }}
{{- end }}
{{- if $fields }}{{ toYaml $fields }}{{ end }}
{{- end }}

{{/* The fields of a section that are its object's spec. */}}
{{- define "service.spec" -}}
{{- $spec := omit . "enabled" "labels" "annotations" }}
{{- include "service.fields" (concat (list $spec) (keys $spec)) }}
{{- end }}

{{/* The variables of the container. */}}
{{- define "service.env" -}}
{{- $env := list }}
{{- range $name, $value := .Values.env }}
  {{- $from := ternary "valueFrom" "value" (kindIs "map" $value) }}
  {{- $env = append $env (dict "name" $name $from $value) }}
{{- end }}
{{- with concat $env .Values.orderedEnv }}{{ toYaml . }}{{ end }}
{{- end }}
