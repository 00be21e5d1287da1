"""A marketplace vendor of another make, which the platform side of the hub calls.

    python vendor.py [--port 0] [--fault NAME[:OPERATION]] [--known DOMAIN]

Prints `{"base_url": …, "application_id": …, "api_key": …, "settings": {…}, "known": {…}}` when it listens, and `{"customers": [...]}`
when it is stopped: who is left. It speaks the wire format of the public SDK
(`/API/Accounts/SyncOptions`, `Exists`, `Synchronize`, `Delete`, and `Fields/Get` and `Fields/Validate` for the settings), keeps
every call with its headers, and misbehaves on request: see `FAULTS`.
"""

import argparse
import base64
import binascii
import contextlib
import json
import signal
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

APPLICATION_ID = "6f1d2c0a-58f4-4a39-9a55-3f0f6a2c7b11"
API_KEY = "cXVpZXQtaGVyb24tNDEyLWJhc2U2NA=="
SETTINGS = {"FieldRegion": "eu-1", "FieldPassword": "maple harbour"}

FAULTS = {
    "down": "the connection is refused",
    "silent": "the call is read, and no answer comes",
    "slow": "the right answer comes late",
    "rubbish": "the answer is no JSON, although it says so",
    "html": "a page comes instead of JSON, with status 200",
    "error_status": "status 503, with a body that claims success",
    "redirect": "the call is sent on to another host",
    "endless": "an answer of 64 MB",
    "foreign": "the call is carried out, and the answer has the ExternalID of another account",
    "dies": "the call is carried out, and the connection breaks before the answer",
    "wrong_key": "the key is refused",
    "odd_spelling": "a byte order mark, keys in lower case, and numbers for texts",
    "same_id": "every account gets the same ExternalID",
    "customer_code": "refused with a code whose message customers read",
    "internal_code": "refused with a code whose message only staff read",
}
CUSTOMER_CODE, CUSTOMER_MESSAGE = -80017, "Enter a domain that you own."
INTERNAL_CODE, INTERNAL_MESSAGE = -105, "Backend seven has no licences left."
KEY_CODE, KEY_MESSAGE = -12, "This API key is not known here."
ELSEWHERE = "elsewhere"
PIECES, PIECE = 1024, b"x" * 65536
SAME_ID = "Ok"

ACCOUNT_TEXTS = ("ID", "ExternalID", "ResellerID", "ResellerExternalID", "Name", "Code", "Phone", "Fax", "WebSite", "Email", "Description")
ACCOUNT_OBJECTS = ("SyncOptions", "ExtraDetails", "ContactDetails", "Address")


def option(key: str, name: str, kind: str = "SimpleValue", data_type: str = "Text", **more: object) -> dict:
    """A sync option, in the SDK's form. `more`: required, storefront, read_only, and values as `{id: name}`."""
    values = [
        {"ID": choice, "SortOrder": order, "Name": label, "Description": None, "IsDefault": order == 0}
        for order, (choice, label) in enumerate(dict(more.get("values", {})).items())
    ]
    definition = {
        "ID": key,
        "SortOrder": 0,
        "Name": name,
        "Description": None,
        "Kind": kind,
        "DataType": data_type,
        "IsRequired": more.get("required", False),
        "PredefinedValues": values,
        "IsReadOnly": more.get("read_only", False),
        "AvailableToStorefront": more.get("storefront", True),
    }
    return {"ID": key, "Definition": definition}


USERNAME = option("username", "Username", required=True, storefront=False)
DOMAIN = option("domain", "Domain")
EVERY_TYPE = (
    USERNAME,
    option("domain", "Domain", required=True),
    option("seats", "Seats", data_type="Number"),
    option("credit_limit", "Credit limit", data_type="Currency", storefront=False),
    option("since", "Customer since", data_type="Date"),
    option("newsletter", "Newsletter", "Boolean"),
    option("role", "Role", "List", values={"1": "User", "2": "Reseller"}),
    option("regions", "Regions", "ListMultiSelect", values={"eu": "Europe", "za": "South Africa"}),
    option("remarks", "Remarks", "TextArea"),
    option("home", "Home page", "Link"),
    option("passphrase", "Passphrase", "Mask", storefront=False),
    option("tax_number", "Tax number", "MOD11CheckDigit", storefront=False),
    option("agreement", "Agreement", "File", "Unknown", storefront=False),
)


