"""The smallest whole vendor of a marketplace: copy it, and make it yours.

    python3 examples/vendor.py --port 9090

It keeps its customers in memory. `tessera check-vendor` checks it, and `tessera marketplace sandbox` calls it as a platform does; see
docs/marketplace-platform.md. It needs nothing but Python.
"""

import argparse
import base64
import binascii
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

APPLICATION_ID = "5f2b3c1e-7a64-4d0b-9d53-3a7c1f0e2b90"
API_KEY = "example-vendor-key"
MAX_BODY = 1024 * 1024

# Codes from -80000 to -89999 have a message that customers read. Any other negative code is for staff.
NAME_MISSING, DOMAIN_MISSING, NO_SUCH_PLAN, DOMAIN_TAKEN = -80001, -80002, -80003, -80004
NOT_AUTHORIZED, NO_SUCH_OPERATION, UNREADABLE, WRONG_TYPE, NO_SUCH_CUSTOMER = -1, -2, -3, -4, -5

PLANS = {"s": "Small", "l": "Large"}
TEXTS = ("ID", "ExternalID", "ResellerID", "ResellerExternalID", "Name", "Code", "Phone", "Fax", "WebSite", "Email", "Description")
OBJECTS = ("SyncOptions", "ContactDetails", "Address", "ExtraDetails")


def option(key: str, name: str, *, required: bool = False, storefront: bool = True, choices: dict[str, str] | None = None) -> dict:
    values = [
        {"ID": id, "SortOrder": order, "Name": label, "Description": None, "IsDefault": order == 0}
        for order, (id, label) in enumerate((choices or {}).items())
    ]
    definition = {
        "ID": key,
        "SortOrder": 0,
        "Name": name,
        "Description": None,
        "Kind": "List" if choices else "SimpleValue",
        "DataType": "Text",
        "IsRequired": required,
        "PredefinedValues": values,
        "IsReadOnly": False,
        "AvailableToStorefront": storefront,
    }
    return {"ID": key, "Definition": definition}


OPTIONS = [
    # The platform fills this one in by itself.
    option("username", "Username", required=True, storefront=False),
    option("domain", "Domain", required=True),
    option("plan", "Plan", choices=PLANS),
]


class Refused(Exception):
    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.answer = {"Code": code, "Message": message, "Result": ""}


class Customers:
    """One lock: two equal calls at the same moment create one customer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.accounts: dict[str, str] = {}
        self.domains: dict[str, str] = {}
        self.made = 0

    def find(self, body: dict) -> str | None:
        """By the id that we gave, or else by the account's own id."""
        if external_id := body.get("ExternalID"):
            return external_id if external_id in self.accounts.values() else None
        return self.accounts.get(body.get("ID") or "")

    def exists(self, body: dict) -> dict:
        if external_id := self.find(body):
            return {"Code": 1, "Message": "", "Result": external_id}
        if not body.get("ExternalID") and domain_of(body) in self.domains.values():
            # The customer is there, but is another account's: it must not be linked.
            return {"Code": 2, "Message": "This domain belongs to another account.", "Result": ""}
        return {"Code": 0, "Message": "", "Result": ""}

    def synchronize(self, body: dict) -> dict:
        values = body.get("SyncOptions") or {}
        if not (body.get("Name") or "").strip():
            raise Refused(NAME_MISSING, "Enter a name.")
        if not domain_of(body):
            raise Refused(DOMAIN_MISSING, "Enter your domain.")
        if values.get("plan") and values["plan"] not in PLANS:
            raise Refused(NO_SUCH_PLAN, "Choose a plan of the list.")
        external_id = self.find(body)
        if body.get("ExternalID") and not external_id:
            raise Refused(NO_SUCH_CUSTOMER, "There is no customer with this ExternalID.")
        if any(domain == domain_of(body) for other, domain in self.domains.items() if other != external_id):
            raise Refused(DOMAIN_TAKEN, "This domain belongs to another customer.")
        if body.get("IsTest") is True or body.get("CheckOnly") is True:
            return {"Code": 0, "Message": "", "Result": external_id or "test", "AccountExtraInfo": {}, "SendNotification": False}
        if not external_id:
            self.made += 1
            external_id = f"customer-{self.made}"
        self.accounts[body.get("ID") or external_id] = external_id
        self.domains[external_id] = domain_of(body)
        extra = {"portal_url": f"https://cloud.example/{external_id}"}
        return {"Code": 0, "Message": "", "Result": external_id, "AccountExtraInfo": extra, "SendNotification": True}

    def delete(self, body: dict) -> dict:
        if not body.get("ExternalID"):
            raise Refused(NO_SUCH_CUSTOMER, "Delete names no customer.")
        # Deleting again succeeds, because the first answer may have been lost.
        self.accounts = {account: id for account, id in self.accounts.items() if id != body["ExternalID"]}
        self.domains.pop(body["ExternalID"], None)
        return {"Code": 0, "Message": ""}


def domain_of(body: dict) -> str:
    return str((body.get("SyncOptions") or {}).get("domain") or "").strip().lower()


def check_types(body: object) -> dict:
    if not isinstance(body, dict):
        raise Refused(UNREADABLE, "The body is not a JSON object.")
    for name in TEXTS:
        if not isinstance(body.get(name, ""), str | None):
            raise Refused(WRONG_TYPE, f"{name} is not a text.")
    for name in OBJECTS:
        if not isinstance(body.get(name), dict | None):
            raise Refused(WRONG_TYPE, f"{name} is not an object.")
    if not all(isinstance(value, str | None) for value in (body.get("SyncOptions") or {}).values()):
        raise Refused(WRONG_TYPE, "The values of SyncOptions are texts.")
    return body


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    customers = Customers()

    def do_GET(self) -> None:
        self.serve()

    def do_POST(self) -> None:
        self.serve()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def serve(self) -> None:
        text = self.read()
        try:
            answer = self.answer(text)
        except Refused as refused:
            answer = refused.answer
        body = json.dumps(answer).encode()
        # Errors are answers, too: the status is always 200.
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def read(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            text = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                text += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return text
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def answer(self, text: bytes) -> dict:
        self.authenticate()
        # Platforms differ in the letter case of addresses.
        operation = self.path.split("?")[0].strip("/").lower().removeprefix("api/accounts/")
        if operation == "syncoptions":
            return {"Fields": OPTIONS}
        if operation not in ("exists", "synchronize", "delete"):
            raise Refused(NO_SUCH_OPERATION, "There is no such operation.")
        if len(text) > MAX_BODY:
            raise Refused(UNREADABLE, "The body is too large.")
        try:
            body = json.loads(text)
        except ValueError:
            raise Refused(UNREADABLE, "The body is not JSON.") from None
        with self.customers.lock:
            return getattr(self.customers, operation)(check_types(body))

    def authenticate(self) -> None:
        try:
            key = base64.b64decode(self.headers.get("X-CloudPlatform-APIKey", ""), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            key = ""
        if self.headers.get("X-CloudPlatform-ApplicationId", "").lower() != APPLICATION_ID or key != API_KEY:
            raise Refused(NOT_AUTHORIZED, "This application id and API key do not belong together.")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


def main() -> None:
    parser = argparse.ArgumentParser(description="The smallest whole vendor of a marketplace.")
    parser.add_argument("--port", type=int, default=9090)
    server = Server(("127.0.0.1", parser.parse_args().port), Handler)
    print(f"The example vendor listens at http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
