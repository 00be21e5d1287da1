//! What was acknowledged is there, and happened once outside.

use std::collections::BTreeMap;

use tessera_core::devices::device_writes::{AssetChange, WriteState};
use tessera_core::invitations::InvitationState;
use tessera_core::kernel::clock::Clock;
use tessera_core::kernel::job::Task;
use tessera_core::service_requests::{DeliveryState, TicketLink};

use super::{Check, Checked};

impl Check<'_> {
    /// Each invitation was sent, or is listed.
    pub(super) async fn invitations(&mut self) -> Checked {
        for (id, url) in &self.acknowledged.invitations {
            let sent = self.world.truth().mail.iter().any(|message| message.text.contains(url.as_str()));
            let listed = self
                .listed
                .iter()
                .any(|job| matches!(&job.task, Task::MailInvitation(mail) if mail.invitation_id == *id));
            let now = Clock::now(&self.world.scene.clocks);
            let state = self.store.invitation(*id).await?.map(|invitation| invitation.state(now));
            // Nobody gets the link of an invitation that was used or taken back before it was sent.
            if state.is_none() || (state == Some(InvitationState::Open) && !sent && !listed) {
                self.findings.lost.push(format!("the e-mail of invitation {id} was never sent, and is not listed"));
            }
        }
        Ok(())
    }

    /// No message arrived twice.
    pub(super) fn emails(&mut self) {
        let mut times = BTreeMap::<_, usize>::new();
        for message in &self.world.truth().mail {
            *times.entry(message.message_id.clone()).or_default() += 1;
        }
        for (id, times) in times.into_iter().filter(|(_, times)| *times > 1) {
            self.findings.doubled.push(format!("e-mail {id} arrived {times} times"));
        }
    }

    /// Each request has one ticket.
    pub(super) async fn requests(&mut self) -> Checked {
        for id in &self.acknowledged.requests {
            let Some(request) = self.store.request(*id).await? else {
                self.findings.lost.push(format!("request {id} is not there"));
                continue;
            };
            match &request.mirror {
                TicketLink::Ticket { .. } => self.one_ticket(&request.marker()),
                // It was closed before it was sent.
                TicketLink::Held => {
                    self.withdrawn.insert(*id);
                }
                other => self.findings.lost.push(format!("request {id} has no ticket: {other:?}")),
            }
        }
        let mut marked = BTreeMap::<String, usize>::new();
        for file in self.world.truth().desk.tickets.values() {
            let (_, mark) = file.ticket.description.rsplit_once("Portal reference ").unwrap_or_default();
            *marked.entry(mark.chars().take_while(char::is_ascii_alphanumeric).collect()).or_default() += 1;
        }
        for (mark, times) in marked.into_iter().filter(|(_, times)| *times > 1) {
            self.findings.doubled.push(format!("{times} tickets have the mark {mark}"));
        }
        for ((ticket, status), times) in &self.world.truth().desk.statuses {
            if *times > 1 {
                self.findings.doubled.push(format!("ticket {ticket} got status {status} {times} times"));
            }
        }
        Ok(())
    }

    fn one_ticket(&mut self, marker: &str) {
        let truth = self.world.truth();
        if !truth.desk.tickets.values().any(|file| file.ticket.description.contains(marker)) {
            drop(truth);
            self.findings.lost.push(format!("no ticket has {marker}"));
        }
    }

    /// Each comment is one note.
    pub(super) async fn comments(&mut self) -> Checked {
        for (request, text) in &self.acknowledged.comments {
            let comments = self.store.comments(*request).await?;
            let Some(comment) = comments.iter().find(|comment| comment.text == *text) else {
                self.findings.lost.push(format!("comment `{text}` is not there"));
                continue;
            };
            if self.withdrawn.contains(request) {
                continue;
            }
            if !matches!(comment.delivery, DeliveryState::Sent { .. }) {
                self.findings.lost.push(format!("comment `{text}` was not delivered: {:?}", comment.delivery));
            }
            let marker = comment.marker();
            let truth = self.world.truth();
            let notes = truth.desk.tickets.values().flat_map(|file| &file.notes);
            let times = notes.filter(|note| note.text.contains(&marker)).count();
            drop(truth);
            match times {
                0 => self.findings.lost.push(format!("no note has {marker}")),
                1 => {}
                times => self.findings.doubled.push(format!("{times} notes have {marker}")),
            }
        }
        Ok(())
    }

    /// Each change of a device ended, and each new device is one asset.
    pub(super) async fn writes(&mut self) -> Checked {
        for id in &self.acknowledged.writes {
            let Some(write) = self.store.device_write(*id).await? else {
                self.findings.lost.push(format!("device write {id} is not there"));
                continue;
            };
            match (&write.state, &write.change) {
                (WriteState::Waiting, _) => self.findings.lost.push(format!("device write {id} was never carried out")),
                (WriteState::Done { .. }, AssetChange::Create(asset)) => self.one_asset(&asset.serial),
                _ => {}
            }
        }
        let mut serials = BTreeMap::<String, usize>::new();
        for asset in self.world.truth().desk.assets.values() {
            *serials.entry(asset.serial.clone()).or_default() += 1;
        }
        for (serial, times) in serials.into_iter().filter(|(_, times)| *times > 1) {
            self.findings.doubled.push(format!("{times} assets have the serial number {serial}"));
        }
        Ok(())
    }

    fn one_asset(&mut self, serial: &str) {
        let there = self.world.truth().desk.assets.values().any(|asset| asset.serial == serial);
        if !there {
            self.findings.lost.push(format!("no asset has the serial number {serial}"));
        }
    }
}
