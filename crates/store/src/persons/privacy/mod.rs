//! What is stored about a person, table by table, and what becomes of it when the person is erased (`H10`).
//!
//! One list serves the export, the preview of an erasure and the erasure, so that they cannot differ. A test goes through
//! the database's own list of tables and fails when one of them is missing here.

mod holdings;
pub(crate) mod sql;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use tessera_core::kernel::ids::{CustomerId, PersonId};
use tessera_core::persons;
use tessera_core::persons::erasure::{Document, Erasure, Traces};
use uuid::Uuid;

use self::holdings::{ACTORS, HOLDINGS, WRITTEN};
use self::sql::{
    PRIVACY_PERSON_ERASE, PRIVACY_RETURN_ERASE, PRIVACY_RUN_ERASE, PRIVACY_TIMELINES, PRIVACY_TIMELINES_BY,
    PRIVACY_WORKFLOW_ERASE,
};
use crate::engine::{Row, Statement};
use crate::{Conflict, Reads, StoreError, Value, values};

/// A pattern for texts in lower case that contain this one.
fn containing(text: &str) -> String {
    let literal = text.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{literal}%")
}

/// What becomes of data when its person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The rows are deleted.
    Deleted,
    /// What is personal in the rows is replaced; the rows stay.
    Emptied,
    /// The rows stay, for this reason.
    Kept(&'static str),
}

/// Rows of one kind that are about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalData {
    /// Name of the section, for programs.
    pub section: &'static str,
    /// Title of the section.
    pub title: &'static str,
    /// What an erasure makes of them.
    pub fate: Fate,
    /// The rows, without secrets.
    pub rows: Vec<Json>,
}

impl Reads {
    /// Everything that is stored about a person outside timelines, without secrets.
    pub async fn personal_data(&self, of: &Traces) -> Result<Vec<PersonalData>, StoreError> {
        let mut found = Vec::with_capacity(HOLDINGS.len());
        for holding in HOLDINGS {
            // Several values may find the same row, and the database returns rows in any order.
            let mut rows = BTreeMap::new();
            for values in holding.by.values(of) {
                let read = self.query(holding.read, values).await?;
                rows.extend(read.iter().map(json_row).map(|row| (row.to_string(), row)));
            }
            let rows = rows.into_values().collect();
            found.push(PersonalData { section: holding.section, title: holding.title, fate: holding.fate, rows });
        }
        Ok(found)
    }

    /// Ids of what a person wrote.
    pub async fn written_by(&self, person: PersonId) -> Result<Vec<Uuid>, StoreError> {
        let mut ids = Vec::new();
        for sql in WRITTEN {
            let rows = self.query(*sql, values![person]).await?;
            ids.extend(rows.iter().map(|row| row.get::<Uuid>("id")).collect::<Result<Vec<_>, _>>()?);
        }
        Ok(ids)
    }

    /// The customers on whose timelines a person may be named.
    pub async fn timelines_naming(&self, traces: &Traces) -> Result<BTreeSet<CustomerId>, StoreError> {
        let by = traces.actors().into_iter().map(|actor| (PRIVACY_TIMELINES_BY, actor));
        let naming = traces.patterns_of_facts().into_iter().map(|text| (PRIVACY_TIMELINES, containing(&text)));
        let mut found = BTreeSet::new();
        for (sql, text) in by.chain(naming) {
            for row in self.query(sql, values![text]).await? {
                found.insert(row.id("id")?);
            }
        }
        Ok(found)
    }
}

/// The statements of an erasure.
pub(super) fn erase(erasure: &Erasure, to: &mut Vec<Statement>) {
    let traces = &erasure.traces;
    // A session that begins at the same moment is either found, or finds no sign-in.
    to.push(Statement::any(crate::credentials::sql::IDENTITIES_LOCK_OF_PERSON, values![traces.person]));
    for document in &erasure.documents {
        to.push(rewrite(document));
    }
    for holding in HOLDINGS {
        for values in holding.by.values(traces) {
            to.extend(holding.erase.iter().map(|sql| Statement::any(*sql, values.clone())));
        }
    }
    for actor in traces.actors().iter().filter(|actor| **actor != traces.erased_actor()) {
        to.extend(ACTORS.iter().map(|sql| Statement::any(*sql, values![actor, traces.erased_actor()])));
    }
    let pseudonym = traces.pseudonym();
    let key = persons::key(&pseudonym);
    let values = values![pseudonym, key, erasure.at, traces.person, erasure.version];
    to.push(Statement::one(PRIVACY_PERSON_ERASE, values, Conflict::PersonId));
}

fn rewrite(document: &Document) -> Statement {
    match document {
        Document::Return { id, version, lines } => {
            Statement::one(PRIVACY_RETURN_ERASE, values![lines, id.0, *version], Conflict::Return)
        }
        Document::Run { request, run } => Statement::any(PRIVACY_RUN_ERASE, values![run, request.0]),
        Document::Workflow { customer, kind, version, steps } => {
            Statement::any(PRIVACY_WORKFLOW_ERASE, values![steps, *customer, *version, kind])
        }
    }
}

fn json_row(row: &Row) -> Json {
    Json::Object(row.each().map(|(column, value)| (column.to_owned(), json_value(column, value))).collect())
}

