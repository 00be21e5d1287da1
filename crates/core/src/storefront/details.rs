//! The "Service Details" step of the checkout: when it appears, what it asks, and which answers fit (`M03`, `M06`).

use std::collections::BTreeMap;

use super::error::StorefrontError;
use crate::kernel::rejection::FieldProblem;
use crate::marketplace::option::USERNAME;
use crate::marketplace::{OptionKind, SyncOption, values};

/// What is between an account and a vendor already.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The account is a customer of the vendor.
    pub linked: bool,
    /// Something of the vendor was ordered before, or staff have entered values.
    pub known: bool,
    /// The vendor refused the account with a code that is meant for the customer, who can mend what they entered.
    pub refused: bool,
}

/// The options that a customer is asked for, in the vendor's order. The others are filled by the platform or by staff.
pub fn asked(options: &[SyncOption]) -> impl Iterator<Item = &SyncOption> {
    options.iter().filter(|option| option.storefront && !option.read_only && option.kind != OptionKind::File)
}

/// Whether the step appears: once per vendor, at the first order; and again after the vendor refused what was entered.
pub fn is_due(options: &[SyncOption], standing: Standing) -> bool {
    !standing.linked && (!standing.known || standing.refused) && asked(options).next().is_some()
}

/// Whether a code of a vendor is meant for the customer (`M11`).
pub fn is_for_customers(code: Option<i64>) -> bool {
    code.is_some_and(|code| (-89_999..=-80_000).contains(&code))
}

/// The answers of a customer, checked. Only options that are asked for are taken; a blank one is taken back.
///
/// # Errors
/// [`StorefrontError::Invalid`] with every problem. Each names its field by the option's id.
pub fn checked(
    options: &[SyncOption],
    entered: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, StorefrontError> {
    let (mut kept, mut problems) = (BTreeMap::new(), Vec::new());
    for option in asked(options) {
        let value = entered.get(&option.id).map_or("", |value| value.trim());
        let problem = if value.is_empty() {
            // A list has its default, and the user name its rule.
            let fills_itself = option.id.eq_ignore_ascii_case(USERNAME) || option.values.iter().any(|it| it.default);
            (option.required && !fills_itself).then(|| format!("“{}” is needed.", option.name))
        } else {
            values::check(option, value).err().map(|problem| format!("“{}” {}.", option.name, worded(option, problem)))
        };
        problems.extend(problem.map(|problem| FieldProblem::new(option.id.clone(), problem)));
        kept.insert(option.id.clone(), value.to_owned());
    }
    if problems.is_empty() { Ok(kept) } else { Err(StorefrontError::Invalid(problems)) }
}

/// Customers choose from a list by its labels, so the ids say nothing to them.
fn worded(option: &SyncOption, problem: String) -> String {
    if option.kind.has_choices() { "must be one of the choices".to_owned() } else { problem }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::marketplace::Choice;

    fn option(id: &str, storefront: bool, required: bool) -> SyncOption {
        SyncOption { id: id.to_owned(), name: id.to_uppercase(), storefront, required, ..SyncOption::default() }
    }

    fn entered(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(id, value)| ((*id).to_owned(), (*value).to_owned())).collect()
    }

    /// What happens between an account and a vendor.
    #[derive(Debug, Clone, Copy)]
    enum Step {
        Order,
        Link,
        RefuseForCustomer,
        RefuseForStaff,
        Enter,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Order),
            Just(Step::Link),
            Just(Step::RefuseForCustomer),
            Just(Step::RefuseForStaff),
            Just(Step::Enter)
        ]
    }

    proptest! {
        #[test]
        fn m06_the_step_appears_once_per_vendor_at_the_first_order(
            steps in proptest::collection::vec(step(), 0..20), asks: bool
        ) {
            let options = [option("role", false, true), option("domain", asks, true)];
            let (mut standing, mut shown, mut mended) = (Standing::default(), 0, 0);
            for step in steps {
                match step {
                    Step::Order => {
                        let due = is_due(&options, standing);
                        prop_assert!(!due || asks, "a vendor that asks nothing has no step");
                        prop_assert!(!due || !standing.linked, "a customer of the vendor is never asked");
                        let first = !standing.known && !standing.linked;
                        prop_assert_eq!(due, asks && !standing.linked && (first || standing.refused));
                        mended += usize::from(due && !first);
                        shown += usize::from(due);
                        standing = Standing { known: true, refused: false, ..standing };
                    }
                    Step::Link => standing = Standing { linked: true, known: true, refused: false },
                    Step::RefuseForCustomer => standing.refused = standing.known && !standing.linked,
                    Step::RefuseForStaff => standing.refused = false,
                    Step::Enter => standing.known = true,
                }
            }
            prop_assert!(shown - mended <= 1, "once, apart from mending what was refused");
        }

        #[test]
        fn m03_only_options_for_the_storefront_are_asked_and_taken(
            marks in proptest::collection::vec((any::<bool>(), any::<bool>()), 0..8)
        ) {
            let options: Vec<SyncOption> =
                marks.iter().enumerate().map(|(number, (open, _))| option(&format!("o{number}"), *open, false)).collect();
            let all: BTreeMap<String, String> =
                options.iter().map(|option| (option.id.clone(), "value".to_owned())).collect();
            let kept = checked(&options, &all).unwrap();
            let open: Vec<&String> = options.iter().filter(|it| it.storefront).map(|it| &it.id).collect();
            prop_assert_eq!(kept.keys().collect::<Vec<_>>(), open);
        }
    }

    #[test]
    fn m03_answers_are_checked_by_type_and_every_problem_is_named() {
        let choice = |id: &str, default| Choice { id: id.into(), name: id.into(), default, ..Choice::default() };
        let list = SyncOption {
            kind: OptionKind::List,
            values: vec![choice("1", false), choice("2", false)],
            ..option("size", true, true)
        };
        let options = [option("domain", true, true), list, option("role", false, true), option("username", true, true)];
        let Err(StorefrontError::Invalid(problems)) = checked(&options, &entered(&[("size", "9"), ("role", "x")]))
        else {
            panic!("accepted")
        };
        let fields: Vec<_> = problems.iter().map(|problem| problem.field.as_str()).collect();
        assert_eq!(fields, ["domain", "size"], "the user name fills itself, and staff see to the role");
        assert!(problems[1].message.contains("one of the choices"), "{}", problems[1].message);
        let kept = checked(&options, &entered(&[("domain", " acme.example "), ("size", "2")])).unwrap();
        assert_eq!(kept["domain"], "acme.example");
    }

    #[test]
    fn m03_an_option_that_cannot_be_entered_is_not_asked_for() {
        let read_only = SyncOption { read_only: true, ..option("tenant", true, false) };
        let file = SyncOption { kind: OptionKind::File, ..option("logo", true, false) };
        assert!(!is_due(&[read_only, file, option("role", false, true)], Standing::default()));
        assert!(!is_due(&[], Standing::default()));
    }
}
