#!/usr/bin/env python3
"""AWS for tests: moto's server, and the parts of EKS that moto lacks.

    aws-emulator.py [--port PORT]       PORT 0, the default, takes a free one

Prints `ready: http://127.0.0.1:PORT` when it accepts connections, and ends when its standard input does, so that
a dying test takes it along. Everything is in memory and on the loopback address.

Terraform reaches it with AWS_ENDPOINT_URL and any credentials. What is added to moto stores what it is given and gives
it back; it checks nothing, so it shows that Terraform's own order and round trips hold, not that AWS agrees:

- EKS: access entries and their policies, add-ons, Pod Identity associations, the security group of a cluster, and node
  groups (moto's drop what it does not know and invent SSH keys).
- EFS: policies, which moto does not delete, backup policies, and replications, whose copy is nothing but an id.
- RDS: an id of its own for every instance (moto has one id for all of them, by which Terraform finds an instance). A backup
  may end when the maintenance begins.
- CloudFront: a behaviour may name a group of origins.
- EC2: the tags of a launch template are not those of its instances.
- Bucket policies are kept and not enforced: moto looks at no condition, so that a policy which denies plain HTTP would
  deny everything.
"""

import argparse
import json
import os
import re
import sys
import threading
import time
import uuid
from urllib.parse import parse_qs, unquote

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from moto.cloudfront import models as cloudfront
from moto.ec2.models import launch_templates
from moto.eks import models as eks
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.rds import models as rds
from moto.rds import utils as rds_utils
from moto.s3 import models as s3
from werkzeug.serving import make_server

ACCOUNT = "123456789012"


def unique_database_ids():
    made = rds.DBInstance.__init__

    def init(self, *arguments, **named):
        made(self, *arguments, **named)
        self.dbi_resource_id = "db-" + uuid.uuid4().hex[:26].upper()

    rds.DBInstance.__init__ = init


def windows_may_touch():
    overlap = rds_utils.get_overlap_between_two_date_ranges
    # moto counts a backup that ends when the maintenance begins as an overlap, AWS does not.
    rds_utils.get_overlap_between_two_date_ranges = lambda *ranges: overlap(*ranges) or -1


class AnyOrigin(str):
    """An origin's id that moto finds among any: it looks for groups of origins in the list of origins, where they are not."""

    __hash__ = str.__hash__

    def __eq__(self, other):
        return isinstance(other, str)


def origin_groups():
    made = cloudfront.DefaultCacheBehaviour.__init__

    def init(self, config):
        made(self, config)
        self.target_origin_id = AnyOrigin(self.target_origin_id)

    cloudfront.DefaultCacheBehaviour.__init__ = init


def lenient_bucket_policies():
    s3.FakeBucket.get_permission = lambda self, action, resource: None


def tags_of_launch_templates():
    made = launch_templates.LaunchTemplateVersion.__init__

    def init(self, template, number, data, description):
        given = data.get("TagSpecifications") or []
        own = [spec for spec in given if spec.get("ResourceType") != "launch-template"]
        made(self, template, number, {**data, "TagSpecifications": own} if given else data, description)

    launch_templates.LaunchTemplateVersion.__init__ = init


def cluster_security_groups():
    made = eks.Cluster.__init__

    def init(self, *arguments, **named):
        made(self, *arguments, **named)
        from moto.ec2 import ec2_backends

        region = named["region_name"]
        ec2 = ec2_backends[named["account_id"]][region]
        config = dict(self.resources_vpc_config)
        subnets = ec2.describe_subnets(subnet_ids=config["subnetIds"]) if config.get("subnetIds") else []
        if subnets:
            group = ec2.create_security_group(
                f"eks-cluster-sg-{self.name}-{uuid.uuid4().hex[:8]}",
                "EKS created security group applied to the control plane and to managed nodes",
                vpc_id=subnets[0].vpc_id,
                force=True,
            )
            config.update(clusterSecurityGroupId=group.id, vpcId=subnets[0].vpc_id)
        config.setdefault("endpointPublicAccess", True)
        config.setdefault("endpointPrivateAccess", False)
        config.setdefault("publicAccessCidrs", ["0.0.0.0/0"] if config["endpointPublicAccess"] else [])
        self.resources_vpc_config = config
        self.access_config = {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False}
        self.upgrade_policy = {"supportType": "STANDARD"}

    eks.Cluster.__init__ = init


