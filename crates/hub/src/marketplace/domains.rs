//! Domains of customers, entered by staff or through the API (`M16`). Those of records come with the records.

use tessera_core::kernel::customer::change::CustomerChange;
use tessera_core::kernel::domain::{self, CustomerDomain, DomainError, EnteredDomain, check_entered};
use tessera_core::kernel::ids::CustomerId;
use tessera_core::kernel::plan::CustomerEdit;
use tessera_core::kernel::record::{Handle, HandleKind};
use tessera_core::marketplace::change::MarketplaceChange;
use tessera_core::marketplace::event::MarketplaceEvent;
use tessera_core::sync::correlate::Slot;

use crate::commit::commit;
use crate::{Ctx, Hub, HubError};

impl Hub {
    /// Enters a domain for a customer. Accounts of marketplaces that have it are then linked to this customer; it gives
    /// nobody access.
    ///
    /// # Errors
    /// [`DomainError`] if the text is no domain, or the domain cannot tell customers apart.
    pub async fn add_domain(&self, of: CustomerId, entered: &str, ctx: &Ctx) -> Result<CustomerDomain, HubError> {
        commit!(self, ctx, |tx| {
            let customer = self.noted_on(of).await?;
            let known = self.reads().entered_domains(of).await?;
            let domain = check_entered(entered, &known, &self.config.public_mail_domains)?;
            // A call that correlates by the same domain at this moment plans again, and finds the customer.
            let handle = Handle { kind: HandleKind::Domain, value: domain.as_str().to_owned() };
            let slot = Slot::of(&handle.slot_name());
            let version = self.reads().correlation_slot(slot).await?;
            let entered = EnteredDomain { domain, by: tx.stamp.actor.to_string(), at: tx.stamp.now };
            let mut draft = CustomerEdit::of(customer, tx.stamp);
            draft.note(MarketplaceEvent::DomainAdded { domain: entered.domain.to_string() });
            let change = CustomerChange::AddDomain { customer_id: of, entered: entered.clone() };
            draft.push(change, "accounts with this domain are this customer's");
            tx.extend(draft.finish());
            tx.push(MarketplaceChange::TakeSlots(vec![(slot, version)]), "nobody else has correlated by it since");
            Ok(CustomerDomain::from(entered))
        })
    }

    /// Removes a domain that was entered for a customer. Accounts that are linked stay linked.
    ///
    /// # Errors
    /// [`DomainError::NotEntered`] if it was not entered.
    pub async fn remove_domain(&self, of: CustomerId, domain: &str, ctx: &Ctx) -> Result<(), HubError> {
        commit!(self, ctx, |tx| {
            let customer = self.noted_on(of).await?;
            let known = self.reads().entered_domains(of).await?;
            let domain = domain::meant(domain, &known)
                .ok_or_else(|| DomainError::NotEntered(domain.chars().take(100).collect()))?;
            let mut draft = CustomerEdit::of(customer, tx.stamp);
            draft.note(MarketplaceEvent::DomainRemoved { domain: domain.to_string() });
            draft.push(CustomerChange::RemoveDomain { customer_id: of, domain }, "it is not this customer's");
            tx.extend(draft.finish());
            Ok(())
        })
    }
}
