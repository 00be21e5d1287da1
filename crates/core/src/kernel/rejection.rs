//! Rejections: why a rule does not let something happen. Each is an error type of its feature.

/// Why something is not done. Its text says what stands in the way, and what to do.
pub trait Rejection: std::error::Error + Send + Sync + 'static {
    /// The name for programs.
    fn code(&self) -> &'static str;

    /// Whose fault it is; interfaces choose the status of their answer by it.
    fn kind(&self) -> RejectionKind {
        RejectionKind::Conflict
    }

    /// Everything that is wrong with what was entered, where that may be several things.
    fn problems(&self) -> Vec<FieldProblem> {
        Vec::new()
    }
}

/// Whose fault a rejection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// What was entered can never be right.
    Invalid,
    /// Whoever asks may not do it.
    Forbidden,
    /// It cannot be done as things stand.
    Conflict,
    /// What it names does not exist.
    NotFound,
}

/// Something wrong with what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field; empty when it is about all of them.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl FieldProblem {
    /// Something wrong with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// Something wrong with the whole.
    pub fn general(message: impl Into<String>) -> Self {
        Self::new("", message)
    }
}

impl std::fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.field.as_str() {
            "" => f.write_str(&self.message),
            field => write!(f, "{field}: {}", self.message),
        }
    }
}

/// Several problems in one line, for programs and logs.
pub(crate) fn in_one_line(problems: &[FieldProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