class Eks:
    """What EKS says of things that belong to a cluster, by cluster and kind."""

    ROUTE = re.compile(r"^/clusters/(?P<cluster>[^/]+)/(?P<kind>access-entries|addons|node-groups|pod-identity-associations|updates)(?P<rest>/.*)?$")

    def __init__(self):
        self.things = {}
        self.lock = threading.Lock()

    def answer(self, method, path, body, _query=None):
        """A status and a JSON body, or None where moto answers."""
        found = self.ROUTE.match(path)
        if not found:
            return None
        cluster, kind = unquote(found["cluster"]), found["kind"]
        rest = [unquote(part) for part in (found["rest"] or "").split("/")[1:]]
        with self.lock:
            handler = {
                "access-entries": self.access,
                "addons": self.addon,
                "node-groups": self.node_group,
                "pod-identity-associations": self.association,
                "updates": lambda *_: {"update": {"id": rest[0], "status": "Successful"}},
            }[kind]
            answer = handler(method, cluster, rest, body)
        if answer is None:
            return 404, {"__type": "ResourceNotFoundException", "message": f"{kind} {rest} of {cluster}"}
        return 200, answer

    def of(self, cluster, kind):
        return self.things.setdefault((cluster, kind), {})

    def access(self, method, cluster, rest, body):
        entries = self.of(cluster, "access")
        if not rest:
            if method == "GET":
                return {"accessEntries": list(entries)}
            arn = body["principalArn"]
            entries[arn] = {
                "clusterName": cluster,
                "principalArn": arn,
                "kubernetesGroups": body.get("kubernetesGroups", []),
                "accessEntryArn": f"arn:aws:eks:us-east-1:{ACCOUNT}:access-entry/{cluster}/{uuid.uuid4()}",
                "createdAt": time.time(),
                "modifiedAt": time.time(),
                "tags": body.get("tags", {}),
                "username": body.get("username", arn),
                "type": body.get("type", "STANDARD"),
            }
            return {"accessEntry": entries[arn]}
        # The ARN holds a stroke of its own.
        text = "/".join(rest)
        arn, marker, policy = text.partition("/access-policies")
        if arn not in entries:
            return None
        policies = self.of(cluster, ("policies", arn))
        if marker:
            name = policy.lstrip("/")
            if method == "GET":
                return {"associatedAccessPolicies": list(policies.values()), "clusterName": cluster, "principalArn": arn}
            if method == "DELETE":
                policies.pop(name, None)
                return {}
            policies[body["policyArn"]] = {
                "policyArn": body["policyArn"],
                "accessScope": {"namespaces": [], **body["accessScope"]},
                "associatedAt": time.time(),
                "modifiedAt": time.time(),
            }
            return {"associatedAccessPolicy": policies[body["policyArn"]], "clusterName": cluster, "principalArn": arn}
        if method == "DELETE":
            del entries[arn]
            return {}
        if method == "POST":
            entries[arn].update({key: body[key] for key in ("kubernetesGroups", "username") if key in body})
        return {"accessEntry": entries[arn]}

    def addon(self, method, cluster, rest, body):
        addons = self.of(cluster, "addons")
        if not rest:
            if method == "GET":
                return {"addons": list(addons)}
            name = body["addonName"]
            associations = [
                self.associate(cluster, {"namespace": "kube-system", **given})["associationArn"]
                for given in body.get("podIdentityAssociations") or []
            ]
            addons[name] = {
                "addonName": name,
                "clusterName": cluster,
                "status": "ACTIVE",
                "addonVersion": body.get("addonVersion") or "v1.0.0-eksbuild.1",
                "health": {"issues": []},
                "addonArn": f"arn:aws:eks:us-east-1:{ACCOUNT}:addon/{cluster}/{name}/{uuid.uuid4()}",
                "createdAt": time.time(),
                "modifiedAt": time.time(),
                "tags": body.get("tags", {}),
                "podIdentityAssociations": associations,
                **({"configurationValues": body["configurationValues"]} if body.get("configurationValues") else {}),
                **({"serviceAccountRoleArn": body["serviceAccountRoleArn"]} if body.get("serviceAccountRoleArn") else {}),
            }
            return {"addon": addons[name]}
        name = rest[0]
        if name not in addons:
            return None
        if rest[1:] == ["update"]:
            addons[name].update({key: body[key] for key in ("addonVersion", "configurationValues") if body.get(key)})
            return {"update": {"id": str(uuid.uuid4()), "status": "Successful"}}
        if method == "DELETE":
            return {"addon": {**addons.pop(name), "status": "DELETING"}}
        return {"addon": addons[name]}

    def node_group(self, method, cluster, rest, body):
        groups = self.of(cluster, "groups")
        if not rest:
            if method == "GET":
                return {"nodegroups": list(groups)}
            name, key = body["nodegroupName"], uuid.uuid4()
            groups[name] = {
                "clusterName": cluster,
                "nodegroupArn": f"arn:aws:eks:us-east-1:{ACCOUNT}:nodegroup/{cluster}/{name}/{key}",
                "version": "1.35",
                "releaseVersion": "1.35.0-20260101",
                "createdAt": time.time(),
                "modifiedAt": time.time(),
                "status": "ACTIVE",
                "capacityType": "ON_DEMAND",
                "resources": {"autoScalingGroups": [{"name": f"eks-{name}-{key}"}]},
                "health": {"issues": []},
                **{field: given for field, given in body.items() if field != "clientRequestToken"},
            }
            return {"nodegroup": groups[name]}
        name = rest[0]
        if name not in groups:
            return None
        if rest[1:]:
            groups[name].update({field: body[field] for field in ("scalingConfig", "updateConfig") if field in body})
            return {"update": {"id": str(uuid.uuid4()), "status": "Successful"}}
        if method == "DELETE":
            return {"nodegroup": {**groups.pop(name), "status": "DELETING"}}
        return {"nodegroup": groups[name]}

    def associate(self, cluster, body):
        key = "a-" + uuid.uuid4().hex[:17]
        association = {
            "clusterName": cluster,
            "namespace": body["namespace"],
            "serviceAccount": body["serviceAccount"],
            "roleArn": body["roleArn"],
            "associationArn": f"arn:aws:eks:us-east-1:{ACCOUNT}:podidentityassociation/{cluster}/{key}",
            "associationId": key,
            "tags": body.get("tags", {}),
            "createdAt": time.time(),
            "modifiedAt": time.time(),
        }
        self.of(cluster, "associations")[key] = association
        return association

    def association(self, method, cluster, rest, body):
        associations = self.of(cluster, "associations")
        if not rest:
            if method == "GET":
                return {"associations": list(associations.values())}
            return {"association": self.associate(cluster, body)}
        if rest[0] not in associations:
            return None
        if method == "DELETE":
            return {"association": associations.pop(rest[0])}
        if method == "POST":
            associations[rest[0]].update(roleArn=body.get("roleArn", associations[rest[0]]["roleArn"]))
        return {"association": associations[rest[0]]}


