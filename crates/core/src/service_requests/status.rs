//! Status of a service request: status numbers of the service desk, and their labels.

use serde::{Deserialize, Serialize};

/// Status of a service request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Waiting for an approval by the customer's own people.
    Approval,
    /// Declined by the customer's own people.
    Declined,
    /// Received, and being sent to the service desk.
    Received,
    /// Open at the service team (2).
    Open,
    /// Pending: waiting for the customer, a part or a date (3).
    Pending,
    /// Resolved by the service team (4).
    Resolved,
    /// Closed (5), or withdrawn.
    Closed,
    /// A custom status of the service desk account.
    Other(i64),
}

impl Status {
    /// The status with this number in the service desk.
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

    /// Reads the name back. `number` is the number of a custom status.
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

    /// The number of a custom status.
    pub const fn number(self) -> Option<i64> {
        if let Self::Other(number) = self { Some(number) } else { None }
    }

    /// Whether the request needs no further work.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Declined | Self::Resolved | Self::Closed)
    }

    /// Label for customers.
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
    fn p09_every_status_is_parsed_from_its_name_and_custom_ones_keep_their_number() {
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
