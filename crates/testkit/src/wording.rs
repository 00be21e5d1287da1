//! Checks of texts that customers and marketplaces read.

/// Beginnings of internal names: how the hub names a value of an account, or a record.
const INTERNAL: [&str; 7] = ["option:", "attribute:", ":requester:", ":contact:", ":asset:", ":account:", ":user:"];

/// An internal name in a text that customers or marketplaces read, if there is one.
pub fn internal_name(text: &str) -> Option<&'static str> {
    INTERNAL.into_iter().find(|name| text.contains(name))
}
