//! The rows of the service desk, with the fields of the API.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::versions::Versioned;
use super::workflow::Rule;

/// The state of a service desk.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Desk {
    /// Requesters by id.
    pub requesters: BTreeMap<u64, Versioned<RequesterRow>>,
    /// Agents by id.
    pub agents: BTreeMap<u64, Agent>,
    /// Assets by display id.
    pub assets: BTreeMap<u64, Versioned<AssetRow>>,
    /// All asset types, ancestors before descendants.
    pub asset_types: Vec<AssetType>,
    /// Fields that each type adds to those of its ancestors.
    pub asset_fields: Vec<AssetField>,
    /// Products.
    pub products: Vec<Product>,
    /// Vendors.
    pub vendors: Vec<Vendor>,
    /// Departments, which are the companies of requesters.
    #[serde(default)]
    pub departments: Vec<Department>,
    /// Tickets by id.
    pub tickets: BTreeMap<u64, Versioned<Ticket>>,
    /// Replies and notes, oldest first.
    pub conversations: Vec<Conversation>,
    /// Assignment history, oldest first.
    pub assignments: Vec<Assignment>,
    /// The workflow automator's rules.
    pub rules: Vec<Rule>,
    /// Last id assigned. All kinds of object share one sequence.
    pub last_id: u64,
    /// Last display id assigned to an asset. Display ids are never reused.
    pub last_display_id: u64,
    /// Last ticket number.
    pub last_ticket: u64,
}

impl Desk {
    /// Returns the next id.
    pub fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The requester, active or not.
    pub fn requester(&self, id: u64) -> Option<&Requester> {
        self.requesters.get(&id).map(|row| &row.current().requester)
    }

    /// First and last name of a requester or an agent.
    pub fn user_name(&self, id: u64) -> Option<String> {
        let (first, last) = match (self.requester(id), self.agents.get(&id)) {
            (Some(requester), _) => (&requester.first_name, &requester.last_name),
            (None, Some(agent)) => (&agent.first_name, &agent.last_name),
            (None, None) => return None,
        };
        Some([Some(first.as_str()), last.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(" "))
    }
}

/// A requester with data that the API does not return.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RequesterRow {
    /// The data that the API returns.
    pub requester: Requester,
    /// Time when the primary address was verified. In a merge, the address verified first becomes the primary one.
    pub email_verified_at: Option<Timestamp>,
}

/// A requester.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "the fields are those of the API's own documentation")]
pub struct Requester {
    pub id: u64,
    pub is_agent: bool,
    pub first_name: String,
    pub last_name: Option<String>,
    pub job_title: Option<String>,
    pub primary_email: Option<String>,
    pub secondary_emails: Vec<String>,
    pub work_phone_number: Option<String>,
    pub mobile_phone_number: Option<String>,
    pub department_ids: Vec<u64>,
    pub department_names: Option<Vec<String>>,
    pub can_see_all_tickets_from_associated_departments: bool,
    pub can_see_all_changes_from_associated_departments: bool,
    pub reporting_manager_id: Option<u64>,
    pub address: Option<String>,
    pub time_zone: String,
    pub time_format: String,
    pub language: String,
    pub location_id: Option<u64>,
    pub location_name: Option<String>,
    pub background_information: Option<String>,
    pub custom_fields: Map<String, Value>,
    pub active: bool,
    pub has_logged_in: bool,
    pub vip_user: bool,
    pub external_id: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Requester {
    /// Whether `email` is one of the requester's addresses, ignoring case.
    pub fn has_email(&self, email: &str) -> bool {
        self.primary_email.iter().chain(&self.secondary_emails).any(|own| own.eq_ignore_ascii_case(email))
    }
}

/// An agent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Agent {
    pub id: u64,
    pub first_name: String,
    pub last_name: Option<String>,
    pub occasional: bool,
    pub active: bool,
    pub job_title: Option<String>,
    pub email: Option<String>,
    pub work_phone_number: Option<String>,
    pub mobile_phone_number: Option<String>,
    pub department_ids: Vec<u64>,
    pub reporting_manager_id: Option<u64>,
    pub address: Option<String>,
    pub time_zone: String,
    pub time_format: String,
    pub language: String,
    pub location_id: Option<u64>,
    pub background_information: Option<String>,
    pub custom_fields: Map<String, Value>,
    pub has_logged_in: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// An asset with data that the API does not return.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AssetRow {
    /// The data that the API returns.
    pub asset: Asset,
    /// Whether it is in the trash.
    pub trashed: bool,
}

