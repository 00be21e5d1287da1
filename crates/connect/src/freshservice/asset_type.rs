//! Asset types form a tree. A field belongs to the type that defines it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use tessera_hub::ports::{ConnectError, Priority};
use tokio::sync::Mutex;

use super::Freshservice;
use crate::discipline::Charge;
use crate::lenient_json;

/// How long types are cached.
const FRESH: SignedDuration = SignedDuration::from_hours(1);
/// Minimum interval between reads caused by assets of an unknown type.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// Maximum depth, as protection against cycles in the data. Freshservice allows far fewer levels.
const DEEPEST: usize = 32;

/// An asset type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetType {
    /// The type's id, which is also the suffix of the fields it defines.
    pub id: String,
    /// Name of the type.
    pub name: String,
    /// Id of the parent type.
    pub parent_id: Option<String>,
}

/// Asset types by id.
pub(super) type Tree = BTreeMap<String, AssetType>;

#[derive(Debug, Default)]
struct State {
    read_at: Option<Timestamp>,
    tree: Arc<Tree>,
    /// Label (lower case) → full field name, by type.
    labels: HashMap<String, Arc<HashMap<String, String>>>,
}

/// Cached asset types of an account.
#[derive(Debug)]
pub(super) struct AssetTypes {
    // Held during a read, so that concurrent lookups cause only one.
    state: Mutex<State>,
}

impl AssetTypes {
    pub(super) fn new() -> Self {
        Self { state: Mutex::default() }
    }

    /// All types.
    pub(super) async fn all(&self, desk: &Freshservice, priority: Priority) -> Result<Arc<Tree>, ConnectError> {
        self.newer_than(FRESH, desk, priority).await
    }

    /// All types, read again if this one is unknown.
    pub(super) async fn knowing(
        &self,
        id: &str,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<Arc<Tree>, ConnectError> {
        let tree = self.all(desk, priority).await?;
        if tree.contains_key(id) { Ok(tree) } else { self.newer_than(AGAIN, desk, priority).await }
    }

    /// Clears the cache.
    pub(super) async fn forget(&self) {
        *self.state.lock().await = State::default();
    }

    async fn newer_than(
        &self,
        age: SignedDuration,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<Arc<Tree>, ConnectError> {
        let mut state = self.state.lock().await;
        let now = desk.client.steady_now();
        if state.read_at.is_none_or(|read_at| now.duration_since(read_at) > age) {
            match desk.all_rows("asset_types", "/asset_types", priority).await {
                Ok(rows) => {
                    *state = State { read_at: Some(now), tree: Arc::new(tree_of(&rows)), labels: HashMap::new() };
                }
                Err(error) if state.read_at.is_some() => tracing::warn!(%error, "kept the old asset types"),
                Err(error) => return Err(error),
            }
        }
        Ok(Arc::clone(&state.tree))
    }

    /// Full names of a type's fields by lower-case label.
    pub(super) async fn labels(
        &self,
        type_id: &str,
        desk: &Freshservice,
        priority: Priority,
    ) -> Result<Arc<HashMap<String, String>>, ConnectError> {
        let mut state = self.state.lock().await;
        if let Some(labels) = state.labels.get(type_id) {
            return Ok(Arc::clone(labels));
        }
        let object = format!("the fields of asset type {type_id}");
        let call = desk.call(
            &["asset_types", type_id, "fields"],
            &[],
            "/asset_types/{id}/fields",
            object,
            priority,
            Charge::ONE,
        );
        let answer = desk.client.exchange(&call).await?.checked()?;
        let labels = Arc::new(labels_in(&answer.json()?));
        state.labels.insert(type_id.to_owned(), Arc::clone(&labels));
        Ok(labels)
    }
}

/// The tree of these types.
pub(super) fn tree_of(rows: &[Value]) -> Tree {
    rows.iter().filter_map(read).map(|one| (one.id.clone(), one)).collect()
}

fn read(row: &Value) -> Option<AssetType> {
    let name = lenient_json::text(row, "name").unwrap_or_default();
    Some(AssetType {
        id: lenient_json::text(row, "id")?,
        name,
        parent_id: lenient_json::text(row, "parent_asset_type_id"),
    })
}

fn labels_in(body: &Value) -> HashMap<String, String> {
    let sections = body.get("asset_type_fields").and_then(Value::as_array).into_iter().flatten();
    let fields = sections.filter_map(|section| section.get("fields").and_then(Value::as_array)).flatten();
    fields
        .filter_map(|field| {
            Some((lenient_json::text(field, "label")?.to_lowercase(), lenient_json::text(field, "name")?))
        })
        .collect()
}

/// The type and its ancestors, nearest first.
pub(super) fn lineage<'a>(tree: &'a Tree, id: &'a str) -> impl Iterator<Item = &'a str> {
    let parent = |id: &&'a str| tree.get(*id).and_then(|one| one.parent_id.as_deref());
    std::iter::successors(Some(id), parent).take(DEEPEST)
}

/// Ids of the type with this name or id and of all its descendants. `None` if there is no such type.
pub(super) fn with_descendants(tree: &Tree, name_or_id: &str) -> Option<BTreeSet<String>> {
    let is_it = |one: &&AssetType| one.id == name_or_id || one.name.trim().eq_ignore_ascii_case(name_or_id.trim());
    let tops: BTreeSet<&str> = tree.values().filter(is_it).map(|one| one.id.as_str()).collect();
    let below = |id: &&String| lineage(tree, id).any(|above| tops.contains(above));
    (!tops.is_empty()).then(|| tree.keys().filter(below).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(rows: &[(&str, &str, Option<&str>)]) -> Tree {
        let one = |&(id, name, parent): &(&str, &str, Option<&str>)| {
            (
                id.to_owned(),
                AssetType { id: id.to_owned(), name: name.to_owned(), parent_id: parent.map(str::to_owned) },
            )
        };
        rows.iter().map(one).collect()
    }

    #[test]
    fn a05_the_device_type_is_found_by_name_or_id_with_the_types_below_it() {
        let tree = tree(&[
            ("1", "Hardware", None),
            ("2", "Bundle", Some("1")),
            ("3", "Small Bundle", Some("2")),
            ("4", "Desk", None),
        ]);
        let ids: BTreeSet<String> = ["2".to_owned(), "3".to_owned()].into();
        assert_eq!(with_descendants(&tree, "bundle"), Some(ids.clone()));
        assert_eq!(with_descendants(&tree, "2"), Some(ids));
        assert_eq!(with_descendants(&tree, "Inverter"), None);
    }

    #[test]
    fn a_loop_in_the_tree_ends() {
        let tree = tree(&[("1", "A", Some("2")), ("2", "B", Some("1"))]);
        assert_eq!(lineage(&tree, "1").count(), DEEPEST);
    }
}
