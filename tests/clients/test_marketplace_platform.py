"""The platform side of the marketplace, against a vendor of another make."""

import base64
import json
import re
import unittest
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby
from urllib.request import Request, urlopen

import vendor as of_vendor
from marketplace import ENDED, SUPPORT, MarketplaceCase, account, address, call, manager, synchronize, until
from vendor import API_KEY, APPLICATION_ID, CUSTOMER_MESSAGE, EVERY_TYPE, INTERNAL_MESSAGE, KEY_MESSAGE, SETTINGS, Vendor


class TheVendorItself(unittest.TestCase):
    """What the hub is judged by is checked first."""

    def call(self, vendor: Vendor, operation: str, body: object) -> object:
        key = base64.b64encode(API_KEY.encode()).decode()
        settings = {f"X-CloudPlatform-Setting-{name}": value for name, value in SETTINGS.items()}
        headers = {"X-CloudPlatform-ApplicationId": APPLICATION_ID, "X-CloudPlatform-APIKey": key, **settings}
        request = Request(f"{vendor.base_url}/API/Accounts/{operation}", data=json.dumps(body).encode(), headers=headers)
        with urlopen(request, timeout=0.5) as answer:
            return json.loads(answer.read().decode("utf-8-sig"))

    def test_each_fault_is_unlike_a_right_answer(self) -> None:
        body = {"ID": "1", "Name": "Ada", "SyncOptions": {"username": "ada@example.org"}}
        with Vendor() as vendor:
            first = self.call(vendor, "Synchronize", body)
            for fault in of_vendor.FAULTS:
                with self.subTest(fault), vendor.fault(fault):
                    try:
                        answer = self.call(vendor, "Synchronize", body)
                    except (OSError, ValueError):
                        continue
                    self.assertNotEqual(answer, first)
            self.assertEqual(self.call(vendor, "Synchronize", {**body, "ID": "2"})["Code"], 0, "it is well again")

    def test_creates_finds_and_deletes(self) -> None:
        body = {"ID": "1", "Name": "Ada", "SyncOptions": {"username": "a", "domain": "known.example"}}
        with Vendor() as vendor:
            known = vendor.knows(domain="known.example")
            self.assertEqual(self.call(vendor, "Exists", body)["Results"], known)
            (made,) = {self.call(vendor, "Synchronize", body)["Result"] for _ in range(3)}
            self.assertEqual(self.call(vendor, "Delete", {"ExternalID": made})["Code"], 0)
            self.assertEqual([it.external_id for it in vendor.customers], [known])


