//! Sample states of the Warehouse Portal.

use super::{Change, DeviceHolder, Issue, Load, Loads, Receive, RecipientCard, Stock, StockRow, WarehouseDevice};
use crate::pages::console::samples::done;
use crate::pages::console::{Badge, DeviceLoads, DeviceWrite, LoadPage, NewDevice, WriteLine};
use crate::pages::returns::Choice;
use crate::pages::samples::{DAY, PageSamples, Sample, Shown, ago, states};
use crate::pages::{Fact, Tone};

const SHOWN: Shown = Shown::Customer("/portal/warehouse");
const SERIAL: &str = "PC 5048 0017 22";

fn holdings(chosen: &str) -> Vec<Choice> {
    let all = [("stock", "In stock"), ("assigned", "Assigned"), ("differ", "Serial numbers differ"), ("all", "All")];
    all.map(|(value, label)| Choice::new(value, label, value == chosen)).into()
}

fn places() -> Vec<Choice> {
    vec![Choice::new("p1", "Main warehouse", true), Choice::new("p2", "Van 3", false)]
}

impl Sample for Stock {
    fn samples() -> Vec<(String, Self)> {
        let row = StockRow {
            url: "/portal/warehouse/devices/41".to_owned(),
            name: "Hybrid inverter".to_owned(),
            product: Some("PACE".into()),
            serial: Some(SERIAL.into()),
            other_serial: None,
            state: Badge::new("In Stock", Tone::Plain),
            holder: None,
            place: Some("Main warehouse".into()),
        };
        let held = StockRow {
            other_serial: Some("GX-99120-4471".into()),
            state: Badge::new("In Use", Tone::Good),
            holder: Some("Jo Meyer".into()),
            place: None,
            ..row.clone()
        };
        let bare = StockRow { product: None, serial: None, place: None, ..row.clone() };
        let some = Self {
            rows: vec![row, bare],
            holdings: holdings("stock"),
            places: places(),
            state: String::new(),
            product: String::new(),
            asset_type: String::new(),
            search: String::new(),
            suggested: [vec!["In Stock".into()], vec!["PACE".into()], Vec::new()],
            narrowed: false,
            differ: false,
            more_url: Some("/portal/warehouse?show=stock&after=41".into()),
            csv_url: "/portal/warehouse/stock.csv".to_owned(),
        };
        let found = Self {
            rows: vec![held.clone()],
            holdings: holdings("all"),
            search: "pc5048".to_owned(),
            narrowed: true,
            more_url: None,
            ..some.clone()
        };
        let differ =
            Self { rows: vec![held], holdings: holdings("differ"), differ: true, more_url: None, ..some.clone() };
        let alike = Self { rows: Vec::new(), ..differ.clone() };
        let nothing = Self { rows: Vec::new(), ..found.clone() };
        let empty = Self { rows: Vec::new(), places: Vec::new(), more_url: None, ..some.clone() };
        states([
            ("stock", some),
            ("found", found),
            ("differ", differ),
            ("none differ", alike),
            ("nothing", nothing),
            ("empty", empty),
        ])
    }
}

inventory::submit! { PageSamples::of::<Stock>(SHOWN) }

impl Sample for WarehouseDevice {
    fn samples() -> Vec<(String, Self)> {
        let url = "/portal/warehouse/devices/41";
        let asked = WriteLine {
            url: "/portal/warehouse/changes/1".to_owned(),
            what: "Unassign PACE (asset 41) from requester 777".to_owned(),
            state: Badge::new("Done", Tone::Good),
            asked: done(DAY, "kim.keeper"),
        };
        let stock = Self {
            id: "41".to_owned(),
            name: "Hybrid inverter".to_owned(),
            state: Badge::new("In Stock", Tone::Plain),
            facts: vec![Fact::new("Serial", SERIAL), Fact::new("Product", "PACE")],
            serials_differ: false,
            holder: None,
            place: Some("Main warehouse".into()),
            places: places(),
            seen_at: ago(3),
            issue_url: format!("{url}/issue"),
            hand_action: format!("{url}/hand"),
            place_action: format!("{url}/place"),
            reread_action: format!("{url}/reread"),
            writes: vec![asked],
            stale: None,
        };
        let nowhere = Self { place: None, places: Vec::new(), writes: Vec::new(), ..stock.clone() };
        let held = Self {
            state: Badge::new("In Use", Tone::Good),
            facts: vec![Fact::new("Serial", SERIAL), Fact::new("Inverter serial", "GX-99120-4471")],
            serials_differ: true,
            holder: Some(DeviceHolder {
                requester_id: "777".to_owned(),
                name: "Jo Meyer".to_owned(),
                address: Some("4 Barn Road\nExample Town".into()),
            }),
            place: Some("Barn".into()),
            places: vec![Choice::new("p3", "Barn", true), Choice::new("p4", "Shed", false)],
            ..stock.clone()
        };
        states([("stock", stock), ("nowhere", nowhere), ("held", held)])
    }
}

inventory::submit! { PageSamples::of::<WarehouseDevice>(SHOWN) }

impl Sample for Issue {
    fn samples() -> Vec<(String, Self)> {
        let jo = RecipientCard {
            requester_id: "777".to_owned(),
            name: "Jo Meyer".to_owned(),
            address: Some("4 Barn Road\nExample Town".into()),
            can_get: true,
            has_it: false,
        };
        let left = RecipientCard { requester_id: "778".to_owned(), address: None, can_get: false, ..jo.clone() };
        let holder = RecipientCard { requester_id: "779".to_owned(), has_it: true, ..left.clone() };
        let ask = Self {
            device: "Hybrid inverter".to_owned(),
            serial: Some(SERIAL.into()),
            query: String::new(),
            found: Vec::new(),
            more: false,
            find_url: "/portal/warehouse/devices/41/issue".to_owned(),
            hand_action: "/portal/warehouse/devices/41/hand".to_owned(),
            expected: String::new(),
            back_url: "/portal/warehouse/devices/41".to_owned(),
        };
        let found = Self { query: "meyer".to_owned(), found: vec![jo, left, holder], more: true, ..ask.clone() };
        let nobody = Self { query: "zzz".to_owned(), serial: None, ..ask.clone() };
        states([("found", found), ("ask", ask), ("nobody", nobody)])
    }
}

inventory::submit! { PageSamples::of::<Issue>(SHOWN) }

/// The states of a page that the console has too.
fn as_in_console<P: Sample, W>(wrap: fn(P) -> W) -> Vec<(String, W)> {
    P::samples().into_iter().map(|(name, page)| (name, wrap(page))).collect()
}

impl Sample for Receive {
    fn samples() -> Vec<(String, Self)> {
        as_in_console::<NewDevice, _>(Self)
    }
}

inventory::submit! { PageSamples::of::<Receive>(SHOWN) }

impl Sample for Change {
    fn samples() -> Vec<(String, Self)> {
        as_in_console::<DeviceWrite, _>(Self)
    }
}

inventory::submit! { PageSamples::of::<Change>(SHOWN) }

impl Sample for Loads {
    fn samples() -> Vec<(String, Self)> {
        as_in_console::<DeviceLoads, _>(Self)
    }
}

inventory::submit! { PageSamples::of::<Loads>(SHOWN) }

impl Sample for Load {
    fn samples() -> Vec<(String, Self)> {
        as_in_console::<LoadPage, _>(Self)
    }
}

inventory::submit! { PageSamples::of::<Load>(SHOWN) }
