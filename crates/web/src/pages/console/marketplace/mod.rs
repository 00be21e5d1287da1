//! Marketplaces: what each asks, its accounts, its calls.

mod samples;

use jiff::Timestamp;
use serde::Serialize;

use crate::pages::console::{Badge, Done, InvitationRow};
use crate::pages::{Fact, Page};

/// Every configured marketplace.
#[derive(Debug, Clone, Serialize)]
pub struct Marketplaces {
    /// One line each, in the configuration's order.
    pub items: Vec<MarketplaceRow>,
}

impl Page for Marketplaces {
    const TEMPLATE: &'static str = "console/marketplace/list.html";
}

/// A marketplace in the list.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceRow {
    /// Its page.
    pub url: String,
    /// Its name for people.
    pub label: String,
    /// What its platform is given as address.
    pub address: String,
    /// How many sync options are in force.
    pub options: u32,
    /// The newest call.
    pub last: Option<CallRow>,
}

/// One marketplace.
#[derive(Debug, Clone, Serialize)]
pub struct Marketplace {
    /// Its name for people.
    pub label: String,
    /// What its platform is given as address.
    pub address: String,
    /// The application ids that are let in.
    pub applications: Vec<String>,
    /// The setting fields that every call must carry.
    pub settings: Vec<String>,
    /// By what a customer is found that is here already.
    pub rules: Vec<String>,
    /// The licence of the person made with a new customer.
    pub licence: Option<String>,
    /// Whether an activation link is answered.
    pub invites: bool,
    /// The options in force.
    pub options: Vec<OptionRow>,
    /// When and by whom they were changed here; none: the configuration is in force.
    pub changed: Option<Done>,
    /// The version of the set.
    pub version: i64,
    /// The form for a new option.
    pub add_url: String,
    /// POST here, with `version`, puts the configuration in force again.
    pub reset_action: Option<String>,
    /// Accounts, in the order of their ids.
    pub accounts: Vec<AccountRow>,
    /// The next page of accounts.
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
    /// Its form.
    pub url: String,
    /// Its id.
    pub id: String,
    /// What people read.
    pub name: String,
    /// The contract's kind.
    pub kind: String,
    /// The contract's data type.
    pub data_type: String,
    /// A customer cannot be made without it.
    pub required: bool,
    /// Who fills it in.
    pub filled_by: String,
    /// The choices of a list, as in "1 = User".
    pub values: Vec<String>,
}

/// An account in the table.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRow {
    /// Its page.
    pub url: String,
    /// Its id at the marketplace.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: Badge,
    /// When the marketplace last told of it.
    pub read_at: Timestamp,
}

/// A call in the table.
#[derive(Debug, Clone, Serialize)]
pub struct CallRow {
    /// Its page.
    pub url: String,
    /// What was asked.
    pub operation: String,
    /// The account it was about.
    pub account: Option<String>,
    /// When.
    pub at: Timestamp,
    /// How long the answer took, as in "1.2 ms".
    pub millis: String,
    /// The code with its name.
    pub outcome: Badge,
    /// It asked for nothing to be done.
    pub is_test: bool,
}

/// The form of one sync option.
#[derive(Debug, Clone, Serialize)]
pub struct OptionForm {
    /// The marketplace.
    pub label: String,
    /// The marketplace's page.
    pub back_url: String,
    /// Where the form posts to.
    pub action: String,
    /// POST here, with `id` and `version`, takes the option away; none for a new one.
    pub remove_action: Option<String>,
    /// The version of the set that is changed.
    pub version: i64,
    /// The id; empty for a new one.
    pub id: String,
    /// What people read.
    pub name: String,
    /// More about it.
    pub description: String,
    /// The kinds to choose from.
    pub kinds: Vec<Pick>,
    /// The data types to choose from.
    pub data_types: Vec<Pick>,
    /// A customer cannot be made without it.
    pub required: bool,
    /// People only look at it.
    pub read_only: bool,
    /// The customer is asked for it.
    pub storefront: bool,
    /// The choices, one a line.
    pub values: String,
}

impl Page for OptionForm {
    const TEMPLATE: &'static str = "console/marketplace/option.html";
}

/// One entry of a select.
#[derive(Debug, Clone, Serialize)]
pub struct Pick {
    /// Its value, which is its label too.
    pub value: String,
    /// It is the one chosen now.
    pub selected: bool,
}

/// Something that may have a page.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// Its page.
    pub url: Option<String>,
}

/// One account of a marketplace.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceAccount {
    /// The marketplace.
    pub marketplace: Named,
    /// The account's id there.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it stands.
    pub state: Badge,
    /// When the marketplace last told of it.
    pub read_at: Timestamp,
    /// What it says.
    pub facts: Vec<Fact>,
    /// Whose it is; once deleted, whose it was.
    pub customer: Option<Named>,
    /// The reseller that serves it.
    pub reseller: Option<Named>,
    /// The accounts that it serves as a reseller.
    pub serves: Vec<Named>,
    /// Its invitations, newest first.
    pub invitations: Vec<InvitationRow>,
    /// POST here, with `why`, undoes its deletion.
    pub restore_action: Option<String>,
    /// The newest calls about it.
    pub calls: Vec<CallRow>,
}

impl Page for MarketplaceAccount {
    const TEMPLATE: &'static str = "console/marketplace/account.html";
}

/// One call.
#[derive(Debug, Clone, Serialize)]
pub struct MarketplaceCall {
    /// The marketplace.
    pub marketplace: Named,
    /// What was asked.
    pub operation: String,
    /// When.
    pub at: Timestamp,
    /// How long the answer took.
    pub millis: String,
    /// The code with its name.
    pub outcome: Badge,
    /// What to do about it.
    pub to_do: Option<String>,
    /// It asked for nothing to be done.
    pub is_test: bool,
    /// The account it was about.
    pub account: Option<Named>,
    /// What was sent, redacted.
    pub request: String,
    /// What was answered, redacted.
    pub answer: String,
    /// POST here shows what would be answered now.
    pub replay_action: Option<String>,
    /// What would be answered now.
    pub replay: Option<Replay>,
}

impl Page for MarketplaceCall {
    const TEMPLATE: &'static str = "console/marketplace/call.html";
}

/// What would be answered now, and what would change.
#[derive(Debug, Clone, Serialize)]
pub struct Replay {
    /// The answer, redacted.
    pub answer: String,
    /// The code with its name.
    pub outcome: Badge,
    /// What would be changed, step by step with its reason.
    pub steps: Vec<String>,
}
