//! Data of the service desk's stand-in, and changes of it without a webhook.

use tessera_sim::faults::{Fault, FaultKind};
use tessera_sim::freshservice::{Conversation, Department, Ticket, Versioned};

use super::StandIns;
use super::customers::Known;

/// Name prefix of the devices of [`StandIns::add_devices`].
const ROOF: &str = "Roof";

impl StandIns {
    /// The display id of the asset with a serial number.
    pub fn display_id(&self, serial: &str) -> u64 {
        let state = self.desk.desk();
        let mut assets = state.assets.values().map(|row| &row.current().asset);
        assets.find(|asset| asset.type_field("serial_number") == serial).unwrap().display_id
    }

    /// Makes a requester belong to a company with these domains.
    pub fn put_into_company(&self, requester: &str, domains: &[&str]) {
        let requester: u64 = requester.parse().unwrap();
        self.desk.change(|desk| {
            let id = desk.next_id();
            let mut row = desk.requesters[&requester].current().clone();
            let (created_at, updated_at) = (row.requester.created_at, row.requester.updated_at);
            row.requester.department_ids = vec![id];
            desk.requesters.insert(requester, Versioned::new(row, created_at));
            desk.departments.push(Department {
                id,
                name: format!("Company {id}"),
                description: None,
                head_user_id: None,
                prime_user_id: None,
                domains: domains.iter().map(|domain| (*domain).to_owned()).collect(),
                custom_fields: serde_json::Map::new(),
                created_at,
                updated_at,
            });
        });
    }

    /// Adds devices to a requester or to the stock.
    pub fn add_devices(&self, requester: Option<u64>, devices: u64) {
        self.desk.change(|desk| {
            let mut model = desk.assets.values().next().unwrap().current().clone();
            for _ in 0..devices {
                desk.last_display_id += 1;
                let (id, display_id) = (desk.next_id(), desk.last_display_id);
                (model.asset.id, model.asset.display_id, model.asset.user_id) = (id, display_id, requester);
                model.asset.name = format!("{ROOF} {display_id}");
                for (name, value) in &mut model.asset.type_fields {
                    if name.contains("serial") {
                        *value = format!("HIB-R{display_id}").into();
                    }
                }
                desk.assets.insert(display_id, Versioned::new(model.clone(), model.asset.created_at));
            }
        });
    }

    /// Reassigns the added devices of a requester to another, or to the stock, like a mistake in the service desk.
    pub fn move_added_devices(&self, from: u64, to: Option<u64>) {
        self.desk.change(|desk| {
            for row in desk.assets.values_mut() {
                let mut moved = row.current().clone();
                if moved.asset.user_id == Some(from) && moved.asset.name.starts_with(ROOF) {
                    moved.asset.user_id = to;
                    *row = Versioned::new(moved.clone(), moved.asset.created_at);
                }
            }
        });
    }

    /// Assigns the device with a serial number to a requester, or to the stock, without a webhook.
    pub fn assign_device(&self, serial: &str, to: Option<&str>) {
        let (display_id, to) = (self.display_id(serial), to.map(|id| id.parse().unwrap()));
        self.desk.change(|desk| {
            let row = desk.assets.get_mut(&display_id).unwrap();
            let mut moved = row.current().clone();
            moved.asset.user_id = to;
            *row = Versioned::new(moved.clone(), moved.asset.created_at);
        });
    }

    /// A requester's tickets, without the initial installation ticket.
    pub fn tickets(&self, who: Known) -> Vec<Ticket> {
        let state = self.desk.desk();
        let all = state.tickets.values().map(|row| row.current().clone());
        let theirs =
            |ticket: &Ticket| ticket.requester_id.to_string() == who.requester && ticket.kind != "Installation";
        let mut theirs: Vec<_> = all.filter(theirs).collect();
        theirs.sort_by_key(|ticket| ticket.id);
        theirs
    }

    /// The notes and replies on a ticket.
    pub fn conversations(&self, ticket: u64) -> Vec<Conversation> {
        self.desk.desk().conversations.iter().filter(|entry| entry.ticket_id == ticket).cloned().collect()
    }
}

/// A fault for one call.
pub fn fault(path: &str, method: &str, kind: FaultKind) -> Fault {
    Fault { path: path.to_owned(), method: Some(method.to_owned()), kind, times: Some(1), skip: 0, probability: None }
}
