//! The storefront: products, who buys, and orders, which operations of the
//! [platform](crate::marketplace_platform) provision (`M03`, `M06`, `M14`).

mod checkout;
mod orders;
mod products;

pub use checkout::{Checkout, DueDetails};

use tessera_core::access::Portal;
use tessera_core::kernel::actor::{Actor, Channel};
use tessera_core::kernel::customer::SignIn;
use tessera_core::marketplace_platform::{AccountState, MarketplaceAccount};
use tessera_core::persons::Person;
use tessera_core::storefront::Buyer;

use crate::{Ctx, Hub, HubError};

/// Settings of the storefront.
#[derive(Debug, Clone)]
pub struct Storefront {
    /// Its name, as customers read it.
    pub title: String,
    /// What customers agree to with an order, as plain text.
    pub terms: Option<String>,
    /// Whether staff execute every order. Otherwise an order is executed when it is placed.
    pub executed_by_staff: bool,
}

/// Who buys, as the hub knows them.
#[derive(Debug, Clone)]
pub struct KnownBuyer {
    /// The person or sign-in.
    pub buyer: Buyer,
    /// The name to be shown.
    pub name: String,
    /// The e-mail address that is proved: the person's, or one that the identity provider has verified.
    pub email: Option<String>,
    /// Whether their licence opens the customer portal.
    pub has_portal: bool,
    /// The account with which they buy, unless it was deleted.
    pub account: Option<MarketplaceAccount>,
    /// The deleted account whose place a new one takes.
    replaces: Option<MarketplaceAccount>,
    /// Whether the account was found by a sign-in that belongs to a person by now.
    is_adopted: bool,
    actor: Actor,
}

impl KnownBuyer {
    /// The context of what they do.
    pub fn ctx(&self) -> Ctx {
        Ctx::new(self.actor.clone(), Channel::Portal)
    }
}

impl Hub {
    /// Who a sign-in is for the storefront. What belongs to a person is theirs with each of their sign-ins.
    pub async fn buyer(&self, sign_in: &SignIn) -> Result<KnownBuyer, HubError> {
        let reads = self.reads();
        let person = match reads.identity(&sign_in.identity).await? {
            Some(identity) => reads.person(identity.person_id).await?,
            None => None,
        };
        let owned = match &person {
            Some(person) => reads.account_of_buyer(person.id).await?,
            None => None,
        };
        let found = match owned {
            Some(account) => Some(account),
            None => reads.account_of_sign_in(&sign_in.identity).await?,
        };
        let account = match found {
            Some(id) => Some(self.marketplace_account(id).await?),
            None => None,
        };
        let (replaces, account) = match account {
            Some(account) if account.state == AccountState::Deleted => (Some(account), None),
            account => (None, account),
        };
        let of_sign_in = || sign_in.email.clone().filter(|_| sign_in.email_verified);
        let (name, email, actor) = match &person {
            Some(person) => {
                let actor = Actor::Person(person.person_id.clone().into());
                (Some(person.name.clone()), person.email.clone().or_else(of_sign_in), actor)
            }
            None => (sign_in.name.clone(), of_sign_in(), Actor::User(sign_in.identity.subject.clone().into())),
        };
        let opens = |person: &Person| {
            person.inactive.is_none() && person.licence.is_some_and(|licence| licence.opens(Portal::Customer))
        };
        Ok(KnownBuyer {
            has_portal: person.as_ref().is_some_and(opens),
            buyer: Buyer { identity: sign_in.identity.clone(), person: person.map(|person| person.id) },
            name: name.unwrap_or_default(),
            email,
            is_adopted: owned.is_none() && found.is_some(),
            account,
            replaces,
            actor,
        })
    }
}
