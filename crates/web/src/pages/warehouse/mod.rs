//! The Warehouse Portal, `/portal/warehouse` (A06–A09): for one hand on a phone, and for the keyboard at a desk.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, DeviceLoads, DeviceWrite, LoadPage, NewDevice, WriteLine};
use crate::pages::returns::Choice;
use crate::pages::{Fact, Page, Stale};

/// A page of the stock.
#[derive(Debug, Clone, Serialize)]
pub struct Stock {
    /// The devices.
    pub rows: Vec<StockRow>,
    /// Filter: in stock, assigned, with serial numbers that differ, all.
    pub holdings: Vec<Choice>,
    /// Filter: the company's places.
    pub places: Vec<Choice>,
    /// Filter: the state.
    pub state: String,
    /// Filter: the product.
    pub product: String,
    /// Filter: the asset type.
    pub asset_type: String,
    /// What was looked up.
    pub search: String,
    /// Values that occur on this page, suggested for the filters: states, products and types.
    pub suggested: [Vec<String>; 3],
    /// Whether any filter or search is active.
    pub narrowed: bool,
    /// Whether only devices whose serial numbers differ are shown.
    pub differ: bool,
    /// URL of the next page.
    pub more_url: Option<String>,
    /// URL of the list as CSV.
    pub csv_url: String,
}

impl Page for Stock {
    const TEMPLATE: &'static str = "warehouse/stock.html";
}

/// A device in the stock.
#[derive(Debug, Clone, Serialize)]
pub struct StockRow {
    /// URL of the device.
    pub url: String,
    /// The display name.
    pub name: String,
    /// The product.
    pub product: Option<String>,
    /// The hardware serial number.
    pub serial: Option<String>,
    /// The inverter serial number, if it differs.
    pub other_serial: Option<String>,
    /// The state.
    pub state: Badge,
    /// The holder's name; `None` for stock.
    pub holder: Option<String>,
    /// Name of the place.
    pub place: Option<String>,
}

/// A device, with what can be done with it. Fields of the forms: `to`, `expected`, `stock`; `place`.
#[derive(Debug, Clone, Serialize)]
pub struct WarehouseDevice {
    /// The display id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The state.
    pub state: Badge,
    /// Type, serial numbers, product…
    pub facts: Vec<Fact>,
    /// Whether the two serial numbers differ (A06).
    pub serials_differ: bool,
    /// Who has it; `None` for stock.
    pub holder: Option<DeviceHolder>,
    /// Name of the place where it is.
    pub place: Option<String>,
    /// The places to which it can be moved.
    pub places: Vec<Choice>,
    /// When it was last read from the service desk.
    pub seen_at: Timestamp,
    /// URL of the search for a customer.
    pub issue_url: String,
    /// POST action for taking it back.
    pub hand_action: String,
    /// POST action for moving it to another place.
    pub place_action: String,
    /// POST action for reading it again.
    pub reread_action: String,
    /// Recent requests to the service desk, newest first.
    pub writes: Vec<WriteLine>,
    /// Set if the service desk does not respond.
    pub stale: Option<Stale>,
}

impl Page for WarehouseDevice {
    const TEMPLATE: &'static str = "warehouse/device.html";
}

/// Who has a device: what the work needs to know.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceHolder {
    /// The requester's number.
    pub requester_id: String,
    /// The name.
    pub name: String,
    /// The address of the place, with line breaks.
    pub address: Option<String>,
}

/// The search for the customer who is to get a device. Fields: `q`; `to`, `expected`.
#[derive(Debug, Clone, Serialize)]
pub struct Issue {
    /// The device's display name.
    pub device: String,
    /// Its serial number.
    pub serial: Option<String>,
    /// What was searched for.
    pub query: String,
    /// Who was found.
    pub found: Vec<RecipientCard>,
    /// Whether there are more.
    pub more: bool,
    /// URL of this page.
    pub find_url: String,
    /// POST action for issuing it.
    pub hand_action: String,
    /// The present holder's number; empty for stock.
    pub expected: String,
    /// URL of the device.
    pub back_url: String,
}

impl Page for Issue {
    const TEMPLATE: &'static str = "warehouse/issue.html";
}

/// Someone to whom a device can be issued.
#[derive(Debug, Clone, Serialize)]
pub struct RecipientCard {
    /// The requester's number.
    pub requester_id: String,
    /// The name.
    pub name: String,
    /// The address, with line breaks.
    pub address: Option<String>,
    /// Whether the device can be issued.
    pub can_get: bool,
    /// Whether they have it already.
    pub has_it: bool,
}

/// The form for a device that has come in.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Receive(pub NewDevice);

impl Page for Receive {
    const TEMPLATE: &'static str = "warehouse/receive.html";
}

/// A request to the service desk.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Change(pub DeviceWrite);

impl Page for Change {
    const TEMPLATE: &'static str = "warehouse/change.html";
}

/// The tables, with the form of a new one.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Loads(pub DeviceLoads);

impl Page for Loads {
    const TEMPLATE: &'static str = "warehouse/tables.html";
}

/// A table: its plan, and its progress.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct Load(pub LoadPage);

impl Page for Load {
    const TEMPLATE: &'static str = "warehouse/table.html";
}
