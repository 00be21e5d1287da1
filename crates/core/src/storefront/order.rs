//! Orders, and their state as it follows from the operations that provision them.

use jiff::Timestamp;

use crate::kernel::customer::IdentityKey;
use crate::kernel::ids::{AccountOperationId, MarketplaceAccountId, OrderId, PersonId, ProductId, ServiceManagerId};
use crate::kernel::money::Money;
use crate::kernel::short_id;
use crate::marketplace_platform::OperationState;

/// Maximum number of lines of an order, and of products in a basket.
pub const MAX_LINES: usize = 20;
/// Maximum quantity of a line.
pub const MAX_QUANTITY: u32 = 99;

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Id.
    pub id: OrderId,
    /// The marketplace account that buys.
    pub account: MarketplaceAccountId,
    /// What is to be paid.
    pub total: Money,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Who placed it.
    pub placed_by: String,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Who cancelled it.
    pub cancelled_by: Option<String>,
    /// What is ordered, in order.
    pub lines: Vec<OrderLine>,
}

/// A product in an order, as it was when it was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderLine {
    /// The product.
    pub product: ProductId,
    /// The vendor that provisions it.
    pub service_manager: ServiceManagerId,
    /// The product's name.
    pub name: String,
    /// How many.
    pub quantity: u32,
    /// Price of one.
    pub price: Money,
    /// How it is provisioned.
    pub fulfilment: Fulfilment,
    /// How far its operation is, if it has one.
    pub progress: Option<Progress>,
}

/// How a line is provisioned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fulfilment {
    /// Staff execute it.
    Waiting,
    /// By an operation at the vendor.
    Operation(AccountOperationId),
    /// The account was a customer of the vendor already.
    Linked,
}

/// How far an operation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// Its state.
    pub state: OperationState,
    /// Whether it was cancelled. Its state is `failed`.
    pub cancelled: bool,
    /// Number of attempts that were begun.
    pub attempts: i64,
    /// Code of the vendor's last answer.
    pub code: Option<i64>,
    /// What went wrong last, for staff.
    pub message: Option<String>,
    /// What went wrong, for the customer.
    pub customer_message: Option<String>,
}

/// Who buys: a person, or a sign-in that belongs to nobody yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyer {
    /// The sign-in.
    pub identity: IdentityKey,
    /// The person to whom it belongs.
    pub person: Option<PersonId>,
}

/// State of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum LineState {
    /// Nothing was sent to the vendor.
    Placed,
    /// The vendor is being called.
    Provisioning,
    /// It can be used.
    Active,
    /// The vendor refused it, or could not be reached for too long.
    Failed,
    /// Its operation was cancelled.
    Cancelled,
}

/// State of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum OrderState {
    /// Nothing was sent to a vendor.
    Placed,
    /// A vendor is being called.
    Provisioning,
    /// Everything can be used.
    Active,
    /// A line has failed.
    Failed,
    /// It was cancelled before anything was sent, or the operations of all its lines were cancelled.
    Cancelled,
}

impl OrderLine {
    /// The price of all of them.
    pub fn amount(&self) -> Money {
        Money::new(self.price.minor.saturating_mul(i64::from(self.quantity)), self.price.currency)
    }

    /// Its state.
    pub const fn state(&self) -> LineState {
        match (self.fulfilment, &self.progress) {
            (Fulfilment::Linked, _) => LineState::Active,
            (Fulfilment::Waiting, _) | (Fulfilment::Operation(_), None) => LineState::Placed,
            (Fulfilment::Operation(_), Some(progress)) => match progress.state {
                OperationState::Waiting if progress.attempts == 0 => LineState::Placed,
                OperationState::Waiting | OperationState::Running => LineState::Provisioning,
                OperationState::Done => LineState::Active,
                OperationState::Failed if progress.cancelled => LineState::Cancelled,
                OperationState::Failed => LineState::Failed,
            },
        }
    }

    /// Whether its operation has ended without success.
    pub const fn may_be_retried(&self) -> bool {
        matches!(self.state(), LineState::Failed | LineState::Cancelled)
    }

    /// The operation that provisions it.
    pub const fn operation(&self) -> Option<AccountOperationId> {
        match self.fulfilment {
            Fulfilment::Operation(id) => Some(id),
            _ => None,
        }
    }
}

impl Order {
    /// The number that people read out.
    pub fn number(&self) -> String {
        number_of(self.id)
    }

    /// Its state, which follows from its lines.
    pub fn state(&self) -> OrderState {
        let nothing_is_left =
            !self.lines.is_empty() && self.lines.iter().all(|line| line.state() == LineState::Cancelled);
        if self.cancelled_at.is_some() || nothing_is_left {
            return OrderState::Cancelled;
        }
        let is = |state| self.lines.iter().any(|line| line.state() == state);
        if is(LineState::Failed) {
            OrderState::Failed
        } else if is(LineState::Provisioning) || (is(LineState::Active) && is(LineState::Placed)) {
            OrderState::Provisioning
        } else if is(LineState::Active) {
            OrderState::Active
        } else {
            OrderState::Placed
        }
    }

    /// Whether it can be cancelled: nothing was sent to a vendor.
    pub fn may_be_cancelled(&self) -> bool {
        self.state() == OrderState::Placed
    }

    /// Whether a part of it was cancelled, and not the order.
    pub fn is_partly_cancelled(&self) -> bool {
        self.cancelled_at.is_none() && self.lines.iter().any(|line| line.state() == LineState::Cancelled)
    }

