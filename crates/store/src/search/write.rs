//! Lowers changes of the search to statements.

use tessera_core::search::Index;

use super::sql;
use crate::engine::Statement;
use crate::kernel::lower::Lower;
use crate::values;

impl Lower for Index {
    fn lower(&self, to: &mut Vec<Statement>) {
        match self {
            Self::Put(entry) => {
                let source = entry.source.as_str();
                to.push(Statement::any(sql::SEARCH_WORDS_CLEAR, values![source, entry.id]));
                let values = values![source, entry.id, &entry.title, &entry.excerpt, &entry.path, entry.at];
                to.push(Statement::any(sql::SEARCH_ENTRY_PUT, values));
                for scope in &entry.scopes {
                    for word in &entry.words {
                        to.push(Statement::any(sql::SEARCH_WORD_ADD, values![*scope, word, source, entry.id]));
                    }
                }
            }
            Self::Remove { source, id } => {
                to.push(Statement::any(sql::SEARCH_WORDS_CLEAR, values![source.as_str(), *id]));
                to.push(Statement::any(sql::SEARCH_ENTRY_REMOVE, values![source.as_str(), *id]));
            }
        }
    }
}
