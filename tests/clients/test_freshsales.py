"""A client that others wrote for Freshsales, unmodified, against the stand-in."""

import sys
import unittest
from pathlib import Path

from airbyte import Connector
from demo import DemoCase
from tls_front import TlsFront


class AirbyteSource(DemoCase):
    def test_reads_every_contact(self) -> None:
        with TlsFront(self.ready["freshsales"], self.directory) as front:
            config = {"api_key": self.ready["freshsales_api_key"], "domain_name": front.host}
            source = Connector(Path(sys.prefix), "source_freshsales", config, front.authority, self.directory)
            self.assertEqual(source.check()["status"], "SUCCEEDED")
            contacts = source.read("contacts")["contacts"]
        self.assertGreater(len(contacts), 200)
        self.assertEqual(len({contact["id"] for contact in contacts}), len(contacts), "a contact came twice")


if __name__ == "__main__":
    unittest.main()
