"""What schemathesis does here beside its own checks.

The document gets examples that the server takes, so that what is behind its first look at a form is
reached, too; and it gets the refusal of who asks too often, which any operation may give. What was
answered is written to a file, by operation and status.

Environment: DSOS_API_CALLER, the files of a caller without their ending. enter.py wrote its .json;
its .seen is written here.
"""

import atexit
import collections
import json
import os
import pathlib

import schemathesis

CALLER = pathlib.Path(os.environ["DSOS_API_CALLER"])
EXAMPLES = json.loads(CALLER.with_suffix(".json").read_text(encoding="utf-8"))

TOO_MANY = {
    "description": "Asked too often",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}

seen = collections.Counter()


@schemathesis.hook
def before_load_schema(context, raw_schema):
    has_problems = "Problem" in raw_schema["components"]["schemas"]
    for path, item in raw_schema["paths"].items():
        for method, operation in item.items():
            if method not in ("get", "put", "post", "delete"):
                continue
            if has_problems:
                operation["responses"].setdefault("429", TOO_MANY)
            for parameter in operation.get("parameters", []):
                if parameter["name"] in EXAMPLES["parameters"]:
                    parameter["example"] = EXAMPLES["parameters"][parameter["name"]]
            examples = EXAMPLES["bodies"].get(f"{method} {path}", [])
            if examples:
                content = operation["requestBody"]["content"]["application/json"]
                content["examples"] = {str(number): {"value": value} for number, value in enumerate(examples)}


@schemathesis.hook
def after_call(context, case, response):
    if case.method == case.operation.method.upper():
        seen[f"{case.operation.label} {response.status_code}"] += 1


@atexit.register
def write_seen():
    lines = "".join(f"{count} {what}\n" for what, count in sorted(seen.items()))
    CALLER.with_suffix(".seen").write_text(lines, encoding="utf-8")
