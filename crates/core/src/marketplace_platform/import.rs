//! Importing accounts from a table: a trial run plans each line and says what is wrong; then a job creates and changes
//! the accounts, one line after the other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use strum::{AsRefStr, EnumString};

use super::account::{AccountAddress, AccountProfile, AccountState, BILLING, MarketplaceAccount};
use super::error::PlatformError;
use crate::devices::load::{Meant, Row};
use crate::kernel::actor::Actor;
use crate::kernel::ids::{AccountImportId, MarketplaceAccountId};
use crate::kernel::normalise;
use crate::marketplace::Place;

/// Maximum number of lines of a table.
pub const MAX_LINES: usize = 5000;
/// The columns of a table. Only `name` is needed.
pub const COLUMNS: [&str; 20] = [
    "id",
    "name",
    "code",
    "email",
    "phone",
    "fax",
    "web_site",
    "description",
    "reseller",
    "contact_first_name",
    "contact_last_name",
    "contact_email",
    "address1",
    "address2",
    "city",
    "post_code",
    "state_code",
    "state",
    "country_code",
    "country",
];

/// State of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, AsRefStr, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ImportState {
    /// The trial run is done. Nothing changes before it is started.
    Planned,
    /// A job creates and changes the accounts.
    Running,
    /// Every line has ended.
    Finished,
    /// Stopped by staff: the rest is not imported.
    Stopped,
    /// Discarded by staff before it was started.
    Discarded,
}

/// A table of accounts that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountImport {
    /// Id.
    pub id: AccountImportId,
    /// State.
    pub state: ImportState,
    /// Number of lines.
    pub lines: i64,
    /// Number of lines with a new account.
    pub added: i64,
    /// Number of lines that change an account.
    pub changed: i64,
    /// Number of lines with a problem.
    pub refused: i64,
    /// Actor who made the trial run.
    pub asked_by: Actor,
    /// Time of the trial run.
    pub created_at: Timestamp,
    /// Actor who started, stopped or discarded it.
    pub decided_by: Option<Actor>,
    /// Time of that decision.
    pub decided_at: Option<Timestamp>,
    /// Time of the end.
    pub finished_at: Option<Timestamp>,
}

/// A line of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportLine {
    /// Number of the line in the table, counted from 1 with its header.
    pub line: i64,
    /// The cells by column.
    pub cells: BTreeMap<String, String>,
    /// The plan of the trial run.
    pub plan: ImportPlan,
    /// The account that was created or changed.
    pub account: Option<MarketplaceAccountId>,
    /// Why the line was left out although a change was planned.
    pub left_out: Option<String>,
}

/// Plan of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportPlan {
    /// A new account.
    Add,
    /// A change of this account.
    Change(MarketplaceAccountId),
    /// Nothing to do for this account.
    Unchanged(MarketplaceAccountId),
    /// A problem, with what to do about it.
    Refused(String),
}

/// Number of lines of an import with a planned change, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportProgress {
    /// Carried out.
    pub done: i64,
    /// Left out.
    pub left_out: i64,
    /// Not begun.
    pub waiting: i64,
}

/// A change of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportChange {
    /// Insert a trial run with its lines.
    Create(Box<AccountImport>, Vec<ImportLine>),
    /// Move an import to another state.
    Move {
        /// The import.
        id: AccountImportId,
        /// Its state before.
        from: ImportState,
        /// Its state from now on.
        to: ImportState,
        /// Who decided it. `None`: it has ended by itself.
        by: Option<Actor>,
        /// Time.
        at: Timestamp,
    },
    /// Note the account of a line of a running import. Each line is carried out once.
    Done {
        /// The import.
        id: AccountImportId,
        /// The line.
        line: i64,
        /// The account.
        account: MarketplaceAccountId,
    },
    /// Note that a line of a running import is left out.
    LeaveOut {
        /// The import.
        id: AccountImportId,
        /// The line.
        line: i64,
        /// Why.
        why: String,
    },
}

impl ImportLine {
    /// The account's name, as entered.
    pub fn name(&self) -> &str {
        self.cells.get("name").map(String::as_str).unwrap_or_default()
    }
}

impl ImportPlan {
    /// The name used in the database and the API.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Change(_) => "change",
            Self::Unchanged(_) => "unchanged",
            Self::Refused(_) => "refused",
        }
    }
}

impl AccountImport {
    /// Number of planned changes.
    pub const fn changes(&self) -> i64 {
        self.added + self.changed
    }
}

/// How the account of a line is found: by its id, or else by its e-mail address.
pub fn account_named(row: &Row) -> Option<&str> {
    [row.cell("id"), row.cell("email")].into_iter().find(|cell| !cell.is_empty())
}

