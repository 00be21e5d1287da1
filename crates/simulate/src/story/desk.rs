//! Changes that people make in the outside systems, and the webhooks that report them: late, twice, in another order, or never.

use tessera_core::sync::jobs::Hint;

use super::{Client, Said};
use crate::company::REQUESTERS;
use crate::outside::Asset;
use crate::weather::System;

impl Client {
    pub(super) async fn change_desk(&self) {
        let dice = &self.world.scene.clients;
        let hint = self.change();
        for _ in 0..dice.below(3) {
            tokio::time::sleep(dice.short(30_000)).await;
            self.deliver(hint.clone()).await;
        }
    }

    fn change(&self) -> Hint {
        let scene = &self.world.scene;
        let (dice, now) = (&scene.clients, scene.clocks.true_now());
        let mut truth = self.world.truth();
        let requester = 1001 + dice.below(REQUESTERS);
        let holder = dice.chance(700).then_some(requester);
        if dice.chance(250) {
            let row = truth.desk.requesters.get_mut(&requester).expect("nobody leaves");
            (row.name, row.updated_at) = (format!("Person {} {}", requester, dice.below(1000)), now);
            scene.note(format_args!("at the desk: {requester} is called {}", row.name));
            return Hint::Requester { id: requester.to_string() };
        }
        if dice.chance(150) {
            let id = truth.desk.next_id();
            let (name, serial) = (format!("Bundle {id}"), format!("HIB-{id}"));
            truth.desk.assets.insert(id, Asset { name, serial, holder, trashed: false, updated_at: now });
            scene.note(format_args!("at the desk: asset {id} is new"));
            return Hint::Asset { display_id: id.to_string() };
        }
        let ids: Vec<u64> = truth.desk.assets.keys().copied().collect();
        let id = dice.pick(&ids);
        let row = truth.desk.assets.get_mut(&id).expect("it was just listed");
        match dice.below(5) {
            0 => row.name = format!("Bundle {id} {}", dice.below(1000)),
            1 => row.trashed = !row.trashed,
            _ => row.holder = holder,
        }
        row.updated_at = now;
        scene.note(format_args!("at the desk: asset {id} is {row:?}"));
        Hint::Asset { display_id: id.to_string() }
    }

    /// The service desk delivers again when it gets no answer.
    async fn deliver(&self, hint: Hint) {
        for tries in 0.. {
            let hints = vec![hint.clone()];
            let order = move |hub: tessera_hub::Hub| async move { hub.hook_named(System::Desk.name(), hints).await };
            if let Said::Done(()) = self.order(&format!("hook {hint}"), order).await {
                self.acknowledged().others += 1;
                return;
            }
            if !self.again(tries).await {
                return;
            }
        }
    }

    pub(super) fn change_crm(&self) {
        let dice = &self.world.scene.clients;
        let id = 2001 + dice.below(REQUESTERS);
        let name = format!("Contact {id} {}", dice.below(1000));
        self.world.scene.note(format_args!("in the CRM: {id} is called {name}"));
        self.world.truth().contacts.get_mut(&id).expect("nobody leaves").0 = name;
    }

    pub(super) fn change_books(&self) {
        let dice = &self.world.scene.clients;
        let mut truth = self.world.truth();
        let (invoices, version) = &mut truth.books;
        let at = usize::try_from(dice.below(invoices.len() as u64)).unwrap_or_default();
        invoices[at].cents = 1000 + dice.below(100_000);
        *version += 1;
    }
}
