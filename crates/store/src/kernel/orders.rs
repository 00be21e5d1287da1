//! Every list has a total order: what a statement orders its rows by, together with what it fixes, determines each row. So pages of a list
//! fit together, and the same rows are always shown in the same order.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::query_plans::FEATURES;
use super::select::{Query, Select};
use crate::engine::{Sql, migrate_sqlite};
use crate::kernel::schema::MIGRATIONS;

/// Statements without a total order, each with the reason why nobody sees that.
const UNORDERED: &[(&str, &str)] = &[
    ("JOBS_DUE_POSTGRES", "claims jobs that are equally urgent; a sort would read all of them"),
    ("JOBS_DUE_SQLITE", "the same"),
    ("MY_DEVICES", "the reader sorts them, which is faster than a merge of sorted parts"),
    ("DEVICES_IN_PLACES", "the reader sorts them, which is faster than a merge of sorted parts"),
    ("DEVICES_ASSIGNED", "the reader collects them in a set; a device is assigned to a customer once at a time"),
    ("SESSION", "one row: a sign-in of an identity provider is one identity"),
    ("SESSIONS_OF_PERSON", "ordered by the key of the session; each session belongs to one identity"),
    ("EMAIL_CHANGES_ASKED", "only times, which are counted"),
    ("POSTS_WRITTEN", "only times, which are counted"),
    ("ACTIVATIONS_LISTED", "the reader has the ids in order"),
    ("CALLS_LAST", "the reader has the ids in order"),
    ("CUSTOMER_NAMES", "the reader has the ids in order"),
    ("DEVICES_AMONG", "the reader has the ids in order"),
    ("DEVICES_PUT_ELSEWHERE", "the reader has the ids in order"),
    ("DEVICE_PLACES", "the reader has the ids in order"),
    ("DEVICE_WRITES_LISTED", "the reader has the ids in order"),
    ("EMAIL_CHANGES_LISTED", "the reader has the ids in order"),
    ("HELD_AMONG", "the reader has the ids in order"),
    ("HELD_RUNS", "the reader has the ids in order"),
    ("INVITATIONS_LISTED", "the reader has the ids in order"),
    ("ONE_TIME_LINKS_LISTED", "the reader has the ids in order"),
    ("OPTION_SETS", "the reader has the ids in order"),
    ("OWNERS_AMONG", "the reader has the ids in order"),
    ("PERSONS_LISTED", "the reader has the ids in order"),
    ("PLACES_LISTED", "the reader has the ids in order"),
    ("RECORDS_AMONG", "the reader has the ids in order"),
    ("RECORDS_KNOWN", "the reader has the ids in order"),
    ("REGISTRATIONS_LISTED", "the reader has the ids in order"),
    ("REQUESTS_LISTED", "the reader has the ids in order"),
    ("RETURNS_LISTED", "the reader has the ids in order"),
    ("TIMELINE_NAMED_READ", "the reader has the ids in order"),
];

/// Columns of which no two rows have the same values.
struct Key {
    columns: BTreeSet<String>,
    /// Columns of the key that may be NULL, which is not unique.
    nullable: BTreeSet<String>,
    /// Conditions of the rows among which it is unique.
    among: Vec<String>,
}

/// The keys of all tables, by table.
struct Keys(BTreeMap<String, Vec<Key>>);

