"""Clients that others wrote for Freshsales, unmodified, against the stand-in."""

import json
import os
import sys
import unittest
from pathlib import Path
from unittest.mock import patch
from urllib.request import Request, urlopen

from airbyte import Connector
from demo import DemoCase
from freshsales.api import API
from freshsales.errors import FreshsalesBadRequest, FreshsalesNotFound
from tls_front import TlsFront


class AirbyteSource(DemoCase):
    def test_reads_every_contact(self) -> None:
        with TlsFront(self.ready["freshsales"], self.directory) as front:
            config = {"api_key": self.ready["freshsales_api_key"], "domain_name": front.host}
            source = Connector(Path(sys.prefix), "source_freshsales", config, front.authority, self.directory)
            self.assertEqual(source.check()["status"], "SUCCEEDED")
            contacts = source.read("contacts")["contacts"]
            records = source.read("accounts", "open_deals", "won_deals")
            unused = source.read("open_tasks", "completed_tasks", "past_appointments", "upcoming_appointments")
        # The connector reads every view; a contact may stand in several.
        self.assertEqual({contact["id"] for contact in contacts}, self.known_contacts())
        self.assertEqual([stream for stream, rows in records.items() if not rows], [])
        self.assertEqual([stream for stream, rows in unused.items() if rows], [])

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


class FreshworksCrm(DemoCase):
    def setUp(self) -> None:
        super().setUp()
        front = self.enterContext(TlsFront(self.ready["freshsales"], self.directory))
        self.enterContext(patch.dict(os.environ, {"REQUESTS_CA_BUNDLE": str(front.authority)}))
        self.crm = API(f"{front.host}/crm/sales", self.ready["freshsales_api_key"])

    def view(self, kind: object, name: str) -> int:
        (view,) = [view.id for view in kind.list_views() if view.name == name]
        return view

    def test_reads_contacts_deals_and_accounts(self) -> None:
        contacts = self.crm.contacts.list_contacts(self.view(self.crm.contacts, "All Contacts"), page=1)
        self.assertEqual(len({contact.id for contact in contacts}), 100)
        contact = self.crm.contacts.view_contact(contacts[0].id, "owner", "sales_accounts", "lifecycle_stage")
        self.assertEqual((contact.email, contact.display_name), (contacts[0].email, contacts[0].display_name))
        found, more = self.crm.search.filter_contacts(
            [{"attribute": "contact_email.email", "operator": "is_in", "value": contact.email}]
        )
        self.assertIn(contact.id, [one.id for one in found])
        self.assertFalse(more)
        deals = self.crm.deals.list_deals(self.view(self.crm.deals, "Won Deals"), page=1)
        self.assertEqual(self.crm.deals.view_deal(deals[0].id, "contacts", "owner").name, deals[0].name)
        accounts = self.crm.accounts.list_accounts(self.view(self.crm.accounts, "All Accounts"))
        self.assertEqual(self.crm.accounts.view_account(accounts[0].id, "contacts").name, accounts[0].name)

    def test_writes_contacts_in_its_own_form(self) -> None:
        made = self.crm.contacts.create_contact(first_name="Mira", last_name="Ito", email="mira@example.net")
        changed = self.crm.contacts.update_contact(made.id, city="Quillmere")
        self.assertEqual((changed.id, changed.city, changed.first_name), (made.id, "Quillmere", "Mira"))
        again = self.crm.contacts.upsert_contact(("emails", "mira@example.net"), job_title="Engineer")
        self.assertEqual((again.id, again.job_title), (made.id, "Engineer"))
        copy = self.crm.contacts.clone_contact(made.id, email="copy@example.net")
        self.assertNotEqual(copy.id, made.id)
        self.assertTrue(self.crm.contacts.list_activities(made.id))
        with self.assertRaises(FreshsalesBadRequest):
            self.crm.contacts.create_contact(first_name="Twin", email="MIRA@example.net")
        for contact in (made, copy):
            self.assertIs(self.crm.contacts.delete_contact(contact.id), True)
            self.assertIs(self.crm.contacts.forget_contact(contact.id), True)
        with self.assertRaises(FreshsalesNotFound):
            self.crm.contacts.view_contact(made.id)

    def test_writes_deals_in_its_own_form(self) -> None:
        deal = self.crm.deals.create_deal(name="Bundle", amount=10)
        changed = self.crm.deals.update_deal(deal.id, amount="20", expected_close="2030-01-31")
        self.assertEqual((changed.amount, changed.expected_close), ("20.0", "2030-01-31"))
        self.assertEqual(self.crm.deals.upsert_deal(("name", "Bundle"), amount=30).id, deal.id)
        copy = self.crm.deals.clone_deal(deal.id, name="Second bundle")
        self.assertNotEqual(copy.id, deal.id)
        for one in (deal, copy):
            self.assertIs(self.crm.deals.delete_deal(one.id), True)
        with self.assertRaises(FreshsalesNotFound):
            self.crm.deals.view_deal(deal.id)

    def test_reads_the_lists_of_the_account(self) -> None:
        read = self.crm.selectors
        filled = {
            "users": read.get_users(),
            "deal stages": read.get_deal_stages(),
            "pipelines": read.get_deal_pipelines(),
            "contact statuses": read.get_contact_statuses(),
            "lifecycle stages": read.get_lifecycle_stages(),
            "currencies": read.get_currencies(),
            "fields": self.crm.contacts.list_fields(),
        }
        self.assertEqual([name for name, rows in filled.items() if not rows], [])
        unused = [
            read.get_territories(),
            read.get_deal_reasons(),
            read.get_deal_types(),
            read.get_lead_sources(),
            read.get_industry_types(),
            read.get_business_types(),
            read.get_campaigns(),
            read.get_deal_payment_statuses(),
            read.get_deal_prodcuts(),
            read.get_sales_activity_types(),
            read.get_sales_activity_entity_types(),
            read.get_sales_activity_outcomes(),
            self.crm.deals.list_fields(),
            self.crm.accounts.list_fields(),
            self.crm.tasks.list_tasks("open")["tasks"],
            self.crm.appointments.list_appointments("past"),
            self.crm.sales_activities.list_fields(),
            self.crm.lists.fetch_all_lists(),
        ]
        self.assertEqual(unused, [[]] * len(unused))


if __name__ == "__main__":
    unittest.main()
