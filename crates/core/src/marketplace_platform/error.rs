//! Rejections of changes of accounts, service managers and operations.

use super::account::MAX_DEPTH;
use super::import::ImportState;
use crate::kernel::ids::AccountOperationId;
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Reason why something of the marketplace is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlatformError {
    /// The input is not valid.
    #[error("{}", in_one_line(.0))]
    Invalid(Vec<FieldProblem>),
    /// Another service manager has the name, and with it the group of custom fields.
    #[error("another service manager is called {0}; choose another name")]
    NameTaken(String),
    /// The account would be its own reseller.
    #[error("the account would be its own reseller; choose an account that is not below it")]
    Cycle,
    /// The tree would be too deep.
    #[error("there are at most {MAX_DEPTH} resellers above an account")]
    TooDeep,
    /// The account is deleted, or is being deleted.
    #[error("the account is deleted, or its deletion was requested")]
    AccountDeleted,
    /// The account has customers.
    #[error("other accounts are customers of this one; delete them, or give them another reseller, first")]
    HasCustomers,
    /// Accounts are linked with the service manager, or may be.
    #[error("{}", linked(*.0))]
    LinkedAccounts(i64),
    /// The account is another customer of the vendor.
    #[error("this account is customer {0} of the vendor; it cannot be another one as well")]
    OtherVendorCustomer(String),
    /// Operations at the vendor are under way.
    #[error("operations at this vendor have not ended; wait for them, or cancel them")]
    VendorOperationsPending,
    /// The storefront sells, or has sold, what the vendor provides.
    #[error(
        "products or orders of the storefront belong to this vendor; delete its products, or hide them if there are orders"
    )]
    SoldInStorefront,
    /// Another operation of the account is under way.
    #[error("operation {0} of this account has not ended; wait for it, or cancel it")]
    OperationPending(AccountOperationId),
    /// The operation has ended.
    #[error("the operation has ended already")]
    OperationEnded,
    /// The operation has not failed.
    #[error("only an operation that failed can be tried again")]
    NotFailed,
    /// The table of an import cannot be read.
    #[error("the table cannot be read: {0}")]
    Table(String),
    /// The import is not in a state for this.
    #[error("this import is {} already", .0.as_ref())]
    ImportState(ImportState),
    /// No line of the import changes anything.
    #[error("no line of this table adds or changes an account")]
    NothingToImport,
    /// The vendor's sync options are not those that staff saw.
    #[error("the vendor has changed its sync options again; look at the new difference")]
    OptionsChanged,
    /// Someone else saved it meanwhile.
    #[error("someone else has saved this in the meantime; open it again and repeat your change")]
    SavedMeanwhile,
    /// The call cannot be repeated.
    #[error("this call changes something at the vendor; request a new operation instead")]
    NotRepeatable,
}

fn linked(accounts: i64) -> String {
    if accounts == 1 {
        "1 account is linked with this service manager; delete it first".to_owned()
    } else {
        format!("{accounts} accounts are linked with this service manager; delete them first")
    }
}

impl Rejection for PlatformError {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_value",
            Self::NameTaken(_) => "name_taken",
            Self::Cycle => "reseller_cycle",
            Self::TooDeep => "resellers_too_deep",
            Self::AccountDeleted => "account_deleted",
            Self::HasCustomers => "account_has_customers",
            Self::LinkedAccounts(_) => "accounts_linked",
            Self::SoldInStorefront => "sold_in_storefront",
            Self::OtherVendorCustomer(_) => "other_vendor_customer",
            Self::OperationPending(_) | Self::VendorOperationsPending => "operation_pending",
            Self::OperationEnded => "operation_ended",
            Self::NotFailed => "operation_not_failed",
            Self::Table(_) => "invalid_table",
            Self::ImportState(_) => "import_state",
            Self::NothingToImport => "nothing_to_import",
            Self::OptionsChanged => "options_changed",
            Self::SavedMeanwhile => "saved_meanwhile",
            Self::NotRepeatable => "call_not_repeatable",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Invalid(_) | Self::Table(_) => RejectionKind::Invalid,
            _ => RejectionKind::Conflict,
        }
    }

    fn problems(&self) -> Vec<FieldProblem> {
        match self {
            Self::Invalid(problems) => problems.clone(),
            _ => Vec::new(),
        }
    }
}
