//! Actions on the lines of a return. An action that is not possible is rejected with a remedy.

use super::ReturnActionError;
use super::line::{Answered, Approval, Cancelled, Hold, HoldKind, Posting, Tracking, Unit, UnitRole};
use super::{Line, LineStatus, MAX_SERIAL_LENGTH, MAX_TEXT_LENGTH, Return, ReturnReason, Step};
use crate::kernel::input::{self, InputError};
use crate::kernel::money::Money;
use crate::kernel::normalise;
use crate::kernel::plan::Stamp;

/// An action on a line of a return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnAction {
    /// Record a completed step.
    Done {
        /// The step.
        step: Step,
        /// Number of units; `None` for all units that are ready.
        quantity: Option<u32>,
        /// Serial numbers of these units, as far as known.
        serials: Vec<String>,
        /// Tracking data of the parcel.
        tracking: Option<Tracking>,
    },
    /// Add serial numbers.
    Identify {
        /// Serial numbers, as entered.
        serials: Vec<String>,
    },
    /// Put the line on hold until parts arrive.
    Hold {
        /// The parts, and when they are expected.
        note: String,
    },
    /// Ask the customer to approve an amount, and put the line on hold until they answer.
    Ask {
        /// The amount.
        amount: Money,
        /// Purpose of the amount.
        note: String,
    },
    /// Resume a line on hold.
    Resume,
    /// Cancel the line (staff).
    Cancel {
        /// Reason, shown to the customer.
        why: String,
    },
    /// Approve the amount (customer).
    Approve {
        /// The version shown to the customer.
        version: u32,
    },
    /// Decline the amount (customer).
    Decline {
        /// The version shown to the customer.
        version: u32,
        /// The customer's comment.
        note: Option<String>,
    },
    /// Cancel the line (customer).
    Withdraw,
}

impl Return {
    /// Applies an action to a line.
    ///
    /// # Errors
    /// The reason why the action is not possible. The return is unchanged then.
    pub fn act(&mut self, line: u32, act: ReturnAction, stamp: Stamp<'_>) -> Result<(), ReturnActionError> {
        let at = self.lines.iter().position(|it| it.number == line).ok_or(ReturnActionError::NoLine(line))?;
        // The action changes a copy, so that a rejection leaves the line unchanged.
        let mut changed = self.lines[at].clone();
        changed.act(act, stamp)?;
        self.lines[at] = changed;
        self.updated_at = stamp.now;
        Ok(())
    }
}

impl Line {
    fn act(&mut self, act: ReturnAction, stamp: Stamp<'_>) -> Result<(), ReturnActionError> {
        let status = self.status();
        if !status.is_open() {
            return Err(ReturnActionError::Ended { line: self.number, status });
        }
        let (at, by) = (stamp.now, stamp.actor.to_string());
        match act {
            ReturnAction::Done { step, quantity, serials, tracking } => {
                if status == LineStatus::OnHold {
                    return Err(ReturnActionError::OnHold(self.number));
                }
                let quantity = self.allowed(step, quantity, &serials)?;
                self.identify(&serials, step)?;
                let tracking = tracking.filter(|tracking| input::line(&tracking.number, usize::MAX).is_ok());
                self.postings.push(Posting { step, quantity, at, by, tracking });
            }
            ReturnAction::Identify { serials } => self.identify(&serials, Step::Receive)?,
            ReturnAction::Hold { note } => {
                let note = required_text(&note, "say what it waits for")?;
                if status == LineStatus::OnHold {
                    return Err(ReturnActionError::OnHold(self.number));
                }
                self.hold = Some(Hold { kind: HoldKind::Parts, note, at, by });
            }
            ReturnAction::Ask { amount, note } => {
                let note = required_text(&note, "say what the amount is for")?;
                if amount.minor <= 0 {
                    return Err(ReturnActionError::Missing("the amount must be more than nothing"));
                }
                let version = self.approvals.last().map_or(1, |last| last.version + 1);
                self.hold = Some(Hold { kind: HoldKind::Approval, note: note.clone(), at, by: by.clone() });
                let asked = Approval { version, amount, note, asked_at: at, asked_by: by, answered: None };
                self.approvals.push(asked);
            }
            ReturnAction::Resume => {
                self.hold.take().ok_or(ReturnActionError::NotOnHold(self.number))?;
            }
            ReturnAction::Cancel { why } => {
                let why = required_text(&why, "say why it is cancelled: the customer reads it")?;
                self.cancelled = Some(Cancelled { at, by, why });
            }
            ReturnAction::Approve { version } => {
                self.answer(version, Answered { approved: true, at, by, note: None })?;
                self.hold = None;
            }
            ReturnAction::Decline { version, note } => {
                let note = note.map(|note| input::optional_text(note.trim(), MAX_TEXT_LENGTH)).transpose();
                let note = note.map_err(|_| ReturnActionError::Missing("write at most 2000 characters"))?.flatten();
                let answered = Answered { approved: false, at, by: by.clone(), note: note.clone() };
                self.answer(version, answered)?;
                self.hold = Some(Hold { kind: HoldKind::Declined, note: note.unwrap_or_default(), at, by });
            }
            ReturnAction::Withdraw if self.has_moved() => return Err(ReturnActionError::Moved),
            ReturnAction::Withdraw => {
                self.cancelled = Some(Cancelled { at, by, why: "cancelled by the customer".to_owned() });
            }
        }
        Ok(())
    }

