//! Parsers of what other systems send, for the fuzz targets. Each takes anything and returns.

use jiff::tz::TimeZone;

/// A feed of invoices, as JSON and as a table.
pub fn invoice_feed(data: &[u8], zone: &TimeZone) {
    crate::invoice_feed::read_any(data, zone);
}

/// A file of contacts.
pub fn contacts_table(data: &[u8]) {
    crate::contacts_csv::read_any(data.to_vec());
}

/// The tree of asset types and the `type_fields` of an asset.
pub fn type_fields(data: &[u8]) {
    crate::freshservice::read_any(data);
}

/// The claims of a token.
pub fn token(text: &str) {
    crate::oidc::read_any(text);
}
