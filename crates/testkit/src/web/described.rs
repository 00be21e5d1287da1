//! The operations of the API's description, kept in one file each for the other tests of the same program. Every test is a process
//! of its own, and reading the whole description would be a quarter of the work of a short one.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use reqwest::Method;
use serde_json::{Map, Value, json};

use super::contract::BASE;

/// The file that lists the operations: method, path and id, a line each.
const INDEX: &str = "index";

/// The operations of the description.
pub(super) struct Described {
    folder: PathBuf,
    index: String,
}

/// The answers of an operation, with the schemas that they refer to.
pub(super) struct DescribedOperation {
    /// Its id.
    pub id: String,
    /// Its answers by status.
    pub responses: Value,
    /// The schemas by name.
    pub schemas: Value,
}

impl Described {
    /// The operations of this program. `document` reads its description, if no test has done so yet.
    pub async fn of(document: impl AsyncFnOnce() -> Value) -> Self {
        let folder = folder();
        let index = folder.join(INDEX);
        if !index.exists() {
            keep(&document().await, &folder);
        }
        Self { index: fs::read_to_string(index).expect("the operations were kept"), folder }
    }

    /// The operation that a request meets. The path is below the base path.
    pub fn operation(&self, method: &Method, path: &str) -> Option<DescribedOperation> {
        let id = self.index.lines().find_map(|line| {
            let mut parts = line.split(' ');
            let is_meant = parts.next()? == method.as_str() && fits(parts.next()?, path);
            parts.next().filter(|_| is_meant)
        })?;
        let kept = fs::read(self.folder.join(id)).expect("the operation was kept");
        let mut kept: Value = serde_json::from_slice(&kept).expect("it was kept as JSON");
        Some(DescribedOperation {
            id: id.to_owned(),
            responses: kept["responses"].take(),
            schemas: kept["schemas"].take(),
        })
    }
}

/// The folder of this program as it was built last.
fn folder() -> PathBuf {
    let program = std::env::current_exe().expect("the program has a path");
    let about = fs::metadata(&program).expect("the program is a file");
    let built =
        about.modified().expect("files have a time").duration_since(UNIX_EPOCH).expect("it was built after 1970");
    let name = program.file_name().expect("the program has a name").to_string_lossy().into_owned();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tests/api");
    kept.join(name).join(format!("{}-{}", built.as_nanos(), about.len()))
}

/// Writes the operations beside the folder, which appears as a whole. If several tests do this at once, the first one's stays.
fn keep(document: &Value, folder: &Path) {
    let program = folder.parent().expect("a folder of the program");
    fs::create_dir_all(program).expect("the folder of what tests keep");
    let earlier: Vec<_> = fs::read_dir(program).expect("the folder can be read").flatten().collect();
    let new = tempfile::tempdir_in(program).expect("a temporary folder");
    let mut index = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths are described") {
        let path = path.strip_prefix(BASE).expect("every path is below the base path");
        for (method, operation) in
            item.as_object().expect("a path has operations").iter().filter(|(key, _)| *key != "parameters")
        {
            let id = operation["operationId"].as_str().expect("every operation has an id");
            index.push(format!("{} {path} {id}", method.to_uppercase()));
            let mut schemas = Map::new();
            let responses = &operation["responses"];
            add_referenced(document, responses, &mut schemas);
            let kept = json!({ "responses": responses, "schemas": schemas });
            fs::write(new.path().join(id), kept.to_string()).expect("an operation is kept");
        }
    }
    fs::write(new.path().join(INDEX), index.join("\n")).expect("the operations are listed");
    if fs::rename(new.path(), folder).is_ok() {
        // It has another name now, under which it stays.
        let _ = new.keep();
        // A test of the build before may be reading its own still.
        let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
        let day_before = changed(folder).map(|now| now - Duration::from_hours(24));
        let is_old = |it: &fs::DirEntry| changed(&it.path()) < day_before;
        earlier.iter().filter(|it| is_old(it)).for_each(|it| drop(fs::remove_dir_all(it.path())));
    }
}

/// Adds the schemas to which a description refers, directly or through others. Compiling all of them for each answer takes longer than
/// the answer.
fn add_referenced(document: &Value, described: &Value, schemas: &mut Map<String, Value>) {
    match described {
        Value::Object(fields) => {
            let name =
                fields.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix("#/components/schemas/"));
            if let Some(name) = name
                && !schemas.contains_key(name)
            {
                let referenced = &document["components"]["schemas"][name];
                schemas.insert(name.to_owned(), referenced.clone());
                add_referenced(document, referenced, schemas);
            }
            fields.values().for_each(|field| add_referenced(document, field, schemas));
        }
        Value::Array(items) => items.iter().for_each(|item| add_referenced(document, item, schemas)),
        _ => {}
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected.starts_with('{') && !found.is_empty() || expected == found => {}
            _ => return false,
        }
    }
}
