//! The rules of a replay: what another build of a vendor must answer as the recorded one did.

use crate::rules::Rule;

/// All rules, in the order of the report.
pub const REPLAY_RULES: &[&Rule] =
    &[SENT, ANSWERED, SUCCEEDS, EXISTS, IDS, SHAPE, REFUSES, CODES, OPTIONS, VALUES, STATUS, SPELLING];

const fn contract(id: &'static str, title: &'static str, source: &'static str, mend: &'static str) -> Rule {
    Rule { id, binding: true, title, source, mend }
}

const fn practice(id: &'static str, title: &'static str, source: &'static str, mend: &'static str) -> Rule {
    Rule { id, binding: false, title, source, mend }
}

pub(crate) const SENT: &Rule = &practice(
    "P1",
    "Every recorded call is made again",
    "A call that is not made again is not compared.",
    "Record the conversation from its beginning: with new accounts, and with customers that the vendor creates in it.",
);
pub(crate) const ANSWERED: &Rule = &contract(
    "P2",
    "Every call that was answered is answered again",
    "“The expected response contains the following fields”",
    "Answer every call in time, with status 200 and a body that ends.",
);
pub(crate) const SUCCEEDS: &Rule = &contract(
    "P3",
    "Every call that succeeded succeeds again",
    "“A value of 0 means that no error has occurred.”",
    "Accept what the recorded build accepts: platforms send it.",
);
pub(crate) const EXISTS: &Rule = &contract(
    "P4",
    "Exists tells the same accounts from those that do not exist",
    "“The value of the ErrorCode field in the response shows whether the account exists.”",
    "Answer 1 for a customer that Synchronize created, and 0 for one that was deleted or never created.",
);
pub(crate) const IDS: &Rule = &contract(
    "P5",
    "Each customer has one id, and keeps it",
    "“Result – Contains the ID of the account in the external system. This ExternalID is then sent in every subsequent request.”",
    "Answer the id of the customer, the same one as before, and no other customer's.",
);
pub(crate) const SHAPE: &Rule = &contract(
    "P6",
    "The members of the contract are there, with their types",
    "“Code – The error code.”, “Message – A description of the error.”, “Result – Contains the ID of the account”",
    "Answer Code as a whole number, Message and Result as text, and AccountExtraInfo as an object.",
);
pub(crate) const REFUSES: &Rule = &practice(
    "P7",
    "Every call that was refused is refused again",
    "A check that is gone shows itself only when a customer has been created who should not be there.",
    "If the vendor shall accept it now, record the conversation anew.",
);
pub(crate) const CODES: &Rule = &practice(
    "P8",
    "Refusals have the same codes",
    "“between -80,000 and -89,999, the error description is shown to the Storefront user”; with other codes the customer reads “Contact your support department”",
    "Keep the codes; above all, keep them inside or outside that range.",
);
pub(crate) const OPTIONS: &Rule = &practice(
    "P9",
    "SyncOptions lists the same options",
    "Staff have to refresh the options at the platform, and values of an option that is gone are not sent any more.",
    "Tell the operators of platforms which options are new, changed or gone.",
);
pub(crate) const VALUES: &Rule = &practice(
    "P10",
    "Answers have the same further values",
    "Templates of e-mails use the values of AccountExtraInfo, and the platform sends them back.",
    "Keep the names in AccountExtraInfo, and SendNotification as it was.",
);
pub(crate) const STATUS: &Rule = &practice(
    "P11",
    "Answers have the same HTTP status",
    "The platform's own SDK answers 200 for errors too; other statuses may count as a broken connection.",
    "Answer every call with status 200.",
);
pub(crate) const SPELLING: &Rule = &practice(
    "P12",
    "Names and types are written as before",
    "The platform's reader accepts these answers, but other platforms may not.",
    "Write names and types as the contract does.",
);
