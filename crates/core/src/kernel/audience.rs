//! Audiences of published content: everyone in the customer portal, or the people of selected places (`P08`, `P10`).

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::kernel::ids::PlaceId;

/// The audience of published content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Everyone in the customer portal.
    Everybody,
    /// People with at least one of these places.
    Places(BTreeSet<PlaceId>),
}

impl Audience {
    /// Whether the audience is not restricted to places.
    pub const fn is_everybody(&self) -> bool {
        matches!(self, Self::Everybody)
    }

    /// The selected places; empty for [`Self::Everybody`].
    pub fn places(&self) -> impl Iterator<Item = PlaceId> + '_ {
        let places = match self {
            Self::Everybody => None,
            Self::Places(places) => Some(places),
        };
        places.into_iter().flatten().copied()
    }

    /// Whether a person with these places is part of the audience. The store implements the same rule in SQL.
    pub fn admits(&self, places: &BTreeSet<PlaceId>) -> bool {
        match self {
            Self::Everybody => true,
            Self::Places(for_whom) => !for_whom.is_disjoint(places),
        }
    }

    /// The audience after an editor with the places `theirs` has selected `chosen`. Places outside `theirs` keep their
    /// state, because the editor can neither see nor select them.
    #[must_use]
    pub fn chosen(&self, everybody: bool, chosen: &BTreeSet<PlaceId>, theirs: &BTreeSet<PlaceId>) -> Self {
        if everybody {
            return Self::Everybody;
        }
        let kept = self.places().filter(|place| !theirs.contains(place));
        Self::Places(kept.chain(chosen.intersection(theirs).copied()).collect())
    }

    /// The audience's scopes in the search index.
    pub fn scopes(&self) -> Vec<Uuid> {
        match self {
            Self::Everybody => vec![crate::search::EVERYBODY],
            Self::Places(places) => places.iter().map(|place| place.0).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(numbers: &[u128]) -> BTreeSet<PlaceId> {
        numbers.iter().map(|number| PlaceId(Uuid::from_u128(*number))).collect()
    }

    #[test]
    fn p10_p08_audience_edit_changes_only_the_editors_places() {
        let before = Audience::Places(places(&[1, 2]));
        let after = before.chosen(false, &places(&[3, 4]), &places(&[2, 3]));
        assert_eq!(after, Audience::Places(places(&[1, 3])), "1 is not theirs to take away, 4 not theirs to give");
        assert_eq!(before.chosen(true, &places(&[]), &places(&[])), Audience::Everybody);
        assert!(after.admits(&places(&[3])) && !after.admits(&places(&[2, 4])));
        assert!(!Audience::Places(places(&[])).admits(&places(&[1])), "nobody was chosen");
    }
}
