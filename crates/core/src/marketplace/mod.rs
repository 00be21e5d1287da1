//! Marketplaces: accounts that an outside platform provisions under a contract (`M01`–`M21`).
//!
//! A marketplace account is a record like any other: it is observed and correlated, and a plan creates or finds its
//! customer. Sync options are additional fields that the platform asks for. Every answer has a code from one table.

pub mod account;
pub mod activate;
mod answer;
pub mod call;
pub mod change;
pub mod code;
mod error;
pub mod event;
pub mod matching;
pub mod option;
pub mod provision;
pub mod remove;
pub mod settle;
pub mod values;

pub use account::{Account, AccountContact, AccountField, Address, Place};
pub use answer::Answer;
pub use call::{Call, Operation};
pub use code::{Code, MarketplaceError};
pub use error::{AccountError, OptionsError};
pub use matching::{Found, MatchRule, Matched};
pub use option::{Choice, DataType, OptionKind, SyncOption};
