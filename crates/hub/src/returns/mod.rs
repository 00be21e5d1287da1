//! Returns (`P09`): opened by a customer, moved on by staff and by the machines of a repair centre.
//!
//! Every change is planned on the return as it was read, within what the one who asks may see, and refused whole when the world moved.

mod emails;
mod order;

pub(crate) use order::returnable;
pub use order::{OrderedLine, ReturnOrder, Returnable};

use std::collections::BTreeSet;

use tessera_core::kernel::ids::{CustomerId, PersonId, ReturnId};
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::normalise;
use tessera_core::kernel::record::{Attributes, HandleKind};
use tessera_core::returns::{self, Return, ReturnAction, ReturnActionError, ReturnReason};
use tessera_store::StoredRecord;

use crate::commit::commit_once;
use crate::{Ctx, Hub, HubError};

/// What requests about returns are called among those that may be repeated.
const PURPOSE: &str = "return";

/// The most serial numbers of a return that are looked up.
const MAX_LOOKED_UP: usize = 1000;

/// What the operator decided about returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returns {
    /// Why something may be returned, and the order of the steps that follow.
    pub reasons: Vec<ReturnReason>,
    /// In which currency amounts are asked.
    pub currency: Currency,
    /// How a parcel gets to the company, for customers to read: an address, what to write on it.
    pub instructions: Option<String>,
}

/// Whose eyes a return is looked at with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Staff, and machines with a key: everything.
    All,
    /// Somebody inside the customer portal: what is at their places.
    Of(PersonId),
}

/// What is to be returned: a draft, or an order of which a draft is made for each attempt.
#[derive(Debug, Clone, Copy)]
enum Wanted<'a> {
    Draft(&'a returns::ReturnDraft),
    Order(&'a ReturnOrder),
}

impl Wanted<'_> {
    const fn customer(self) -> CustomerId {
        match self {
            Self::Draft(draft) => draft.customer_id,
            Self::Order(order) => order.customer,
        }
    }
}

impl Hub {
    /// One return.
    ///
    /// # Errors
    /// [`HubError::NotFound`] when there is none, or none that may be seen.
    pub async fn return_visible_to(&self, id: ReturnId, sight: Sight) -> Result<Return, HubError> {
        let found = match sight {
            Sight::All => self.reads().return_by_id(id).await?,
            Sight::Of(person) => self.reads().return_visible_to(person, id).await?,
        };
        found.ok_or_else(|| HubError::NotFound("there is no such return".to_owned()))
    }

    /// Opens a return.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `invalid_return` with everything that is wrong with it, `unit_on_open_return` when one of the units is on
    /// another one; that is named to whoever may see it.
    pub async fn open_return(&self, draft: &returns::ReturnDraft, sight: Sight, ctx: &Ctx) -> Result<Return, HubError> {
        self.open(Wanted::Draft(draft), sight, ctx).await
    }

