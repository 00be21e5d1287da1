//! Shortening of author names for other readers.

use crate::kernel::ids::CustomerId;

/// Relation between a reader and an author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// Same customer.
    Same,
    /// The author belongs to the operating company.
    House,
    /// Different customers.
    Stranger,
}

impl Relation {
    /// The relation between people of these customers.
    pub fn between(author: CustomerId, reader: CustomerId) -> Self {
        match author {
            same if same == reader => Self::Same,
            CustomerId::OPERATOR => Self::House,
            _ => Self::Stranger,
        }
    }
}

/// The author's name as shown to the reader: complete within the same organisation and for the operating company,
/// otherwise the first name and an initial. A name that is an e-mail address is never shown to strangers.
pub fn shown_name(name: &str, relation: Relation) -> String {
    let name = name.trim();
    if relation != Relation::Stranger && !name.is_empty() {
        return name.to_owned();
    }
    if name.is_empty() || name.contains('@') {
        return "A customer".to_owned();
    }
    let mut words = name.split_whitespace();
    let first = words.next().unwrap_or_default();
    match words.next_back().and_then(|last| last.chars().next()) {
        Some(initial) => format!("{first} {}.", initial.to_uppercase()),
        None => first.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p10_strangers_see_the_first_name_and_an_initial() {
        assert_eq!(shown_name("Ada Byron Lovelace", Relation::Stranger), "Ada L.");
        assert_eq!(shown_name("Ada", Relation::Stranger), "Ada");
        assert_eq!(shown_name("ada@example.com", Relation::Stranger), "A customer");
        assert_eq!(shown_name("Ada Lovelace", Relation::Same), "Ada Lovelace");
    }

    proptest! {
        #[test]
        fn p10_p08_strangers_never_see_an_email_address(name in "[a-z]{1,8}( [a-z@.]{1,12}){0,3}") {
            let shown = shown_name(&name, Relation::Stranger);
            prop_assert!(!shown.contains('@'), "{}", shown);
            prop_assert!(shown.split(' ').count() <= 2);
        }
    }
}
