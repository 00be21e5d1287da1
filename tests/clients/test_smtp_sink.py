"""The mail server itself, spoken to by Python's own SMTP client: what the hub's mails are judged by is checked first."""

import json
import smtplib
import subprocess
import sys
import tempfile
import unittest
from email.message import EmailMessage
from pathlib import Path

SINK = Path(__file__).with_name("smtp_sink.py")


class SmtpSink(unittest.TestCase):
    def start(self, *arguments: str) -> int:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.out = Path(directory.name) / "mails.jsonl"
        process = subprocess.Popen([sys.executable, SINK, "--out", self.out, *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait, timeout=10)
        self.addCleanup(process.terminate)
        return json.loads(process.stdout.readline())["port"]

    def mails(self) -> list[dict]:
        return [json.loads(line) for line in self.out.read_text().splitlines()] if self.out.exists() else []

    def test_keeps_both_bodies_and_the_headers(self) -> None:
        port = self.start()
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.send_message(mail("Grüße", "Plain", "<p>Rich</p>"))
        (kept,) = self.mails()
        self.assertEqual(kept["from"], "hub@example.com")
        self.assertEqual(kept["to"], ["ada@example.org"])
        self.assertEqual(kept["subject"], "Grüße")
        self.assertEqual(kept["text"].strip(), "Plain")
        self.assertEqual(kept["html"].strip(), "<p>Rich</p>")

    def test_refuses_an_unknown_mailbox(self) -> None:
        port = self.start("--refuse", "ada@example.org")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            with self.assertRaises(smtplib.SMTPRecipientsRefused):
                client.send_message(mail("s", "t", "<p>h</p>"))
        self.assertEqual(self.mails(), [])

    def test_is_busy_at_first(self) -> None:
        port = self.start("--busy", "1")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            with self.assertRaises(smtplib.SMTPDataError) as refusal:
                client.send_message(mail("first", "t", "<p>h</p>"))
            self.assertEqual(refusal.exception.smtp_code, 451)
            client.send_message(mail("second", "t", "<p>h</p>"))
        self.assertEqual([kept["subject"] for kept in self.mails()], ["second"])

    def test_wants_the_right_password(self) -> None:
        port = self.start("--user", "hub", "--password", "right")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                client.login("hub", "wrong")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.login("hub", "right")
            client.send_message(mail("s", "t", "<p>h</p>"))
        self.assertEqual(len(self.mails()), 1)


def mail(subject: str, text: str, html: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "hub@example.com"
    message["To"] = "ada@example.org"
    message["Subject"] = subject
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


if __name__ == "__main__":
    unittest.main()
