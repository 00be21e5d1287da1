"""A client that others wrote for Freshsales, unmodified, against the stand-in."""

import json
import sys
import unittest
from pathlib import Path
from urllib.request import Request, urlopen

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
        # The connector reads every view; a contact may stand in several.
        self.assertEqual({contact["id"] for contact in contacts}, self.known_contacts())

    def known_contacts(self) -> set[int]:
        """The ids of all contacts, as the view that holds them all lists them."""
        views = self.get("contacts/filters")["filters"]
        (everybody,) = [view["id"] for view in views if view["name"] == "All Contacts"]
        ids: list[int] = []
        for page in range(1, 100):
            answer = self.get(f"contacts/view/{everybody}?per_page=100&page={page}")
            ids += [contact["id"] for contact in answer["contacts"]]
            if page >= answer["meta"]["total_pages"]:
                break
        self.assertGreater(len(ids), 200)
        self.assertEqual(len(set(ids)), len(ids), "a contact came twice")
        return set(ids)

    def get(self, path: str) -> dict:
        headers = {"Authorization": f"Token token={self.ready['freshsales_api_key']}"}
        request = Request(f"{self.ready['freshsales']}/crm/sales/api/{path}", headers=headers)
        with urlopen(request, timeout=10) as answer:
            return json.load(answer)


if __name__ == "__main__":
    unittest.main()
