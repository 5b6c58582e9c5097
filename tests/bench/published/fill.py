"""Fills the data of a stopped server with what is published, for the benchmark.

The application that the server took in itself is the pattern: every namespace in the program
was accepted on such a row. Everything follows from the seed and the time, so that a run can be
had again. Beside it, what can be asked is written down, and the session of an owner.

    fill.py FILE ASKED NOW_MS SEED
"""

import base64
import hashlib
import json
import random
import sqlite3
import sys

DAY = 86_400_000

#: Namespaces, all of them in the program, and their repositories.
NAMESPACES, REPOSITORIES = 10_000, 100_000

#: The namespace with many repositories, and how many those are.
LARGE, MANY = "large-harbor", 1_000

#: What is looked for, and the badges that are asked for: of namespaces in the program and others.
QUESTIONS, SPONSORED, OTHERS = 2_000, 1_000, 250

#: Most characters of a line.
LINE = 160

SYLLABLES = (
    "flu ent ka der pro me the us gra fa na re dis con tain er log ger mon go in flux ci run "
    "ner web da ta ser ver op era tor k8s py lib"
).split()
CATEGORIES = (
    "build-tools databases documents games home languages machine-learning maps media messaging "
    "networking observability package-registries science security web"
).split()


def main(file, asked, now, seed):
    dice = random.Random(seed)
    words = ["".join(dice.choices(SYLLABLES, k=2 + dice.randrange(3))) for _ in range(6_000)]
    names = [LARGE] + [f"{dice.choice(words)}{number}" for number in range(1, NAMESPACES)]
    base = sqlite3.connect(file, isolation_level=None)
    # Nothing is lost that could not be made again.
    base.execute("PRAGMA synchronous = OFF")
    base.execute("PRAGMA temp_store = MEMORY")
    base.execute("PRAGMA cache_size = -500000")
    base.execute("BEGIN")
    join(base, names, now, seed)
    describe(base, dice, words, names, now)
    listed(base, dice, words, names, now)
    base.execute("COMMIT")
    for table, count in [("term", NAMESPACES), ("profile", NAMESPACES), ("repository", REPOSITORIES)]:
        assert base.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == count, table
    with open(asked, "w", encoding="utf-8") as out:
        json.dump(
            {
                "sponsored": dice.sample(names, SPONSORED),
                "others": [f"{dice.choice(words)}{NAMESPACES + number}" for number in range(OTHERS)],
                "large": LARGE,
                "owned": names[1],
                "session": secret(seed, "session"),
                "questions": [question(dice, words, names) for _ in range(QUESTIONS)],
            },
            out,
        )
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def secret(seed, what):
    """A secret of 256 bits as the server writes them, the same for the same seed."""
    digest = hashlib.sha256(f"{seed} {what}".encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def often_small(dice, end):
    """Small numbers more often than large ones, as words are used."""
    return int(end * dice.random() * dice.random() * dice.random())


def sentence(dice, words, count):
    return " ".join(words[often_small(dice, len(words))] for _ in range(count))[:LINE].strip()


def join(base, names, now, seed):
    """Every namespace is in the middle of its first year, which its owner was told of."""
    columns = [row[1] for row in base.execute("PRAGMA table_info(application)")]
    (pattern,) = base.execute(f"SELECT {', '.join(columns)} FROM application").fetchall()
    pattern = dict(zip(columns, pattern))
    base.execute("DELETE FROM outbox")
    base.execute("DELETE FROM source")
    base.execute("UPDATE application SET is_open = 0")
    today = now // DAY

    def begun(number):
        return today - number % 300

    def application(number, name):
        row = {
            "id": f"bench-{number:06}",
            "number": f"2000-{number:06}",
            "namespace": name,
            "answers": pattern["answers"].replace(pattern["namespace"], name),
            "evidence": pattern["evidence"].replace(pattern["namespace"], name),
            "stage": '{"stage":"approved"}',
            "is_open": 0,
            "waiting_since": None,
            "key_hash": hashlib.sha256(f"{seed} key {number}".encode()).digest(),
            "idempotency_hash": hashlib.sha256(f"{seed} idempotency {number}".encode()).digest(),
            "received_at": begun(number) * DAY,
            "decided_at": begun(number) * DAY,
        }
        return [{**pattern, **row}[column] for column in columns]

    base.executemany(
        f"INSERT INTO application ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",
        (application(number, name) for number, name in enumerate(names)),
    )
    base.executemany(
        "INSERT INTO term (namespace, first_day, last_day, application, granted_at) VALUES (?, ?, ?, ?, ?)",
        ((name, begun(at), begun(at) + 365, f"bench-{at:06}", begun(at) * DAY) for at, name in enumerate(names)),
    )
    base.executemany(
        "INSERT INTO notice (namespace, last_day, kind, written_at, given_at) VALUES (?, ?, '\"began\"', ?, ?)",
        ((name, begun(at) + 365, begun(at) * DAY, begun(at) * DAY) for at, name in enumerate(names)),
    )
    base.execute(
        "INSERT INTO account (id, mail, name, is_staff, created_at) VALUES (1, 'ines@tidal.example', 'Inês Caldeira', 0, ?)",
        [now - 300 * DAY],
    )
    base.executemany(
        "INSERT INTO maintainer (namespace, account, role, since) VALUES (?, 1, 'owner', ?)",
        ((name, now - 300 * DAY) for name in names),
    )
    base.execute(
        "INSERT INTO session (hash, account, created_at, expires_at) VALUES (?, 1, ?, ?)",
        [hashlib.sha256(secret(seed, "session").encode()).digest(), now - DAY, now + 20 * DAY],
    )


def describe(base, dice, words, names, now):
    """All have a profile, every third a name, every fourth a logo, every second stars."""

    def profile(number, name):
        chosen = dice.sample(range(len(CATEGORIES)), dice.randrange(1, 4))
        body = {
            "name": sentence(dice, words, 2) if number % 3 == 0 else "",
            "description": sentence(dice, words, 12),
            "website": f"https://{name}.example",
            "source": f"https://github.com/{name}/{name}",
            "contributing": f"https://github.com/{name}/{name}/blob/main/CONTRIBUTING.md",
            "categories": [CATEGORIES[at] for at in sorted(chosen)],
        }
        return [name, json.dumps(body), now - DAY]

    base.executemany(
        "INSERT INTO profile (namespace, body, version, changed_at) VALUES (?, ?, 1, ?)",
        (profile(number, name) for number, name in enumerate(names)),
    )
    base.executemany(
        "INSERT INTO logo (namespace, version, png, changed_at) VALUES (?, ?, ?, ?)",
        ((name, f"{at:016x}", dice.randbytes(4_000), now - DAY) for at, name in enumerate(names) if at % 4 == 0),
    )
    # Asked for today, so that the server does not ask for them while it is measured.
    base.executemany(
        "INSERT INTO stars (namespace, count, source, read_at, tried_at) VALUES (?, ?, ?, ?, ?)",
        (
            (name, often_small(dice, 10_000) if at % 2 else None, f"github.com/{name}/{name}", now if at % 2 else None, now)
            for at, name in enumerate(names)
        ),
    )


def listed(base, dice, words, names, now):
    """One repository a namespace, many of one, and the rest as it comes: few have very many."""
    counts = [MANY] + [1] * (NAMESPACES - 1)
    for _ in range(REPOSITORIES - sum(counts)):
        counts[1 + often_small(dice, NAMESPACES - 1)] += 1
    repositories, pages = [], []
    for namespace, count in zip(names, counts):
        for at in range(count):
            name = f"{words[often_small(dice, len(words))]}-{dice.choice(words)}{at}"
            page = {
                "description": sentence(dice, words, 10),
                "about": "",
                "website": "",
                "source": f"https://github.com/{namespace}/{name}",
                "contributing": "",
            }
            pushed_at = now - dice.randrange(1_000 * DAY)
            repositories.append((namespace, name, 1 + often_small(dice, 200), pushed_at, json.dumps(page), now))
            if len(repositories) % 10 == 0:
                own = {**page, "description": sentence(dice, words, 8), "about": sentence(dice, words, 100)}
                pages.append((namespace, name, json.dumps(own), now - DAY))
    base.executemany(
        "INSERT INTO repository (namespace, name, tags, pushed_at, labels, read_at) VALUES (?, ?, ?, ?, ?, ?)",
        repositories,
    )
    base.executemany("INSERT INTO page (namespace, repository, body, version, changed_at) VALUES (?, ?, ?, 1, ?)", pages)
    base.execute("INSERT INTO registry (id, base, read_at, tried_at) VALUES (1, 'http://127.0.0.1:9', ?, ?)", [now, now])


def question(dice, words, names):
    """What stands in the field after some key: the beginning of a namespace, of a word or of a
    second word; with a topic now and then, and among all."""
    word = dice.choice(words)
    kind = dice.randrange(4)
    before = f"{word} " if kind == 1 else ""
    last = dice.choice(names) if kind == 0 else dice.choice(words) if kind == 1 else word
    return {
        "words": before + last[: dice.randrange(1, len(last) + 1)],
        "all": dice.randrange(4) == 0,
        "category": dice.choice(CATEGORIES) if dice.randrange(5) == 0 else None,
    }


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
