"""Clients that others wrote for Freshservice, unmodified, against the stand-in."""

import sys
import unittest
from pathlib import Path

from airbyte import Connector
from demo import DemoCase
from freshpy import FreshPy
from tls_front import TlsFront


class Freshpy(DemoCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = FreshPy(self.ready["freshservice"], self.ready["freshservice_api_key"])

    def test_reads_tickets_page_by_page(self) -> None:
        first = self.client.tickets.get_tickets(per_page=5, page=1)["tickets"]
        second = self.client.tickets.get_tickets(per_page=5, page=2)["tickets"]
        self.assertEqual(len(first), 5)
        self.assertFalse({ticket["id"] for ticket in first} & {ticket["id"] for ticket in second})
        one = self.client.tickets.get_ticket(first[0]["id"])["ticket"]
        self.assertEqual(one["subject"], first[0]["subject"])

    def test_finds_a_requester_and_their_devices(self) -> None:
        assets = self.client.get("assets?include=type_fields&per_page=100")["assets"]
        owner = next(asset["user_id"] for asset in assets if asset["user_id"])
        requester = self.client.get(f"requesters/{owner}")["requester"]
        self.assertEqual(requester["id"], owner)
        mine = self.client.get(f"assets?filter=%22user_id%3A{owner}%22")["assets"]
        self.assertEqual({asset["user_id"] for asset in mine}, {owner})

    def test_is_told_what_is_not_there(self) -> None:
        self.assertEqual(self.client.get("requesters/1")["status_code"], 404)


class AirbyteSource(DemoCase):
    def test_reads_every_requester_and_asset(self) -> None:
        with TlsFront(self.ready["freshservice"], self.directory) as front:
            config = {
                "api_key": self.ready["freshservice_api_key"],
                "domain_name": front.host,
                "start_date": "2020-01-01T00:00:00Z",
            }
            source = Connector(Path(sys.prefix), "source_freshservice", config, front.authority, self.directory)
            self.assertEqual(source.check()["status"], "SUCCEEDED")
            records = source.read("requesters", "assets", "products", "vendors")
        self.assertGreater(len(records["requesters"]), 200)
        for stream, rows in records.items():
            self.assertTrue(rows, stream)
            self.assertEqual(len({row["id"] for row in rows}), len(rows), f"{stream}: a record came twice")


if __name__ == "__main__":
    unittest.main()
