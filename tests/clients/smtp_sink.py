"""A mail server of another make (aiosmtpd) that keeps what it is sent.

    python smtp_sink.py --out FILE [--port 0] [--user NAME --password WORD] [--refuse ADDRESS] [--busy N]

Prints `{"port": …}` when it listens. Every message accepted becomes one line of JSON in FILE: `from`, `to`, `subject`,
`text`, `html`, `headers`. `--refuse` answers a recipient with 550, `--busy` the first N messages with 451.
"""

import argparse
import asyncio
import json
import logging
import signal
import sys
import warnings
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


class Sink:
    """Answers the conversation and writes down the messages."""

    def __init__(self, out: Path, refused: set[str], busy: int) -> None:
        self._out = out
        self._refused = refused
        self._busy = busy

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        if address.lower() in self._refused:
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self._busy > 0:
            self._busy -= 1
            return "451 4.3.2 Busy, try again"
        with self._out.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(_described(envelope)) + "\n")
        return "250 2.0.0 Kept"


def _described(envelope: Envelope) -> dict:
    message = message_from_bytes(envelope.original_content, policy=policy.default)
    return {
        "from": envelope.mail_from,
        "to": envelope.rcpt_tos,
        "subject": message["subject"],
        "text": _body(message, "plain"),
        "html": _body(message, "html"),
        "headers": [[name, str(value)] for name, value in message.items()],
    }


def _body(message: EmailMessage, kind: str) -> str | None:
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Keeps the mail it is sent.")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--refuse", action="append", default=[])
    parser.add_argument("--busy", type=int, default=0)
    return parser.parse_args()


async def _serve(options: argparse.Namespace) -> None:
    sink = Sink(options.out, {address.lower() for address in options.refuse}, options.busy)

    def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword) -> AuthResult:
        right = (options.user.encode(), options.password.encode())
        # "Not handled" leaves the refusal (535) to the server.
        return AuthResult(success=(data.login, data.password) == right, handled=False)

    def conversation() -> SMTP:
        if not options.user:
            return SMTP(sink, enable_SMTPUTF8=True)
        return SMTP(sink, enable_SMTPUTF8=True, authenticator=authenticate, auth_required=True, auth_require_tls=False)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(conversation, "127.0.0.1", options.port)
    stopped = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    sys.stdout.write(json.dumps({"port": server.sockets[0].getsockname()[1]}) + "\n")
    sys.stdout.flush()
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    # Passwords without TLS are what is asked for here: the other end is on this machine.
    warnings.simplefilter("ignore")
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(_serve(_options()))