class MarketplacePlatform(MarketplaceCase):
    def test_m04_options_become_fields_of_a_group_named_after_the_service_manager(self) -> None:
        vendor = self.vendor(options=EVERY_TYPE)
        name = f"Cloud of {uuid.uuid4().hex[:8]}"
        group = self.call("GET", f"service-managers/{self.manager(vendor, name)}")["group"]
        self.assertEqual(group["name"], name)
        fields = {field["id"]: field for field in group["fields"]}
        self.assertEqual(list(fields), [it["ID"] for it in EVERY_TYPE])
        for it in EVERY_TYPE:
            definition, field = it["Definition"], fields[it["ID"]]
            self.assertEqual(field["name"], definition["Name"])
            self.assertEqual(word(field["kind"]), word(definition["Kind"]), it["ID"])
            self.assertEqual(word(field["data_type"]), word(definition["DataType"]), it["ID"])

    def test_m18_options_are_read_with_a_byte_order_mark_and_in_any_letter_case(self) -> None:
        vendor = self.vendor(options=EVERY_TYPE)
        vendor.switch_on("odd_spelling")
        group = self.call("GET", f"service-managers/{self.manager(vendor)}")["group"]
        self.assertEqual([field["id"] for field in group["fields"]], [it["ID"] for it in EVERY_TYPE])

    def test_m18_every_call_has_the_headers_of_the_contract(self) -> None:
        vendor = self.vendor()
        customer = self.account()
        self.synchronized(customer, self.manager(vendor))
        self.delete(customer)
        self.no_customer_is_left(vendor)
        self.assertLessEqual({"syncoptions", "exists", "synchronize", "delete"}, {it.operation for it in vendor.calls})
        for it in vendor.calls:
            self.assertEqual(it.headers["x-cloudplatform-applicationid"], APPLICATION_ID)
            self.assertEqual(base64.b64decode(it.headers["x-cloudplatform-apikey"]).decode(), API_KEY)
            for name, value in SETTINGS.items():
                self.assertEqual(it.headers[f"x-cloudplatform-setting-{name.lower()}"], value)
        tracks = [str(uuid.UUID(it.headers["x-cloudplatform-trackid"])) for it in vendor.calls]
        self.assertEqual(len(set(tracks)), len(tracks), "each call has a track id of its own")

    def test_m07_m09_the_account_gives_phone_fax_and_email_and_its_billing_address(self) -> None:
        vendor = self.vendor()
        word = uuid.uuid4().hex[:8]
        places = [address("shipping", "1 Shipping Street"), address("billing", "2 Billing Street")]
        customer = self.account(email=f"office@{word}.example", addresses=places)
        self.synchronized(customer, self.manager(vendor), domain=f"{word}.example")
        (sent,) = [it.body for it in vendor.called("synchronize")]
        self.assertEqual(sent["Email"], f"office@{word}.example")
        self.assertEqual((sent["ExternalID"] or "", sent["ResellerID"] or ""), ("", ""))
        contact = sent["ContactDetails"]
        self.assertEqual((contact["FirstName"], contact["LastName"]), ("Thandi", "Muller"))
        for name in ("Phone", "Fax", "Email"):
            self.assertEqual(contact[name], sent[name], name)
        self.assertEqual((sent["Phone"], sent["Fax"]), ("+44 1632 960001", "+44 1632 960002"))
        expected = {
            "Address1": "2 Billing Street",
            "Address2": "Unit 12",
            "City": "San Rafael",
            "PostCode": "94903",
            "State": {"Code": "CA", "Name": "California"},
            "Country": {"Code": "US", "Name": "United States"},
        }
        self.assertEqual({name: sent["Address"][name] for name in expected}, expected)
        self.assertEqual(sent["SyncOptions"]["domain"], f"{word}.example")

    def test_m09_without_a_billing_address_the_first_one_is_sent(self) -> None:
        vendor = self.vendor()
        customer = self.account(addresses=[address("shipping", "3 First Street"), address("office", "4 Second Street")])
        self.synchronized(customer, self.manager(vendor))
        (sent,) = [it.body for it in vendor.called("synchronize")]
        self.assertEqual(sent["Address"]["Address1"], "3 First Street")

    def test_m02_the_username_is_the_accounts_email_or_else_its_contacts(self) -> None:
        vendor = self.vendor()
        service_manager = self.manager(vendor)
        word = uuid.uuid4().hex[:8]
        self.synchronized(self.account(email=f"office@{word}.example"), service_manager)
        contact = {"first_name": "Thandi", "last_name": "Muller", "email": f"thandi@{word}.example"}
        self.synchronized(self.account(email=None, contact=contact), service_manager)
        names = [it.body["SyncOptions"]["username"] for it in vendor.called("synchronize")]
        self.assertEqual(names, [f"office@{word}.example", f"thandi@{word}.example"])

    def test_m08_the_reseller_is_synchronized_before_its_customer(self) -> None:
        vendor = self.vendor()
        reseller = self.account("Reseller")
        customer = self.account("End customer", reseller_id=reseller)
        self.synchronized(customer, self.manager(vendor))
        first, second = [it.body for it in vendor.called("synchronize")]
        (known,) = vendor.customers_of(first["ID"])
        self.assertTrue(first["Name"].startswith("Reseller"))
        self.assertTrue(second["Name"].startswith("End customer"))
        self.assertEqual((second["ResellerID"], second["ResellerExternalID"]), (first["ID"], known.external_id))

    def test_m08_a_reseller_whom_the_vendor_refuses_holds_its_customer_back(self) -> None:
        vendor = self.vendor()
        service_manager = self.manager(vendor)
        customer = self.account("End customer", reseller_id=self.account("Reseller"))
        with vendor.fault("internal_code", "synchronize"):
            self.failed(self.synchronize(customer, service_manager))
        self.assertEqual({it.body["Name"].split()[0] for it in vendor.called("synchronize")}, {"Reseller"})
        self.synchronized(customer, service_manager)
        self.assertEqual(len(vendor.customers), 2)

    def test_m10_the_external_id_and_the_extra_details_come_back(self) -> None:
        vendor = self.vendor()
        service_manager, customer = self.manager(vendor), self.account()
        first = self.synchronized(customer, service_manager)
        second = self.synchronized(customer, service_manager)
        self.assertEqual(first["external_id"], second["external_id"])
        (known,) = vendor.customers
        self.assertEqual(known.external_id, first["external_id"])
        again = vendor.called("synchronize")[-1].body
        self.assertEqual(again["ExternalID"], known.external_id)
        self.assertEqual(again["ExtraDetails"], {"tenant": f"tenant-{known.external_id}", "customer_location": "us"})

    def test_m17_a_customer_whom_exists_finds_is_linked_and_not_created(self) -> None:
        vendor = self.vendor()
        known = vendor.knows(domain="known.example")
        ended = self.synchronized(self.account(), self.manager(vendor), domain="known.example")
        self.assertEqual(ended["external_id"], known)
        self.assertEqual(vendor.called("synchronize"), [])
        self.assertEqual([it.external_id for it in vendor.customers], [known])

    def test_m16_a_customer_who_is_not_valid_is_not_linked(self) -> None:
        vendor = self.vendor()
        for _ in range(2):
            vendor.knows(domain="twice.example")
        ended = self.failed(self.synchronize(self.account(), self.manager(vendor), domain="twice.example"))
        self.assertEqual(ended["code"], 2)
        self.assertIn("2 customers have this domain.", ended["message"])
        self.assertIn(SUPPORT, ended["customer_message"])
        self.assertEqual(vendor.called("synchronize"), [])

    def test_m16_an_error_of_exists_is_no_absence(self) -> None:
        vendor = self.vendor()
        vendor.exists_refusal = (-20, "The directory is being moved.")
        ended = self.failed(self.synchronize(self.account(), self.manager(vendor)))
        self.assertEqual((ended["code"], vendor.called("synchronize")), (-20, []))
        self.assertIn("The directory is being moved.", ended["message"])

    def test_m16_a_code_above_two_is_an_absence(self) -> None:
        vendor = self.vendor()
        vendor.absent_code = 3
        self.synchronized(self.account(), self.manager(vendor))
        self.assertEqual(len(vendor.customers), 1)

    def test_m12_the_mail_goes_out_only_when_both_sides_want_it(self) -> None:
        vendor = self.vendor()
        vendor.extra_info = {"customer_location": "<b>us</b>"}
        vendor.password = "opal & lantern"
        text = "Hi [#Contacts.FullName#], [#username#], [#customer_location#], [#Password#], [#nobody_knows#]."
        template = {"subject": "Welcome, [#Contacts.FullName#]", "body": text}
        silent, speaking = self.manager(vendor, **template), self.manager(vendor, enabled=True, **template)
        addresses = [f"office@{uuid.uuid4().hex[:8]}.example" for _ in range(3)]
        contact = {"first_name": "Thandi", "last_name": "Muller"}
        accounts = [self.account(email=it, contact=contact | {"email": it}) for it in addresses]
        self.synchronized(accounts[0], silent)
        vendor.notifies = False
        self.synchronized(accounts[1], speaking)
        vendor.notifies = True
        self.synchronized(accounts[2], speaking)
        (mail,) = self.until(lambda: self.mails_to(addresses[2]), bool, "no mail came")
        self.assertEqual([len(self.mails_to(it)) for it in addresses], [0, 0, 1])
        self.assertEqual(mail["subject"], "Welcome, Thandi Muller")
        words = " ".join(mail["text"].split())
        self.assertIn(f"Hi Thandi Muller, {addresses[2]}, <b>us</b>, opal & lantern,", words)
        self.assertNotIn("[#", mail["text"] + (mail["html"] or ""))
        self.assertNotIn("<b>us</b>", mail["html"] or "", "a vendor's text is no markup")

    def test_m12_m20_the_mail_goes_out_once_although_the_answer_was_lost(self) -> None:
        vendor = self.vendor()
        email = f"office@{uuid.uuid4().hex[:8]}.example"
        contact = {"first_name": "Thandi", "last_name": "Muller", "email": email}
        customer = self.account(email=email, contact=contact)
        service_manager = self.manager(vendor, enabled=True, subject="Welcome", body="[#username#]: [#Password#], [#customer_location#]")
        with vendor.fault("dies", "synchronize"):
            operation = self.synchronize(customer, service_manager)
            self.until(lambda: vendor.called("synchronize"), bool, "Synchronize was not called")
        ended = self.done(operation)
        (known,) = vendor.customers
        self.assertEqual(ended["external_id"], known.external_id)
        (mail,) = self.until(lambda: self.mails_to(email), bool, "no mail came")
        self.assertIn(f"{email}: ", mail["text"])
        self.assertIn("us", mail["text"], "what the second answer said")
        again = self.synchronized(customer, service_manager)
        self.assertEqual(again["external_id"], known.external_id)
        sent = vendor.called("synchronize")[-1].body
        self.assertEqual(sent["ExtraDetails"], {"tenant": f"tenant-{known.external_id}", "customer_location": "us"})

    def test_m15_delete_deletes_at_every_vendor_and_twice_is_harmless(self) -> None:
        vendors = [self.vendor(), self.vendor()]
        customer, other = self.account(), self.account()
        for vendor in vendors:
            service_manager = self.manager(vendor)
            for it in (customer, other):
                self.synchronized(it, service_manager)
        gone = [vendor.customers[0].external_id for vendor in vendors]
        self.delete(customer)
        self.delete(customer, accepted=(200, 202, 204, 404, 410))
        for vendor, external_id in zip(vendors, gone, strict=True):
            left = self.until(lambda it=vendor: list(it.customers), lambda left: len(left) == 1, "nothing was deleted")
            self.assertNotEqual(left[0].external_id, external_id)
            sent = vendor.called("delete")[0].body
            self.assertEqual(sent["ExternalID"], external_id)
            self.assertEqual(sent["ExtraDetails"]["tenant"], f"tenant-{external_id}")
            self.assertEqual({it.body["ExternalID"] for it in vendor.called("delete")}, {external_id})

    def test_m15_an_account_that_no_vendor_has_is_deleted_without_a_call(self) -> None:
        vendor = self.vendor()
        synchronized = self.account()
        known = self.synchronized(synchronized, self.manager(vendor))["external_id"]
        self.delete(self.account())
        self.delete(synchronized)
        self.no_customer_is_left(vendor)
        self.assertEqual([it.body["ExternalID"] for it in vendor.called("delete")], [known])

    def test_a_fault_during_delete_only_delays_it(self) -> None:
        for fault in ("down", "error_status", "html", "dies"):
            with self.subTest(fault):
                vendor = self.vendor()
                customer = self.account()
                self.synchronized(customer, self.manager(vendor))
                with vendor.fault(fault, "delete"):
                    self.delete(customer)
                    if fault != "down":
                        self.until(lambda it=vendor: it.called("delete"), bool, "Delete was not called")
                self.no_customer_is_left(vendor)

    def test_m20_an_account_synchronized_many_times_at_once_is_one_customer(self) -> None:
        vendor = self.vendor(repeats_safely=False)
        service_manager, customer = self.manager(vendor), self.account()
        body = {"service_manager_id": service_manager, "sync_options": {}}
        path = f"marketplace-accounts/{customer}/synchronize"
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.call("POST", path, body, (202, 409)), range(8)))
        operations = {it["id"] for it in answers if "id" in it}
        self.assertTrue(operations, "nobody was let in")
        ids = {self.ended(it)["external_id"] for it in operations} - {None}
        self.assertEqual(len(ids), 1)
        self.assertEqual(len(vendor.customers), 1)

    def test_m15_an_account_deleted_while_its_synchronization_waits_stays_deleted(self) -> None:
        vendor = self.vendor()
        service_manager, customer = self.manager(vendor), self.account()
        with vendor.fault("down"):
            operation = self.synchronize(customer, service_manager)
            self.delete(customer)
        self.forgotten(operation)
        self.no_customer_is_left(vendor)
        body = {"service_manager_id": service_manager, "sync_options": {}}
        self.call("POST", f"marketplace-accounts/{customer}/synchronize", body, (404, 409, 410, 422))
        self.no_customer_is_left(vendor)

    def test_m15_a_customer_whose_creation_was_not_answered_is_deleted_with_the_account(self) -> None:
        vendor = self.vendor()
        service_manager, customer = self.manager(vendor), self.account()
        with vendor.fault("dies", "synchronize"):
            operation = self.synchronize(customer, service_manager)
            self.until(lambda: vendor.customers, bool, "Synchronize was not called")
            self.delete(customer)
        self.forgotten(operation)
        self.no_customer_is_left(vendor)

    def forgotten(self, operation: str) -> None:
        """Waits until nothing more comes of an operation of a deleted account, which may be unknown by then."""

        def look() -> dict:
            return self.call("GET", f"operations/{operation}", accepted=(200, 404, 410))

        self.until(look, lambda it: it.get("state", "failed") in ENDED, "it does not end")

    def test_a_vendor_who_answers_slowly_delays_nobody_else(self) -> None:
        silent, well = self.vendor(), self.vendor()
        managers = self.manager(silent), self.manager(well)
        with silent.fault("silent", "exists", "synchronize"):
            waiting = [self.synchronize(self.account(), managers[0]) for _ in range(6)]
            self.until(lambda: silent.called("exists"), bool, "Exists was not called")
            self.synchronized(self.account(), managers[1])
            self.assertNotIn("done", {self.operation(it)["state"] for it in waiting})

    def test_a_key_that_the_vendor_repeats_is_shown_to_nobody(self) -> None:
        vendor = self.vendor()
        vendor.internal_message = f"The key {API_KEY} is too old."
        service_manager, customer = self.manager(vendor), self.account()
        with vendor.fault("internal_code"):
            self.failed(self.synchronize(customer, service_manager))
        # `call` looks for the key in each answer.
        self.call("GET", f"service-managers/{service_manager}")
        self.call("GET", f"marketplace-accounts/{customer}", accepted=(200, 404, 405))