/// Plans a line. `account` is what [`account_named`] means, `reseller` what the column `reseller` means. `above`: whether
/// an earlier line of the table creates that reseller.
pub fn plan_line(
    row: &Row,
    account: &Meant<MarketplaceAccount>,
    reseller: &Meant<MarketplaceAccount>,
    above: bool,
) -> ImportPlan {
    let Some(named) = account_named(row) else {
        return refused("enter an e-mail address or an id, by which the account is found again");
    };
    let known = match account {
        Meant::Several(ids) => {
            return refused(format!(
                "several accounts have the address {named}; enter one of their ids: {}",
                ids.join(", ")
            ));
        }
        Meant::One(known) if known.state != AccountState::Active => {
            return refused("this account is deleted, or its deletion was requested");
        }
        Meant::Nothing if !row.cell("id").is_empty() => return refused(format!("there is no account {named}")),
        Meant::One(known) => Some(known),
        Meant::Nothing => None,
    };
    let seller = match (row.cell("reseller"), reseller) {
        ("", _) => known.and_then(|known| known.reseller),
        (_, Meant::One(found)) if found.state == AccountState::Active => Some(found.id),
        (_, Meant::Nothing) if above => None,
        (typed, Meant::Several(_)) => {
            return refused(format!("several accounts have the address {typed}; enter the id of the reseller"));
        }
        (typed, _) => {
            return refused(format!(
                "there is no account {typed} that could be the reseller; a line above may create it"
            ));
        }
    };
    if known.is_some_and(|known| seller == Some(known.id)) {
        return refused("the account would be its own reseller");
    }
    let before = known.map(|known| known.profile.clone()).unwrap_or_default();
    match (applied(&row.cells, before.clone()), known) {
        (Err(problem), _) => ImportPlan::Refused(problem),
        (Ok(_), None) => ImportPlan::Add,
        (Ok(after), Some(known)) if after == before && seller == known.reseller && !above => {
            ImportPlan::Unchanged(known.id)
        }
        (Ok(_), Some(known)) => ImportPlan::Change(known.id),
    }
}

/// A profile with the cells of a line. An empty cell leaves the value as it is.
///
/// # Errors
/// The problems, by column.
pub fn applied(cells: &BTreeMap<String, String>, profile: AccountProfile) -> Result<AccountProfile, String> {
    with_cells(cells, profile).checked().map_err(|error| match error {
        PlatformError::Invalid(problems) => {
            let text = |field: &str| match field.split_once("].") {
                Some((_, field)) => field.to_owned(),
                None => field.replace('.', "_"),
            };
            let problems = problems.iter().map(|problem| format!("{}: {}", text(&problem.field), problem.message));
            problems.collect::<Vec<_>>().join("; ")
        }
        error => error.to_string(),
    })
}

fn with_cells(cells: &BTreeMap<String, String>, mut profile: AccountProfile) -> AccountProfile {
    let cell = |column: &str| cells.get(column).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
    let put = |to: &mut Option<String>, column: &str| {
        if let Some(value) = cell(column) {
            *to = Some(value.to_owned());
        }
    };
    if let Some(name) = cell("name") {
        name.clone_into(&mut profile.name);
    }
    put(&mut profile.code, "code");
    put(&mut profile.email, "email");
    put(&mut profile.phone, "phone");
    put(&mut profile.fax, "fax");
    put(&mut profile.web_site, "web_site");
    put(&mut profile.description, "description");
    if ["contact_first_name", "contact_last_name", "contact_email"].into_iter().any(|column| cell(column).is_some()) {
        let contact = profile.contact.get_or_insert_default();
        put(&mut contact.first_name, "contact_first_name");
        put(&mut contact.last_name, "contact_last_name");
        put(&mut contact.email, "contact_email");
    }
    let address = ["address1", "address2", "city", "post_code", "state_code", "state", "country_code", "country"];
    if address.into_iter().any(|column| cell(column).is_some()) {
        let billing = |address: &AccountAddress| address.kind.eq_ignore_ascii_case(BILLING);
        if !profile.addresses.iter().any(billing) {
            profile.addresses.push(AccountAddress { kind: BILLING.to_owned(), ..AccountAddress::default() });
        }
        for AccountAddress { address, .. } in profile.addresses.iter_mut().filter(|address| billing(address)).take(1) {
            put(&mut address.address1, "address1");
            put(&mut address.address2, "address2");
            put(&mut address.city, "city");
            put(&mut address.post_code, "post_code");
            for (to, code, name) in
                [(&mut address.state, "state_code", "state"), (&mut address.country, "country_code", "country")]
            {
                if cell(code).is_some() || cell(name).is_some() {
                    let place: &mut Place = to.get_or_insert_default();
                    put(&mut place.code, code);
                    put(&mut place.name, name);
                }
            }
        }
    }
    profile
}

