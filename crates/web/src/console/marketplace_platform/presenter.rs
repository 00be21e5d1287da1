//! States, problems and answers of the marketplace as text.

use tessera_core::kernel::rejection::{FieldProblem, Rejection as _};
use tessera_core::marketplace::{DataType, Operation, OptionKind, SyncOption};
use tessera_core::marketplace_platform::{
    AccountOperation, AccountState, CallOutcome, MarketplaceAccount, OperationKind, OperationState, PlatformError,
    ServiceManagerCall,
};
use tessera_hub::HubError;
use tessera_hub::ports::ConnectError;
use tessera_hub::queries::marketplace_console::{OperationDetail, VendorState};

use super::{account_url, operation_url};
use crate::App;
use crate::console::presenter::sentence;
use crate::pages::console::Badge;
use crate::pages::console::marketplace_platform::{Link, OperationRow};
use crate::pages::{Flash, Tone};
use crate::respond::page::{Answer, redirect_with};

/// An account with its page.
pub(super) fn link(account: &MarketplaceAccount) -> Link {
    Link::new(&account.profile.name, account_url(account.id))
}

/// The account's place in the tree.
pub(super) fn kind(account: &MarketplaceAccount) -> String {
    match account.kind() {
        "reseller" => "Reseller",
        "customer_of_reseller" => "Customer of a reseller",
        _ => "Direct customer",
    }
    .to_owned()
}

/// The state of an account that is not simply in use.
pub(super) fn account_state(state: AccountState) -> Option<Badge> {
    match state {
        AccountState::Active => None,
        AccountState::Deleting => Some(Badge::new("Being deleted", Tone::Warn)),
        AccountState::Deleted => Some(Badge::new("Deleted", Tone::Plain)),
    }
}

/// How an account stands at a vendor.
pub(super) fn at_vendor(state: &VendorState) -> Badge {
    let link = state.link.as_ref();
    if state.pending.is_some() {
        return Badge::new("Operation under way", Tone::Warn);
    }
    match link {
        Some(link) if link.sent_at.is_some() => Badge::new("Answer lost", Tone::Warn),
        Some(link) if link.active_id().is_some() => Badge::new("Linked", Tone::Good),
        Some(link) if link.deleted_at.is_some() => Badge::new("Deleted there", Tone::Plain),
        _ => Badge::new("Not there", Tone::Plain),
    }
}

pub(super) fn operation_state(it: &AccountOperation) -> Badge {
    match it.state {
        OperationState::Failed if it.cancelled => Badge::new("Cancelled", Tone::Plain),
        OperationState::Waiting => Badge::new("Waiting", Tone::Warn),
        OperationState::Running => Badge::new("Running", Tone::Warn),
        OperationState::Done => Badge::new("Done", Tone::Good),
        OperationState::Failed => Badge::new("Failed", Tone::Bad),
    }
}

/// What an operation does.
pub(super) fn operation(kind: OperationKind, vendor: Option<&str>) -> String {
    match (kind, vendor) {
        (OperationKind::Synchronize, Some(vendor)) => format!("Synchronize with {vendor}"),
        (OperationKind::Synchronize, None) => "Synchronize".to_owned(),
        (OperationKind::Delete, _) => "Delete at every vendor".to_owned(),
    }
}

pub(super) fn operation_row(detail: &OperationDetail) -> OperationRow {
    let it = &detail.operation;
    OperationRow {
        account: Some(Link::new(&detail.account, account_url(it.account))),
        ..row_of(it, detail.service_manager.as_deref())
    }
}

/// An operation in a list of its account.
pub(super) fn row_of(it: &AccountOperation, vendor: Option<&str>) -> OperationRow {
    OperationRow {
        url: operation_url(it.id),
        what: operation(it.kind, vendor),
        account: None,
        state: operation_state(it),
        message: it.message.as_deref().map(for_staff),
        asked_at: it.created_at,
    }
}

/// An operation's message for staff, with people called by their logins.
pub(super) fn for_staff(message: &str) -> String {
    sentence(&message.replace("cancelled by staff:", "cancelled by "))
}

/// The answer to a call in a word or two.
pub(super) fn answered(call: &ServiceManagerCall) -> Badge {
    let good = match (call.operation, call.code) {
        (Operation::SyncOptions, Some(_)) => true,
        (Operation::Exists, Some(code)) => code >= 0 && code != 2,
        (_, code) => code == Some(0),
    };
    match (call.outcome, call.code) {
        (CallOutcome::Answered, Some(code)) => {
            let text =
                if call.operation == Operation::SyncOptions { "Listed".to_owned() } else { format!("Code {code}") };
            Badge::new(text, if good { Tone::Good } else { Tone::Bad })
        }
        (CallOutcome::Answered, None) => Badge::new("Answered", Tone::Good),
        (CallOutcome::Unusable, _) => Badge::new("Not of the contract", Tone::Bad),
        (CallOutcome::NotSent, _) => Badge::new("Not reached", Tone::Bad),
        (CallOutcome::Lost, _) => Badge::new("Answer lost", Tone::Warn),
    }
}

