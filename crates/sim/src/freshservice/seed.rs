//! Seed data of the demo service desk: asset types and fields, products, vendors, and the people of the demo world.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::assets;
use super::catalog::ancestors;
use super::model::{
    Agent, Asset, AssetField, AssetType, Desk, Product, Requester, RequesterRow, Ticket, Vendor, VendorAddress,
};
use super::versions::Versioned;
use super::{requesters, tickets};
use crate::world::{Person, World};

/// Ids of the demo's asset types. The names of a type's fields end with its id, also on assets of its descendants.
pub mod type_ids {
    /// "Hardware", the root.
    pub const HARDWARE: u64 = 21_000_855_201;
    /// "Computer", below hardware.
    pub const COMPUTER: u64 = 21_000_855_206;
    /// "Laptop", below computer.
    pub const LAPTOP: u64 = 21_000_855_207;
    /// "Router", below hardware.
    pub const ROUTER: u64 = 21_000_855_211;
    /// "Energy Equipment", below hardware.
    pub const ENERGY: u64 = 21_000_855_220;
    /// "Hybrid Inverter Bundle", below energy equipment: the devices.
    pub const BUNDLE: u64 = 21_000_855_224;
}

const FIRST_AGENT: u64 = 21_000_400_001;
const PRODUCT_BUNDLE: u64 = 21_000_056_801;
const PRODUCT_ROUTER: u64 = 21_000_056_802;
const PRODUCT_LAPTOP: u64 = 21_000_056_803;
const VENDOR_BUNDLE: u64 = 21_000_033_101;
const VENDOR_OTHER: u64 = 21_000_033_102;
/// Last id of the seed data.
const LAST_ID: u64 = 21_000_860_000;
/// Age of the demo account.
const AGE: SignedDuration = SignedDuration::from_hours(400 * 24);

/// Fills an empty service desk.
pub fn fill(desk: &mut Desk, world: &World, now: Timestamp, workspace: u64) {
    let then = now - AGE;
    desk.last_id = world.people.iter().map(|person| person.requester_id).fold(LAST_ID, u64::max);
    desk.asset_types = asset_types(then);
    desk.asset_fields = asset_fields();
    desk.products = products(then);
    desk.vendors = vendors(then);
    desk.agents.insert(FIRST_AGENT, first_agent(then));
    // Rows get distinct timestamps, so that every sort order of a list is total.
    let mut moments = (0_i64..).map(|step| then + SignedDuration::from_mins(step));
    let mut moment = || moments.next().unwrap_or(then);
    for person in &world.people {
        let requester = requester(person, moment());
        let row = RequesterRow { requester, email_verified_at: None };
        desk.requesters.insert(person.requester_id, Versioned::new(row, then));
        for serial in &person.devices {
            let device = device(desk, serial, Some(person.requester_id), workspace, moment());
            assets::add(desk, device);
        }
        for name in &person.other_assets {
            let asset = other_asset(desk, name, person.requester_id, workspace, moment());
            assets::add(desk, asset);
        }
        if let Some(serial) = person.devices.first() {
            tickets::add(desk, installation_ticket(person, serial, workspace, now));
        }
    }
    for serial in &world.stock {
        let device = device(desk, serial, None, workspace, moment());
        assets::add(desk, device);
    }
}

/// The ticket for the installation of a person's first device. Resolving it completes the installation (`A11`).
pub fn installation_ticket(person: &Person, serial: &str, workspace: u64, now: Timestamp) -> Ticket {
    installation(person.requester_id, &format!("Installation of {serial}"), workspace, now)
}

/// An open installation ticket.
pub fn installation(requester: u64, subject: &str, workspace: u64, now: Timestamp) -> Ticket {
    Ticket {
        subject: subject.to_owned(),
        description: format!("<div>{subject}</div>"),
        description_text: subject.to_owned(),
        kind: "Installation".to_owned(),
        ..tickets::blank(requester, workspace, now)
    }
}

