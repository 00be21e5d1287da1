//! Fields of a JSON body that describes a change: absent, `null`, or set.

use serde::{Deserialize, Deserializer};

/// A change of an optional field: none, or the new value; `null` clears the field.
#[derive(Debug, Clone, Default)]
pub(crate) enum Patch<T> {
    /// The field is absent and keeps its value.
    #[default]
    Nothing,
    /// The field's new value.
    Be(Option<T>),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::Be)
    }
}

impl<T: Clone> Patch<T> {
    /// The field's value after the change.
    pub(crate) fn over<U: From<T>>(&self, before: Option<U>) -> Option<U> {
        match self {
            Self::Nothing => before,
            Self::Be(after) => after.clone().map(U::from),
        }
    }
}
