#!/usr/bin/env python3
"""Serve Terraform provider schemas without the providers (plugin protocol 6).

Terraform can then run validate, plan and test offline for any provider whose
schema is at hand as JSON (the shape of `terraform providers schema -json`).

  schema-provider.py list   [--schemas DIR]
  schema-provider.py serve  [--schemas DIR] --out FILE [--until-stdin-closes] [PROVIDER ...]
  schema-provider.py run    [--schemas DIR] [PROVIDER ...] -- COMMAND ...
  schema-provider.py plugin FILE

PROVIDER is a name (`linode`), a name with a version (`aws@5.100.0`) or a path
to a .json / .json.gz file. A bare name takes the newest version in DIR; no
PROVIDER at all serves every name in DIR. DIR defaults to provider-schemas in
the reference data: PLATC_REFERENCE, else ../shared/reference beside the
repository.

Needs: pip install tfplugin-proto-all protobuf grpcio msgpack (the environment
that scripts/install-tools makes has them)
"""
import argparse
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent import futures

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REFERENCE = os.environ.get("PLATC_REFERENCE") or os.path.join(os.path.dirname(REPOSITORY), "shared", "reference")
DEFAULT_SCHEMAS = os.path.join(REFERENCE, "provider-schemas")
NESTING = {"single": 1, "list": 2, "set": 3, "map": 4, "group": 5}
# The handshake value every Terraform plugin must check; a protocol constant.
MAGIC_COOKIE = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

# Extracted schemas cannot tell a nested attribute (`x = {}`) from a block
# (`x {}`). Known cases, as name -> nesting mode of the attribute.
NESTED_ATTRIBUTES = {
    "hashicorp/helm": {
        "experiments": "single", "kubernetes": "single", "exec": "single", "postrender": "single",
        "registries": "list", "set": "list", "set_list": "list", "set_sensitive": "list", "set_wo": "list",
    },
    # The provider's documentation since 3.0: `private_network = { ... }`.
    "linode/linode": {"private_network": "single"},
}

# Attributes that a schema file lacks and the provider's documentation has: {provider: {resource: {attribute: schema}}}.
MISSING_ATTRIBUTES = {
    # New in linode 3.9.0, as its changelog and the documentation of the resource say.
    "linode/linode": {
        "linode_database_postgresql_v2": {"host_standby": {"type": "string", "computed": True}},
        "linode_database_mysql_v2": {"host_standby": {"type": "string", "computed": True}},
    },
}


# What data sources say that ask the cloud who and where one is: plans build names from it.
ANSWERS = {
    "aws_caller_identity": {"id": "123456789012", "account_id": "123456789012", "arn": "arn:aws:iam::123456789012:root", "user_id": "test"},
    "aws_partition": {"id": "aws", "partition": "aws", "dns_suffix": "amazonaws.com", "reverse_dns_prefix": "com.amazonaws"},
    "aws_region": {"id": "us-east-1", "name": "us-east-1", "region": "us-east-1", "description": "test", "endpoint": "ec2.us-east-1.amazonaws.com"},
}


# ---------------------------------------------------------------- schema files

def catalogue(directory):
    """All schema files of a directory: {name: [(version key, version, path), ...]}, oldest first."""
    if not os.path.isdir(directory):
        sys.exit(f"schema-provider: no folder {directory}; name one with --schemas or PLATC_REFERENCE")
    found = {}
    for entry in os.listdir(directory):
        m = re.fullmatch(r"(.+?)-(\d[\w.]*?)\.json(\.gz)?", entry)
        if m:
            key = tuple(int(n) for n in re.findall(r"\d+", m[2]))
            found.setdefault(m[1], []).append((key, m[2], os.path.join(directory, entry)))
    return {name: sorted(versions) for name, versions in sorted(found.items())}


def resolve(directory, wanted):
    """Paths of the wanted providers; unknown names end the program with the list of known ones."""
    if wanted and all(os.path.isfile(w) for w in wanted):
        return list(wanted)
    known = catalogue(directory)
    paths = []
    for w in wanted or list(known):
        if os.path.isfile(w):
            paths.append(w)
            continue
        name, _, version = w.partition("@")
        hits = [p for _, v, p in known.get(name, []) if not version or v == version]
        if not hits:
            have = ", ".join(f"{n}@{v}" for n, vs in known.items() for _, v, _ in vs)
            sys.exit(f"schema-provider: no schema for {w!r}; known: {have}")
        paths.append(hits[-1])
    return paths