/// Marks lines about an account that an earlier line is about.
pub fn refuse_repeated(lines: &mut [ImportLine]) {
    let mut first: BTreeMap<String, i64> = BTreeMap::new();
    for line in lines {
        let cell = |column: &str| line.cells.get(column).filter(|cell| !cell.is_empty());
        let key = match (&line.plan, cell("email")) {
            (ImportPlan::Refused(_), _) => continue,
            (ImportPlan::Change(id) | ImportPlan::Unchanged(id), _) => id.to_string(),
            (_, Some(email)) => normalise::email(email).unwrap_or_default(),
            _ => continue,
        };
        if let Some(earlier) = first.get(&key) {
            line.plan = refused(format!("line {earlier} is about the same account"));
        } else {
            first.insert(key, line.line);
        }
    }
}

fn refused(problem: impl Into<String>) -> ImportPlan {
    ImportPlan::Refused(problem.into())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn row(cells: &[(&str, &str)]) -> Row {
        Row { line: 2, cells: cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect() }
    }

    fn account(number: u128, state: AccountState) -> MarketplaceAccount {
        MarketplaceAccount {
            id: MarketplaceAccountId(Uuid::from_u128(number)),
            reseller: None,
            is_reseller: false,
            attached: 0,
            profile: AccountProfile {
                name: "Acme".to_owned(),
                email: Some("office@acme.example".to_owned()),
                ..AccountProfile::default()
            },
            state,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            created_by: "hub".to_owned(),
        }
    }

    fn planned(row: &Row, account: &Meant<MarketplaceAccount>) -> ImportPlan {
        plan_line(row, account, &Meant::Nothing, false)
    }

    #[test]
    fn m07_a_line_adds_an_account_or_changes_the_one_with_its_address() {
        let known = Meant::One(account(1, AccountState::Active));
        let entered = row(&[("name", "Acme"), ("email", "office@acme.example")]);
        assert_eq!(planned(&entered, &Meant::Nothing), ImportPlan::Add);
        let id = MarketplaceAccountId(Uuid::from_u128(1));
        assert_eq!(planned(&entered, &known), ImportPlan::Unchanged(id));
        let moved = row(&[("name", ""), ("email", "office@acme.example"), ("city", "Ulm"), ("country_code", "DE")]);
        assert_eq!(planned(&moved, &known), ImportPlan::Change(id));
        let after = applied(&moved.cells, account(1, AccountState::Active).profile).unwrap();
        assert_eq!(
            (after.name.as_str(), after.addresses[0].kind.as_str()),
            ("Acme", "billing"),
            "an empty cell changes nothing"
        );
        assert_eq!(after.addresses[0].address.country.as_ref().unwrap().code.as_deref(), Some("DE"));
    }

    #[test]
    fn m07_a_line_that_cannot_be_imported_says_why() {
        let named = |cells: &[(&str, &str)], account: &Meant<MarketplaceAccount>| match planned(&row(cells), account) {
            ImportPlan::Refused(why) => why,
            plan => panic!("{plan:?}"),
        };
        let several = Meant::Several(vec!["1".to_owned(), "2".to_owned()]);
        assert!(named(&[("name", "Acme")], &Meant::Nothing).contains("e-mail address or an id"));
        assert!(named(&[("name", "A"), ("email", "a@b.example")], &several).contains("1, 2"));
        assert!(named(&[("id", "7")], &Meant::Nothing).contains("no account 7"));
        assert!(named(&[("id", "7")], &Meant::One(account(7, AccountState::Deleted))).contains("deleted"));
        let wrong = named(&[("name", ""), ("email", "a@b.example"), ("contact_email", "nobody")], &Meant::Nothing);
        assert!(wrong.contains("name: 1 to") && wrong.contains("contact_email: this is not"), "{wrong}");
        assert!(
            named(&[("name", "A"), ("email", "a@b.example"), ("reseller", "x@b.example")], &Meant::Nothing)
                .contains("x@b.example")
        );
        let above = row(&[("name", "A"), ("email", "a@b.example"), ("reseller", "x@b.example")]);
        assert_eq!(
            plan_line(&above, &Meant::Nothing, &Meant::Nothing, true),
            ImportPlan::Add,
            "a line above creates it"
        );
    }

    #[test]
    fn m07_a_second_line_about_the_same_account_is_refused() {
        let line = |line, email: &str| ImportLine {
            line,
            cells: row(&[("name", "Acme"), ("email", email)]).cells,
            plan: ImportPlan::Add,
            account: None,
            left_out: None,
        };
        let mut lines = [line(2, "jo@acme.example"), line(3, "JO@acme.example"), line(4, "other@acme.example")];
        refuse_repeated(&mut lines);
        assert_eq!(lines[1].plan, ImportPlan::Refused("line 2 is about the same account".to_owned()));
        assert_eq!((&lines[0].plan, &lines[2].plan), (&ImportPlan::Add, &ImportPlan::Add));
    }
}
