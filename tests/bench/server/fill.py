"""Fills the data of a stopped server for the benchmark.

A few applications that the server took in itself are the patterns: every other one is such a
row with other names, at another time and stage. Everything follows from the seed and the time,
so that a run can be had again. Beside it, the keys are written down that open what is there.

    fill.py FILE KEYS NOW_MS SEED
"""

import base64
import hashlib
import json
import random
import sqlite3
import sys

DAY = 86_400_000

#: Applications, those among them that are open, and those of these that wait for the program.
APPLICATIONS, OPEN, WAITING = 100_000, 500, 300

#: Namespaces in the program. Each has had one to five years.
MEMBERS = 10_000

#: How far back applications go: five years, in days.
BACK = 1_826

#: After so many days the server erases people by whose application nothing came about.
KEPT = 730

#: What is read in each way, at most.
SOME = 2_000

FIRST = "amber basalt cedar delta ember fjord garnet harbor indigo juniper kelp larch moss north ochre pine quartz reed slate tidal"
SECOND = "anchor beacon compass drift engine forge gauge hinge inlet jetty keel lantern mill nest orbit pier quill relay shuttle tower"
PEOPLE = "Inês Caldeira|Jun Watanabe|Ada Lindqvist|Tomás Herrera|Leo Brandt|Nia Mensah|Mei Chen|Raj Iyer|Ola Nilsen|Eva Novak"
REVIEWERS = "Marta Oduya|Ben Achterberg|Sofia Rossi"
CRITERIA = "public_source open_source_license active_development no_commercialization documented organization_namespace"
REASON = "The images on the paid page are built from the same source and are charged for; what is given away here has to be the whole of it."


