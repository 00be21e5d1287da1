"""Clients that others wrote for Freshservice, unmodified, against the stand-in."""

import sys
import unittest
from base64 import b64encode
from pathlib import Path
from urllib.request import Request, urlopen

import singer_tap
from airbyte import Connector
from demo import DemoCase
from freshpy import FreshPy
from prometheus import Exporter
from tls_front import TlsFront

PROGRAMS = Path(sys.prefix) / "bin"


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

    def test_is_told_what_is_left_of_the_rate_limit(self) -> None:
        key = b64encode(f"{self.ready['freshservice_api_key']}:X".encode()).decode()
        request = Request(f"{self.ready['freshservice']}/api/v2/agents/me", headers={"Authorization": f"Basic {key}"})
        with urlopen(request, timeout=10) as answer:
            total, left = (int(answer.headers[f"X-Ratelimit-{name}"]) for name in ("Total", "Remaining"))
        self.assertLess(left, total)


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
            records = source.read("requesters", "assets", "products", "vendors", "agents", "tickets")
            unused = source.read("problems", "changes", "releases", "locations", "software", "purchase_orders")
        self.assertEqual([stream for stream, rows in unused.items() if rows], [])
        self.assertGreater(len(records["requesters"]), 200)
        for stream, rows in records.items():
            self.assertTrue(rows, stream)
            self.assertEqual(len({row["id"] for row in rows}), len(rows), f"{stream}: a record came twice")


class SingerTap(DemoCase):
    # The tap asks three times for each ticket and asset.
    arguments = ("--people", "40")

    def test_reads_every_stream(self) -> None:
        config = {
            "api_key": self.ready["freshservice_api_key"],
            "url_base": f"{self.ready['freshservice']}/api/v2",
            "request_delay_seconds": 0,
        }
        records = singer_tap.read(PROGRAMS / "tap-freshservice", config, self.directory)
        self.assertEqual(len(records["requesters"]), 40)
        for stream in ("agents", "assets", "asset_types", "groups", "requesters", "tickets"):
            rows = records[stream]
            self.assertTrue(rows, stream)
            self.assertEqual(len({row["id"] for row in rows}), len(rows), f"{stream}: a record came twice")
        agent, group = records["agents"][0], records["groups"][0]
        self.assertTrue(agent["has_logged_in"] and agent["last_login_at"] and agent["roles"])
        self.assertIn(str(group["id"]), str(agent["member_of"]))
        active = {row["ticket_id"] for row in records["ticket_activities"]}
        self.assertEqual(active, {ticket["id"] for ticket in records["tickets"]}, "each was at least created")
        for stream in ("departments", "locations", "time_entries"):
            self.assertEqual(records[stream], [], stream)


class PrometheusExporter(DemoCase):
    def test_counts_what_it_reads_page_by_page(self) -> None:
        client = FreshPy(self.ready["freshservice"], self.ready["freshservice_api_key"])
        before = {name: len(self.rows(client, name)) for name in ("tickets", "assets")}
        with TlsFront(self.ready["freshservice"], self.directory) as front:
            environment = {
                "FRESHSERVICE_API_KEY": self.ready["freshservice_api_key"],
                "FRESHSERVICE_DOMAIN": front.host,
                # It goes from page to page by the URL in the `Link` header.
                "FRESHSERVICE_PER_PAGE": "70",
                "FRESHSERVICE_ENABLE_ASSETS": "true",
            }
            log = self.directory / "exporter.log"
            with Exporter(PROGRAMS / "freshservice-exporter", environment, front.authority, log) as exporter:
                metrics = exporter.metrics()
                self.assertEqual(metrics["freshservice_exporter_last_scrape_successful"], 1, exporter.log())
        for name, rows in before.items():
            self.assertGreater(rows, 70, "more than a page")
            # The hub may open a ticket meanwhile.
            self.assertIn(metrics[f"freshservice_{name}_total"], range(rows, len(self.rows(client, name)) + 1))
        by_priority = [value for name, value in metrics.items() if name.startswith("freshservice_tickets_by_priority_total")]
        self.assertEqual(sum(by_priority), metrics["freshservice_tickets_total"])
        for name in ("changes", "problems", "releases"):
            self.assertEqual(metrics[f"freshservice_{name}_total"], 0)

    def rows(self, client: FreshPy, name: str) -> list[dict]:
        rows: list[dict] = []
        while page := client.get(f"{name}?per_page=100&page={len(rows) // 100 + 1}")[name]:
            rows += page
            if len(page) < 100:
                break
        return rows


if __name__ == "__main__":
    unittest.main()
