//! Answer codes for marketplaces (`M11`).
//!
//! The platform shows the messages of codes from −80000 to −89999 to the customer, so they say what the customer can
//! do. All other messages are for the platform's staff. The table in `docs/marketplace/connect.md` is a copy of this
//! one; a test compares them.

use std::fmt::Write as _;

/// An answer code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// Success.
    Ok,
    /// The customer exists (`M16`).
    Exists,
    /// The customer exists but cannot be linked.
    ExistsInvalid,
    /// The account has no name.
    NameMissing,
    /// The account's name is too long.
    NameTooLong,
    /// A required sync option is missing.
    OptionMissing,
    /// The value of a sync option is invalid.
    OptionInvalid,
    /// The e-mail address is no address, or several.
    EmailInvalid,
    /// Several customers match; staff decide.
    SeveralCustomers,
    /// The matching customer already has another account.
    CustomerTaken,
    /// The application id or the key is wrong.
    Unauthorized,
    /// A setting is missing or invalid.
    SettingRefused,
    /// The body is not JSON.
    NotJson,
    /// A field has the wrong type or is too long.
    WrongField,
    /// The body is too large.
    TooLarge,
    /// The account has no id.
    IdMissing,
    /// There is no such operation, or not with this HTTP method.
    UnknownOperation,
    /// The external id names no customer.
    ExternalIdUnknown,
    /// The external id belongs to another account.
    ExternalIdTaken,
    /// Reseller id and reseller external id name different customers.
    ResellerMismatch,
    /// Concurrent changes prevented the operation.
    Busy,
    /// A temporary failure of the hub.
    Unavailable,
    /// The database did not confirm the commit.
    Unconfirmed,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Number in the answer.
    pub number: i32,
    /// Name in logs, on pages and in documents.
    pub name: &'static str,
    /// Message; `{}` is replaced by the detail.
    pub message: &'static str,
    /// What staff can do.
    pub staff: &'static str,
}

/// Numbers whose messages are shown to the customer.
pub const CUSTOMER_BAND: std::ops::RangeInclusive<i32> = -89_999..=-80_000;

/// All codes.
pub const TABLE: &[Entry] = &[
    entry(Code::Ok, 0, "ok", "", "Done. From Exists: there is no such customer yet."),
    entry(Code::Exists, 1, "exists", "", "From Exists: Result is the customer; link the account to it."),
    entry(
        Code::ExistsInvalid,
        2,
        "exists_invalid",
        "{}",
        "From Exists: the customer cannot be linked; the message says why.",
    ),
    entry(
        Code::NameMissing,
        -80_001,
        "name_missing",
        "Enter the name of the company or person.",
        "Fill in the account’s name.",
    ),
    entry(
        Code::NameTooLong,
        -80_002,
        "name_too_long",
        "The name is too long. Enter one of at most {} characters.",
        "Shorten the account’s name.",
    ),
    entry(Code::OptionMissing, -80_003, "option_missing", "Fill in {}.", "Fill in the sync option."),
    entry(
        Code::OptionInvalid,
        -80_004,
        "option_invalid",
        "{}.",
        "Correct the sync option’s value; a list’s value is the choice’s id.",
    ),
    entry(
        Code::EmailInvalid,
        -80_005,
        "email_invalid",
        "“{}” is not one e-mail address. Enter one such as name@example.com.",
        "Correct the account’s e-mail address.",
    ),
    entry(
        Code::SeveralCustomers,
        -80_010,
        "several_customers",
        "More than one of our customers fits what you entered. We look into it; contact us to speed it up.",
        "A question waits under Reviews in the vendor’s console; after the answer, synchronize again.",
    ),
    entry(
        Code::CustomerTaken,
        -80_011,
        "customer_taken",
        "These details belong to a customer who has another account already. Check {}, or contact us.",
        "Two accounts name one customer. Correct one of them, or ask the vendor to move the link.",
    ),
    entry(
        Code::Unauthorized,
        -90_001,
        "unauthorized",
        "The application id or the API key is not known here.",
        "Enter the id and the key again as the vendor gave them. The key travels as base64 of its UTF-8 bytes.",
    ),
    entry(
        Code::SettingRefused,
        -90_002,
        "setting_refused",
        "The setting {} is missing or not accepted.",
        "Correct it in the settings of the service manager.",
    ),
    entry(
        Code::NotJson,
        -90_003,
        "not_json",
        "The body is not JSON: {}.",
        "The platform sent something else than the contract says; tell its makers.",
    ),
    entry(
        Code::WrongField,
        -90_004,
        "wrong_field",
        "{}.",
        "The field does not hold what the contract says; tell the platform’s makers.",
    ),
    entry(
        Code::TooLarge,
        -90_005,
        "too_large",
        "The body is larger than {} bytes.",
        "Shorten descriptions and files in the account.",
    ),
    entry(
        Code::IdMissing,
        -90_006,
        "id_missing",
        "The request names no account: {} is empty.",
        "The platform sent no id; tell its makers.",
    ),
    entry(
        Code::UnknownOperation,
        -90_007,
        "unknown_operation",
        "There is no operation {} here. There are GET SyncOptions, and POST Synchronize, Exists and Delete.",
        "Correct the endpoint’s address in the service manager.",
    ),
    entry(
        Code::ExternalIdUnknown,
        -90_008,
        "external_id_unknown",
        "No customer here has the ExternalID {}.",
        "Clear the account’s ExternalID and synchronize again.",
    ),
    entry(
        Code::ExternalIdTaken,
        -90_009,
        "external_id_taken",
        "The ExternalID {} belongs to another account.",
        "Compare the two accounts; the vendor’s console shows which one has it.",
    ),
    entry(
        Code::ResellerMismatch,
        -90_010,
        "reseller_mismatch",
        "ResellerID and ResellerExternalID name two different customers: {}.",
        "Synchronize the reseller again, then its customer.",
    ),
    entry(
        Code::Busy,
        -90_020,
        "busy",
        "Others are changing this account at this moment.",
        "Try again in a minute; nothing was changed.",
    ),
    entry(
        Code::Unavailable,
        -90_021,
        "unavailable",
        "Something does not work here at this moment.",
        "Try again later; the cause is in the vendor’s log.",
    ),
    entry(
        Code::Unconfirmed,
        -90_022,
        "unconfirmed",
        "It is not known whether this was done.",
        "The vendor’s database did not confirm it in time. Look at the account, then try again: that is safe.",
    ),
];

