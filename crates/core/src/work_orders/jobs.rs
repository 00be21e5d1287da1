//! Jobs of work orders.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::kernel::ids::WorkOrderId;
use crate::kernel::job::{JobKind, Lane, Pool};

/// Tell the customer of an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailWorkOrder {
    /// The work order.
    pub work_order_id: WorkOrderId,
    /// What happened to the appointment.
    pub notice: AppointmentNotice,
    /// Time of the change.
    pub at: Timestamp,
}

impl JobKind for MailWorkOrder {
    const KIND: &'static str = "mail_work_order";
    const LANE: Lane = Lane::Normal;

    fn subject(&self) -> String {
        format!("{}:{}:{}", self.work_order_id, self.notice.as_str(), self.at.as_microsecond())
    }

    fn pool(&self) -> Pool {
        Pool::Mail
    }
}

/// What happened to an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentNotice {
    /// It was made.
    Scheduled,
    /// It was moved.
    Moved,
    /// It does not take place.
    Cancelled,
}

impl AppointmentNotice {
    /// The name used in the job's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Moved => "moved",
            Self::Cancelled => "cancelled",
        }
    }
}
