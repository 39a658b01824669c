#!/usr/bin/env python3
"""crds-to-yaml.py [CRDS_DIR] OUT_DIR: makes installable CustomResourceDefinitions from JSON schemas.

CRDS_DIR holds <group>/<kind>_<version>.json; default: crds in the reference data (PLATC_REFERENCE, else ../shared/reference
beside the repository). Needs PyYAML (the environment that scripts/install-tools makes has it).

The stored schemas are closed (additionalProperties: false), which a structural CRD schema may not say beside properties; a real
API server is closed anyway when asked with strict field validation. One YAML file per group and kind, all versions in it.
"""
import json, os, pathlib, re, sys

import yaml

PLURALS = {"NetworkPolicy": "networkpolicies", "Gateway": "gateways", "Prometheus": "prometheuses", "Elasticsearch": "elasticsearches", "NodePool": "nodepools",
           "Kibana": "kibanas", "Logstash": "logstashes", "Kafka": "kafkas"}
CLUSTER = {"ClusterIssuer", "ClusterSecretStore", "ClusterExternalSecret", "NodePool", "NodeClaim", "EC2NodeClass", "GatewayClass", "ClusterPolicy", "Installation", "APIServer",
           "VolumeSnapshotClass", "VolumeSnapshotContent", "ClusterTriggerAuthentication", "ClusterPushSecret", "GlobalNetworkPolicy", "ClusterImageCatalog", "ClusterWorkflowTemplate",
           "ClusterAnalysisTemplate", "IngressClassParams", "NVIDIADriver", "IPPool", "GlobalNetworkSet", "TigeraStatus", "ClusterGenerator"}


REFERENCE = pathlib.Path(os.environ.get("PLATC_REFERENCE") or pathlib.Path(__file__).resolve().parents[2] / "shared" / "reference")


def structural(node, junctor=False):
    """The schema without what a structural CRD schema refuses."""
    if isinstance(node, list):
        return [structural(n, junctor) for n in node]
    if not isinstance(node, dict):
        return node
    out = {k: v for k, v in node.items() if k not in ("$schema", "$id", "description", "title", "examples")}
    for k in ("properties", "patternProperties"):
        if isinstance(out.get(k), dict):
            out[k] = {name: structural(v, junctor) for name, v in out[k].items()}
    for union in ("oneOf", "anyOf"):
        if {json.dumps(x, sort_keys=True) for x in out.get(union, [])} == {'{"type": "integer"}', '{"type": "string"}'}:
            del out[union]; out["x-kubernetes-int-or-string"] = True
    for k in ("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"):
        if k in out:
            out[k] = structural(out[k], junctor or k in ("allOf", "anyOf", "oneOf", "not"))
    if junctor:  # below allOf, anyOf, oneOf and not a structural schema only restricts
        return {k: v for k, v in out.items() if k not in ("type", "default", "additionalProperties", "nullable")}
    if "properties" in out and "additionalProperties" in out:
        del out["additionalProperties"]
    kinds = out.get("type")
    if isinstance(kinds, list):  # nullable or int-or-string unions
        rest = [k for k in kinds if k != "null"]
        if set(rest) == {"string", "integer"}:
            del out["type"]; out["x-kubernetes-int-or-string"] = True
        elif len(rest) == 1:
            out["type"] = rest[0]
        else:
            del out["type"]; out["x-kubernetes-preserve-unknown-fields"] = True
        if "null" in kinds:
            out["nullable"] = True
    if not out.get("type") and not any(k.startswith("x-kubernetes") for k in out):
        if "properties" in out or "additionalProperties" in out:
            out["type"] = "object"
        elif "items" in out:
            out["type"] = "array"
        else:
            out["x-kubernetes-preserve-unknown-fields"] = True
    if out.get("type") == "array" and "items" not in out:
        out["items"] = {"x-kubernetes-preserve-unknown-fields": True}
    if out.get("type") == "object" and not ({"properties", "additionalProperties"} & set(out)):
        out["x-kubernetes-preserve-unknown-fields"] = True
    return out


def plural(kind):
    low = kind.lower()
    if kind in PLURALS:
        return PLURALS[kind]
    if low.endswith(("s", "x", "ch", "sh")):
        return low + "es"
    return low[:-1] + "ies" if re.search(r"[^aeiou]y$", low) else low + "s"