class Fault:
    """A vendor with a fault, and what the hub makes of an account there."""

    def __init__(self, ready: dict, fault: str, *operations: str, repeats_safely: bool = True, harmless: bool = False) -> None:
        self.ready, self.name, self.operations, self.harmless = ready, fault, operations, harmless
        self.vendor = Vendor(repeats_safely=repeats_safely)
        self.vendor.__enter__()

    def play(self) -> None:
        """Synchronizes a neighbour while all is well, and a customer with the fault. Then the vendor is well again."""
        self.manager = manager(self.ready, self.vendor)
        self.neighbour = self.ended(synchronize(self.ready, account(self.ready, "Neighbour"), self.manager))["external_id"]
        self.calls_before = len(self.vendor.calls)
        self.customer = account(self.ready, "Customer")
        with self.vendor.fault(self.name, *self.operations):
            self.operation = synchronize(self.ready, self.customer, self.manager)
            met = _has_ended if self.harmless else _has_met_a_fault
            self.during = until(lambda: self.look(self.operation), met, f"{self.name} reports no fault")

    def look(self, operation: str) -> dict:
        return call(self.ready, "GET", f"operations/{operation}")

    def ended(self, operation: str) -> dict:
        return until(lambda: self.look(operation), lambda it: it["state"] in ENDED, f"{self.name}: {operation} does not end")

    def mended(self) -> dict:
        """The operation after the fault, asked for again if the hub had given up."""
        ended = self.ended(self.operation)
        return self.ended(synchronize(self.ready, self.customer, self.manager)) if ended["state"] == "failed" else ended


