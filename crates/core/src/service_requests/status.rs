//! How a request stands, in the service desk's numbers and in plain words.

use serde::{Deserialize, Serialize};

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Somebody of the customer's own has to say yes first.
    Approval,
    /// Somebody of the customer's own said no.
    Declined,
    /// It is here, and on its way to the service team.
    Received,
    /// The service team has it (2).
    Open,
    /// It waits: for the customer, for a part, for a date (3).
    Pending,
    /// It is solved, as far as the service team can tell (4).
    Resolved,
    /// It is closed (5), or was taken back.
    Closed,
    /// A status of the account's own.
    Other(i64),
}

impl Status {
    /// A status by the service desk's number.
    pub const fn of_desk(number: i64) -> Self {
        match number {
            2 => Self::Open,
            3 => Self::Pending,
            4 => Self::Resolved,
            5 => Self::Closed,
            other => Self::Other(other),
        }
    }

    /// The name used in the database and in addresses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Declined => "declined",
            Self::Received => "received",
            Self::Open => "open",
            Self::Pending => "pending",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Other(_) => "other",
        }
    }

    /// Reads the name back; `number` tells which other one it is.
    pub fn parse(name: &str, number: Option<i64>) -> Option<Self> {
        Some(match name {
            "approval" => Self::Approval,
            "declined" => Self::Declined,
            "received" => Self::Received,
            "open" => Self::Open,
            "pending" => Self::Pending,
            "resolved" => Self::Resolved,
            "closed" => Self::Closed,
            "other" => Self::Other(number?),
            _ => return None,
        })
    }

    /// The service desk's number of a status of the account's own.
    pub const fn number(self) -> Option<i64> {
        if let Self::Other(number) = self { Some(number) } else { None }
    }

    /// Whether nobody works on it any more.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Declined | Self::Resolved | Self::Closed)
    }

    /// What customers read.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Approval => "Waiting for approval",
            Self::Declined => "Declined",
            Self::Received => "Received",
            Self::Open => "With the service team",
            Self::Pending => "On hold",
            Self::Resolved => "Solved",
            Self::Closed => "Closed",
            Self::Other(_) => "In progress",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Status;

    #[test]
    fn p09_every_status_reads_back_and_the_accounts_own_are_kept() {
        for number in 0..30 {
            let status = Status::of_desk(number);
            assert_eq!(Status::parse(status.as_str(), status.number()), Some(status));
        }
        for status in [Status::Approval, Status::Declined, Status::Received] {
            assert_eq!(Status::parse(status.as_str(), None), Some(status));
        }
        assert_eq!(Status::of_desk(17), Status::Other(17));
    }
}
