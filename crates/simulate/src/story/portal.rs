//! A person in the customer portal: a request, what is said on it, and its end.

use std::time::Duration;

use tessera_core::access::Viewer;
use tessera_core::kernel::ids::ServiceRequestId;
use tessera_core::kernel::record::{Kind, RecordKey};
use tessera_core::service_requests::RequestAction;
use tessera_hub::{Entry, HubError, NewServiceRequest, NewServiceRequestError};

use super::{Client, Said};
use crate::weather::System;

impl Client {
    pub(super) async fn use_portal(&self, requester: u64, number: usize) {
        let Some(viewer) = self.enter(requester).await else { return };
        let Some(id) = self.open_request(&viewer, &format!("request {number}")).await else { return };
        for comment in 0..self.world.scene.clients.below(4) {
            tokio::time::sleep(self.world.scene.clients.short(15_000)).await;
            self.act(&viewer, id, (RequestAction::Say, format!("Louder now, {number} {comment}."))).await;
        }
        if self.world.scene.clients.chance(400) {
            self.act(&viewer, id, (RequestAction::Close, String::new())).await;
        }
    }

    /// Waits until the person may enter.
    async fn enter(&self, requester: u64) -> Option<Viewer> {
        for _ in 0..20 {
            let record = RecordKey::new(System::Desk.name(), Kind::Requester, requester.to_string());
            let entered = self.ask(move |hub, store| async move {
                let customer = store.customer_of(&record).await.ok()??;
                let person = store.people(customer.id).await.ok()?.into_iter().next()?;
                match hub.preview_as(person.id, "simulation").await.ok()? {
                    Entry::In(viewer) => Some(Viewer { preview: None, ..viewer }),
                    _ => None,
                }
            });
            if let Some(Some(viewer)) = entered.await {
                return Some(viewer);
            }
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
        None
    }

    async fn open_request(&self, viewer: &Viewer, once: &str) -> Option<ServiceRequestId> {
        for tries in 0.. {
            let (viewer, wish) = (viewer.clone(), wish(once));
            let order = move |hub: tessera_hub::Hub| async move {
                match hub.open_request(&viewer, &wish).await {
                    Ok(request) => Ok(request.id),
                    Err(NewServiceRequestError::Hub(error)) => Err(error),
                    Err(NewServiceRequestError::Wrong(wrong)) => Err(HubError::NotFound(format!("{wrong:?}"))),
                }
            };
            match self.order(once, order).await {
                Said::Done(id) => {
                    self.acknowledged().requests.push(id);
                    return Some(id);
                }
                Said::Nothing if self.again(tries).await => {}
                Said::Refused | Said::Nothing => return None,
            }
        }
        None
    }

    async fn act(&self, viewer: &Viewer, id: ServiceRequestId, (act, text): (RequestAction, String)) {
        for tries in 0.. {
            let (viewer, said) = (viewer.clone(), text.clone());
            let once = format!("{id} {} {text}", act.as_str());
            let order = move |hub: tessera_hub::Hub| async move {
                hub.act_on_request(&viewer, id, (act, said.as_str(), once.as_str()), &[]).await
            };
            match self.order(&format!("{} on {id}", act.as_str()), order).await {
                Said::Done(()) => {
                    if act == RequestAction::Say {
                        self.acknowledged().comments.push((id, text));
                    }
                    return;
                }
                Said::Nothing if self.again(tries).await => {}
                Said::Refused | Said::Nothing => return,
            }
        }
    }
}

fn wish(once: &str) -> NewServiceRequest {
    NewServiceRequest {
        once: once.to_owned(),
        kind: "fault".to_owned(),
        subject: once.to_owned(),
        description: "It hums.".to_owned(),
        ..NewServiceRequest::default()
    }
}