/// An asset.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, clippy::struct_field_names, reason = "the fields are those of the API's own documentation")]
pub struct Asset {
    pub id: u64,
    pub display_id: u64,
    pub name: String,
    pub description: Option<String>,
    pub asset_type_id: u64,
    pub impact: String,
    pub author_type: String,
    pub usage_type: String,
    pub asset_tag: Option<String>,
    pub user_id: Option<u64>,
    pub department_id: Option<u64>,
    pub location_id: Option<u64>,
    pub agent_id: Option<u64>,
    pub group_id: Option<u64>,
    pub assigned_on: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub end_of_life: Option<String>,
    pub discovery_enabled: bool,
    pub workspace_id: u64,
    pub created_by_source: String,
    pub last_updated_by_source: String,
    pub created_by_user: Option<u64>,
    pub last_updated_by_user: Option<u64>,
    pub sources: Vec<String>,
    pub type_fields: Map<String, Value>,
}

impl Asset {
    /// The value of a type field by its name without suffix (`serial_number`), whichever type defines it.
    pub fn type_field(&self, name: &str) -> Value {
        let defined = |key: &str| {
            key.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('_'))
                .is_some_and(|suffix| !suffix.is_empty() && suffix.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.type_fields.iter().find(|(key, _)| defined(key)).map_or(Value::Null, |(_, value)| value.clone())
    }
}

/// An asset type.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct AssetType {
    pub id: u64,
    pub name: String,
    pub parent_asset_type_id: Option<u64>,
    pub description: String,
    pub visible: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A field that an asset type adds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct AssetField {
    pub id: u64,
    pub asset_type_id: u64,
    pub name: String,
    pub label: String,
    pub field_type: String,
    pub data_type: String,
    pub required: bool,
    pub is_unique: bool,
    pub default_field: bool,
    pub choices: Vec<Vec<String>>,
}

/// A product.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Product {
    pub id: u64,
    pub name: String,
    pub asset_type_id: u64,
    pub manufacturer: String,
    pub status: String,
    pub mode_of_procurement: String,
    pub depreciation_type_id: Option<u64>,
    pub description: String,
    pub description_text: String,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A vendor.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Vendor {
    pub id: u64,
    pub name: String,
    pub description: Option<String>,
    pub primary_contact_id: Option<u64>,
    pub address: VendorAddress,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A department: a company that requesters belong to.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Department {
    pub id: u64,
    pub name: String,
    pub description: Option<String>,
    pub head_user_id: Option<u64>,
    pub prime_user_id: Option<u64>,
    pub domains: Vec<String>,
    pub custom_fields: Map<String, Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A vendor's address.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct VendorAddress {
    pub line1: Option<String>,
    pub city: Option<String>,
    pub state: Option<String>,
    pub country: Option<String>,
    pub zipcode: Option<String>,
}

/// A ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, clippy::struct_excessive_bools, reason = "the fields are those of the API's own documentation")]
pub struct Ticket {
    pub id: u64,
    pub subject: String,
    pub description: String,
    pub description_text: String,
    pub requester_id: u64,
    pub requested_for_id: u64,
    pub responder_id: Option<u64>,
    pub group_id: Option<u64>,
    pub department_id: Option<u64>,
    pub workspace_id: u64,
    pub status: u64,
    pub priority: u64,
    pub source: u64,
    pub impact: u64,
    pub urgency: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub category: Option<String>,
    pub sub_category: Option<String>,
    pub item_category: Option<String>,
    pub tags: Vec<String>,
    pub cc_emails: Vec<String>,
    pub fwd_emails: Vec<String>,
    pub reply_cc_emails: Vec<String>,
    pub to_emails: Option<Vec<String>>,
    pub email_config_id: Option<u64>,
    pub spam: bool,
    pub deleted: bool,
    pub is_escalated: bool,
    pub fr_escalated: bool,
    pub due_by: Timestamp,
    pub fr_due_by: Timestamp,
    pub custom_fields: Map<String, Value>,
    /// Display ids of the linked assets, which the API returns in a different format.
    pub assets: Vec<u64>,
    pub resolved_at: Option<Timestamp>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A reply to a ticket, or a note on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Conversation {
    pub id: u64,
    pub ticket_id: u64,
    pub user_id: u64,
    pub body: String,
    pub body_text: String,
    pub incoming: bool,
    pub private: bool,
    pub source: u64,
    pub support_email: Option<String>,
    pub from_email: Option<String>,
    pub to_emails: Vec<String>,
    pub cc_emails: Vec<String>,
    pub bcc_emails: Vec<String>,
    pub attachments: Vec<Value>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// A period in which a user had an asset.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the API's own documentation")]
pub struct Assignment {
    pub id: u64,
    pub asset_id: u64,
    pub asset_display_id: u64,
    pub asset_name: String,
    pub user_id: u64,
    pub user_name: Option<String>,
    pub assigned_on: Timestamp,
    pub unassigned_on: Option<Timestamp>,
    pub assigned_by: Option<String>,
    pub unassigned_by: Option<String>,
}