impl Keys {
    fn of_schema() -> Self {
        let mut connection = Connection::open_in_memory().unwrap();
        crate::kernel::timeline::teach_chain_hash(&connection).unwrap();
        migrate_sqlite(&mut connection, &MIGRATIONS).unwrap();
        let columns = "SELECT t.name AS of, i.name AS key, c.name AS column, p.\"notnull\" AS filled, s.sql
            FROM sqlite_master t, pragma_index_list(t.name) i, pragma_index_info(i.name) c, pragma_table_info(t.name) p
            LEFT JOIN sqlite_master s ON s.name = i.name
            WHERE t.type = 'table' AND i.\"unique\" AND p.name = c.name";
        let mut keys: BTreeMap<(String, String), Key> = BTreeMap::new();
        let mut statement = connection.prepare(columns).unwrap();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let (column, sql): (String, Option<String>) = (row.get("column").unwrap(), row.get("sql").unwrap());
            let among = sql.as_deref().and_then(|sql| sql.split_once(" WHERE ")).map_or("", |(_, among)| among);
            let among = among.split(" AND ").filter(|condition| !condition.is_empty()).map(ToOwned::to_owned).collect();
            let key = (row.get("of").unwrap(), row.get("key").unwrap());
            let none = || Key { columns: BTreeSet::new(), nullable: BTreeSet::new(), among };
            let key = keys.entry(key).or_insert_with(none);
            if !row.get::<_, bool>("filled").unwrap() {
                key.nullable.insert(column.clone());
            }
            key.columns.insert(column);
        }
        let mut by_table: BTreeMap<String, Vec<Key>> = BTreeMap::new();
        for ((table, _), key) in keys {
            by_table.entry(table).or_default().push(key);
        }
        Self(by_table)
    }

    /// Whether the columns that are fixed determine the row of a table.
    fn determine(&self, select: &Select, at: usize, fixed: &BTreeSet<String>) -> bool {
        let (table, conditions) = (&select.tables[at], select.conditions_of(at));
        if let Some(inner) = &table.inner {
            let one_table = (inner.tables.len() == 1).then(|| inner.tables[0].name.as_str());
            let distinct =
                inner.distinct && inner.names().all(|name| fixed.contains(&format!("{}.{name}", table.alias)));
            return distinct || one_table.is_some_and(|name| self.fit(name, &table.alias, fixed, &conditions));
        }
        self.fit(&table.name, &table.alias, fixed, &conditions)
    }

    fn fit(&self, table: &str, alias: &str, fixed: &BTreeSet<String>, conditions: &BTreeSet<String>) -> bool {
        let is_equal = |column: &String| conditions.iter().any(|it| it.starts_with(&format!("{column} = ")));
        let holds = |key: &Key, condition: &String| {
            let column = condition.strip_suffix(" IS NOT NULL");
            conditions.contains(condition) || column.is_some_and(|column| key.nullable.contains(column))
        };
        self.0.get(table).into_iter().flatten().any(|key| {
            key.columns.iter().all(|column| fixed.contains(&format!("{alias}.{column}")))
                && key.nullable.iter().all(is_equal)
                && key.among.iter().all(|condition| holds(key, condition))
        })
    }

    /// Whether there is one row at most for each value of these columns.
    fn each_is_one(&self, select: &Select, order: &[String]) -> bool {
        if select.is_one_row() {
            return true;
        }
        let mut fixed: BTreeSet<String> = order.iter().cloned().collect();
        let mut determined = BTreeSet::new();
        loop {
            let before = (fixed.len(), determined.len());
            for (column, from) in select.equalities() {
                let known = from.is_none_or(|from| {
                    fixed.contains(&from) || determined.iter().any(|alias| from.starts_with(&format!("{alias}.")))
                });
                if known {
                    fixed.insert(column);
                }
            }
            for (at, table) in select.tables.iter().enumerate() {
                if self.determine(select, at, &fixed) {
                    determined.insert(table.alias.clone());
                }
            }
            if before == (fixed.len(), determined.len()) {
                let grouped = !select.groups.is_empty() && select.groups.iter().all(|group| fixed.contains(group));
                return grouped || determined.len() == select.tables.len();
            }
        }
    }

    fn are_total(&self, query: &Query) -> bool {
        query.selects.iter().all(|select| self.each_is_one(select, &query.order_of(select)))
    }
}

fn is_unordered(name: &str) -> bool {
    UNORDERED.iter().any(|(unordered, _)| *unordered == name)
}

#[test]
fn h04_every_list_has_a_total_order() {
    let keys = Keys::of_schema();
    let statements = FEATURES.iter().flat_map(|(_, statements)| *statements);
    let reads = statements.filter(|sql| sql.text.starts_with("SELECT"));
    let (ordered, others): (Vec<&Sql>, Vec<&Sql>) = reads.partition(|sql| keys.are_total(&Query::parse(sql.text)));
    // What is stored about a person is sorted by its reader.
    let is_sorted = |name: &str| is_unordered(name) || name.starts_with("PRIVACY_");
    let missing: Vec<_> = others.iter().filter(|sql| !is_sorted(sql.name)).map(|sql| sql.name).collect();
    assert_eq!(
        missing,
        [] as [&str; 0],
        "the order of these rows is left to chance: add a key of the table to ORDER BY"
    );
    let needless: Vec<_> = ordered.iter().filter(|sql| is_unordered(sql.name)).map(|sql| sql.name).collect();
    assert_eq!(needless, [] as [&str; 0], "these have a total order");
    let known: Vec<_> = others.iter().map(|sql| sql.name).collect();
    assert!(UNORDERED.iter().all(|(name, _)| known.contains(name)), "a statement of UNORDERED is gone");
}

#[test]
fn h04_an_order_that_leaves_something_to_chance_is_noticed() {
    let keys = Keys::of_schema();
    for (sql, total) in [
        ("SELECT name FROM places WHERE owner_id = $1", false),
        ("SELECT name FROM places WHERE owner_id = $1 ORDER BY name LIMIT 1", false),
        ("SELECT name FROM places WHERE owner_id = $1 ORDER BY name, id DESC", true),
        ("SELECT name FROM places WHERE id = $1", true),
        ("SELECT p.name FROM persons p WHERE p.person_key = $1", true),
        ("SELECT p.name FROM persons p ORDER BY p.person_key", false),
        ("SELECT l.id FROM links l WHERE l.system = $1 AND l.kind = $2 AND l.external_id = $3", false),
        (
            "SELECT l.id FROM links l WHERE l.system = $1 AND l.kind = $2 AND l.external_id = $3 AND l.ended_at IS NULL",
            true,
        ),
        ("SELECT c.name FROM links l JOIN customers c ON c.id = l.customer_id ORDER BY c.id", false),
        ("SELECT c.name FROM links l JOIN customers c ON c.id = l.customer_id ORDER BY l.id", true),
        ("SELECT c.name FROM customers c LEFT JOIN links l ON l.customer_id = c.id ORDER BY c.id", false),
        ("SELECT count(*) AS count FROM links", true),
        ("SELECT h.system FROM held_changes h GROUP BY h.system", false),
        ("SELECT id, name FROM places UNION ALL SELECT id, name FROM contacts ORDER BY name, id", true),
        ("SELECT id, name FROM places UNION ALL SELECT id, name FROM contacts ORDER BY name", false),
    ] {
        assert_eq!(keys.are_total(&Query::parse(sql)), total, "{sql}");
    }
}
