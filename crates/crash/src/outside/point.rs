//! Named points: calls of a hub at which it is killed, before the outside system carried them out or after.

use std::fmt;

use crate::Mode;

/// An outside system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// The service desk.
    Desk,
    /// The CRM.
    Crm,
    /// The identity provider.
    Idp,
    /// The mail server.
    Mail,
    /// The vendor that the hub's marketplace calls.
    Vendor,
    /// Another one, which is a process of its own: the vendor interface of another hub.
    VendorHub,
    /// The hub itself, as it is called by the load: while it carries out a request, or when it has answered.
    Hub,
}

/// When the hub is killed, or the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The system has received the call, and has done nothing. A vendor that is killed begins to do it.
    Before,
    /// The system has done it, and the answer has not reached the hub.
    After,
}

/// A named point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// The system.
    pub system: System,
    /// The method; for the mail server, the dot that ends a message.
    pub method: &'static str,
    /// How the path begins.
    pub begins: &'static str,
    /// How it ends.
    pub ends: &'static str,
    /// When.
    pub when: When,
}

/// The end of a message, for the mail server.
pub const DOT: &str = "DOT";

const fn point(system: System, method: &'static str, begins: &'static str, ends: &'static str, when: When) -> Point {
    Point { system, method, begins, ends, when }
}

/// The checkout of the storefront.
pub const CHECKOUT: &str = "/shop/checkout";
/// Accounts of the marketplace: their deletion, and, with this end, *Save and synchronize*.
pub const ACCOUNTS: &str = "/marketplace-accounts";
const SYNCHRONIZE: &str = "/synchronize";

const EXISTS: &str = "/API/Accounts/Exists";

const POINTS: &[Point] = &[
    point(System::Desk, "POST", "/api/v2/tickets", "/tickets", When::Before),
    point(System::Desk, "POST", "/api/v2/tickets", "/tickets", When::After),
    point(System::Desk, "POST", "/api/v2/tickets/", "/notes", When::Before),
    point(System::Desk, "POST", "/api/v2/tickets/", "/notes", When::After),
    point(System::Desk, "PUT", "/api/v2/tickets/", "", When::Before),
    point(System::Desk, "PUT", "/api/v2/tickets/", "", When::After),
    point(System::Desk, "POST", "/api/v2/assets", "", When::Before),
    point(System::Desk, "POST", "/api/v2/assets", "", When::After),
    point(System::Desk, "PUT", "/api/v2/assets/", "", When::Before),
    point(System::Desk, "PUT", "/api/v2/assets/", "", When::After),
    point(System::Desk, "GET", "/api/v2/requesters/", "", When::Before),
    point(System::Desk, "GET", "/api/v2/requesters", "/requesters", When::After),
    point(System::Desk, "GET", "/api/v2/assets", "/assets", When::After),
    point(System::Desk, "GET", "/api/v2/assets/", "", When::After),
    point(System::Crm, "GET", "/crm/sales/api/lookup", "", When::After),
    point(System::Crm, "GET", "/crm/sales/api/contacts/view", "", When::After),
    point(System::Idp, "POST", "/token", "", When::Before),
    point(System::Idp, "POST", "/token", "", When::After),
    point(System::Mail, DOT, "", "", When::Before),
    point(System::Mail, DOT, "", "", When::After),
    point(System::Vendor, "GET", "/API/Accounts/SyncOptions", "", When::After),
    point(System::Vendor, "POST", EXISTS, "", When::Before),
    point(System::Vendor, "POST", EXISTS, "", When::After),
    point(System::Vendor, "POST", "/API/Accounts/Synchronize", "", When::Before),
    point(System::Vendor, "POST", "/API/Accounts/Synchronize", "", When::After),
    point(System::Vendor, "POST", "/API/Accounts/Delete", "", When::Before),
    point(System::Vendor, "POST", "/API/Accounts/Delete", "", When::After),
    point(System::VendorHub, "POST", EXISTS, "", When::Before),
    point(System::VendorHub, "POST", EXISTS, "", When::After),
    point(System::VendorHub, "POST", "/API/Accounts/Synchronize", "", When::After),
    point(System::VendorHub, "POST", "/API/Accounts/Delete", "", When::After),
    point(System::VendorHub, "POST", "/API/Accounts/Synchronize", "", When::Before),
    point(System::VendorHub, "POST", "/API/Accounts/Delete", "", When::Before),
    point(System::Hub, "POST", CHECKOUT, "", When::Before),
    point(System::Hub, "POST", CHECKOUT, "", When::After),
    point(System::Hub, "POST", ACCOUNTS, SYNCHRONIZE, When::Before),
    point(System::Hub, "POST", ACCOUNTS, SYNCHRONIZE, When::After),
    point(System::Hub, "DELETE", ACCOUNTS, "", When::Before),
    point(System::Hub, "DELETE", ACCOUNTS, "", When::After),
];

impl Point {
    /// The points of a mode.
    pub fn all(mode: Mode, patient: bool) -> Vec<Self> {
        let fits = |point: &&Self| {
            // Both processes call the same identity provider, and the same vendor, so it does not know which one calls.
            let known = mode.processes() == 1 || !matches!(point.system, System::Idp | System::Vendor);
            let is_meant = match point.system {
                System::Hub | System::VendorHub => mode == Mode::Vendor,
                System::Vendor => mode != Mode::Vendor || point.method == "POST",
                _ => mode != Mode::Vendor,
            };
            known && is_meant && (patient || !point.leaves_unclear())
        };
        POINTS.iter().filter(fits).copied().collect()
    }

    /// Whether the hub has to wait for minutes until it may do the same again.
    fn leaves_unclear(&self) -> bool {
        let changes = match self.system {
            System::Desk => self.method != "GET",
            System::Vendor => self.method != "GET" && self.begins != EXISTS,
            // What a vendor that is killed leaves unclear may wait to the end of the run.
            System::Crm | System::Idp | System::Mail | System::Hub | System::VendorHub => false,
        };
        changes && self.when == When::Before
    }

    /// Whether this call is meant.
    pub fn is(&self, system: System, method: &str, path: &str, when: When) -> bool {
        self.system == system
            && self.when == when
            && self.method == method
            && path.starts_with(self.begins)
            && path.ends_with(self.ends)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { system, method, begins, ends, when } = self;
        write!(formatter, "{when:?} {system:?} {method} {begins}…{ends}")
    }
}
