//! Files that come with a form.

use std::collections::BTreeSet;

use tessera_core::request::file::{MOST, Sent, Unfit};

/// What is wrong with files, each said once.
pub(super) fn problems(files: &[Sent]) -> Vec<(String, String)> {
    let mut wrong: BTreeSet<String> =
        files.iter().filter_map(|sent| sent.check().err()).map(|unfit| format!("{unfit}.")).collect();
    if files.len() > MOST {
        wrong.insert(format!("{}.", Unfit::Many));
    }
    wrong.into_iter().map(|message| ("files".to_owned(), message)).collect()
}
