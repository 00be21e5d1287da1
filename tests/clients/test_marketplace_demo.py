"""The two vendors of the demo: the hub itself, by the checklists of the contract, and Example Cloud with its faults."""

import json
import re
import unittest
import uuid
from urllib.request import Request, urlopen

from marketplace import SUPPORT, MarketplaceCase

OURSELVES, CLOUD = "Tessera", "Example Cloud"


class MarketplaceDemo(MarketplaceCase):
    def vendor_id(self, name: str) -> str:
        return self.ready["service_managers"][name]

    def shown(self, customer: str) -> dict:
        return self.call("GET", f"marketplace-accounts/{customer}")

    def number_of_customers(self) -> int:
        number, cursor = 0, ""
        while cursor is not None:
            page = self.call("GET", f"customers?limit=200{f'&cursor={cursor}' if cursor else ''}")
            number, cursor = number + len(page["items"]), page["next_cursor"]
        return number

    def cloud(self, path: str, body: object = None) -> object:
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.ready['example_cloud']}{path}", data=data, headers={"Content-Type": "application/json"})
        with urlopen(request, timeout=30) as answer:
            text = answer.read().decode()
        return json.loads(text) if text.startswith(("{", "[")) else text

    def choose(self, fault: str) -> None:
        self.cloud("/_sim/fault", {"fault": fault})
        self.addCleanup(self.cloud, "/_sim/fault", {"fault": None})

    # The checklists of the contract, with the hub on both sides.

    def test_m19_options_are_custom_fields_with_the_defined_types(self) -> None:
        group = self.call("GET", f"service-managers/{self.vendor_id(OURSELVES)}")["group"]
        self.assertEqual((group["name"], group["error"]), (OURSELVES, None))
        fields = {it["id"]: (it["kind"], it["data_type"], it["required"], it["available_to_storefront"]) for it in group["fields"]}
        expected = {
            "username": ("SimpleValue", "Text", True, False),
            "role": ("List", "Text", False, False),
            "domain": ("SimpleValue", "Text", False, True),
        }
        self.assertEqual(fields, expected)
        (role,) = [it for it in group["fields"] if it["id"] == "role"]
        self.assertEqual([it["id"] for it in role["values"]], ["1", "2"])

    def test_m19_staff_reach_every_option(self) -> None:
        customer, vendor = self.account(), self.vendor_id(OURSELVES)
        word = uuid.uuid4().hex[:8]
        values = {"username": f"jo@{word}.example", "role": "2", "domain": f"{word}.example"}
        self.synchronized(customer, vendor, **values)
        self.assertEqual(self.shown(customer)["sync_options"][vendor], values)
        record = self.call("GET", f"records/market/account/{customer}")
        self.assertEqual(record["attributes"]["options"], values, "and the vendor gets them")

    def test_m19_synchronize_creates_one_customer_who_gets_an_activation_link(self) -> None:
        word = uuid.uuid4().hex[:8]
        address = f"office@{word}.example"
        customer = self.account(email=address, contact={"first_name": "Thandi", "last_name": "Muller", "email": address})
        before = self.number_of_customers()
        done = self.synchronized(customer, self.vendor_id(OURSELVES), domain=f"{word}.example")
        page = self.shown(customer)
        self.assertEqual((done["external_id"], page["links"][0]["existed"]), (page["customer_id"], False))
        self.assertEqual(self.number_of_customers(), before, "the vendor's customer and the account's are one record")
        (mail,) = self.until(lambda: self.mails_to(address), bool, "no mail came")
        (link,) = re.findall(r"\S+/activate/\S+", mail["text"])
        with urlopen(link, timeout=30) as answer:
            self.assertEqual(answer.status, 200)
        again = self.synchronized(customer, self.vendor_id(OURSELVES), role="2")
        self.assertEqual((again["external_id"], self.number_of_customers()), (done["external_id"], before))

    def test_m19_exists_links_a_customer_who_is_known_already(self) -> None:
        email = self.ready["resident"]["email"]
        customer = self.account(email=email)
        before = self.number_of_customers()
        done = self.synchronized(customer, self.vendor_id(OURSELVES))
        page = self.shown(customer)
        self.assertEqual((done["external_id"], page["links"][0]["existed"]), (page["customer_id"], True))
        self.assertEqual(self.number_of_customers(), before)
        self.delete(customer)
        self.until(lambda: self.shown(customer)["state"], lambda state: state == "deleted", "it is not deleted")

    def test_m19_delete_deletes_on_both_sides(self) -> None:
        customer = self.account()
        self.synchronized(customer, self.vendor_id(OURSELVES))
        record = self.call("GET", f"records/market/account/{customer}")
        self.assertIsNone(record["gone_at"])
        self.delete(customer)
        self.until(lambda: self.shown(customer)["state"], lambda state: state == "deleted", "it is not deleted")
        self.assertIsNotNone(self.call("GET", f"records/market/account/{customer}")["gone_at"])
        self.assertIsNone(self.shown(customer)["customer_id"])

    # Example Cloud.

    def test_example_cloud_has_customers_from_the_beginning(self) -> None:
        found = self.until(lambda: self.cloud("/_sim/customers"), lambda found: len(found) >= 3, "its first customers are missing")
        self.assertLessEqual({"Marigold Printing", "Copperfield Bikes", "Glasshouse Resale"}, {it["name"] for it in found})

    def test_m11_faults_of_example_cloud_are_seen_by_staff_and_customer(self) -> None:
        vendor, customer = self.vendor_id(CLOUD), self.account()
        self.choose("refuses_for_customers")
        failed = self.failed(self.synchronize(customer, vendor))
        self.assertIn("Enter a domain that you own.", failed["customer_message"])
        self.choose("refuses_for_staff")
        failed = self.failed(self.synchronize(customer, vendor))
        self.assertIn("licences", failed["message"])
        self.assertIn(SUPPORT, failed["customer_message"])
        page = self.cloud("/")
        self.assertIn("Refuse, for staff", page)
        self.cloud("/_sim/fault", {"fault": None})
        self.synchronized(customer, vendor)

    def test_m20_lost_answers_of_example_cloud_make_one_customer(self) -> None:
        vendor, customer = self.vendor_id(CLOUD), self.account()
        self.choose("dies_after_committing")
        done = self.done(self.synchronize(customer, vendor))
        (known,) = [it for it in self.cloud("/_sim/customers") if it["account"] == customer]
        self.assertEqual(done["external_id"], known["external_id"])


if __name__ == "__main__":
    unittest.main()