def main(src, dst):
    groups = {}
    for f in sorted(src.glob("*/*.json")):
        low, version = f.stem.rsplit("_", 1)
        groups.setdefault((f.parent.name, low), []).append((version, json.loads(f.read_text())))
    dst.mkdir(parents=True, exist_ok=True)
    for (group, low), versions in groups.items():
        kind = KINDS.get(low, low.capitalize())
        versions.sort(key=lambda v: (re.fullmatch(r"v\d+", v[0]) is None, v[0]))
        crd = {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
               "metadata": {"name": f"{plural(kind)}.{group}", "annotations": {"api-approved.kubernetes.io": "unapproved, for checking only"}},
               "spec": {"group": group, "names": {"kind": kind, "listKind": kind + "List", "plural": plural(kind), "singular": kind.lower()},
                        "scope": "Cluster" if kind in CLUSTER else "Namespaced", "versions": []}}
        for n, (version, schema) in enumerate(versions):
            body = structural(schema)
            for k in ("apiVersion", "kind"):
                body.get("properties", {}).pop(k, None)
            body.setdefault("properties", {})["metadata"] = {"type": "object"}
            body["type"] = "object"
            body.pop("x-kubernetes-preserve-unknown-fields", None)
            body["required"] = [r for r in body.get("required", []) if r not in ("apiVersion", "kind", "metadata")] or None
            if body["required"] is None:
                del body["required"]
            crd["spec"]["versions"].append({"name": version, "served": True, "storage": n == 0, "schema": {"openAPIV3Schema": body}, "subresources": {"status": {}} if "status" in body["properties"] else None})
            if crd["spec"]["versions"][-1]["subresources"] is None:
                del crd["spec"]["versions"][-1]["subresources"]
        (dst / f"{group}_{low}.yaml").write_text(yaml.safe_dump(crd, sort_keys=False, width=10_000))


KINDS = {k.lower(): k for k in """
APIServer AWSNodeTemplate Alertmanager AlertmanagerConfig AnalysisRun AnalysisTemplate AppProject Application ApplicationSet AuthorizationPolicy
BGPConfiguration BGPFilter BGPPeer Backend BackendLBPolicy BackendTLSPolicy BackendTrafficPolicy Backup BackupRepository BackupStorageLocation Beat
Binding BlockAffinity CalicoNodeStatus Certificate CertificateRequest ClientTrafficPolicy CloudEventSource Cluster ClusterAnalysisTemplate
ClusterExternalSecret ClusterImageCatalog ClusterInformation ClusterIssuer ClusterPolicy ClusterPushSecret ClusterSecretStore
ClusterTriggerAuthentication ClusterWorkflowTemplate CronWorkflow DataDownload DataUpload Database DatabaseRole DeleteBackupRequest DestinationRule
DownloadRequest EC2NodeClass EgressNetwork Elasticsearch EnvoyExtensionPolicy EnvoyFilter EnvoyPatchPolicy EnvoyProxy EventBus EventSource Exchange
Experiment ExternalSecret FailoverQuorum Federation FelixConfiguration GRPCRoute Gateway GatewayClass GlobalNetworkPolicy GlobalNetworkSet
HTTPLocalRateLimitPolicy HTTPRoute HTTPRouteFilter HostEndpoint IPAMBlock IPAMConfiguration IPAMHandle IPPool IPReservation ImageCatalog ImageSet
IngressClassParams Installation Instrumentation Issuer Kafka KafkaBridge KafkaConnect KafkaConnector KafkaMirrorMaker KafkaMirrorMaker2 KafkaNodePool
KafkaRebalance KafkaTopic KafkaTopicControlACLs KafkaUser Kibana KubeControllersConfiguration ListenerSet Logstash Machine MeshTLSAuthentication
NVIDIADriver NetworkAuthentication NetworkPolicy NetworkSet NodeClaim NodeOverlay NodePool OpAMPBridge OpenTelemetryCollector OperatorPolicy
PeerAuthentication Permission PodMonitor PodVolumeBackup PodVolumeRestore Policy Pooler Probe Profile Prometheus PrometheusAgent PrometheusRule
PrometheusServiceLevel Provisioner ProxyConfig Publication PushSecret Queue RabbitmqCluster Redis RedisCluster RedisReplication RedisSentinel
ReferenceGrant RequestAuthentication Restore Rollout ScaledJob ScaledObject Schedule ScheduledBackup SchemaReplication ScrapeConfig SealedSecret
SecretStore SecurityPolicy Sensor Server ServerAuthorization ServerStatusRequest ServiceEntry ServiceLevelObjective ServiceMonitor ServiceProfile
Shovel Sidecar StagedGlobalNetworkPolicy StagedKubernetesNetworkPolicy StagedNetworkPolicy StrimziPodSet Subscription SuperStream TCPRoute TLSRoute
TargetAllocator TargetGroupBinding ThanosRuler Tier TigeraStatus TopicPermission TriggerAuthentication UDPRoute User ValkeyCluster ValkeyNode
VerticalPodAutoscaler VerticalPodAutoscalerCheckpoint Vhost VirtualService VolumeSnapshot VolumeSnapshotClass VolumeSnapshotContent
VolumeSnapshotLocation WorkflowArtifactGCTask WorkflowEventBinding WorkflowTaskResult WorkflowTaskSet WorkflowTemplate WorkloadEntry WorkloadGroup
""".split()}
if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    source = pathlib.Path(sys.argv[1]) if len(sys.argv) == 3 else REFERENCE / "crds"
    if not source.is_dir():
        sys.exit(f"crds-to-yaml: no folder {source}; name one, or set PLATC_REFERENCE")
    main(source, pathlib.Path(sys.argv[-1]))
