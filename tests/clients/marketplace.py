"""The platform side of the hub, by its API: service managers, marketplace accounts, and what became of an operation."""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from demo import DemoCase
from vendor import API_KEY, APPLICATION_ID, SETTINGS, Vendor

ENDS_WITHIN_SECONDS = 120
LOOK_EVERY_SECONDS = 0.2
ENDED = ("done", "failed")
SUPPORT = "Contact your support department"


class MarketplaceCase(DemoCase):
    """A test with the demo and vendors of its own. No answer of the hub may hold a vendor's key, which every call checks."""

    def vendor(self, **settings: object) -> Vendor:
        return self.enterContext(Vendor(**settings))

    def call(self, method: str, path: str, body: object = None, accepted: Iterable[int] = (200,)) -> dict:
        return call(self.ready, method, path, body, accepted)

    def manager(self, vendor: Vendor, name: str | None = None, **notification: object) -> str:
        """Registers the vendor; the id of its service manager."""
        return manager(self.ready, vendor, name, **notification)

    def account(self, name: str = "Rooftop Power", **more: object) -> str:
        return account(self.ready, name, **more)

    def synchronize(self, customer: str, service_manager: str, **options: str) -> str:
        return synchronize(self.ready, customer, service_manager, **options)

    def operation(self, operation: str) -> dict:
        return self.call("GET", f"operations/{operation}")

    def ended(self, operation: str) -> dict:
        """The operation, once it is done or failed."""
        return self.until(lambda: self.operation(operation), lambda it: it["state"] in ENDED, f"operation {operation} does not end")

    def done(self, operation: str) -> dict:
        ended = self.ended(operation)
        self.assertEqual(ended["state"], "done", ended)
        return ended

    def failed(self, operation: str) -> dict:
        ended = self.ended(operation)
        self.assertEqual(ended["state"], "failed", ended)
        self.assertIsNone(ended.get("external_id"), "nothing is linked")
        return ended

    def synchronized(self, customer: str, service_manager: str, **options: str) -> dict:
        return self.done(self.synchronize(customer, service_manager, **options))

    def delete(self, customer: str, accepted: Iterable[int] = (202,)) -> None:
        self.call("DELETE", f"marketplace-accounts/{customer}", accepted=accepted)

    def until(self, look: Callable[[], Any], fits: Callable[[Any], object], problem: str) -> Any:
        """Looks again and again until it fits."""
        return until(look, fits, problem)

    def no_customer_is_left(self, vendor: Vendor) -> None:
        self.until(lambda: list(vendor.customers), lambda left: not left, "the vendor still has customers")

    def mails_to(self, address: str) -> list[dict]:
        with urlopen(f"{self.ready['mail']}/_sim/messages", timeout=30) as answer:
            return [mail for mail in json.load(answer) if address in mail["to"]]


def call(ready: dict, method: str, path: str, body: object = None, accepted: Iterable[int] = (200,)) -> dict:
    headers = {"Authorization": f"Bearer {ready['admin_api_key']}", "Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"{ready['hub']}/api/v1/{path}", data=data, headers=headers, method=method)
    try:
        with urlopen(request, timeout=60) as answer:
            status, answer_headers, text = answer.status, str(answer.headers), answer.read().decode()
    except HTTPError as error:
        with error:
            status, answer_headers, text = error.code, str(error.headers), error.read().decode()
    for key in (API_KEY, base64.b64encode(API_KEY.encode()).decode()):
        assert key not in answer_headers + text, f"{method} {path} shows the vendor's key"
    assert status in accepted, f"{method} {path}: {status} {text}"
    return json.loads(text) if text else {}


def manager(ready: dict, vendor: Vendor, name: str | None = None, **notification: object) -> str:
    body = {
        "name": name or f"Vendor {uuid.uuid4().hex[:8]}",
        "base_url": vendor.base_url,
        "application_id": APPLICATION_ID,
        "api_key": API_KEY,
        "settings": SETTINGS,
        "notification": {"enabled": False, "subject": "Welcome", "body": "Your account is ready.", **notification},
    }
    return call(ready, "POST", "service-managers", body, (201,))["id"]


def account(ready: dict, name: str, **more: object) -> str:
    word = uuid.uuid4().hex[:8]
    body = {
        "name": f"{name} {word}",
        "email": f"office@{word}.example",
        "phone": "+44 1632 960001",
        "fax": "+44 1632 960002",
        "web_site": f"https://www.{word}.example",
        "contact": {"first_name": "Thandi", "last_name": "Muller", "email": f"thandi@{word}.example"},
        "addresses": [address("billing", "1 Example Street")],
        **more,
    }
    return call(ready, "POST", "marketplace-accounts", body, (201,))["id"]


def address(kind: str, street: str) -> dict:
    return {
        "kind": kind,
        "address1": street,
        "address2": "Unit 12",
        "city": "San Rafael",
        "post_code": "94903",
        "state": {"code": "CA", "name": "California"},
        "country": {"code": "US", "name": "United States"},
    }


def synchronize(ready: dict, customer: str, service_manager: str, **options: str) -> str:
    body = {"service_manager_id": service_manager, "sync_options": options}
    return call(ready, "POST", f"marketplace-accounts/{customer}/synchronize", body, (202,))["id"]


def until(look: Callable[[], Any], fits: Callable[[Any], object], problem: str) -> Any:
    deadline = time.monotonic() + ENDS_WITHIN_SECONDS
    while not fits(seen := look()):
        assert time.monotonic() < deadline, f"{problem}: {seen}"
        time.sleep(LOOK_EVERY_SECONDS)
    return seen