fn requester(person: &Person, created_at: Timestamp) -> Requester {
    Requester {
        id: person.requester_id,
        first_name: person.first_name.clone(),
        last_name: Some(person.last_name.clone()),
        primary_email: person.email.clone(),
        mobile_phone_number: Some(person.phone.clone()).filter(|phone| !phone.is_empty()),
        address: Some(person.address.clone()).filter(|address| !address.is_empty()),
        ..requesters::blank(created_at)
    }
}

fn device(desk: &Desk, serial: &str, user_id: Option<u64>, workspace: u64, at: Timestamp) -> Asset {
    let values = [
        ("product", PRODUCT_BUNDLE.into()),
        ("vendor", VENDOR_BUNDLE.into()),
        ("asset_state", state_of(user_id)),
        ("serial_number", serial.into()),
        ("inverter_serial_number", serial.into()),
        ("inverter_vendor", "GoodWe".into()),
    ];
    Asset {
        name: format!("PACE {serial}"),
        user_id,
        type_fields: type_fields(desk, type_ids::BUNDLE, &values),
        ..assets::blank(type_ids::BUNDLE, workspace, at)
    }
}

fn other_asset(desk: &Desk, name: &str, user: u64, workspace: u64, at: Timestamp) -> Asset {
    let (type_id, product) = match name.to_lowercase() {
        name if name.contains("laptop") || name.contains("notebook") => (type_ids::LAPTOP, PRODUCT_LAPTOP),
        _ => (type_ids::ROUTER, PRODUCT_ROUTER),
    };
    let values = [("product", product.into()), ("vendor", VENDOR_OTHER.into()), ("asset_state", state_of(Some(user)))];
    Asset {
        name: name.to_owned(),
        user_id: Some(user),
        type_fields: type_fields(desk, type_id, &values),
        ..assets::blank(type_id, workspace, at)
    }
}

fn state_of(user: Option<u64>) -> Value {
    if user.is_some() { "In Use" } else { "In Stock" }.into()
}

/// All fields of the type and its ancestors, with values given by name without suffix.
fn type_fields(desk: &Desk, type_id: u64, values: &[(&str, Value)]) -> Map<String, Value> {
    let lineage = ancestors(desk, type_id);
    let defined = desk.asset_fields.iter().filter(|field| lineage.contains(&field.asset_type_id));
    let value = |field: &AssetField| {
        let given = values.iter().find(|(name, _)| format!("{name}_{}", field.asset_type_id) == field.name);
        given.map(|(_, value)| value.clone()).unwrap_or_default()
    };
    defined.map(|field| (field.name.clone(), value(field))).collect()
}

fn asset_types(at: Timestamp) -> Vec<AssetType> {
    let entry = |(id, name, parent): (u64, &str, Option<u64>)| AssetType {
        id,
        name: name.to_owned(),
        parent_asset_type_id: parent,
        description: String::new(),
        visible: true,
        created_at: at,
        updated_at: at,
    };
    let tree = [
        (type_ids::HARDWARE, "Hardware", None),
        (type_ids::COMPUTER, "Computer", Some(type_ids::HARDWARE)),
        (type_ids::LAPTOP, "Laptop", Some(type_ids::COMPUTER)),
        (type_ids::ROUTER, "Router", Some(type_ids::HARDWARE)),
        (type_ids::ENERGY, "Energy Equipment", Some(type_ids::HARDWARE)),
        (type_ids::BUNDLE, "Hybrid Inverter Bundle", Some(type_ids::ENERGY)),
    ];
    tree.into_iter().map(entry).collect()
}