    /// Whether something of it can be tried again.
    pub fn may_be_retried(&self) -> bool {
        self.cancelled_at.is_none() && self.lines.iter().any(OrderLine::may_be_retried)
    }

    /// Whether something of it waits for staff.
    pub fn waits_for_staff(&self) -> bool {
        self.cancelled_at.is_none() && self.lines.iter().any(|line| line.fulfilment == Fulfilment::Waiting)
    }
}

/// The number that people read out.
pub fn number_of(id: OrderId) -> String {
    short_id::of('S', id.0)
}

/// The price of everything. `None` if there are several currencies, or nothing.
pub fn total<'a>(prices: impl Iterator<Item = (&'a Money, u32)>) -> Option<Money> {
    let mut total: Option<Money> = None;
    for (price, quantity) in prices {
        let amount = Money::new(price.minor.checked_mul(quantity.into())?, price.currency);
        total = Some(total.map_or(Some(amount), |total| total.plus(amount))?);
    }
    total
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::kernel::money::Currency;

    fn line(progress: Option<(OperationState, i64)>) -> OrderLine {
        let progress = progress.map(|(state, attempts)| Progress {
            state,
            cancelled: false,
            attempts,
            code: None,
            message: None,
            customer_message: None,
        });
        let operation = Fulfilment::Operation(AccountOperationId(Uuid::nil()));
        OrderLine {
            product: ProductId(Uuid::nil()),
            service_manager: ServiceManagerId(Uuid::nil()),
            name: "Backup".to_owned(),
            quantity: 3,
            price: Money::new(999, Currency::parse("EUR").unwrap()),
            fulfilment: if progress.is_some() { operation } else { Fulfilment::Waiting },
            progress,
        }
    }

    fn order(lines: Vec<OrderLine>) -> Order {
        Order {
            id: OrderId(Uuid::nil()),
            account: MarketplaceAccountId(Uuid::nil()),
            total: total(lines.iter().map(|line| (&line.price, line.quantity))).unwrap(),
            placed_at: Timestamp::UNIX_EPOCH,
            placed_by: "person:P-1".to_owned(),
            cancelled_at: None,
            cancelled_by: None,
            lines,
        }
    }

    #[test]
    fn m06_the_state_of_an_order_follows_from_its_operations() {
        use OperationState::{Done, Failed, Running, Waiting};
        let state = |lines: &[Option<(OperationState, i64)>]| {
            let order = order(lines.iter().map(|it| line(*it)).collect());
            (order.state(), order.may_be_cancelled())
        };
        assert_eq!(state(&[None]), (OrderState::Placed, true), "staff execute it");
        assert_eq!(state(&[Some((Waiting, 0))]), (OrderState::Placed, true));
        assert_eq!(state(&[Some((Running, 1))]), (OrderState::Provisioning, false));
        assert_eq!(state(&[Some((Waiting, 1))]), (OrderState::Provisioning, false), "something was sent");
        assert_eq!(state(&[Some((Done, 1)), None]), (OrderState::Provisioning, false));
        assert_eq!(state(&[Some((Done, 1)), Some((Failed, 2))]), (OrderState::Failed, false));
        assert_eq!(state(&[Some((Done, 1)), Some((Done, 1))]), (OrderState::Active, false));
        let mut linked = line(None);
        linked.fulfilment = Fulfilment::Linked;
        assert_eq!(order(vec![linked]).state(), OrderState::Active, "the second purchase");
        let cancelled = Order { cancelled_at: Some(Timestamp::UNIX_EPOCH), ..order(vec![line(None)]) };
        assert_eq!((cancelled.state(), cancelled.may_be_cancelled()), (OrderState::Cancelled, false));
    }

    #[test]
    fn m06_a_line_whose_operation_was_cancelled_has_not_failed() {
        use OperationState::{Done, Failed, Running};
        let cancelled = || {
            let mut line = line(Some((Failed, 1)));
            line.progress = line.progress.map(|progress| Progress { cancelled: true, ..progress });
            line
        };
        assert_eq!(cancelled().state(), LineState::Cancelled);
        let state = |others: &[(OperationState, i64)]| {
            let others = others.iter().map(|it| line(Some(*it)));
            let order = order(others.chain([cancelled()]).collect());
            assert!(order.is_partly_cancelled() && order.may_be_retried());
            order.state()
        };
        assert_eq!(state(&[]), OrderState::Cancelled, "nothing is left of it");
        assert_eq!(state(&[(Done, 1)]), OrderState::Active, "the rest can be used");
        assert_eq!(state(&[(Running, 1)]), OrderState::Provisioning);
        assert_eq!(state(&[(Done, 1), (Failed, 1)]), OrderState::Failed);
        let ended = Order { cancelled_at: Some(Timestamp::UNIX_EPOCH), ..order(vec![cancelled()]) };
        assert!(!ended.may_be_retried(), "the buyer does not want it any more");
    }

    #[test]
    fn m06_prices_are_added_up_exactly_and_in_one_currency() {
        let (euro, dollar) = (Currency::parse("EUR").unwrap(), Currency::parse("USD").unwrap());
        let prices = [(Money::new(10, euro), 3), (Money::new(20, euro), 1)];
        assert_eq!(total(prices.iter().map(|(price, many)| (price, *many))).unwrap().number(), "0.50");
        let mixed = [(Money::new(10, euro), 1), (Money::new(10, dollar), 1)];
        assert_eq!(total(mixed.iter().map(|(price, many)| (price, *many))), None);
        assert_eq!(order(vec![line(None)]).total.number(), "29.97");
    }
}
