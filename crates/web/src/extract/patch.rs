//! Fields of a JSON body that changes something: absent, emptied, or set.

use serde::{Deserialize, Deserializer};

/// What a change says of a field that may be empty: nothing, or what it shall be; `null` empties it.
#[derive(Debug, Clone, Default)]
pub(crate) enum Patch<T> {
    /// Not there: it stays.
    #[default]
    Nothing,
    /// It shall be this.
    Be(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Be)
    }
}

impl<T: Clone> Patch<T> {
    /// What the field is after the change.
    pub(crate) fn over<U: From<T>>(&self, before: Option<U>) -> Option<U> {
        match self {
            Self::Nothing => before,
            Self::Be(after) => after.clone().map(U::from),
        }
    }
}
