"""Gets the fuzzer past the doors of the API.

Signs in as somebody of staff, with the code from the mail; sends applications and takes some of
them further; and writes what schemathesis needs to ask as each of its callers: a configuration, and
examples that the server takes.

    enter.py ADDRESS OUTBOX STAFF FOLDER PUBLISHED
"""

import datetime
import json
import pathlib
import re
import sys
import time

import requests

ADDRESS, OUTBOX, STAFF, FOLDER, PUBLISHED = sys.argv[1:]
API = f"{ADDRESS}/api/v1"
HOOKS = pathlib.Path(__file__).with_name("hooks.py")

# Applications that wait, and those that a reviewer has begun to read: decisions use them up.
WAITING, READ = 4, 12

# A namespace of the sample that can be renewed, and who owns it.
NAMESPACE, OWNER = "sandpiper", "ines@sandpiper.example"


def must(response, status):
    """The answer, which has to have this status. Its body may be a secret, so only a refusal's is shown."""
    if response.status_code != status:
        words = response.text if response.status_code >= 400 else ""
        sys.exit(f"{response.request.method} {response.url}: {response.status_code} {words}")
    return response.json()


def code():
    """The code that was mailed last; the mail is written a moment after it is asked for."""
    for _ in range(100):
        found = re.search(r"\b\d{6}\b", requests.get(OUTBOX).text)
        if found:
            return found[0]
        time.sleep(0.05)
    return sys.exit("No code was mailed.")


def signed_in(mail):
    """A session of somebody."""
    session = requests.Session()
    must(session.post(f"{API}/sign-in", json={"mail": mail}), 202)
    must(session.post(f"{API}/sign-in/code", json={"mail": mail, "code": code()}), 200)
    return session


def cookies(session):
    """What a browser would send along."""
    return {"Cookie": "; ".join(f"{each.name}={each.value}" for each in session.cookies)}


def answers(schemas, name):
    """A form that can be sent; nobody is at its repository's address."""
    return {
        "presence": "exists",
        "namespace": name,
        "holder": "organization",
        "paid_plan": False,
        "sources": [{"address": f"https://forge.invalid/{name}/tidal"}],
        "license": "MPL-2.0",
        "money": {topic: False for topic in schemas["MoneyTopic"]["enum"]},
        "mail": f"{name}@tidal.example",
        "name": "Inês Caldeira",
    }


def opinions(schemas, mark):
    """The same mark for each criterion."""
    return {each: {"mark": mark, "reason": "As the page says."} for each in schemas["Criterion"]["enum"]}


def bodies(schemas):
    """A body for each operation that takes one."""
    verdict = {"opinions": opinions(schemas, "met"), "version": 2}
    soon = datetime.date.today() + datetime.timedelta(days=20)
    form = answers(schemas, "kelp-example")
    return {
        "post /api/v1/applications": [{"answers": form}],
        "put /api/v1/applications/{id}": [{"answers": form, "version": each} for each in (1, 2)],
        "post /api/v1/account/tokens": [{"name": "nightly", "scope": "read", "days": 30}],
        "post /api/v1/people/export": [{"mail": "ines@tidal.example"}],
        "post /api/v1/people/erase": [{"mail": "nobody@tidal.example"}],
        "post /api/v1/namespaces/{name}/invitations": [{"mail": "rui@tidal.example", "role": "member"}],
        "put /api/v1/namespaces/{name}/maintainers/{id}": [{"role": "owner"}],
        "post /api/v1/namespaces/{name}/renewal": [{"answers": form, "until": soon.isoformat()}],
        "post /api/v1/sign-in": [{"mail": "ines@tidal.example"}],
        "post /api/v1/sign-in/code": [{"mail": "ines@tidal.example", "code": "123 456"}],
        "put /api/v1/review/{id}/marks": [{"opinions": opinions(schemas, "met"), "version": 2}],
        "post /api/v1/review/{id}/notes": [{"text": "Where is it?"}],
        "post /api/v1/review/{id}/proof": [{"reason": "They wrote from the address.", "version": 2}],
        **{
            f"post /api/v1/review/{{id}}/{last}": [
                {**verdict, "decision": {"decision": "approve", "exception": "It is theirs."}},
                {**verdict, "decision": {"decision": "decline"}, "opinions": opinions(schemas, "not_met")},
                {
                    **verdict,
                    "decision": {"decision": "ask", "until": soon.isoformat()},
                    "opinions": opinions(schemas, "ask"),
                },
            ]
            for last in ("preview", "decision")
        },
    }


def write(name, text):
    """Writes a file that only this user can read: it may hold a session."""
    path = pathlib.Path(FOLDER, name)
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")


