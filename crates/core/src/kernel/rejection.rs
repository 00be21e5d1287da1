//! Rejections: why a rule does not allow an action. Every feature has its own error types.

/// The reason why an action is not allowed. Its text names the cause and the remedy.
pub trait Rejection: std::error::Error + Send + Sync + 'static {
    /// Error code, for programs.
    fn code(&self) -> &'static str;

    /// Category, from which interfaces choose the status of their answer.
    fn kind(&self) -> RejectionKind {
        RejectionKind::Conflict
    }

    /// All validation problems, for input that can have several.
    fn problems(&self) -> Vec<FieldProblem> {
        Vec::new()
    }
}

/// Category of a rejection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RejectionKind {
    /// The input can never be valid.
    Invalid,
    /// The actor is not allowed to do it.
    Forbidden,
    /// The current state does not allow it.
    Conflict,
    /// An object named in the request does not exist.
    NotFound,
}

/// A validation problem of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field; empty if the problem concerns the whole input.
    pub field: String,
    /// Description of the problem.
    pub message: String,
}

impl FieldProblem {
    /// Creates a problem of one field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }

    /// Creates a problem of the whole input.
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

/// Joins several problems into one line, for programs and logs.
pub(crate) fn in_one_line(problems: &[FieldProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