const fn entry(code: Code, number: i32, name: &'static str, message: &'static str, staff: &'static str) -> Entry {
    Entry { code, number, name, message, staff }
}

impl Code {
    /// The code's row in the table.
    pub fn entry(self) -> &'static Entry {
        // Every code has a row, which a test verifies.
        TABLE.iter().find(|entry| entry.code == self).unwrap_or(&TABLE[TABLE.len() - 1])
    }

    /// The number in the answer.
    pub fn number(self) -> i32 {
        self.entry().number
    }

    /// The row of a number.
    pub fn of(number: i32) -> Option<&'static Entry> {
        TABLE.iter().find(|entry| entry.number == number)
    }
}

/// An error answer to a marketplace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarketplaceError {
    /// The code.
    pub code: Code,
    /// The detail for the message.
    pub detail: String,
}

impl MarketplaceError {
    /// Creates an error with a detail.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    /// Creates an error without a detail.
    pub fn plain(code: Code) -> Self {
        Self::new(code, "")
    }

    /// The complete message.
    pub fn message(&self) -> String {
        self.code.entry().message.replace("{}", &self.detail)
    }
}

/// The table in Markdown, for the documentation.
pub fn markdown() -> String {
    let mut text = "| code | name | who reads it | message | what to do |\n|---:|---|---|---|---|\n".to_owned();
    for Entry { number, name, message, staff, .. } in TABLE {
        let reader = match number {
            0 | 1 => "the platform",
            number if CUSTOMER_BAND.contains(number) => "the customer",
            _ => "staff",
        };
        let message = message.replace("{}", "…");
        // Writing to a string cannot fail.
        let _ =
            writeln!(text, "| {} | `{name}` | {reader} | {message} | {staff} |", number.to_string().replace('-', "−"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m11_code_numbers_and_names_are_unique_and_in_the_right_range() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert_eq!(entry.code.number(), entry.number, "{:?} has a line of its own", entry.code);
            assert!(TABLE[..at].iter().all(|other| other.number != entry.number && other.name != entry.name));
            assert!((0..=2).contains(&entry.number) || entry.number <= -80_000, "{}", entry.number);
        }
        for mendable in
            [Code::NameMissing, Code::NameTooLong, Code::OptionMissing, Code::EmailInvalid, Code::CustomerTaken]
        {
            assert!(CUSTOMER_BAND.contains(&mendable.number()), "{mendable:?}");
        }
        for staff in [Code::Unauthorized, Code::NotJson, Code::WrongField, Code::Unavailable, Code::ExternalIdTaken] {
            assert!(!CUSTOMER_BAND.contains(&staff.number()), "{staff:?} is nothing that a customer can mend");
        }
    }

    #[test]
    fn m16_messages_never_hold_an_internal_name() {
        for Entry { message, name, .. } in TABLE {
            let words = || message.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'));
            let internal: Vec<_> =
                words().filter(|word| word.contains('_') || word.trim_end_matches(':').contains(':')).collect();
            assert!(internal.is_empty(), "{name}: {internal:?} in “{message}”");
        }
    }

    #[test]
    fn m11_documentation_contains_the_code_table() {
        let page = include_str!("../../../../docs/marketplace/connect.md");
        assert!(page.contains(&markdown()), "put this into docs/marketplace/connect.md:\n{}", markdown());
    }
}
