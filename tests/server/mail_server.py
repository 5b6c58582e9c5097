"""A mail server for the tests: takes what it is given, or refuses it, as it is told.

Listens on 127.0.0.1, on the port that is its argument (0: any free one). What happens is written
to stdout, one JSON object a line: first {"port": N}, then each mail that was taken, refused or
dropped. Lines on stdin say what becomes of the next ones:

    take            take them (the beginning)
    refuse 451      refuse the recipient with this code
    slow 3          take them after that many seconds
    drop            close the connection when the text has come, before it is acknowledged

It ends when stdin does.
"""

import asyncio
import email
import email.policy
import json
import sys

from aiosmtpd.smtp import SMTP


def tell(what):
    print(json.dumps(what), flush=True)


class Handler:
    mode = ["take"]

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.mode[0] == "refuse":
            tell({"event": "refused", "to": [address], "code": int(self.mode[1])})
            return f"{self.mode[1]} not now, says the test of {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.mode[0] == "slow":
            tell({"event": "slow", "to": envelope.rcpt_tos})
            await asyncio.sleep(float(self.mode[1]))
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        body = message.get_body(("plain",))
        tell(
            {
                "event": "dropped" if self.mode[0] == "drop" else "taken",
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "headers": [[name, str(value)] for name, value in message.items()],
                "defects": [str(defect) for defect in message.defects],
                "text": body.get_content() if body else "",
                "raw": envelope.content.decode("utf-8", "replace"),
            }
        )
        if self.mode[0] == "drop":
            server.transport.abort()
        return "250 OK"


async def main():
    handler = Handler()
    loop = asyncio.get_running_loop()
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    make = lambda: SMTP(handler, hostname="mail.test", enable_SMTPUTF8=True, loop=loop)
    listener = await loop.create_server(make, "127.0.0.1", port)
    tell({"port": listener.sockets[0].getsockname()[1]})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        handler.mode = line.split()
        tell({"event": "told", "mode": handler.mode})
    listener.close()


asyncio.run(main())