class RefusedError(Exception):
    """A refusal, with its code and message."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.answer = {"Code": code, "Message": message, "Result": ""}


@dataclass
class Call:
    """A call as it arrived. Header names are in lower case."""

    operation: str
    headers: dict[str, str]
    body: dict


@dataclass
class Customer:
    """A customer of the vendor. `account` is empty for one that the vendor had before the platform knew of it."""

    external_id: str
    account: str
    options: dict[str, str] = field(default_factory=dict)
    details: dict = field(default_factory=dict)


class Vendor:
    """Serves while the context is open; `customers` and `calls` show what came of it.

    `repeats_safely=False` is the vendor who creates another customer whenever Synchronize comes without an ExternalID.
    """

    def __init__(self, *, options: tuple[dict, ...] = (USERNAME, DOMAIN), port: int = 0, repeats_safely: bool = True) -> None:
        self.options = options
        self.repeats_safely = repeats_safely
        self.notifies = True
        self.extra_info = {"customer_location": "us"}
        self.password: str | None = None
        self.absent_code = 0
        self.exists_refusal: tuple[int, str] | None = None
        self.internal_message = INTERNAL_MESSAGE
        self.slow_seconds = 2.0
        self.customers: list[Customer] = []
        self.calls: list[Call] = []
        self._lock = threading.RLock()
        self._faults: dict[str, frozenset[str]] = {}
        self._numbered = 500100
        self._ended = threading.Event()
        self._listening = False
        self._server = _Server(("127.0.0.1", port), self)
        self.base_url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "Vendor":
        self._listen()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._listening:
            self._stop_listening()
        self._server.server_close()

    # What tests say and ask.

    def switch_on(self, fault: str, *operations: str) -> None:
        """Misbehaves from now on, in these operations (lower case) or in all."""
        assert fault in FAULTS, fault
        with self._lock:
            self._faults[fault] = frozenset(operations)
            if fault == "down" and self._listening:
                self._stop_listening()

    def switch_off(self) -> None:
        """Behaves again. Calls that wait for an answer are cut off."""
        with self._lock:
            self._faults.clear()
            self._ended.set()
            self._ended = threading.Event()
            if not self._listening:
                self._listen()

    @contextlib.contextmanager
    def fault(self, name: str, *operations: str) -> Iterator[None]:
        self.switch_on(name, *operations)
        try:
            yield
        finally:
            self.switch_off()

    def knows(self, **options: str) -> str:
        """A customer that the vendor had before; its ExternalID."""
        with self._lock:
            return self._create("", options).external_id

    def called(self, operation: str, account: str | None = None) -> list[Call]:
        """The calls of an operation, of one account if its id is given."""
        with self._lock:
            return [it for it in self.calls if it.operation == operation and account in (None, it.body.get("ID"))]

    def customers_of(self, account: str) -> list[Customer]:
        with self._lock:
            return [it for it in self.customers if it.account == account]

    # The listener.

    def _listen(self) -> None:
        self._server.server_activate()
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()
        self._listening = True

    def _stop_listening(self) -> None:
        self._listening = False
        self._server.shutdown()
        self._thread.join(timeout=10)
        address = self._server.server_address
        self._server.server_close()
        self._server.cut_connections()
        # Bound and not listening: connections are refused, and nobody else gets the port.
        self._server = _Server(address, self)

    # What the handler does with a call.

    def wants(self, fault: str, operation: str) -> bool:
        with self._lock:
            operations = self._faults.get(fault)
            return operations is not None and (not operations or operation in operations)

    def receive(self, call: Call) -> threading.Event:
        """Keeps the call. The event is set when waiting is over."""
        with self._lock:
            self.calls.append(call)
            return self._ended

    def answer(self, operation: str, headers: dict[str, str], body: object) -> object:
        """Carries out a call."""
        with self._lock:
            try:
                self._authenticate(operation, headers)
                return self._carry_out(operation, body)
            except RefusedError as refused:
                return refused.answer

    def _authenticate(self, operation: str, headers: dict[str, str]) -> None:
        try:
            key = base64.b64decode(headers.get("x-cloudplatform-apikey", ""), validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            key = ""
        if headers.get("x-cloudplatform-applicationid", "").lower() != APPLICATION_ID:
            raise RefusedError(-11, "This application id is not known here.")
        if key != API_KEY or self.wants("wrong_key", operation):
            raise RefusedError(KEY_CODE, KEY_MESSAGE)
        for name, value in SETTINGS.items():
            if headers.get(f"x-cloudplatform-setting-{name.lower()}") != value:
                raise RefusedError(-13, f"The setting {name} is wrong.")

    def _carry_out(self, operation: str, body: object) -> object:
        for fault, code, message in (
            ("customer_code", CUSTOMER_CODE, CUSTOMER_MESSAGE),
            ("internal_code", INTERNAL_CODE, self.internal_message),
        ):
            if self.wants(fault, operation):
                raise RefusedError(code, message)
        match operation:
            case "syncoptions":
                return {"Fields": list(self.options)}
            case "fields/get":
                return [{"ID": name, "Name": name, "Kind": "Text", "IsRequired": True, "PredefinedValues": {}} for name in SETTINGS]
            case "fields/validate":
                return []
        if not isinstance(body, dict):
            raise RefusedError(-2, "The body is not a JSON object.")
        match operation:
            case "exists":
                return self._exists(body)
            case "synchronize":
                return self._synchronize(body)
            case "delete":
                return self._delete(body)
        raise RefusedError(-1, f"{operation} is not supported.")

    def _exists(self, body: dict) -> dict:
        _check_types(body)
        if self.wants("same_id", "exists") or self.wants("foreign", "exists"):
            other = SAME_ID if self.wants("same_id", "exists") else self._foreign(body)
            return {"ErrorCode": 1, "ErrorMessage": "", "Results": other}
        if self.exists_refusal:
            raise RefusedError(*self.exists_refusal)
        found = self._found(body)
        if isinstance(found, Customer):
            # The seed's own spelling.
            return {"ErrorCode": 1, "ErrorMessage": "", "Results": found.external_id}
        return found or {"Code": self.absent_code, "Message": "", "Result": ""}

    def _found(self, body: dict) -> Customer | dict | None:
        """The customer of the account, or a refusal to link one."""
        external_id, account = body.get("ExternalID") or "", body.get("ID") or ""
        if external_id:
            return next((it for it in self.customers if it.external_id == external_id), None)
        own = self.customers_of(account)
        if own:
            return own[0]
        domain = _text_of(body.get("SyncOptions"), "domain").lower()
        candidates = [it for it in self.customers if domain and it.options.get("domain", "").lower() == domain]
        if len(candidates) > 1:
            return {"ErrorCode": 2, "ErrorMessage": f"{len(candidates)} customers have this domain.", "Results": ""}
        if candidates and candidates[0].account:
            return {"ErrorCode": 2, "ErrorMessage": "This domain belongs to another account.", "Results": ""}
        return candidates[0] if candidates else None

    def _synchronize(self, body: dict) -> dict:
        _check_types(body)
        values = body.get("SyncOptions") or {}
        if not body.get("ID"):
            raise RefusedError(-3, "The account has no ID.")
        if not body.get("Name"):
            raise RefusedError(-80001, "Enter a name.")
        for it in self.options:
            _check_value(it["Definition"], values.get(it["ID"]))
        if body.get("IsTest") is True or body.get("CheckOnly") is True:
            return {"Code": 0, "Message": "", "Result": "test", "AccountExtraInfo": {}, "SendNotification": False}
        customer = self._customer_for(body, values)
        customer.options, customer.details = dict(values), body
        result = customer.external_id
        if self.wants("same_id", "synchronize"):
            result = customer.external_id = SAME_ID
        elif self.wants("foreign", "synchronize"):
            result = self._foreign(body)
        answer = {
            "Code": 0,
            "Message": "",
            "Result": result,
            "AccountExtraInfo": {"tenant": f"tenant-{customer.external_id}", **self.extra_info},
            "SendNotification": self.notifies,
        }
        return {**answer, "GeneratedPassword": self.password} if self.password else answer

    def _customer_for(self, body: dict, values: dict) -> Customer:
        if body.get("ExternalID"):
            known = next((it for it in self.customers if it.external_id == body["ExternalID"]), None)
            if not known:
                raise RefusedError(-14, f"There is no customer {body['ExternalID']}.")
            known.account = body["ID"]
            return known
        own = self.customers_of(body["ID"])
        return own[0] if own and self.repeats_safely else self._create(body["ID"], values)

    def _foreign(self, body: dict) -> str:
        others = [it.external_id for it in self.customers if it.account != body.get("ID")]
        return others[0] if others else "500999"

    def _create(self, account: str, options: dict) -> Customer:
        self._numbered += 1
        self.customers.append(Customer(str(self._numbered), account, dict(options)))
        return self.customers[-1]

    def _delete(self, body: dict) -> dict:
        _check_types(body)
        if not body.get("ExternalID"):
            raise RefusedError(-15, "Delete names no customer.")
        self.customers = [it for it in self.customers if it.external_id != body["ExternalID"]]
        return {"Code": 0, "Message": "", "Result": body["ExternalID"]}


def _check_types(body: dict) -> None:
    for name in ACCOUNT_TEXTS:
        if not isinstance(body.get(name, ""), str | None):
            raise RefusedError(-4, f"{name} is not a text.")
    for name in ACCOUNT_OBJECTS:
        if not isinstance(body.get(name), dict | None):
            raise RefusedError(-4, f"{name} is not an object.")
    for name in ("SyncOptions", "ExtraDetails"):
        for key, value in (body.get(name) or {}).items():
            if not isinstance(value, str | None):
                raise RefusedError(-4, f"{name}.{key} is not a text.")


def _check_value(definition: dict, value: str | None) -> None:
    name = definition["Name"]
    if not value:
        if definition["IsRequired"]:
            raise RefusedError(-80003, f"Fill in {name}.")
        return
    choices = {it["ID"] for it in definition["PredefinedValues"]}
    chosen = set(value.split("|")) if definition["Kind"] == "ListMultiSelect" else {value}
    if choices and not chosen <= choices:
        raise RefusedError(-80004, f"{name}: choose one of the list.")
    if definition["Kind"] == "Boolean" and value.lower() not in ("true", "false"):
        raise RefusedError(-80004, f"{name}: answer yes or no.")
    if definition["DataType"] in ("Number", "Currency"):
        try:
            float(value)
        except ValueError:
            raise RefusedError(-80004, f"{name}: enter a number.") from None


def _text_of(members: object, name: str) -> str:
    return str((members or {}).get(name) or "") if isinstance(members, dict | None) else ""


class _Server(ThreadingHTTPServer):
    """Bound on construction; listens when it is activated."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], vendor: Vendor) -> None:
        super().__init__(address, _Handler, bind_and_activate=False)
        self.server_bind()
        self.vendor = vendor
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()

    def process_request(self, request: socket.socket, client_address: object) -> None:
        with self._guard:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def cut_connections(self) -> None:
        """Ends connections that a client keeps for later."""
        with self._guard:
            connections = list(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller who went away is no news; anything else is a fault of this program."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one packet each would wait for each other.
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _serve(self) -> None:
        vendor = self.server.vendor
        operation = self._operation()
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = json.loads(self._body() or "null")
        except ValueError:
            body = None
        ended = vendor.receive(Call(operation, headers, body if isinstance(body, dict) else {}))
        if vendor.wants("silent", operation):
            ended.wait()
            return self._break()
        for fault, status, kind, text in (
            ("rubbish", 200, "application/json", b'\x00\xff{"Code": 0, "Result": '),
            ("html", 200, "text/html", b"<!doctype html><title>Maintenance</title><p>We will be back soon.</p>"),
            ("error_status", 503, "application/json", b'{"Code": 0, "Message": "", "Result": "500777"}'),
        ):
            if vendor.wants(fault, operation):
                return self._reply(status, kind, text)
        if vendor.wants("redirect", operation):
            return self._redirect(operation)
        if vendor.wants("endless", operation):
            return self._go_on()
        answer = vendor.answer(operation, headers, body)
        if vendor.wants("dies", operation):
            return self._break()
        if vendor.wants("slow", operation):
            ended.wait(vendor.slow_seconds)
        if vendor.wants("odd_spelling", operation):
            return self._reply(200, "application/json; charset=utf-8", b"\xef\xbb\xbf" + json.dumps(_oddly_spelt(answer)).encode())
        self._reply(200, "application/json; charset=utf-8", json.dumps(answer).encode())

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _operation(self) -> str:
        path = self.path.split("?")[0].strip("/").lower()
        return path.removeprefix("api/").removeprefix("accounts/")

    def _reply(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _redirect(self, operation: str) -> None:
        """Leads to the same listener under another name, so that what follows is kept among the calls."""
        self.send_response(307)
        self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/{ELSEWHERE}/{operation}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _go_on(self) -> None:
        start, end = b'{"Code": 0, "Result": "500888", "Message": "', b'"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(start) + PIECES * len(PIECE) + len(end)))
        self.end_headers()
        self.close_connection = True
        with contextlib.suppress(OSError):
            for piece in (start, *[PIECE] * PIECES, end):
                self.wfile.write(piece)

    def _break(self) -> None:
        """Resets the connection, as a process that dies does."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _oddly_spelt(answer: object) -> object:
    if isinstance(answer, dict):
        return {name[:1].lower() + name[1:]: _oddly_spelt(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [_oddly_spelt(it) for it in answer]
    return int(answer) if isinstance(answer, str) and answer.isdecimal() else answer


def _main() -> None:
    parser = argparse.ArgumentParser(description="A marketplace vendor.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--fault", action="append", default=[], metavar="NAME[:OPERATION]", help=", ".join(FAULTS))
    parser.add_argument("--known", action="append", default=[], metavar="DOMAIN", help="a customer from before")
    options = parser.parse_args()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    with Vendor(options=EVERY_TYPE, port=options.port) as vendor:
        known = {domain: vendor.knows(domain=domain) for domain in options.known}
        for fault in options.fault:
            vendor.switch_on(*fault.lower().split(":"))
        settings = {"application_id": APPLICATION_ID, "api_key": API_KEY, "settings": SETTINGS}
        print(json.dumps({"base_url": vendor.base_url, **settings, "known": known}), flush=True)
        stopped.wait()
        print(json.dumps({"customers": [[it.external_id, it.account] for it in vendor.customers]}), flush=True)


if __name__ == "__main__":
    _main()
