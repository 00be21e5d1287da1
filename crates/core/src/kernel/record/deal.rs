//! Deals of a contact (`A02`), and whether the contact is a lead or a customer.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Contact;
use crate::kernel::money::{Currency, Money};

/// Maximum number of deals kept of one contact: the open ones and the newest.
pub const MAX_DEALS: usize = 100;

/// A deal of the CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deal {
    /// The deal's id in the CRM.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The amount, as a decimal number.
    pub amount: Option<String>,
    /// The amount's currency.
    pub currency: Option<Currency>,
    /// Name of its stage.
    pub stage: Option<String>,
    /// Its outcome, if the CRM supplied it.
    pub outcome: Option<DealOutcome>,
    /// The expected closing date.
    pub expected_close: Option<Date>,
    /// The actual closing date.
    pub closed_on: Option<Date>,
}

/// Outcome of a deal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealOutcome {
    /// Not closed yet.
    Open,
    /// Closed with a sale.
    Won,
    /// Closed without a sale.
    Lost,
}

impl DealOutcome {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

impl Deal {
    /// The amount as money, if amount and currency are known.
    pub fn money(&self) -> Option<Money> {
        Money::parse(self.amount.as_deref()?, '.', self.currency?).ok()
    }
}

/// Whether a contact is a lead, or a customer past the lead stage (`A02`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A lead.
    Lead,
    /// A customer.
    Customer,
}

impl Standing {
    /// The name used in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Customer => "customer",
        }
    }
}

/// The lifecycle stages in which a contact is a customer, by name. Configurable, because a CRM's account can name its
/// stages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomerStages(pub Vec<String>);

impl Default for CustomerStages {
    fn default() -> Self {
        Self(vec!["Customer".to_owned()])
    }
}

impl CustomerStages {
    /// Whether a contact is a lead or a customer: by its lifecycle stage, or, without one, by a won deal. `None` if the
    /// CRM says neither.
    pub fn standing(&self, contact: &Contact) -> Option<Standing> {
        let Some(stage) = contact.lifecycle_stage.as_deref() else {
            let won = contact.deals.iter().any(|deal| deal.outcome == Some(DealOutcome::Won));
            return won.then_some(Standing::Customer);
        };
        let is_customer = self.0.iter().any(|name| name.trim().eq_ignore_ascii_case(stage.trim()));
        Some(if is_customer { Standing::Customer } else { Standing::Lead })
    }
}

/// Sorts deals for people, and limits their number: open ones first, then by the latest closing date.
pub fn arranged(mut deals: Vec<Deal>) -> Vec<Deal> {
    let date = |deal: &Deal| deal.closed_on.or(deal.expected_close);
    deals.sort_by(|one, other| {
        let closed = |deal: &Deal| matches!(deal.outcome, Some(DealOutcome::Won | DealOutcome::Lost));
        closed(one).cmp(&closed(other)).then_with(|| date(other).cmp(&date(one))).then_with(|| one.id.cmp(&other.id))
    });
    deals.truncate(MAX_DEALS);
    deals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(stage: Option<&str>, deals: Vec<Deal>) -> Contact {
        Contact { lifecycle_stage: stage.map(ToOwned::to_owned), deals, ..Contact::default() }
    }

    fn deal(id: &str, outcome: DealOutcome, close: &str) -> Deal {
        Deal { id: id.to_owned(), outcome: Some(outcome), expected_close: close.parse().ok(), ..Deal::default() }
    }

    #[test]
    fn a02_a_contact_is_a_customer_by_its_stage_or_without_one_by_a_won_deal() {
        let stages = CustomerStages::default();
        let won = || vec![deal("1", DealOutcome::Won, "2026-01-01")];
        assert_eq!(stages.standing(&contact(Some("customer "), Vec::new())), Some(Standing::Customer));
        assert_eq!(stages.standing(&contact(Some("Sales Qualified Lead"), won())), Some(Standing::Lead));
        assert_eq!(stages.standing(&contact(None, won())), Some(Standing::Customer));
        assert_eq!(stages.standing(&contact(None, vec![deal("1", DealOutcome::Open, "2026-01-01")])), None);
        let own = CustomerStages(vec!["Client".to_owned(), "Partner".to_owned()]);
        assert_eq!(own.standing(&contact(Some("Partner"), Vec::new())), Some(Standing::Customer));
        assert_eq!(own.standing(&contact(Some("Customer"), Vec::new())), Some(Standing::Lead));
    }

    #[test]
    fn a02_open_deals_come_first_and_their_number_is_limited() {
        let deals = vec![
            deal("old", DealOutcome::Won, "2024-01-01"),
            deal("new", DealOutcome::Lost, "2026-01-01"),
            deal("open", DealOutcome::Open, "2023-01-01"),
        ];
        let ids: Vec<_> = arranged(deals).into_iter().map(|deal| deal.id).collect();
        assert_eq!(ids, ["open", "new", "old"]);
        let many = (0..150).map(|n| deal(&n.to_string(), DealOutcome::Won, "2024-01-01")).collect();
        assert_eq!(arranged(many).len(), MAX_DEALS);
    }
}
