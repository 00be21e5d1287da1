//! Who may come in: seats.

pub(crate) mod seats;