/// What the answer to a call means.
pub(super) fn meaning(call: &ServiceManagerCall) -> &'static str {
    match (call.outcome, call.operation, call.code.unwrap_or_default()) {
        (CallOutcome::Unusable, ..) => "The answer is not of the contract.",
        (CallOutcome::NotSent, ..) => "The vendor could not be reached, so it did nothing.",
        (CallOutcome::Lost, ..) => "No whole answer came. The vendor may have done what was asked.",
        (_, Operation::SyncOptions, _) => "The vendor listed its sync options.",
        (_, Operation::Exists, 1) => "The vendor has this customer.",
        (_, Operation::Exists, 2) => "The vendor has this customer, but it cannot be used.",
        (_, Operation::Exists, i64::MIN..=-1) => "The vendor reported an error.",
        (_, Operation::Exists, _) => "The vendor has no such customer.",
        (_, Operation::Synchronize, 0) => "The vendor created or updated the customer.",
        (_, Operation::Delete, 0) => "The vendor deleted the customer.",
        _ => "The vendor refused it.",
    }
}

pub(super) fn took(call: &ServiceManagerCall) -> String {
    format!("{}.{} ms", call.micros / 1000, call.micros % 1000 / 100)
}

/// The type of a custom field.
pub(super) fn field_type(option: &SyncOption) -> String {
    let text = match (option.kind, option.data_type) {
        (OptionKind::List, _) => "List",
        (OptionKind::ListMultiSelect, _) => "List, several choices",
        (OptionKind::TextArea, _) => "Text, several lines",
        (OptionKind::Boolean, _) => "Yes or no",
        (OptionKind::Link, _) => "Web address",
        (OptionKind::Mod11CheckDigit, _) => "Number with a check digit",
        (OptionKind::File, _) => "File",
        (_, DataType::Number) => "Number",
        (_, DataType::Currency) => "Amount",
        (_, DataType::Date) => "Date",
        (OptionKind::Mask, _) => "Text with a format",
        (OptionKind::SimpleValue | OptionKind::Unknown, _) => "Text",
    };
    text.to_owned()
}

pub(super) fn filled_by(option: &SyncOption) -> String {
    match (option.read_only, option.storefront) {
        (true, _) => "Nobody: read-only",
        (false, true) => "The customer, at the first order",
        (false, false) => "Staff",
    }
    .to_owned()
}

/// The field problems of an error, if it has any.
pub(super) fn problems_of(error: &HubError) -> Vec<FieldProblem> {
    error.rejection::<PlatformError>().map(PlatformError::problems).unwrap_or_default()
}

/// An error as problems, with the labels of the form instead of the names of fields.
pub(super) fn labelled(error: &HubError, labels: &[(&str, &str)]) -> Vec<String> {
    let problems = problems_of(error);
    if problems.is_empty() {
        return vec![message(error)];
    }
    let text = |problem: &FieldProblem| {
        let label = labels.iter().find_map(|(field, label)| {
            let rest = problem.field.strip_prefix(field)?;
            let is_part = rest.is_empty() || rest.starts_with(['.', '[']);
            is_part.then(|| format!("{label}{}", part(rest)))
        });
        match label {
            Some(label) => format!("{label}: {}", problem.message),
            None => sentence(&problem.message),
        }
    };
    problems.iter().map(text).collect()
}

/// `[0].post_code` as ` 1, post code`.
fn part(rest: &str) -> String {
    let rest = rest.trim_start_matches('.');
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((number, field)) => {
            let number = number.parse::<usize>().map_or(0, |number| number + 1);
            format!(" {number}, {}", field.trim_start_matches('.').replace(['_', '.'], " "))
        }
        None if rest.is_empty() => String::new(),
        None => format!(" {rest}"),
    }
}

/// An error as a sentence.
pub(super) fn message(error: &HubError) -> String {
    if let Some(PlatformError::OperationPending(_)) = error.rejection::<PlatformError>() {
        return "Another operation of this account has not ended. Wait for it, or cancel it.".to_owned();
    }
    match error {
        HubError::Connect(ConnectError::Unavailable { system, reason, .. }) => {
            format!("{system} cannot be called now: {reason}. Try again in a minute.")
        }
        HubError::Connect(ConnectError::Unexpected { system, found, .. }) => format!("{system}: {found}."),
        error => sentence(&error.to_string()),
    }
}

/// Redirects to a page with the result of an action.
pub(super) fn back(app: &App, to: &str, outcome: Result<String, HubError>) -> Answer {
    let flash = match outcome {
        Ok(done) => Flash::done(done),
        Err(error @ (HubError::Store(_) | HubError::NotFound(_))) => return Err(error.into()),
        Err(error) => Flash::failed(sentence(&message(&error))),
    };
    Ok(redirect_with(app, to, Some(&flash)))
}

/// A fingerprint in a hidden field.
pub(super) fn hex(bytes: [u8; 32]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads it back.
pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m05_a_fingerprint_reads_back() {
        let bytes: [u8; 32] = std::array::from_fn(|at| u8::try_from(at * 7 % 256).unwrap());
        assert_eq!(from_hex(&hex(bytes)), Some(bytes));
        assert_eq!((from_hex(""), from_hex(&"é".repeat(32))), (None, None));
    }

    #[test]
    fn m07_problems_are_shown_with_the_labels_of_the_form() {
        let error: HubError = PlatformError::Invalid(vec![
            FieldProblem::new("addresses[0].post_code", "at most 200 characters"),
            FieldProblem::new("contact.email", "this is not an e-mail address"),
            FieldProblem::general("enter something"),
        ])
        .into();
        let labels = [("addresses", "Address"), ("contact.email", "E-mail address of the contact")];
        assert_eq!(
            labelled(&error, &labels),
            [
                "Address 1, post code: at most 200 characters",
                "E-mail address of the contact: this is not an e-mail address",
                "Enter something"
            ]
        );
    }
}