    async fn open(&self, wanted: Wanted<'_>, sight: Sight, ctx: &Ctx) -> Result<Return, HubError> {
        let request = format!("open {wanted:?}");
        let opened: Result<(ReturnId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let customer = self.reads().customer(wanted.customer()).await?;
            let customer = customer.ok_or_else(|| HubError::NotFound("there is no such customer".to_owned()))?;
            let draft = match wanted {
                Wanted::Draft(draft) => draft.clone(),
                Wanted::Order(order) => self.draft_of_order(order).await?,
            };
            let elsewhere = self.serials_elsewhere(&draft, sight).await?;
            let staff = sight == Sight::All;
            let reasons = &self.config.returns.reasons;
            let (customer_return, plan) = returns::open(&draft, reasons, customer, (staff, &elsewhere), tx.stamp)?;
            self.refuse_taken_units(&customer_return, sight).await?;
            tx.extend(plan);
            Ok(customer_return.id)
        });
        self.return_visible_to(opened?.0, Sight::All).await
    }

    /// The typed serial numbers, comparable, of devices that somebody has whom this person does not see. Staff may type any.
    async fn serials_elsewhere(
        &self,
        draft: &returns::ReturnDraft,
        sight: Sight,
    ) -> Result<BTreeSet<String>, HubError> {
        let Sight::Of(person) = sight else { return Ok(BTreeSet::new()) };
        let seen = self.reads().devices_visible_to(person).await?;
        let seen: BTreeSet<String> = seen.into_iter().map(|(_, device)| device.external_id).collect();
        let typed = draft.lines.iter().flat_map(|line| &line.serials);
        let typed: BTreeSet<String> =
            typed.filter_map(|serial| normalise::serial(serial)).take(MAX_LOOKED_UP).collect();
        let mut elsewhere = BTreeSet::new();
        for serial in typed {
            let known = self.reads().records_by(HandleKind::Serial, &serial, 8).await?;
            let held = |record: &StoredRecord| match &record.attributes {
                Attributes::Asset(asset) => asset.used_by.is_some() && !seen.contains(&record.key.external_id),
                _ => false,
            };
            if known.iter().any(held) {
                elsewhere.insert(serial);
            }
        }
        Ok(elsewhere)
    }

    /// Does something to lines of a return: all of it, or nothing. With `version`, only if it is still the one that was looked at.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the code of what stands in the way, `return_changed` when it is of another version by now.
    pub async fn act_on_return(
        &self,
        id: ReturnId,
        acts: &[(u32, ReturnAction)],
        version: Option<i64>,
        sight: Sight,
        ctx: &Ctx,
    ) -> Result<Return, HubError> {
        let acts_on = |before: &Return| {
            if version.is_some_and(|version| version != before.version) {
                return Err(ReturnActionError::Changed(before.number.clone()));
            }
            Ok(acts.to_vec())
        };
        self.change_return(id, &format!("act {id} {acts:?}"), acts_on, sight, ctx).await
    }

    /// Changes a return by what follows from it as it is.
    async fn change_return(
        &self,
        id: ReturnId,
        request: &str,
        acts: impl Fn(&Return) -> Result<Vec<(u32, ReturnAction)>, ReturnActionError>,
        sight: Sight,
        ctx: &Ctx,
    ) -> Result<Return, HubError> {
        let acted: Result<(ReturnId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, request), |tx| {
            let before = self.return_visible_to(id, sight).await?;
            let acts = acts(&before)?;
            let customer = self.reads().customer(before.customer_id).await?;
            let customer = customer.ok_or_else(|| HubError::NotFound("there is no such customer".to_owned()))?;
            let (customer_return, plan) = returns::change(&before, acts, customer, tx.stamp)?;
            self.refuse_taken_units(&customer_return, sight).await?;
            tx.extend(plan);
            Ok(customer_return.id)
        });
        self.return_visible_to(acted?.0, Sight::All).await
    }

    /// The customer gives the whole return up.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `already_under_way` when something was received or shipped.
    pub async fn withdraw_return(&self, id: ReturnId, person: PersonId, ctx: &Ctx) -> Result<Return, HubError> {
        self.change_return(id, &format!("withdraw {id}"), withdrawal, Sight::Of(person), ctx).await
    }

    /// Names the return that a unit is on, to whoever may see it. None is named when it ended in this moment: then it is tried again.
    async fn refuse_taken_units(&self, wanted: &Return, sight: Sight) -> Result<(), HubError> {
        for key in wanted.units_taken() {
            let Some(other) = self.reads().return_of_unit(&key).await?.filter(|other| *other != wanted.id) else {
                continue;
            };
            let unit = match key.split_once(':') {
                Some(("serial", serial)) => format!("the unit with serial number {serial}"),
                _ => "this device".to_owned(),
            };
            let number = match self.return_visible_to(other, sight).await {
                Ok(other) => Some(other.number),
                Err(HubError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            return Err(ReturnActionError::UnitTaken { unit, number }.into());
        }
        Ok(())
    }
}

/// The whole return is given up, as long as nothing of it has moved.
fn withdrawal(before: &Return) -> Result<Vec<(u32, ReturnAction)>, ReturnActionError> {
    if before.lines.iter().any(returns::Line::has_moved) {
        return Err(ReturnActionError::Moved);
    }
    let open = before.lines.iter().filter(|line| line.status().is_open());
    let acts: Vec<_> = open.map(|line| (line.number, ReturnAction::Withdraw)).collect();
    if acts.is_empty() { Err(ReturnActionError::NothingLeft) } else { Ok(acts) }
}