def _has_ended(operation: dict) -> bool:
    return operation["state"] in ENDED


def _has_met_a_fault(operation: dict) -> bool:
    waits_for_its_turn = "other calls are still waiting" in (operation["message"] or "")
    return _has_ended(operation) or bool(operation["attempts"] and operation["message"]) and not waits_for_its_turn


class FaultsOfAVendor(MarketplaceCase):
    """Every fault has a vendor of its own, and the hub meets all of them at once."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.faults = {
            "down": Fault(cls.ready, "down"),
            "silent": Fault(cls.ready, "silent"),
            "slow": Fault(cls.ready, "slow", harmless=True),
            "rubbish": Fault(cls.ready, "rubbish"),
            "html": Fault(cls.ready, "html"),
            "error_status": Fault(cls.ready, "error_status"),
            "redirect": Fault(cls.ready, "redirect"),
            "endless": Fault(cls.ready, "endless"),
            "foreign by exists": Fault(cls.ready, "foreign", "exists"),
            "foreign": Fault(cls.ready, "foreign", "synchronize"),
            "dies": Fault(cls.ready, "dies", "synchronize"),
            "dies, unsafe": Fault(cls.ready, "dies", "synchronize", repeats_safely=False),
            "wrong_key": Fault(cls.ready, "wrong_key"),
            "odd_spelling": Fault(cls.ready, "odd_spelling", harmless=True),
            "customer_code": Fault(cls.ready, "customer_code", "synchronize"),
            "internal_code": Fault(cls.ready, "internal_code", "synchronize"),
        }
        for it in cls.faults.values():
            cls.addClassCleanup(it.vendor.__exit__)
        pool = cls.enterClassContext(ThreadPoolExecutor(len(cls.faults)))
        cls.played = {key: pool.submit(it.play) for key, it in cls.faults.items()}

    def fault(self, key: str) -> Fault:
        """The fault, once the hub has met it. What went wrong meanwhile fails the test that asks."""
        self.played[key].result()
        return self.faults[key]

    def during_fault(self, key: str, message: str) -> dict:
        """The operation while the fault lasts: nothing is linked, staff read the cause, and the customer does not."""
        reported = self.fault(key).during
        self.assertNotEqual(reported["state"], "done", reported)
        self.assertIsNone(reported["external_id"], reported)
        self.assertGreaterEqual(reported["attempts"], 1)
        self.assertRegex(reported["message"], re.compile(message, re.IGNORECASE))
        self.for_customers(reported)
        return reported

    def told_while_it_waits(self, key: str, message: str) -> None:
        """The same for a fault that the hub may have overcome before anybody looks."""
        reported = self.fault(key).during
        if reported["state"] != "done":
            self.assertRegex(reported["message"], re.compile(message, re.IGNORECASE))
            self.assertIsNone(reported["customer_message"], "nothing has failed: the customer still waits")
            self.for_customers(reported)

    def for_customers(self, reported: dict) -> None:
        shown = reported["customer_message"] or ""
        self.assertNotIn(reported["message"], shown or "-")
        self.assertNotIn("127.0.0.1", shown)
        if reported["state"] == "failed":
            self.assertIn(SUPPORT, shown)

    def mended(self, key: str) -> None:
        fault = self.fault(key)
        ended = fault.mended()
        self.assertEqual(ended["state"], "done", ended)
        others = [it for it in fault.vendor.customers if it.external_id != fault.neighbour]
        self.assertEqual([it.external_id for it in others], [ended["external_id"]], "one account is one customer")

    def test_a_vendor_who_is_down(self) -> None:
        reported = self.during_fault("down", r"connect|refused|reach")
        self.assertIsNone(reported["code"])
        self.mended("down")

    def test_a_vendor_who_does_not_answer(self) -> None:
        reported = self.during_fault("silent", r"time|answer|respon")
        self.assertIsNone(reported["code"])
        self.mended("silent")

    def test_a_vendor_who_answers_late(self) -> None:
        self.assertEqual(self.fault("slow").during["state"], "done")
        self.mended("slow")

    def test_an_answer_that_is_no_json(self) -> None:
        self.assertIsNone(self.during_fault("rubbish", r"JSON|read|understand")["code"])
        self.mended("rubbish")

    def test_a_page_in_place_of_json(self) -> None:
        reported = self.during_fault("html", r"HTML|JSON|page|read|understand")
        self.assertIsNone(reported["code"])
        self.assertNotIn("<p>", reported["customer_message"] or "")
        self.mended("html")

    def test_a_status_that_is_no_success_whatever_the_body_claims(self) -> None:
        self.during_fault("error_status", r"503")
        self.mended("error_status")

    def test_a_redirect_takes_the_key_nowhere_else(self) -> None:
        self.during_fault("redirect", r"307|redirect")
        elsewhere = [it for it in self.fault("redirect").vendor.calls if it.operation.startswith(of_vendor.ELSEWHERE)]
        self.assertEqual([it.headers for it in elsewhere if "x-cloudplatform-apikey" in it.headers], [])
        self.mended("redirect")

    def test_a_huge_answer_is_not_read_to_its_end(self) -> None:
        self.assertIsNone(self.during_fault("endless", r"large|long|big|bytes|MB|size")["code"])
        self.mended("endless")

    def test_m17_exists_does_not_link_the_customer_of_another_account(self) -> None:
        self.during_fault("foreign by exists", r"another account|other account|belongs to|already")
        self.mended("foreign by exists")

    def test_synchronize_does_not_link_the_customer_of_another_account(self) -> None:
        self.during_fault("foreign", r"another account|other account|belongs to|already")
        self.mended("foreign")

    def test_m17_staff_are_asked_whose_the_customer_of_two_accounts_is(self) -> None:
        fault = self.fault("foreign")
        self.assertEqual(fault.during["state"], "failed", fault.during)
        reviews = self.call("GET", "reviews")["items"]
        asked = [it for it in reviews if it["question"] == "whose_vendor_customer"]
        self.assertTrue(asked, f"no review asks whose a customer of a vendor is: {reviews}")
        whole = [json.dumps(self.call("GET", f"reviews/{it['id']}")) for it in asked]
        self.assertTrue(any(fault.customer in it for it in whole), f"no review is about {fault.customer}: {whole}")

    def test_m18_the_history_of_calls_tells_staff_what_each_fault_was(self) -> None:
        for key, operation, outcome, status in (
            ("down", "Exists", "not_sent", None),
            ("silent", "Exists", "lost", None),
            ("rubbish", "Exists", "unusable", 200),
            ("html", "Exists", "unusable", 200),
            ("error_status", "Exists", "unusable", 503),
            ("redirect", "Exists", "unusable", 307),
            ("endless", "Exists", "unusable", 200),
            ("foreign by exists", "Exists", "answered", 200),
            ("foreign", "Synchronize", "answered", 200),
            ("dies", "Synchronize", "lost", None),
            ("dies, unsafe", "Synchronize", "lost", None),
            ("wrong_key", "Exists", "answered", 200),
            ("customer_code", "Synchronize", "answered", 200),
            ("internal_code", "Synchronize", "answered", 200),
        ):
            with self.subTest(key):
                fault = self.fault(key)
                calls = self.call("GET", f"service-managers/{fault.manager}/calls?limit=200")["items"]
                of_account = [it for it in calls if it["account_id"] == fault.customer and it["operation"] == operation]
                told = [(it["outcome"], it["status"]) for it in of_account]
                self.assertIn((outcome, status), told)
                self.assertTrue(all(it["answer"] for it in of_account if it["outcome"] != "answered"), "why is told")

    def test_m20_a_lost_answer_makes_no_second_customer(self) -> None:
        self.told_while_it_waits("dies", r"answer")
        self.mended("dies")

    def test_m17_exists_is_asked_again_after_a_lost_answer(self) -> None:
        # This vendor creates another customer whenever it is asked to.
        fault = self.fault("dies, unsafe")
        self.told_while_it_waits("dies, unsafe", r"answer")
        self.mended("dies, unsafe")
        operations = [it.operation for it in fault.vendor.calls[fault.calls_before :]]
        in_a_row = [len(list(calls)) for name, calls in groupby(operations) if name == "synchronize"]
        self.assertEqual(set(in_a_row), {1}, f"Synchronize came twice without Exists between: {operations}")

    def test_a_refused_key(self) -> None:
        reported = self.during_fault("wrong_key", re.escape(KEY_MESSAGE))
        self.assertEqual(reported["code"], of_vendor.KEY_CODE)
        self.mended("wrong_key")

    def test_m18_odd_spelling_is_read(self) -> None:
        self.assertEqual(self.fault("odd_spelling").during["state"], "done")
        self.mended("odd_spelling")

    def test_m11_a_code_of_the_customers_band_is_shown_to_the_customer(self) -> None:
        reported = self.fault("customer_code").during
        self.assertEqual((reported["state"], reported["code"]), ("failed", of_vendor.CUSTOMER_CODE), reported)
        self.assertIn(CUSTOMER_MESSAGE, reported["message"])
        self.assertIn(CUSTOMER_MESSAGE, reported["customer_message"])
        self.assertNotIn(SUPPORT, reported["customer_message"])
        self.mended("customer_code")

    def test_m11_any_other_code_is_for_staff(self) -> None:
        reported = self.fault("internal_code").during
        self.assertEqual((reported["state"], reported["code"]), ("failed", of_vendor.INTERNAL_CODE), reported)
        self.assertIn(INTERNAL_MESSAGE, reported["message"])
        self.for_customers(reported)
        self.mended("internal_code")

    def test_two_accounts_never_share_an_external_id(self) -> None:
        vendor = self.vendor()
        service_manager, accounts = self.manager(vendor), [self.account(), self.account()]
        with vendor.fault("same_id", "synchronize"):
            self.synchronized(accounts[0], service_manager)
            second = self.synchronize(accounts[1], service_manager)
            reported = self.until(lambda: self.operation(second), lambda it: it["state"] in ENDED or it["message"], "it reports no fault")
        self.assertNotEqual(reported["state"], "done", reported)
        self.assertIsNone(reported["external_id"], reported)
        self.assertIn(of_vendor.SAME_ID, reported["message"])
        self.for_customers(reported)

    def test_a_second_answer_with_another_external_id_is_not_believed(self) -> None:
        vendor = self.vendor()
        service_manager, accounts = self.manager(vendor), [self.account(), self.account()]
        first, second = [self.synchronized(it, service_manager)["external_id"] for it in accounts]
        with vendor.fault("foreign", "synchronize"):
            again = self.synchronize(accounts[1], service_manager)
            reported = self.until(lambda: self.operation(again), lambda it: it["state"] in ENDED or it["message"], "it reports no fault")
        self.assertNotEqual(reported["state"], "done", reported)
        self.assertNotEqual(reported["external_id"], first)
        self.assertEqual(self.synchronized(accounts[1], service_manager)["external_id"], second, "the link is as it was")


def word(name: str) -> str:
    """`SimpleValue` and `simple_value` name the same thing."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


if __name__ == "__main__":
    unittest.main()
