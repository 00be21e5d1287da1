//! Returns (`P09`): opened by a customer, advanced by staff and by the machines of a repair centre.
//!
//! Each change is planned on the return as read, within what the caller may see. After a concurrent change it is
//! rejected as a whole.

mod emails;
mod order;

pub(crate) use order::returnable;
pub use order::{OrderedLine, ReturnOrder, Returnable};

use std::collections::BTreeSet;

use tessera_core::kernel::ids::{CustomerId, PersonId, ReturnId};
use tessera_core::kernel::money::Currency;
use tessera_core::kernel::normalise;
use tessera_core::kernel::plan::{Plan, Stamp};
use tessera_core::kernel::record::{Attributes, HandleKind};
use tessera_core::returns::{self, Return, ReturnAction, ReturnActionError, ReturnReason};
use tessera_store::StoredRecord;

use crate::commit::commit_once;
use crate::{Ctx, Hub, HubError};

/// Namespace of the idempotency keys of returns.
const PURPOSE: &str = "return";

/// Maximum number of serial numbers looked up for one return.
const MAX_LOOKED_UP: usize = 1000;

/// Configuration of returns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returns {
    /// Return reasons, each with its workflow.
    pub reasons: Vec<ReturnReason>,
    /// Currency of requested amounts.
    pub currency: Currency,
    /// Shipping instructions for customers: the address, and what to write on the parcel.
    pub instructions: Option<String>,
}

/// The scope of visible returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// Everything, for staff and API keys.
    All,
    /// The returns at the places of this person, in the customer portal.
    Of(PersonId),
}

/// A return to open: a draft, or an order from which each attempt makes a draft.
#[derive(Debug, Clone, Copy)]
enum NewReturn<'a> {
    Draft(&'a returns::ReturnDraft),
    Order(&'a ReturnOrder),
}

impl NewReturn<'_> {
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
    /// [`HubError::NotFound`] if there is no such return within the scope.
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
    /// [`HubError::Rejected`] `invalid_return` with all problems, or `unit_on_open_return` if one of the units is on
    /// another open return. That return is named only if it is within the scope.
    pub async fn open_return(&self, draft: &returns::ReturnDraft, sight: Sight, ctx: &Ctx) -> Result<Return, HubError> {
        self.open(NewReturn::Draft(draft), sight, ctx).await
    }

    async fn open(&self, new: NewReturn<'_>, sight: Sight, ctx: &Ctx) -> Result<Return, HubError> {
        let request = format!("open {new:?}");
        let opened: Result<(ReturnId, bool), HubError> = commit_once!(self, ctx, (PURPOSE, &request), |tx| {
            let (id, plan) = self.plan_new_return(new, sight, tx.stamp).await?;
            tx.extend(plan);
            Ok(id)
        });
        self.return_visible_to(opened?.0, Sight::All).await
    }

    /// Plans a return of a person. The plan and the new return's id.
    pub(crate) async fn plan_return(
        &self,
        draft: &returns::ReturnDraft,
        of: PersonId,
        stamp: Stamp<'_>,
    ) -> Result<(ReturnId, Plan), HubError> {
        self.plan_new_return(NewReturn::Draft(draft), Sight::Of(of), stamp).await
    }

    async fn plan_new_return(
        &self,
        new: NewReturn<'_>,
        sight: Sight,
        stamp: Stamp<'_>,
    ) -> Result<(ReturnId, Plan), HubError> {
        let customer = self.reads().customer(new.customer()).await?;
        let customer = customer.ok_or_else(|| HubError::NotFound("there is no such customer".to_owned()))?;
        let draft = match new {
            NewReturn::Draft(draft) => draft.clone(),
            NewReturn::Order(order) => self.draft_of_order(order).await?,
        };
        let elsewhere = self.serials_elsewhere(&draft, sight).await?;
        let staff = sight == Sight::All;
        let reasons = &self.config.returns.reasons;
        let (customer_return, plan) = returns::open(&draft, reasons, customer, (staff, &elsewhere), stamp)?;
        self.refuse_taken_units(&customer_return, sight).await?;
        Ok((customer_return.id, plan))
    }

    /// The entered serial numbers, normalised, of devices that exist but are not visible to this person. Staff may
    /// enter any serial number.
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

    /// Applies actions to the lines of a return, all or none. With `version`, only if the return still has this
    /// version.
    ///
    /// # Errors
    /// [`HubError::Rejected`] with the code of the obstacle, or `return_changed` if the version differs.
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

    /// Withdraws the whole return, for the customer.
    ///
    /// # Errors
    /// [`HubError::Rejected`] `already_under_way` if something has been received or shipped.
    pub async fn withdraw_return(&self, id: ReturnId, person: PersonId, ctx: &Ctx) -> Result<Return, HubError> {
        self.change_return(id, &format!("withdraw {id}"), withdrawal, Sight::Of(person), ctx).await
    }

    /// Rejects units that are on another open return, and names that return if it is within the scope. A return that
    /// ends at this moment is not named; then the commit is tried again.
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
