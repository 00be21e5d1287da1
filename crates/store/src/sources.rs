//! The source files of this crate, for tests that analyse them.

use std::path::Path;

/// The Rust files with their content, by path from the workspace root.
pub(crate) fn sources() -> Vec<(String, String)> {
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), "crates/store/src")
}

fn below(folder: &Path, name: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{name}/{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            found.extend(below(&path, &name));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    found
}
