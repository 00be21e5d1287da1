//! Marketplaces: their options, accounts and calls.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done, InvitationRow};
use crate::pages::{Fact, Page};

/// The list of configured marketplaces.
#[derive(Debug, Clone, Serialize)]
pub struct Marketplaces {
    /// The marketplaces, in the configuration's order.
    pub items: Vec<MarketplaceRow>,
}

impl Page for Marketplaces {
    const TEMPLATE: &'static str = "console/marketplace/list.html";
}

/// A marketplace in the list.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceRow {
    /// URL of the marketplace.
    pub url: String,
    /// The display name.
    pub label: String,
    /// The address to configure at its platform.
    pub address: String,
    /// Number of sync options in force.
    pub options: u32,
    /// The newest call.
    pub last: Option<CallRow>,
}

/// The page of a marketplace.
#[derive(Debug, Clone, Serialize)]
pub struct Marketplace {
    /// The display name.
    pub label: String,
    /// The address to configure at its platform.
    pub address: String,
    /// The accepted application ids.
    pub applications: Vec<String>,
    /// The setting fields that every call must have.
    pub settings: Vec<String>,
    /// The rules for finding an existing customer.
    pub rules: Vec<String>,
    /// The licence of the person who is created with a new customer.
    pub licence: Option<String>,
    /// Whether the response contains an activation link.
    pub invites: bool,
    /// The options in force.
    pub options: Vec<OptionRow>,
    /// When and by whom the options were changed in the console; `None` if those of the configuration are in force.
    pub changed: Option<Done>,
    /// The version of the set of options.
    pub version: i64,
    /// URL of the form for a new option.
    pub add_url: String,
    /// POST action for resetting the options to those of the configuration; field `version`.
    pub reset_action: Option<String>,
    /// The accounts, ordered by id.
    pub accounts: Vec<AccountRow>,
    /// URL of the next page of accounts.
    pub next: Option<String>,
    /// The newest calls.
    pub calls: Vec<CallRow>,
}

impl Page for Marketplace {
    const TEMPLATE: &'static str = "console/marketplace/one.html";
}

/// A sync option in the table.
#[derive(Debug, Clone, Serialize)]
pub struct OptionRow {
    /// URL of the option's form.
    pub url: String,
    /// The option's id.
    pub id: String,
    /// The label.
    pub name: String,
    /// The kind, as named in the contract.
    pub kind: String,
    /// The data type, as named in the contract.
    pub data_type: String,
    /// Whether it is required for creating a customer.
    pub required: bool,
    /// Who fills it in.
    pub filled_by: String,
    /// The choices of a list, as in "1 = User".
    pub values: Vec<String>,
}

/// An account in the table.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRow {
    /// URL of the account.
    pub url: String,
    /// The account's id at the marketplace.
    pub id: String,
    /// The account's name.
    pub name: String,
    /// The state.
    pub state: Badge,
    /// When the marketplace last sent data about it.
    pub read_at: Timestamp,
}

/// A call in the table.
#[derive(Debug, Clone, Serialize)]
pub struct CallRow {
    /// URL of the call.
    pub url: String,
    /// The operation.
    pub operation: String,
    /// The account it was about.
    pub account: Option<String>,
    /// When the call was made.
    pub at: Timestamp,
    /// The duration, as in "1.2 ms".
    pub millis: String,
    /// The response code with its name.
    pub outcome: Badge,
    /// Whether it was a test without effect.
    pub is_test: bool,
}

/// The form of a sync option.
#[derive(Debug, Clone, Serialize)]
pub struct OptionForm {
    /// The marketplace's display name.
    pub label: String,
    /// URL of the marketplace.
    pub back_url: String,
    /// The form's action.
    pub action: String,
    /// POST action for removing the option, with `id` and `version`; `None` for a new one.
    pub remove_action: Option<String>,
    /// The version of the set of options that is changed.
    pub version: i64,
    /// The id; empty for a new one.
    pub id: String,
    /// The label.
    pub name: String,
    /// The description.
    pub description: String,
    /// The kinds to choose from.
    pub kinds: Vec<Pick>,
    /// The data types to choose from.
    pub data_types: Vec<Pick>,
    /// Whether it is required for creating a customer.
    pub required: bool,
    /// Whether it is read-only.
    pub read_only: bool,
    /// Whether the customer is asked for it.
    pub storefront: bool,
    /// The choices, one per line.
    pub values: String,
}

impl Page for OptionForm {
    const TEMPLATE: &'static str = "console/marketplace/option.html";
}

/// An entry of a select box.
#[derive(Debug, Clone, Serialize)]
pub struct Pick {
    /// The value, which is also the label.
    pub value: String,
    /// Whether it is selected.
    pub selected: bool,
}

/// A name that may be a link.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// The name.
    pub name: String,
    /// The URL.
    pub url: Option<String>,
}

/// The page of a marketplace account.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceAccount {
    /// The marketplace.
    pub marketplace: Named,
    /// The account's id at the marketplace.
    pub id: String,
    /// The account's name.
    pub name: String,
    /// The state.
    pub state: Badge,
    /// When the marketplace last sent data about it.
    pub read_at: Timestamp,
    /// The account's data.
    pub facts: Vec<Fact>,
    /// The customer; after a deletion, the former customer.
    pub customer: Option<Named>,
    /// The reseller that serves the account.
    pub reseller: Option<Named>,
    /// The accounts that it serves as a reseller.
    pub serves: Vec<Named>,
    /// The invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// POST action for undoing its deletion; field `why`.
    pub restore_action: Option<String>,
    /// The newest calls about it.
    pub calls: Vec<CallRow>,
}

impl Page for MarketplaceAccount {
    const TEMPLATE: &'static str = "console/marketplace/account.html";
}

/// The page of a call.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceCall {
    /// The marketplace.
    pub marketplace: Named,
    /// The operation.
    pub operation: String,
    /// When the call was made.
    pub at: Timestamp,
    /// The duration.
    pub millis: String,
    /// The response code with its name.
    pub outcome: Badge,
    /// The next step for staff.
    pub to_do: Option<String>,
    /// Whether it was a test without effect.
    pub is_test: bool,
    /// The account it was about.
    pub account: Option<Named>,
    /// The request, redacted.
    pub request: String,
    /// The response, redacted.
    pub answer: String,
    /// POST action for replaying the call in test mode.
    pub replay_action: Option<String>,
    /// The result of the replay.
    pub replay: Option<Replay>,
}

impl Page for MarketplaceCall {
    const TEMPLATE: &'static str = "console/marketplace/call.html";
}

/// The result of replaying a call in test mode.
#[derive(Debug, Clone, Serialize)]
pub struct Replay {
    /// The response, redacted.
    pub answer: String,
    /// The response code with its name.
    pub outcome: Badge,
    /// The changes that the call would make, each with its reason.
    pub steps: Vec<String>,
}
