//! The platform of a marketplace: accounts, the vendors that it calls, and what is carried out at them (`M02`–`M20`).
//!
//! A vendor is connected as a *service manager*. Its sync options are custom fields of accounts, in a group with the
//! service manager's name. An *operation* brings an account to a vendor, or deletes it at every vendor. The other half,
//! where the hub is the vendor, is [`marketplace`](crate::marketplace).

pub mod account;
pub mod answer;
pub mod change;
mod error;
pub mod event;
pub mod fields;
pub mod history;
pub mod import;
pub mod jobs;
pub mod link;
pub mod notification;
pub mod operation;
pub mod service_manager;
pub mod template_advice;
pub mod wire;

pub use account::{AccountAddress, AccountProfile, AccountState, MarketplaceAccount, PrimaryContact};
pub use answer::{ExistsAnswer, Unreadable, VendorAnswer};
pub use error::PlatformError;
pub use fields::{FieldDifference, FieldRef};
pub use history::{CallOutcome, ServiceManagerCall};
pub use import::{AccountImport, ImportLine, ImportPlan, ImportProgress, ImportState};
pub use link::{LinkProblem, VendorLink};
pub use operation::{AccountOperation, OperationKind, OperationState, Outcome};
pub use service_manager::{Endpoints, Notification, ServiceManager, ServiceManagerDraft};

/// System of the accounts' records. No configured system or marketplace may have this name.
pub const SYSTEM: &str = "marketplace_account";