def main(file, keys, now, seed):
    base = sqlite3.connect(file, isolation_level=None)
    # Nothing is lost that could not be made again.
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA temp_store = MEMORY")
    base.execute("PRAGMA cache_size = -500000")
    teach(base, seed)
    base.execute("BEGIN")
    patterns = learn(base, now)
    values = {
        "now": now, "today": now // DAY, "day": DAY, "members": MEMBERS, "back": BACK, "kept": KEPT,
        "rest": APPLICATIONS - OPEN, "open": OPEN - patterns, "waiting": WAITING - patterns, "patterns": patterns,
    }
    for step in STEPS:
        base.execute(step, {name: value for name, value in values.items() if f":{name}" in step})
    base.execute("COMMIT")
    count = base.execute("SELECT count(*) FROM application").fetchone()[0]
    assert count == APPLICATIONS, count
    with open(keys, "w", encoding="utf-8") as out:
        json.dump(openers(base, now, seed), out)
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def secret(seed, what, number):
    """A secret of 256 bits as the server writes them, the same for the same seed."""
    digest = hashlib.sha256(f"{seed} {what} {number}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hashed(text):
    return hashlib.sha256(text.encode()).digest()


def bearer(seed, number):
    return f"dsos_pat_{secret(seed, 'token', number)}"


def name(number):
    first, second = FIRST.split(), SECOND.split()
    return f"{first[number % len(first)]}-{second[number // len(first) % len(second)]}-{number}"


def teach(base, seed):
    """Gives SQL the functions that the steps call."""
    letters = "abcdefghjkmnpqrstuvwxyz023456789"

    def identity(number):
        digest = hashlib.sha256(f"{seed} id {number}".encode()).digest()
        return "".join(letters[byte & 31] for byte in digest[:12])

    people, reviewers = PEOPLE.split("|"), REVIEWERS.split("|")

    def opinions(is_met):
        marks = {key: {"mark": "met", "reason": ""} for key in CRITERIA.split()}
        if not is_met:
            marks["no_commercialization"] = {"mark": "not_met", "reason": REASON}
        return json.dumps(marks, separators=(",", ":"))

    for title, count, function in [
        ("identity", 1, identity),
        ("name", 1, name),
        ("person", 1, lambda number: people[number % len(people)]),
        ("reviewer", 1, lambda number: reviewers[number % len(reviewers)]),
        ("hashed", 2, lambda what, number: hashed(secret(seed, what, number))),
        ("bearer_hash", 1, lambda number: hashed(bearer(seed, number))),
        ("bearer_hint", 1, lambda number: bearer(seed, number)[-4:]),
        ("opinions", 1, opinions),
    ]:
        base.create_function(title, count, function, deterministic=True)


def learn(base, now):
    """Keeps the applications that are there as patterns, their evidence as a forge would give it."""
    base.execute("CREATE TEMP TABLE pattern (at INTEGER PRIMARY KEY, word TEXT, answers TEXT, evidence TEXT)")
    rows = base.execute("SELECT namespace, answers, evidence FROM application ORDER BY received_at").fetchall()
    for at, (namespace, answers, evidence) in enumerate(rows):
        evidence = json.loads(evidence)
        for repository in evidence["repositories"]:
            facts = {
                "found": True, "private": False, "archived": False, "fork": False, "license": "MPL-2.0",
                "pushed_at": "@at@", "contributing": True, "readme": True,
                "description": f"What {namespace} is for, in a line", "homepage": f"https://{namespace}.example",
                "moved_to": None,
            }
            repository["reading"] = {"state": "read", "at": "@at@", "facts": facts}
        evidence["claimed"] = {"state": "read", "at": "@at@", "facts": "free"}
        evidence = json.dumps(evidence, separators=(",", ":"))
        base.execute("INSERT INTO pattern VALUES (?, ?, ?, ?)", [at, namespace, answers, evidence])
    # Their mails have long gone out.
    base.execute("UPDATE outbox SET sent_at = ?, text = '', calendar = NULL", [now])
    return len(rows)


#: Namespaces and their years: 0 is the one that runs. All run now, or are in their days of grace.
GRANTED = """
    SELECT i AS n, year, :today - i % 380 - 366 * year AS first_day, year < i % 5 AS renews
    FROM number JOIN (SELECT 0 AS year UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4)
    ON year <= i % 5 WHERE i < :members"""

STEPS = [
    "CREATE TEMP TABLE number (i INTEGER PRIMARY KEY)",
    """INSERT INTO number WITH RECURSIVE counting (i) AS (
           SELECT 0 UNION ALL SELECT i + 1 FROM counting WHERE i + 1 < :rest) SELECT i FROM counting""",
    "CREATE TEMP TABLE granted (n, year, first_day, renews)",
    f"INSERT INTO granted {GRANTED}",
    # What comes about with each application. A third waits for an answer in between.
    """CREATE TEMP TABLE plan (i INTEGER PRIMARY KEY, n, stage, renews, received_at, asked_at,
           ended_at, year, first_day, is_erased, is_open, number)""",
    """INSERT INTO plan (n, stage, renews, received_at, asked_at, ended_at, year, first_day, is_erased, is_open)
       WITH ended AS (
           SELECT n, 'approved' AS stage, renews, year, first_day,
               :now - (:today - first_day + iif(renews, n % 20, 0)) * :day - n * 7919 % 3600000 AS ended_at,
               iif(renews AND n % 2, 0, 2 + n % 12) AS took
           FROM granted
           UNION ALL
           SELECT iif(i % 10 = 0, i / 10 % :members, :members + i % 50000), iif(i % 4 < 3, 'declined', 'withdrawn'), 0, NULL, NULL,
               :now - 3 * :day - i * (:back * :day / (:rest - (SELECT count(*) FROM granted))), 2 + i % 12
           FROM number WHERE i < :rest - (SELECT count(*) FROM granted)
           UNION ALL
           SELECT iif(i < 60, 330 + i % 3 * 10 + i / 3 * 380, 2 * :rest + i),
               CASE WHEN i >= :waiting THEN 'changes_asked' WHEN i % 3 THEN 'received' ELSE 'in_review' END,
               i < 60, NULL, NULL, NULL, i * 28.0 / :open + 0.05
           FROM number WHERE i < :open),
       timed AS (
           SELECT *, CAST(coalesce(ended_at, :now) - took * :day AS INTEGER) AS received_at FROM ended)
       SELECT n, stage, renews, received_at,
           CASE WHEN stage = 'changes_asked' OR (took > 6 AND n % 3 = 0) THEN received_at + :day / 2 END,
           ended_at, year, first_day,
           iif(stage = 'withdrawn', received_at, ended_at) < :now - :kept * :day AND coalesce(first_day + 365 < :today - :kept, 1),
           ended_at IS NULL
       FROM timed ORDER BY received_at""",
    # Numbers go by year; those of the patterns were given already.
    """UPDATE plan SET number = counted.number FROM (
           SELECT i, strftime('%Y', received_at / 1000, 'unixepoch') AS year,
               row_number() OVER (PARTITION BY strftime('%Y', received_at / 1000, 'unixepoch') ORDER BY i) AS number
           FROM plan) AS counted
       WHERE counted.i = plan.i""",
    """UPDATE plan SET number = strftime('%Y', received_at / 1000, 'unixepoch') || '-' || printf('%04d', number +
           iif(strftime('%Y', received_at / 1000, 'unixepoch') = strftime('%Y', :now / 1000, 'unixepoch'), :patterns, 0))""",
    """INSERT OR REPLACE INTO numbering (year, last)
       SELECT CAST(substr(number, 1, 4) AS INTEGER), max(CAST(substr(number, 6) AS INTEGER)) FROM plan GROUP BY 1""",
    # All of them. Who is erased has no name, no address and no key.
    """INSERT INTO application (id, number, namespace, key_hash, idempotency_hash, body_hash, stage, is_open,
           version, answers, evidence, checked_at, opinions, control_token, control_proven_at, received_at,
           target, waited_ms, waiting_since, decided_at, mail, renews)
       SELECT identity(i), number, name(n), iif(is_erased, x'', hashed('key', i)), hashed('idempotency', i),
           iif(is_erased, x'', hashed('body', i)),
           iif(stage = 'changes_asked', json_object('stage', stage, 'until', date(received_at / 1000, 'unixepoch', '+29 days')),
               json_object('stage', stage)),
           is_open, 2 + (asked_at IS NOT NULL) * 2,
           iif(is_erased, json_set(replace(answers, word, name(n)), '$.name', '', '$.mail', '', '$.remark', '', '$.money_remark', ''),
               json_set(replace(answers, word, name(n)), '$.name', person(n))),
           replace(replace(evidence, word, name(n)), '@at@', strftime('%Y-%m-%dT%H:%M:%SZ', received_at / 1000, 'unixepoch')),
           received_at + 2000, iif(stage IN ('received', 'in_review', 'withdrawn'), '{}', opinions(stage = 'approved')),
           iif(is_erased, '', 'dsos-verify-' || identity(-i)), iif(stage IN ('approved', 'in_review'), received_at + :day / 4, NULL),
           received_at, received_at / :day + 14,
           iif(asked_at IS NULL, coalesce(ended_at - received_at, 0), asked_at - received_at),
           iif(is_open AND stage <> 'changes_asked', received_at, NULL), iif(stage = 'withdrawn', NULL, ended_at),
           iif(is_erased, '', name(n) || '@tidal.example'), renews
       FROM plan JOIN pattern ON pattern.at = plan.i % :patterns ORDER BY plan.i""",
    """INSERT INTO record (application, at, kind, actor, body)
       WITH happened AS (
           SELECT i, 0 AS step, received_at AS at, '"received"' AS kind, 0 AS is_staff FROM plan
           UNION ALL SELECT i, 1, received_at + :day / 4, '"control_proven"', 0 FROM plan WHERE stage IN ('approved', 'in_review')
           UNION ALL SELECT i, 2, received_at + :day / 3, '"begun"', 1 FROM plan WHERE stage <> 'received'
           UNION ALL SELECT i, 3, asked_at, '"changes_asked"', 1 FROM plan WHERE asked_at IS NOT NULL
           UNION ALL SELECT i, 4, asked_at + :day, '"answered"', 0 FROM plan WHERE asked_at IS NOT NULL AND NOT is_open
           UNION ALL SELECT i, 5, ended_at + :day / 2, '"' || stage || '"', stage <> 'withdrawn' FROM plan WHERE NOT is_open
           UNION ALL SELECT i, 6, ended_at + :kept * :day, '"erased"', 0 FROM plan WHERE is_erased)
       SELECT identity(i), min(happened.at, :now), kind, iif(is_staff, reviewer(i), NULL),
           iif(step IN (3, 5) AND is_staff, json_object('opinions', json(opinions(kind = '"approved"'))), 'null')
       FROM happened ORDER BY happened.at, step""",
    """INSERT INTO note (application, at, author, text)
       SELECT identity(i), received_at + :day / 3, reviewer(i), 'The image is built from both repositories; the second has no license file.'
       FROM plan WHERE i % 7 = 0""",
    """INSERT INTO term (namespace, first_day, last_day, application, granted_at)
       SELECT name(n), first_day, first_day + 365, identity(i), ended_at FROM plan WHERE year IS NOT NULL""",
    # People: an owner of each namespace, beside every second one another member.
    """INSERT INTO account (id, mail, name, is_staff, created_at)
       SELECT 1, 'marta@hub.example', 'Marta Oduya', 1, :now - :back * :day
       UNION ALL SELECT 2 + i, name(i) || '@tidal.example', person(i), 0, :now - :day * (i % 1800) FROM number WHERE i < :members""",
    """INSERT INTO maintainer (namespace, account, role, since)
       SELECT name(i), 2 + i, 'owner', :now - :day * (i % 1800) FROM number WHERE i < :members
       UNION ALL SELECT name(i), 2 + (i + 1) % :members, 'member', :now - :day * (i % 300) FROM number WHERE i < :members AND i % 2""",
    """INSERT INTO invitation (namespace, mail, role, invited_by, at, expires_at)
       SELECT name(i), 'guest-' || i || '@tidal.example', 'member', person(i), :now - :day, :now + 13 * :day
       FROM number WHERE i < :members AND i % 20 = 0""",
    # Every third owner has a token, which was used today; the others are signed in.
    """INSERT INTO session (hash, account, created_at, expires_at)
       SELECT hashed('session', i), 1 + i, :now - :day, :now + 20 * :day FROM number WHERE i <= :members AND (i = 0 OR i % 3)""",
    """INSERT INTO token (account, name, hash, hint, scope, created_at, expires_at, last_used)
       SELECT 1 + i, 'CI', bearer_hash(i), bearer_hint(i), '"read"', :now - 30 * :day, :now + 300 * :day, :today
       FROM number WHERE 0 < i AND i <= :members AND i % 3 = 0""",
    # Every notice whose day has come was written, and its mail has gone out.
    """INSERT INTO notice (namespace, last_day, kind, written_at, given_at)
       WITH kind (text, first, later) AS (VALUES ('"began"', 1, 0), ('{"ends":{"days":45}}', 0, -45),
           ('{"ends":{"days":30}}', 0, -30), ('{"ends":{"days":7}}', 0, -7), ('"grace"', 0, 1))
       SELECT name(n), first_day + 365, text, iif(first, first_day, first_day + 365 + later) * :day,
           iif(first, first_day, first_day + 365 + later) * :day + 5000
       FROM granted JOIN kind ON iif(first, first_day, first_day + 365 + later) <= :today AND (year = 0 OR text <> '"grace"')""",
    """INSERT INTO outbox (recipient, subject, text, purpose, about, written_at, next_try_at, tries, sent_at, notice)
       WITH mail AS (
           SELECT n, 'We have your application ' || number AS subject, 'receipt' AS purpose, identity(i) AS about, received_at AS at, NULL AS notice FROM plan
           UNION ALL SELECT n, 'Your application ' || number || ' was decided', 'decision', identity(i), ended_at, NULL FROM plan WHERE ended_at IS NOT NULL
           UNION ALL SELECT granted.n, 'The sponsored year of ' || namespace, 'notice', 'membership:' || namespace, written_at,
               date(last_day * 86400, 'unixepoch') || ' ' || kind
           FROM notice JOIN granted ON namespace = name(granted.n) AND last_day = first_day + 365)
       SELECT name(n) || '@tidal.example', subject, '', purpose, about, at, at, 0, min(at + 5000, :now), notice
       FROM mail WHERE at > :now - 400 * :day ORDER BY at""",
]


def openers(base, now, seed):
    """What can be read, with what opens it."""
    dice = random.Random(seed)
    number = {identity: i for i, identity in base.execute("SELECT i, identity(i) FROM plan")}
    open_ids = [row[0] for row in base.execute("SELECT identity(i) FROM plan WHERE is_open ORDER BY i")]
    # None that the server erases while it runs.
    kept = "SELECT identity(i) FROM plan WHERE NOT is_open AND NOT is_erased AND received_at > ? ORDER BY i"
    ended = [row[0] for row in base.execute(kept, [now - (KEPT - 30) * DAY])]
    cases = open_ids + dice.sample(ended, SOME - len(open_ids))
    owners = dice.sample(range(MEMBERS), SOME)
    third = SOME // 3
    names = owners[:third] + dice.sample(range(MEMBERS, MEMBERS + 50_000), third) + dice.sample(range(900_000, 990_000), third)

    def owner(n):
        # The account of that owner is of number 2 + n, and what is made for it goes by 1 + n.
        account = 1 + n
        held = {"session": secret(seed, "session", account)} if account % 3 else {"token": bearer(seed, account)}
        return {"namespace": name(n), **held}

    return {
        "staff": secret(seed, "session", 0),
        "applications": [{"id": identity, "key": secret(seed, "key", number[identity])} for identity in cases],
        "cases": cases,
        "namespaces": [name(n) for n in names],
        "owners": [owner(n) for n in owners],
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