/// A value as programs read it: times as text, JSON as such, ids as text.
fn json_value(column: &str, value: &Value) -> Json {
    let is_time = column.ends_with("_at") || column.ends_with("_since") || matches!(column, "at" | "since" | "until");
    match value {
        Value::Null => Json::Null,
        Value::Int(number) if is_time => {
            jiff::Timestamp::from_microsecond(*number).map_or(Json::Null, |at| at.to_string().into())
        }
        Value::Int(number) => (*number).into(),
        Value::Text(text) if text.starts_with(['{', '[']) => {
            serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into())
        }
        Value::Text(text) => text.as_str().into(),
        // SQLite stores ids as bytes.
        Value::Blob(bytes) => Uuid::from_slice(bytes).map_or(Json::Null, |id| id.to_string().into()),
        Value::Uuid(id) => id.to_string().into(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rusqlite::Connection;

    use super::sql::ALL;
    use super::*;
    use crate::engine::{Sql, migrate_sqlite};
    use crate::kernel::schema::MIGRATIONS;

    /// Tables without anything personal, or where it is not readable, each with the reason.
    const NOT_PERSONAL: &[(&str, &str)] = &[
        ("account_imports", "how many accounts staff imported"),
        ("alarms", "systems"),
        ("api_keys", "machines"),
        ("asset_forms", "fields of the service desk"),
        ("audiences", "places"),
        ("brakes", "systems"),
        ("call_spending", "systems"),
        ("call_systems", "systems"),
        ("correlation_slots", "numbers"),
        ("device_load_lines", "what staff typed about equipment; kept for a while"),
        ("device_places", "places"),
        ("device_readings", "measurements of equipment"),
        ("devices", "equipment of the service desk, read again with the next sweep"),
        ("failed_logins", "keyed hashes"),
        ("form_posts", "keyed hashes; kept for a day"),
        ("forum_boards", "written by staff"),
        ("invoice_feeds", "sources"),
        ("option_sets", "written by staff"),
        ("part_stock", "parts at places"),
        ("paused_systems", "systems"),
        ("rate_limits", "keyed hashes; kept for an hour"),
        ("reading_clock", "a number"),
        ("return_units", "serial numbers"),
        ("return_words", "serial numbers and models"),
        ("schema_migrations", "versions"),
        ("service_managers", "vendors"),
        ("staff", "members of staff, who are not erased as long as they are staff"),
        ("storefront_order_lines", "products"),
        ("storefront_pictures", "pictures of products, without what they tell about their photographer"),
        ("storefront_products", "products"),
        ("sweeps", "systems; staff ask for them"),
        ("takings", "numbers"),
        ("ticket_readings", "systems"),
        ("vendor_notifications", "encrypted; kept for a week"),
        ("workers", "processes"),
        ("write_probe", "a number"),
    ];

    fn tables() -> BTreeSet<String> {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::kernel::timeline::teach_chain_hash(&connection).unwrap();
        migrate_sqlite(&mut connection, &MIGRATIONS).unwrap();
        let mut names = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
            .unwrap();
        names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn h10_every_table_is_exported_and_erased_or_has_nothing_personal() {
        let tables = tables();
        let words = |sql: &Sql| -> BTreeSet<String> {
            sql.text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').map(ToOwned::to_owned).collect()
        };
        let touched: BTreeSet<String> = ALL.1.iter().flat_map(words).collect();
        let excused: BTreeSet<&str> = NOT_PERSONAL.iter().map(|(table, _)| *table).collect();
        let missing: Vec<_> =
            tables.iter().filter(|table| !touched.contains(*table) && !excused.contains(table.as_str())).collect();
        assert_eq!(missing, [] as [&String; 0], "add them to HOLDINGS, or say why they have nothing personal");
        for table in excused {
            assert!(tables.contains(table), "{table} is gone");
        }
    }

    #[test]
    fn h10_every_statement_of_the_list_is_used() {
        let erased = HOLDINGS.iter().flat_map(|holding| holding.erase.iter().chain([&holding.read]));
        let named: BTreeSet<&str> = erased.chain(ACTORS).chain(WRITTEN).map(|sql| sql.name).collect();
        let by_hand = [
            PRIVACY_PERSON_ERASE,
            PRIVACY_RUN_ERASE,
            PRIVACY_WORKFLOW_ERASE,
            PRIVACY_RETURN_ERASE,
            PRIVACY_TIMELINES,
            PRIVACY_TIMELINES_BY,
        ];
        let unused: Vec<_> = ALL
            .1
            .iter()
            .filter(|sql| !named.contains(sql.name) && !by_hand.contains(sql))
            .map(|sql| sql.name)
            .collect();
        assert_eq!(unused, [] as [&str; 0]);
    }

    #[test]
    fn h10_what_is_kept_is_not_erased_and_what_is_deleted_is() {
        for holding in HOLDINGS {
            match holding.fate {
                Fate::Kept(why) => assert!(holding.erase.is_empty() && !why.is_empty(), "{}", holding.title),
                Fate::Deleted => {
                    let deletes = holding.erase.iter().any(|sql| sql.text.starts_with("DELETE"));
                    assert!(deletes, "{}", holding.title);
                }
                Fate::Emptied => {}
            }
        }
    }
}