def load(path):
    """(source address, schema document) of the first provider in a schema file."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8") as f:
        document = json.load(f)
    address, schema = next(iter(document["provider_schemas"].items()))
    provider = "/".join(address.split("/")[-2:])
    for resource, attributes in MISSING_ATTRIBUTES.get(provider, {}).items():
        block = schema.get("resource_schemas", {}).get(resource, {}).get("block", {})
        for name, attribute in attributes.items():
            block.setdefault("attributes", {}).setdefault(name, attribute)
    names = NESTED_ATTRIBUTES.get(provider)
    if names:
        # Data sources and resources share the names; the top-level provider block too.
        for owner in [schema["provider"], *schema.get("resource_schemas", {}).values(),
                      *schema.get("data_source_schemas", {}).values()]:
            blocks_to_attributes(owner.get("block", {}), names)
    return address, schema


def blocks_to_attributes(block, names):
    for name in list(block.get("block_types", {})):
        nested = block["block_types"][name]
        inner = nested.setdefault("block", {})
        blocks_to_attributes(inner, names)
        if name in names:
            del block["block_types"][name]
            mode = "set" if nested["nesting_mode"] == "set" else names[name]
            block.setdefault("attributes", {})[name] = {
                "optional": True,
                "nested_type": {"nesting_mode": mode, "attributes": inner.get("attributes", {})},
            }


# ------------------------------------------------------------ protocol servicer

def make_servicer(schema):
    import msgpack
    from tfplugin_proto import tfplugin6_0_pb2 as pb, tfplugin6_0_pb2_grpc as rpc

    unknown = msgpack.ExtType(0, b"\x00")

    def attribute(name, a):
        out = pb.Schema.Attribute(
            name=name, required=a.get("required", False), optional=a.get("optional", False),
            computed=a.get("computed", False), sensitive=a.get("sensitive", False),
            deprecated=a.get("deprecated", False))
        if write_only(name, a):
            # Field 11 is younger than the message modules; they pass on what they do not know.
            out.MergeFromString(b"\x58\x01")
        if "nested_type" in a:
            nested = a["nested_type"]
            out.nested_type.nesting = NESTING[nested["nesting_mode"]]
            out.nested_type.attributes.extend(
                attribute(k, v) for k, v in sorted(nested.get("attributes", {}).items()))
        else:
            out.type = json.dumps(a["type"]).encode()
        return out

    def block(b):
        out = pb.Schema.Block(deprecated=b.get("deprecated", False))
        out.attributes.extend(attribute(k, v) for k, v in sorted(b.get("attributes", {}).items()))
        for k, v in sorted(b.get("block_types", {}).items()):
            n = out.block_types.add(
                type_name=k, nesting=NESTING[v["nesting_mode"]],
                min_items=v.get("min_items", 0), max_items=v.get("max_items", 0))
            n.block.CopyFrom(block(v.get("block", {})))
        return out

    def whole(s):
        return pb.Schema(version=s.get("version", 0), block=block(s.get("block", {})))

    # Planning: a computed attribute that the configuration leaves null is not known yet.
    def plan_attribute(a, value):
        nested = a.get("nested_type")
        if value is None:
            return unknown if a.get("computed") else None
        if nested and not isinstance(value, msgpack.ExtType):
            def one(o):
                if not isinstance(o, dict):
                    return o
                return {k: plan_attribute(nested["attributes"][k], x) for k, x in o.items()}
            mode = nested["nesting_mode"]
            if mode in ("list", "set"):
                return [one(x) for x in value]
            if mode == "map":
                return {k: one(x) for k, x in value.items()}
            return one(value)
        return value

    def plan_block(b, value):
        if not isinstance(value, dict):
            return value
        out = {}
        for k, v in value.items():
            if k in b.get("attributes", {}):
                a = b["attributes"][k]
                # Terraform wants back what goes into the plan, and a write-only value does not.
                out[k] = None if write_only(k, a) else plan_attribute(a, v)
            elif k in b.get("block_types", {}) and v is not None and not isinstance(v, msgpack.ExtType):
                nested = b["block_types"][k]
                inner, mode = nested.get("block", {}), nested["nesting_mode"]
                if mode in ("list", "set"):
                    out[k] = [plan_block(inner, x) for x in v]
                elif mode == "map":
                    out[k] = {n: plan_block(inner, x) for n, x in v.items()}
                else:
                    out[k] = plan_block(inner, v)
            else:
                out[k] = v
        return out

    # Terraform leaves it to the provider to warn of deprecated arguments.
    def deprecations(b, value, steps=()):
        if not isinstance(value, dict):
            return
        for k, a in b.get("attributes", {}).items():
            if a.get("deprecated") and value.get(k) is not None:
                yield steps + (k,)
        for k, nested in b.get("block_types", {}).items():
            inner = value.get(k)
            many = isinstance(inner, list)
            for n, one in enumerate(inner if many else [inner]):
                # an element of a set has no index to point to
                step = (k, n) if many and nested["nesting_mode"] == "list" else (k,)
                yield from deprecations(nested.get("block", {}), one, steps + step)

    def warnings(b, value):
        for steps in deprecations(b, msgpack.unpackb(value.msgpack, raw=False, strict_map_key=False)):
            yield pb.Diagnostic(
                severity=pb.Diagnostic.WARNING, summary="Argument is deprecated",
                detail=f"The provider's schema calls {'.'.join(map(str, steps))} deprecated.",
                attribute=pb.AttributePath(steps=[
                    pb.AttributePath.Step(**{"element_key_int" if isinstance(s, int) else "attribute_name": s})
                    for s in steps]))

    class Servicer(rpc.ProviderServicer):
        def __init__(self):
            self.response = None

        def GetProviderSchema(self, request, context):
            if self.response is None:
                r = pb.GetProviderSchema.Response(
                    provider=whole(schema["provider"]), provider_meta=pb.Schema(block=pb.Schema.Block()))
                for k, v in schema.get("resource_schemas", {}).items():
                    r.resource_schemas[k].CopyFrom(whole(v))
                for k, v in schema.get("data_source_schemas", {}).items():
                    r.data_source_schemas[k].CopyFrom(whole(v))
                self.response = r
            return self.response

        def ValidateProviderConfig(self, request, context):
            return pb.ValidateProviderConfig.Response()

        def ValidateResourceConfig(self, request, context):
            block = schema["resource_schemas"][request.type_name].get("block", {})
            return pb.ValidateResourceConfig.Response(diagnostics=warnings(block, request.config))

        def ValidateDataResourceConfig(self, request, context):
            return pb.ValidateDataResourceConfig.Response()

        def ConfigureProvider(self, request, context):
            return pb.ConfigureProvider.Response()

        def ReadResource(self, request, context):
            return pb.ReadResource.Response(new_state=request.current_state)

        def UpgradeResourceState(self, request, context):
            return pb.UpgradeResourceState.Response(
                upgraded_state=pb.DynamicValue(json=request.raw_state.json))

        def PlanResourceChange(self, request, context):
            value = msgpack.unpackb(request.proposed_new_state.msgpack, raw=False, strict_map_key=False)
            if value is not None:
                value = plan_block(schema["resource_schemas"][request.type_name]["block"], value)
            return pb.PlanResourceChange.Response(
                planned_state=pb.DynamicValue(msgpack=msgpack.packb(value)))

        def ApplyResourceChange(self, request, context):
            return pb.ApplyResourceChange.Response(new_state=request.planned_state)

        def ReadDataSource(self, request, context):
            answers = ANSWERS.get(request.type_name, {})
            value = msgpack.unpackb(request.config.msgpack)
            for name, answer in answers.items():
                if name in value and value[name] is None:
                    value[name] = answer
            if not answers:
                return pb.ReadDataSource.Response(state=request.config)
            return pb.ReadDataSource.Response(state=pb.DynamicValue(msgpack=msgpack.packb(value)))

        def StopProvider(self, request, context):
            return pb.StopProvider.Response()

    return Servicer(), rpc


def start(schema, socket_path, on_shutdown):
    import grpc
    servicer, rpc = make_servicer(schema)
    server = grpc.server(
        futures.ThreadPoolExecutor(8),
        options=[("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)])
    rpc.add_ProviderServicer_to_server(servicer, server)
    # Terraform asks a plugin that it started itself to end through this service.
    shutdown = grpc.unary_unary_rpc_method_handler(lambda request, context: on_shutdown() or b"")
    server.add_generic_rpc_handlers(
        [grpc.method_handlers_generic_handler("plugin.GRPCController", {"Shutdown": shutdown})])
    server.add_insecure_port("unix:" + socket_path)
    server.start()
    return server


def write_only(name, attribute):
    """Whether a value goes to the provider only. Extracted schemas lack the flag; the name then says it."""
    by_name = name.endswith("_wo") and not attribute.get("computed") and "nested_type" not in attribute
    return attribute.get("write_only", by_name)


# -------------------------------------------------------------------- commands

class Pool:
    """Every wanted provider on its own unix socket, removed again on exit."""

    def __init__(self, paths, on_shutdown=lambda: None):
        # A short path: unix socket names are limited to about 100 bytes.
        self.directory = tempfile.mkdtemp(prefix="tfs")
        self.servers, self.reattach = [], {}
        try:
            for i, path in enumerate(paths):
                address, schema = load(path)
                if address in self.reattach:
                    sys.exit(f"schema-provider: {address} is given twice")
                socket_path = os.path.join(self.directory, f"{i}.sock")
                self.servers.append(start(schema, socket_path, on_shutdown))
                self.reattach[address] = {
                    "Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True,
                    "Addr": {"Network": "unix", "String": socket_path}}
        except BaseException:
            self.close()
            raise

    def close(self):
        for server in self.servers:
            server.stop(grace=0.5)
        shutil.rmtree(self.directory, ignore_errors=True)


def on_termination(action):
    for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(s, lambda *_: action())


def command_list(args):
    for name, versions in catalogue(args.schemas).items():
        for _, version, path in versions:
            address, schema = load(path)
            print(f"{name}@{version}\t{'/'.join(address.split('/')[-2:])}\t"
                  f"{len(schema.get('resource_schemas', {}))} resources\t"
                  f"{len(schema.get('data_source_schemas', {}))} data sources")


def command_serve(args):
    stop = threading.Event()
    on_termination(stop.set)
    pool = Pool(resolve(args.schemas, args.providers))
    try:
        # Written under another name first: the file appears only when every socket accepts.
        partial = args.out + ".part"
        with open(partial, "w", encoding="utf-8") as f:
            json.dump(pool.reattach, f)
        os.replace(partial, args.out)
        print(f"ready: {len(pool.servers)} provider(s)", flush=True)
        if args.until_stdin_closes:
            def watch():
                while os.read(0, 4096):
                    pass
                stop.set()
            threading.Thread(target=watch, daemon=True).start()
        stop.wait()
    finally:
        pool.close()
        if os.path.exists(args.out):
            os.unlink(args.out)


def command_run(args):
    pool = Pool(resolve(args.schemas, args.providers))
    try:
        env = dict(os.environ, TF_REATTACH_PROVIDERS=json.dumps(pool.reattach))
        child = subprocess.Popen(args.command, env=env)
        on_termination(child.terminate)
        code = child.wait()
        return code if code >= 0 else 128 - code  # ended by a signal: the shell's convention
    finally:
        pool.close()


def command_plugin(args):
    if os.environ.get("TF_PLUGIN_MAGIC_COOKIE") != MAGIC_COOKIE:
        sys.exit("schema-provider: `plugin` is started by Terraform, not by hand")
    stop = threading.Event()
    on_termination(stop.set)
    pool = Pool([args.file], on_shutdown=stop.set)
    try:
        socket_path = next(iter(pool.reattach.values()))["Addr"]["String"]
        print(f"1|6|unix|{socket_path}|grpc|", flush=True)
        stop.wait()
    finally:
        pool.close()


def main(argv):
    command = []
    if argv[:1] == ["run"]:
        cut = argv.index("--") if "--" in argv else len(argv)
        argv, command = argv[:cut], argv[cut + 1:]
    parser = argparse.ArgumentParser(
        prog="schema-provider.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("list", "serve", "run"):
        p = verbs.add_parser(verb)
        p.add_argument("--schemas", default=DEFAULT_SCHEMAS, metavar="DIR")
        if verb != "list":
            p.add_argument("providers", nargs="*", metavar="PROVIDER")
        if verb == "serve":
            p.add_argument("--out", required=True, metavar="FILE",
                           help="receives the value of TF_REATTACH_PROVIDERS; removed again on exit")
            p.add_argument("--until-stdin-closes", action="store_true",
                           help="also stop at end of input, so that a dying test takes the server along")
    p = verbs.add_parser("plugin")
    p.add_argument("file", metavar="FILE")
    args = parser.parse_args(argv)
    args.command = command
    if args.verb == "run" and not command:
        parser.error("run needs `-- COMMAND ...`")
    return {"list": command_list, "serve": command_serve, "run": command_run,
            "plugin": command_plugin}[args.verb](args) or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