/// Type, name without suffix, label, input type, data type, mandatory.
const FIELDS: [(u64, &str, &str, &str, &str, bool); 15] = [
    (type_ids::HARDWARE, "product", "Product", "dropdown", "number", true),
    (type_ids::HARDWARE, "vendor", "Vendor", "dropdown", "number", false),
    (type_ids::HARDWARE, "cost", "Cost", "text", "decimal", false),
    (type_ids::HARDWARE, "warranty", "Warranty", "text", "number", false),
    (type_ids::HARDWARE, "acquisition_date", "Acquisition Date", "date", "date", false),
    (type_ids::HARDWARE, "asset_state", "Asset State", "dropdown", "string", true),
    (type_ids::HARDWARE, "serial_number", "Serial Number", "text", "string", false),
    (type_ids::COMPUTER, "os", "OS", "text", "string", false),
    (type_ids::COMPUTER, "hostname", "Hostname", "text", "string", false),
    (type_ids::COMPUTER, "mac_addresses", "MAC Addresses", "text", "string", false),
    (type_ids::COMPUTER, "uuid", "UUID", "text", "string", false),
    (type_ids::ROUTER, "firmware", "Firmware", "text", "string", false),
    (type_ids::ENERGY, "installation_date", "Installation Date", "date", "date", false),
    (type_ids::BUNDLE, "inverter_serial_number", "Inverter Serial Number", "text", "string", true),
    (type_ids::BUNDLE, "inverter_vendor", "Inverter Vendor", "text", "string", false),
];

const STATES: [&str; 5] = ["In Stock", "In Transit", "In Use", "Missing", "Retired"];

fn asset_fields() -> Vec<AssetField> {
    let field =
        |(id, (type_id, name, label, field_type, data_type, required)): (u64, &(u64, &str, &str, &str, &str, bool))| {
            let choices = if *name == "asset_state" { &STATES[..] } else { &[] };
            AssetField {
                id,
                asset_type_id: *type_id,
                name: format!("{name}_{type_id}"),
                label: (*label).to_owned(),
                field_type: (*field_type).to_owned(),
                data_type: (*data_type).to_owned(),
                required: *required,
                is_unique: false,
                default_field: !name.starts_with("inverter_"),
                choices: choices.iter().map(|choice| vec![(*choice).to_owned()]).collect(),
            }
        };
    (21_000_901_001..).zip(&FIELDS).map(field).collect()
}

fn products(at: Timestamp) -> Vec<Product> {
    let entry = |(id, name, asset_type_id, manufacturer): (u64, &str, u64, &str)| Product {
        id,
        name: name.to_owned(),
        asset_type_id,
        manufacturer: manufacturer.to_owned(),
        status: "In Production".to_owned(),
        mode_of_procurement: "Buy".to_owned(),
        depreciation_type_id: None,
        description: String::new(),
        description_text: String::new(),
        created_at: at,
        updated_at: at,
    };
    let rows = [
        (PRODUCT_BUNDLE, "PACE", type_ids::BUNDLE, "Wetility"),
        (PRODUCT_ROUTER, "Home Router 2", type_ids::ROUTER, "Example Networks"),
        (PRODUCT_LAPTOP, "Loan Laptop 14", type_ids::LAPTOP, "Example Computers"),
    ];
    rows.into_iter().map(entry).collect()
}

fn vendors(at: Timestamp) -> Vec<Vendor> {
    let entry = |(id, name): (u64, &str)| Vendor {
        id,
        name: name.to_owned(),
        description: None,
        primary_contact_id: None,
        address: VendorAddress::default(),
        created_at: at,
        updated_at: at,
    };
    [(VENDOR_BUNDLE, "Wetility"), (VENDOR_OTHER, "Example Supplies")].into_iter().map(entry).collect()
}

fn first_agent(at: Timestamp) -> Agent {
    Agent {
        id: FIRST_AGENT,
        first_name: "Service".to_owned(),
        last_name: Some("Desk".to_owned()),
        occasional: false,
        active: true,
        job_title: None,
        email: Some("service.desk@example.com".to_owned()),
        work_phone_number: None,
        mobile_phone_number: None,
        department_ids: Vec::new(),
        reporting_manager_id: None,
        address: None,
        time_zone: "Pretoria".to_owned(),
        time_format: "12h".to_owned(),
        language: "en".to_owned(),
        location_id: None,
        background_information: None,
        custom_fields: Map::new(),
        has_logged_in: true,
        created_at: at,
        updated_at: at,
    }
}
