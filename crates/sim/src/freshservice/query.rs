//! Parser of `query="…"` and `filter="…"`.
//!
//! ```text
//! (primary_email:'ada@example.com' OR ~[first_name|last_name]:'ad') AND created_at:>'2026-01-01' AND department_id:null
//! ```

use serde_json::Value;

/// A condition on a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Both conditions hold.
    And(Box<Self>, Box<Self>),
    /// At least one condition holds.
    Or(Box<Self>, Box<Self>),
    /// A comparison of a field.
    Field {
        /// Field names; several only with [`Operator::Prefix`].
        names: Vec<String>,
        /// Comparison operator.
        operator: Operator,
        /// The value; `None` for `null`.
        value: Option<String>,
    },
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `:`
    Is,
    /// `:>`, which means "at least".
    AtLeast,
    /// `:<`, which means "at most".
    AtMost,
    /// `~field:`, `~[a|b]:`
    Prefix,
}

/// Parse error of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryError {
    /// Syntax error, missing double quotes, or too long.
    Syntax,
    /// A field that is not allowed in queries.
    Field(String),
}

/// Maximum length of a query, in characters.
const MAX_LENGTH: usize = 512;

/// Parses a parameter's value, including the double quotes. Only the given `fields` are allowed.
pub fn parse(parameter: &str, fields: &[&str]) -> Result<Query, QueryError> {
    let text = parameter.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(QueryError::Syntax)?;
    if text.chars().count() > MAX_LENGTH {
        return Err(QueryError::Syntax);
    }
    let mut parser = Parser { rest: text, fields };
    let query = parser.any_of()?;
    if parser.rest.trim().is_empty() { Ok(query) } else { Err(QueryError::Syntax) }
}

impl Query {
    /// Whether a row matches; `field` returns the row's value of a field.
    pub fn fits(&self, field: &dyn Fn(&str) -> Value) -> bool {
        match self {
            Self::And(left, right) => left.fits(field) && right.fits(field),
            Self::Or(left, right) => left.fits(field) || right.fits(field),
            Self::Field { names, operator, value } => {
                names.iter().any(|name| holds(&field(name), *operator, value.as_deref()))
            }
        }
    }

    /// Whether the query contains a field.
    pub fn mentions(&self, field: &str) -> bool {
        match self {
            Self::And(left, right) | Self::Or(left, right) => left.mentions(field) || right.mentions(field),
            Self::Field { names, .. } => names.iter().any(|name| name == field),
        }
    }
}

fn holds(actual: &Value, operator: Operator, wanted: Option<&str>) -> bool {
    if let Value::Array(entries) = actual {
        return match wanted {
            None => entries.is_empty(),
            Some(_) => entries.iter().any(|entry| holds(entry, operator, wanted)),
        };
    }
    let Some(wanted) = wanted else { return actual.is_null() };
    if let (Some(actual), Ok(wanted)) = (actual.as_f64(), wanted.parse::<f64>()) {
        return match operator {
            Operator::AtLeast => actual >= wanted,
            Operator::AtMost => actual <= wanted,
            Operator::Is => (actual - wanted).abs() < f64::EPSILON,
            Operator::Prefix => actual.to_string().starts_with(&wanted.to_string()),
        };
    }
    let actual = match actual {
        Value::Null => return false,
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    };
    let wanted = wanted.to_lowercase();
    match operator {
        Operator::Is => actual == wanted,
        Operator::AtLeast => actual >= wanted,
        Operator::AtMost => actual <= wanted,
        Operator::Prefix => actual.starts_with(&wanted),
    }
}

struct Parser<'a> {
    rest: &'a str,
    fields: &'a [&'a str],
}

impl<'a> Parser<'a> {
    fn any_of(&mut self) -> Result<Query, QueryError> {
        let mut query = self.all_of()?;
        while self.word("OR") {
            query = Query::Or(Box::new(query), Box::new(self.all_of()?));
        }
        Ok(query)
    }

    fn all_of(&mut self) -> Result<Query, QueryError> {
        let mut query = self.one()?;
        while self.word("AND") {
            query = Query::And(Box::new(query), Box::new(self.one()?));
        }
        Ok(query)
    }

    fn one(&mut self) -> Result<Query, QueryError> {
        if self.sign("(") {
            let query = self.any_of()?;
            return if self.sign(")") { Ok(query) } else { Err(QueryError::Syntax) };
        }
        let prefix = self.sign("~");
        let names = self.names(prefix)?;
        let operator = if prefix {
            self.sign(":").then_some(Operator::Prefix)
        } else if self.sign(":>") {
            Some(Operator::AtLeast)
        } else if self.sign(":<") {
            Some(Operator::AtMost)
        } else {
            self.sign(":").then_some(Operator::Is)
        };
        let operator = operator.ok_or(QueryError::Syntax)?;
        Ok(Query::Field { names, operator, value: self.value()? })
    }

    fn names(&mut self, prefix: bool) -> Result<Vec<String>, QueryError> {
        if !(prefix && self.sign("[")) {
            return Ok(vec![self.name()?]);
        }
        let mut names = vec![self.name()?];
        while self.sign("|") {
            names.push(self.name()?);
        }
        if self.sign("]") { Ok(names) } else { Err(QueryError::Syntax) }
    }

    fn name(&mut self) -> Result<String, QueryError> {
        let name = self.take(|letter| letter.is_alphanumeric() || letter == '_');
        match name {
            "" => Err(QueryError::Syntax),
            name if self.fields.contains(&name) => Ok(name.to_owned()),
            name => Err(QueryError::Field(name.to_owned())),
        }
    }

    fn value(&mut self) -> Result<Option<String>, QueryError> {
        if self.sign("'") {
            let (value, rest) = self.rest.split_once('\'').ok_or(QueryError::Syntax)?;
            self.rest = rest;
            return Ok(Some(value.to_owned()));
        }
        match self.take(|letter| !letter.is_whitespace() && letter != '(' && letter != ')') {
            "" => Err(QueryError::Syntax),
            "null" => Ok(None),
            value => Ok(Some(value.to_owned())),
        }
    }

    fn take(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let text = self.rest.trim_start();
        let end = text.find(|letter| !belongs(letter)).unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(sign);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn word(&mut self, word: &str) -> bool {
        let found = self.rest.trim_start().strip_prefix(word).filter(|rest| rest.starts_with([' ', '(', '~']));
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }
}
