//! Rejections of the storefront.

use crate::kernel::money::Money;
use crate::kernel::rejection::{FieldProblem, Rejection, RejectionKind, in_one_line};

/// Reason why something of the storefront is not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorefrontError {
    /// The input is not valid.
    #[error("{}", in_one_line(.0))]
    Invalid(Vec<FieldProblem>),
    /// The product was changed by someone else.
    #[error("someone else has changed this product; check it again")]
    Changed,
    /// Nothing is ordered.
    #[error("the basket is empty")]
    Empty,
    /// A product is not sold any more.
    #[error("a product in the basket is no longer available")]
    NotAvailable,
    /// Products of several currencies.
    #[error("the products in the basket have different currencies; order them one by one")]
    Currencies,
    /// The price is not the one that the customer saw.
    #[error("the price has changed; the total is {0} now")]
    PriceChanged(Money),
    /// Nobody has proved which e-mail address the buyer has.
    #[error("this sign-in has no confirmed e-mail address; sign up with your e-mail address instead")]
    NoEmail,
    /// The buyer's account is being deleted.
    #[error("this account is being deleted; contact support")]
    AccountDeleted,
    /// Something was sent to a vendor.
    #[error("this order is being set up already, so it cannot be cancelled; contact support")]
    Sent,
    /// It is tried again already.
    #[error("this order is being set up already; wait a moment")]
    UnderWay,
    /// The order was cancelled.
    #[error("this order was cancelled")]
    Cancelled,
    /// Nothing of the order has failed.
    #[error("nothing of this order has failed")]
    NotFailed,
    /// Nothing of the order waits for staff.
    #[error("nothing of this order waits to be executed")]
    NothingWaits,
}

impl Rejection for StorefrontError {
    fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid_value",
            Self::Changed => "product_changed",
            Self::Empty => "basket_empty",
            Self::NotAvailable => "product_not_available",
            Self::Currencies => "several_currencies",
            Self::PriceChanged(_) => "price_changed",
            Self::NoEmail => "no_confirmed_email",
            Self::AccountDeleted => "account_deleted",
            Self::Sent => "order_sent",
            Self::UnderWay => "order_under_way",
            Self::Cancelled => "order_cancelled",
            Self::NotFailed => "order_not_failed",
            Self::NothingWaits => "order_not_waiting",
        }
    }

    fn kind(&self) -> RejectionKind {
        match self {
            Self::Invalid(_) | Self::Empty => RejectionKind::Invalid,
            Self::NoEmail => RejectionKind::Forbidden,
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
