//! The inventory of devices, `/console/devices` (A07, A09).

use serde::Serialize;

use crate::pages::console::Badge;
use crate::pages::returns::Choice;
use crate::pages::samples::{PageSamples, Sample, Shown};
use crate::pages::{Page, Tone};

/// A page of the inventory.
#[derive(Debug, Clone, Serialize)]
pub struct Inventory {
    /// The devices.
    pub rows: Vec<InventoryRow>,
    /// Filter: in stock, assigned, all.
    pub holdings: Vec<Choice>,
    /// Filter: the state.
    pub state: String,
    /// Filter: the product.
    pub product: String,
    /// Filter: the asset type.
    pub asset_type: String,
    /// The search text.
    pub search: String,
    /// Filter: the place's id and name.
    pub place: Option<(String, String)>,
    /// Values that occur on this page, suggested for the filters: states, products and types.
    pub suggested: [Vec<String>; 3],
    /// Whether any filter or search is active.
    pub narrowed: bool,
    /// The requester for whom a device is chosen.
    pub target: Option<AssignTarget>,
    /// URL of this list without filter and search.
    pub all_url: String,
    /// URL of the next page.
    pub more_url: Option<String>,
    /// URL of the list as CSV.
    pub csv_url: String,
}

impl Page for Inventory {
    const TEMPLATE: &'static str = "console/devices/inventory.html";
}

/// The requester for whom a device is chosen.
#[derive(Debug, Clone, Serialize)]
pub struct AssignTarget {
    /// The requester's id.
    pub requester_id: String,
    /// The customer's name, or the requester's.
    pub name: String,
}

/// A device in the inventory.
#[derive(Debug, Clone, Serialize)]
pub struct InventoryRow {
    /// URL of the device.
    pub url: String,
    /// The display name.
    pub name: String,
    /// The asset type.
    pub asset_type: Option<String>,
    /// The product.
    pub product: Option<String>,
    /// The hardware serial number.
    pub serial: Option<String>,
    /// The state.
    pub state: Badge,
    /// Name and URL of the holder; `None` for stock.
    pub holder: Option<(String, String)>,
    /// Name of the place, and the URL of the devices there.
    pub place: Option<(String, String)>,
    /// POST action for assigning it to the target; only for stock, and with a target.
    pub assign_action: Option<String>,
}

impl Sample for Inventory {
    fn samples() -> Vec<(String, Self)> {
        let row = |name: &str, state, assign: Option<&str>| InventoryRow {
            url: "/console/devices/41".to_owned(),
            name: name.to_owned(),
            asset_type: Some("Hybrid Inverter Bundle".into()),
            product: Some("PACE".into()),
            serial: Some("PC 5048 0017 22".into()),
            state,
            holder: None,
            place: None,
            assign_action: assign.map(ToOwned::to_owned),
        };
        let held = InventoryRow {
            holder: Some(("Jo Meyer".into(), "/console/customers/0199".into())),
            place: Some(("Workshop".into(), "/console/devices?place=p1".into())),
            ..row("Hybrid inverter, garage", Badge::new("In Use", Tone::Good), None)
        };
        let bare = InventoryRow {
            asset_type: None,
            product: None,
            serial: None,
            ..row("Hybrid inverter", Badge::new("Registered", Tone::Plain), None)
        };
        let choices = |chosen: &str| {
            let all = [("stock", "In stock"), ("assigned", "Assigned"), ("all", "All")];
            all.map(|(value, label)| Choice::new(value, label, value == chosen)).into()
        };
        let all = Self {
            rows: vec![row("Hybrid inverter", Badge::new("In Stock", Tone::Plain), None), held, bare],
            holdings: choices("all"),
            state: String::new(),
            product: String::new(),
            asset_type: String::new(),
            search: String::new(),
            place: None,
            suggested: [vec!["In Stock".into(), "In Use".into()], vec!["PACE".into()], Vec::new()],
            narrowed: false,
            target: None,
            all_url: "/console/devices".to_owned(),
            more_url: Some("/console/devices?after=41".into()),
            csv_url: "/console/devices/inventory.csv".to_owned(),
        };
        let choose = Self {
            rows: vec![row("Hybrid inverter", Badge::new("In Stock", Tone::Plain), Some("/console/devices/41/hand"))],
            holdings: choices("stock"),
            target: Some(AssignTarget { requester_id: "2001".into(), name: "Jo Meyer".into() }),
            more_url: None,
            ..all.clone()
        };
        let nothing = Self {
            rows: Vec::new(),
            state: "In Stock".into(),
            search: "PC 99".into(),
            place: Some(("p1".into(), "Workshop".into())),
            narrowed: true,
            more_url: None,
            ..all.clone()
        };
        let empty = Self { rows: Vec::new(), holdings: choices("stock"), more_url: None, ..all.clone() };
        let named = [("all", all), ("choose", choose), ("nothing found", nothing), ("empty", empty)];
        named.map(|(name, page)| (name.to_owned(), page)).into()
    }
}

inventory::submit! { PageSamples::of::<Inventory>(Shown::Staff("/console")) }