class Efs:
    """Policies, backup policies and replications of file systems, by the id of the file system."""

    ROUTE = re.compile(r"^/2015-02-01/file-systems/(?:(?P<id>[^/]+)/(?P<kind>policy|backup-policy|replication-configuration)|replication-configurations)$")

    def __init__(self):
        self.policies, self.backups, self.replications = {}, {}, {}
        self.lock = threading.Lock()

    def answer(self, method, path, body, query=None):
        """A status and a JSON body."""
        found = self.ROUTE.match(path)
        with self.lock:
            system = unquote(found["id"] or (query or {}).get("FileSystemId", [""])[0])
            handler = {"policy": self.policy, "backup-policy": self.backup}.get(found["kind"], self.replication)
            answer = handler(method, system, body)
        if answer is not None:
            return 200, answer
        missing = "PolicyNotFound" if found["kind"] == "policy" else "ReplicationNotFound"
        return 404, {"__type": missing, "ErrorCode": missing}

    def policy(self, method, system, body):
        if method == "DELETE":
            return self.policies.pop(system, None) and {}
        if method == "PUT":
            self.policies[system] = {"FileSystemId": system, "Policy": body["Policy"]}
        return self.policies.get(system)

    def backup(self, method, system, body):
        if method == "PUT":
            self.backups[system] = body["BackupPolicy"]["Status"]
        return {"BackupPolicy": {"Status": self.backups.get(system, "DISABLED")}}

    def replication(self, method, system, body):
        if method == "DELETE":
            return self.replications.pop(system, None) and {}
        if method == "POST":
            given = body["Destinations"][0]
            copy = given.get("FileSystemId") or f"fs-{uuid.uuid4().hex[:17]}"
            arn = f"arn:aws:elasticfilesystem:us-east-1:{ACCOUNT}:file-system/{system}"
            self.replications[system] = {
                "SourceFileSystemId": system,
                "SourceFileSystemArn": arn,
                "OriginalSourceFileSystemArn": arn,
                "SourceFileSystemRegion": "us-east-1",
                "CreationTime": time.time(),
                "Destinations": [{"FileSystemId": copy, "Region": given.get("Region", "us-east-1"), "Status": "ENABLED"}],
            }
            return self.replications[system]
        return {"Replications": [self.replications[system]]} if system in self.replications else None


def application():
    moto, parts = DomainDispatcherApplication(create_backend_app), [Eks(), Efs()]

    def serve(environ, start):
        # The raw path: an ARN in it keeps its strokes apart from those of the path.
        path = (environ.get("RAW_URI") or environ.get("REQUEST_URI") or environ["PATH_INFO"]).split("?")[0]
        added = next((part for part in parts if part.ROUTE.match(path)), None)
        if added:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length) if length else b""
            query = parse_qs(environ.get("QUERY_STRING") or "")
            status, answer = added.answer(environ["REQUEST_METHOD"], path, json.loads(body or b"{}"), query)
            data = json.dumps(answer).encode()
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(data)))]
            if status != 200:
                headers.append(("x-amzn-errortype", answer["__type"]))
            start(f"{status} {'OK' if status == 200 else 'Not Found'}", headers)
            return [data]
        return moto(environ, start)

    return serve


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    arguments = parser.parse_args()
    unique_database_ids()
    windows_may_touch()
    origin_groups()
    lenient_bucket_policies()
    cluster_security_groups()
    tags_of_launch_templates()
    server = make_server("127.0.0.1", arguments.port, application(), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"ready: http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
