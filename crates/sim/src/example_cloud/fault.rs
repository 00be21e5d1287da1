//! The faults that someone can choose on the page.

use serde_json::{Map, Value};

/// A fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every call is answered with status 503.
    Down,
    /// Answers come late.
    Slow,
    /// A page comes in place of JSON.
    Rubbish,
    /// Exists and Synchronize answer the `ExternalID` of another account.
    Foreign,
    /// Synchronize refuses with a code whose message customers read.
    RefusesForCustomers,
    /// Synchronize refuses with a code whose message only staff read.
    RefusesForStaff,
    /// Synchronize and Delete are carried out, and the connection breaks before the answer.
    DiesAfterCommitting,
    /// Names of members are in lower case.
    LowerCase,
    /// Answers begin with a byte order mark.
    ByteOrderMark,
    /// Ids are numbers in place of texts.
    Numbers,
}

impl Fault {
    /// All faults, in the order of the page.
    pub const ALL: [Self; 10] = [
        Self::Down,
        Self::Slow,
        Self::Rubbish,
        Self::Foreign,
        Self::RefusesForCustomers,
        Self::RefusesForStaff,
        Self::DiesAfterCommitting,
        Self::LowerCase,
        Self::ByteOrderMark,
        Self::Numbers,
    ];

    /// Name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Rubbish => "rubbish",
            Self::Foreign => "foreign",
            Self::RefusesForCustomers => "refuses_for_customers",
            Self::RefusesForStaff => "refuses_for_staff",
            Self::DiesAfterCommitting => "dies_after_committing",
            Self::LowerCase => "lower_case",
            Self::ByteOrderMark => "byte_order_mark",
            Self::Numbers => "numbers",
        }
    }

    /// Label of the button.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Down => "Be down",
            Self::Slow => "Be slow",
            Self::Rubbish => "Answer rubbish",
            Self::Foreign => "Mix customers up",
            Self::RefusesForCustomers => "Refuse, for the customer",
            Self::RefusesForStaff => "Refuse, for staff",
            Self::DiesAfterCommitting => "Lose answers",
            Self::LowerCase => "Write names in lower case",
            Self::ByteOrderMark => "Begin with a byte order mark",
            Self::Numbers => "Answer ids as numbers",
        }
    }

    /// What happens, and what the platform makes of it.
    pub const fn explanation(self) -> &'static str {
        match self {
            Self::Down => "Every call is answered with HTTP status 503. The platform tries again.",
            Self::Slow => "Every answer takes five seconds. Other vendors are not delayed.",
            Self::Rubbish => {
                "A page comes in place of JSON. The platform tries again, and gives up after six attempts."
            }
            Self::Foreign => "Exists and Synchronize answer the ExternalID of another account. Nothing is linked.",
            Self::RefusesForCustomers => "Synchronize answers code −80017. The customer reads the message.",
            Self::RefusesForStaff => {
                "Synchronize answers code −105. Staff read the message; the customer reads “Contact your support department”."
            }
            Self::DiesAfterCommitting => {
                "Synchronize and Delete are carried out, and their answers are lost. The platform asks Exists before it does anything again."
            }
            Self::LowerCase => "The platform reads them all the same.",
            Self::ByteOrderMark => "The platform reads the answer all the same.",
            Self::Numbers => "The platform reads them as texts.",
        }
    }

    /// Whether the fault shows in this operation, given in lower case.
    pub fn concerns(self, operation: &str) -> bool {
        match self {
            Self::RefusesForCustomers | Self::RefusesForStaff => operation == "synchronize",
            Self::DiesAfterCommitting => matches!(operation, "synchronize" | "delete"),
            Self::Foreign => matches!(operation, "exists" | "synchronize"),
            _ => true,
        }
    }

    /// An answer, written as the fault has it.
    pub fn written(self, answer: Value) -> String {
        match self {
            Self::LowerCase => in_lower_case(answer).to_string(),
            Self::ByteOrderMark => format!("\u{feff}{answer}"),
            Self::Numbers => with_numbers(answer).to_string(),
            _ => answer.to_string(),
        }
    }
}

fn in_lower_case(answer: Value) -> Value {
    match answer {
        Value::Object(members) => {
            let lower = |(name, value): (String, Value)| (name.to_lowercase(), in_lower_case(value));
            Value::Object(members.into_iter().map(lower).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(in_lower_case).collect()),
        other => other,
    }
}

fn with_numbers(mut answer: Value) -> Value {
    for name in ["Result", "Results"] {
        if let Some(number) = answer[name].as_str().and_then(|id| id.parse::<u64>().ok()) {
            answer[name] = Value::from(number);
        }
    }
    answer
}