def periods():
    """Numbers of the last weeks and months, and their years: what an export is asked by."""
    last = datetime.date.today() - datetime.timedelta(days=40)
    return {
        "year": [last.year, last.year - 1],
        "timespantype": ["months", "weeks"],
        "timespan": [last.month, last.isocalendar().week, 1, 12, 30],
        "dataview": ["raw", "summary", "repo-summary", "namespace-summary"],
    }


def configuration(caller, ids, example, more, headers=None, known=None):
    """Writes what a caller asks with: what most requests are about, and examples for the document.

    JSON's texts and lists are TOML's, too. What is drawn most often stands first.
    """
    values = {
        "path.id": ids,
        "path.name": [NAMESPACE, "tidepool"],
        "body.version": [2, 1, 3, 4],
        "header.idempotency-key": [f"fuzzed-{number}-0123456789" for number in range(40)],
        **({"header.dsos-key": [example["dsos-key"]]} if "dsos-key" in example else {}),
        **{f"path.{name}": values for name, values in (known or {}).items()},
    }
    # What it keeps between runs would hold what was sent.
    lines = [f"hooks = {json.dumps(str(HOOKS))}", "[cache]", "enabled = false"]
    # A key that is made up would take the place of the caller's own.
    lines += ["[generation]", "with-security-parameters = false"]
    if headers:
        lines += ["[headers]", *(f"{key} = {json.dumps(value)}" for key, value in headers.items())]
    for number, each in enumerate(values.values()):
        lines += [f"[dictionaries.d{number}]", f"values = {json.dumps(each)}"]
    lines.append("[parameters]")
    for number, name in enumerate(values):
        lines.append(f'"{name}" = {{ dictionary = "d{number}", probability = 0.8 }}')
    write(f"{caller}.toml", "\n".join(lines) + "\n")
    write(f"{caller}.json", json.dumps({"headers": headers or {}, "parameters": example, "bodies": more}))


def main():
    schemas = must(requests.get(f"{API}/openapi.json"), 200)["components"]["schemas"]
    staff = signed_in(STAFF)
    sent = []
    for number in range(WAITING + READ):
        name = f"kelp-{number}"
        headers = {"idempotency-key": f"{name}-0123456789abcdef"}
        body = {"answers": answers(schemas, name)}
        sent.append(must(requests.post(f"{API}/applications", json=body, headers=headers), 201))
    for receipt in sent[WAITING:]:
        must(staff.post(f"{API}/review/{receipt['id']}/begin"), 200)

    examples = bodies(schemas)
    configuration("stranger", ["abcdefghjkmn"], {}, examples)
    applicant, leaver, *others = sent
    for caller, receipt in (("applicant", applicant), ("leaver", leaver)):
        example = {"id": receipt["id"], "dsos-key": receipt["key"]}
        configuration(caller, [receipt["id"]], example, examples)
    ids = [receipt["id"] for receipt in reversed(others)]
    for caller, some in (("decider", ids[: READ // 2]), ("staff", ids[READ // 2 :])):
        configuration(caller, some[1:], {"id": some[0]}, examples, cookies(staff))
    # Owner of a namespace of the sample, in its renewal window; tokens and maintainers have numbers.
    owner = signed_in(OWNER)
    configuration("owner", [1, 2, 3], {"id": 1, "name": NAMESPACE}, examples, cookies(owner))
    # The same with a personal access token, at the publisher API.
    body = {"name": "scripts", "scope": "read", "days": 30}
    secret = must(owner.post(f"{API}/account/tokens", json=body), 201)["secret"]
    login = requests.post(f"{ADDRESS}/v2/users/login", json={"username": OWNER, "password": secret})
    headers = {"Authorization": f"Bearer {must(login, 200)['token']}"}
    known = {"namespace": [NAMESPACE, "tidepool"], "repo": ["web", "no-such"], **periods()}
    example = {"namespace": NAMESPACE, **{name: values[0] for name, values in periods().items()}}
    # The edition that others published is older than a view that scripts know by now.
    document = json.loads(pathlib.Path(PUBLISHED).read_text(encoding="utf-8"))
    shapes = document["components"]["schemas"]
    shapes["DataviewType"]["enum"].append("namespace-summary")
    # It says that an answer is one of two shapes, and lets any object be both.
    for name in ("MonthData", "WeekData", "MonthModel", "WeekModel"):
        shapes[name]["required"] = list(shapes[name]["properties"])
    write("elsewhere.json", json.dumps(document))
    for caller in ("publisher", "published"):
        configuration(caller, [1], example, {}, headers, known)


main()
