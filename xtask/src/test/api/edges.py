"""What the fuzzer of the API does not make by itself: requests at the edges of HTTP.

Each operation is asked, as somebody of staff, with a path that is no text, a body that is too
long, a body of another type, and by a method that it does not have. Every answer has to be
documented and, as the document promises, every refusal has to be a problem. One check an edge;
the last line is `N passed, N failed`.

    edges.py ADDRESS FILE
"""

import json
import pathlib
import re
import sys

import requests

ADDRESS, FILE = sys.argv[1:]
STAFF = json.loads(pathlib.Path(FILE).read_text(encoding="utf-8"))

# More than the longest body that any operation reads.
LONG = json.dumps({"text": "x" * 300_000})
JSON = {"content-type": "application/json"}
PROBLEM = "application/problem+json"

# Answers that any operation may give.
ANYWHERE = {"429"}


def requests_to(method, path, operation, others):
    """What is asked: the edge in words, the method, the path, and more."""
    named = re.sub(r"{\w+}", lambda name: STAFF["parameters"].get(name[0][1:-1], "kelp"), path)
    if "{" in path:
        yield "a path that is no text", method, re.sub(r"{\w+}", "%ff", path), {}
    yield "a query that is no text", method, f"{named}?%ff=%ff", {}
    if "requestBody" in operation:
        yield "a body that is too long", method, named, {"data": LONG, "headers": JSON}
        yield "a body of another type", method, named, {"data": "{}", "headers": {"content-type": "text/plain"}}
        yield "a body that is no text", method, named, {"data": b"\xff\xfe", "headers": JSON}
    spare = next(each for each in ("patch", "delete", "put", "get") if each not in others)
    yield "a method that it does not have", spare, named, {}


def wrong(operation, spare, response):
    """What is wrong with an answer, in words."""
    status = str(response.status_code)
    documented = {"405"} if spare else operation["responses"].keys() | ANYWHERE
    # Whatever else is refused is documented as a whole, as a problem.
    if status not in documented and not (status.startswith("4") and "default" in operation["responses"]):
        yield f"{status} is not documented"
    kind = response.headers.get("content-type", "none")
    if response.status_code >= 400 and kind != PROBLEM:
        yield f"{status} is no problem, but of type {kind}"


def main():
    document = requests.get(f"{ADDRESS}/api/v1/openapi.json").json()
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for edge, sent, target, more in requests_to(method, path, operation, item):
                headers = {**STAFF["headers"], **more.get("headers", {})}
                # Whoever leaves with it has lost the session for what comes after.
                if "/sign-out" in path or "/erase" in path:
                    headers.pop("Cookie", None)
                breaches = found.setdefault(edge, [])
                # What follows the head of an answer is not looked at, and may have no end.
                with requests.request(
                    sent, ADDRESS + target, data=more.get("data"), headers=headers, timeout=20, stream=True
                ) as response:
                    for what in wrong(operation, sent != method, response):
                        breaches.append(f"{sent.upper()} {path}: {what}")
    for edge, breaches in found.items():
        print("NOT" if breaches else "ok ", edge)
        for breach in breaches:
            print("    ", breach)
    failed = sum(bool(breaches) for breaches in found.values())
    print(f"{len(found) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
