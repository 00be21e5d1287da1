//! Changes of the portal's search index.

use tessera_core::search::Index;

use super::Describe;

impl Describe for Index {
    fn describe(&self) -> String {
        match self {
            Self::Put(entry) => format!("“{}” is found by {} words", entry.title, entry.words.len()),
            Self::Remove { source, id } => format!("{} {id} is not found", source.as_str()),
        }
    }
}
