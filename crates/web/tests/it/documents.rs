//! Every test that a document names exists.

use std::collections::BTreeSet;
use std::path::Path;

/// The text of every file in a folder with this extension.
fn texts(folder: &Path, ending: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(texts(&path, ending));
        } else if path.extension().is_some_and(|it| it == ending) {
            found.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    found
}

/// The test names in a document: in backticks, lower case with underscores, and long enough to be a sentence.
fn named(text: &str) -> BTreeSet<&str> {
    let pieces = text.split('`').skip(1).step_by(2);
    let is_name = |piece: &&str| {
        let plain = piece.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        let begins_with_id = piece.get(1..3).is_some_and(|id| id.bytes().all(|c| c.is_ascii_digit()));
        let is_metric = piece.starts_with("tessera_");
        plain && !is_metric && piece.contains('_') && (begins_with_id || piece.split('_').count() > 4)
    };
    pieces.filter(is_name).collect()
}

#[test]
fn documents_name_only_existing_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let sources = texts(&root.join("crates"), "rs");
    let scripts = ["tests/supply", "tests/clients"].map(|folder| texts(&root.join(folder), "py")).concat();
    let functions: BTreeSet<&str> = sources
        .iter()
        .flat_map(|text| text.split("fn ").skip(1))
        .chain(scripts.iter().flat_map(|text| text.split("def ").skip(1)))
        .filter_map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next())
        .collect();
    let documents = texts(&root.join("docs"), "md");
    let names: BTreeSet<&str> = documents.iter().flat_map(|text| named(text)).collect();
    assert!(names.len() > 200, "the documents name their tests: {}", names.len());
    let missing: Vec<_> = names.difference(&functions).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