    /// Number of units for a step, checked against the units that are ready.
    fn allowed(&self, step: Step, quantity: Option<u32>, serials: &[String]) -> Result<u32, ReturnActionError> {
        let (line, ready) = (self.number, self.ready_for(step));
        if ready == 0 {
            return Err(ReturnActionError::OutOfOrder { line, step, next: self.next_in_words(step) });
        }
        let told = u32::try_from(serials.len()).unwrap_or(u32::MAX);
        // Without a quantity, it follows from the serial numbers given.
        let asked = quantity.unwrap_or(if told > 0 { told } else { ready });
        if asked == 0 {
            return Err(ReturnActionError::Missing("say to how many units it was done"));
        }
        if asked > ready {
            return Err(ReturnActionError::TooMany { line, step, ready, asked });
        }
        if told > asked {
            return Err(ReturnActionError::Missing("there are more serial numbers than units"));
        }
        Ok(asked)
    }

    fn next_in_words(&self, step: Step) -> String {
        let ReturnReason { label, steps, .. } = &self.reason;
        if !steps.contains(&step) {
            return format!("“{label}” has no such step");
        }
        if self.done(step) >= self.quantity {
            return format!("all of it was {} already", step.done());
        }
        let next = steps.iter().find(|next| self.ready_for(**next) > 0);
        next.map_or_else(|| "nothing is left to do".to_owned(), |next| format!("it has to be {} first", next.done()))
    }

    /// Adds serial numbers entered with a step. A number entered with a shipment that is not one of the customer's
    /// units is the replacement's, unless the reason sends the customer's own unit back.
    fn identify(&mut self, serials: &[String], step: Step) -> Result<(), ReturnActionError> {
        for entered in serials {
            let serial = entered.trim();
            let refused = |why| ReturnActionError::Serial { serial: serial.to_owned(), why };
            let compared = normalise::serial(serial).ok_or_else(|| refused("it holds neither letter nor digit"))?;
            if compared.len() > MAX_SERIAL_LENGTH {
                return Err(refused("it is longer than any serial number"));
            }
            let returned = self.has_unit(serial, UnitRole::Returned);
            let all_known = self.serials(UnitRole::Returned).count() >= self.quantity as usize;
            let role = match step {
                Step::Ship if !self.reason.sends_the_same() => {
                    if returned {
                        return Err(refused("this is the customer’s own unit; tell the one that is sent in its place"));
                    }
                    if self.serials(UnitRole::Replacement).count() >= self.quantity as usize {
                        return Err(refused("every unit that is sent has its serial number already"));
                    }
                    UnitRole::Replacement
                }
                _ if returned => continue,
                _ if all_known => return Err(refused("the units of this line have other serial numbers")),
                _ => UnitRole::Returned,
            };
            if self.has_unit(serial, UnitRole::Replacement) {
                return Err(refused("this unit was sent in the place of another one"));
            }
            self.units.push(Unit { serial: serial.to_owned(), role, elsewhere: false });
        }
        Ok(())
    }

    fn answer(&mut self, version: u32, answered: Answered) -> Result<(), ReturnActionError> {
        if self.asked().is_none_or(|asked| asked.version != version) {
            return Err(ReturnActionError::OtherVersion);
        }
        let asked = self.approvals.last_mut().ok_or(ReturnActionError::OtherVersion)?;
        asked.answered = Some(answered);
        Ok(())
    }
}

fn required_text(text: &str, otherwise: &'static str) -> Result<String, ReturnActionError> {
    input::text(text.trim(), MAX_TEXT_LENGTH).map_err(|error| match error {
        InputError::Empty => ReturnActionError::Missing(otherwise),
        InputError::Long { .. } => ReturnActionError::Missing("write at most 2000 characters"),
    })
}
