//! Every page and e-mail in every state, with plainly fictional data: for tests, for looking at, and for operators who check their
//! own templates. A page's samples stand beside it, and are added by `inventory::submit!`.

use jiff::{SignedDuration, Timestamp};
use tessera_hub::{EmailSample, RenderedEmail};

use super::{Chrome, Flash, Page, RenderError, Renderer, Support};

/// What can show itself in each of its states, each under a name fit for a file.
pub trait Sample: Sized {
    /// The states, the usual one first.
    fn samples() -> Vec<(String, Self)>;
}

/// Where a page is shown, and to whom: it decides what surrounds the page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// Nobody is signed in.
    Anyone,
    /// In the portal, at this path.
    Customer(&'static str),
    /// In the console, at this path.
    Staff(&'static str),
}

impl Shown {
    fn chrome(self) -> Chrome {
        match self {
            Self::Anyone => chrome("/activate/sample", None),
            Self::Customer(path) => chrome(path, Some("Jo Meyer")),
            Self::Staff(path) => Chrome { open_reviews: 2, registrations: 1, ..chrome(path, Some("agnes")) },
        }
    }

    /// The same, with what the last request did.
    fn with_flash(self) -> Chrome {
        let flash = match self {
            Self::Staff(_) => Flash::failed("The job could not be started again: it is already running."),
            Self::Anyone | Self::Customer(_) => Flash::done("You are signed in."),
        };
        Chrome { flash: Some(flash), ..self.chrome() }
    }
}

/// Every state of a page by its name, with its HTML or why there is none.
type States = Vec<(String, Result<String, RenderError>)>;

/// The samples of one page.
pub(crate) struct PageSamples {
    template: &'static str,
    shown: Shown,
    render: fn(&Renderer, &Chrome) -> States,
}

inventory::collect!(PageSamples);

impl PageSamples {
    /// Those of a page.
    pub(crate) const fn of<P: Page>(shown: Shown) -> Self {
        Self {
            template: P::TEMPLATE,
            shown,
            render: |renderer, chrome| {
                P::samples().into_iter().map(|(state, page)| (state, renderer.page(&page, chrome))).collect()
            },
        }
    }
}

/// A page or an e-mail in one of its states, or why it cannot be rendered.
#[derive(Debug)]
pub struct Rendered<T> {
    /// Template and state, fit for a file, as in `activation-refused-expired`.
    pub name: String,
    /// What came of it.
    pub result: Result<T, RenderError>,
}

impl<T> Rendered<T> {
    fn new(template: &str, state: &str, result: Result<T, RenderError>) -> Self {
        let (stem, _) = template.rsplit_once('.').unwrap_or((template, ""));
        Self { name: format!("{}-{state}", stem.replace('/', "-")), result }
    }
}

/// Every page in every state; the usual one also with what the last request did.
pub fn pages(renderer: &Renderer) -> Vec<Rendered<String>> {
    let mut pages: Vec<&PageSamples> = inventory::iter::<PageSamples>().collect();
    pages.sort_by_key(|page| page.template);
    let in_every_state = |page: &PageSamples| {
        let usual = (page.render)(renderer, &page.shown.with_flash()).into_iter().next();
        let usual = usual.map(|(state, result)| (format!("{state}-flash"), result));
        let all = (page.render)(renderer, &page.shown.chrome()).into_iter().chain(usual);
        all.map(|(state, result)| Rendered::new(page.template, &state, result)).collect::<Vec<_>>()
    };
    pages.into_iter().flat_map(in_every_state).collect()
}

/// Whether the samples of a page show this template.
#[cfg(test)]
pub(crate) fn shows(template: &str) -> bool {
    inventory::iter::<PageSamples>().any(|page| page.template == template)
}

/// Every e-mail in every case.
pub fn emails(renderer: &Renderer) -> Vec<Rendered<RenderedEmail>> {
    let chrome = chrome("/", None);
    let email = |EmailSample { name, case, fields }| {
        Rendered::new(&format!("emails/{name}.txt"), case, renderer.email(name, &fields, &chrome))
    };
    tessera_hub::email_samples().into_iter().map(email).collect()
}

/// The moment all samples are made for.
pub(crate) fn now() -> Timestamp {
    Timestamp::constant(1_795_269_900, 0)
}

/// So many minutes before [`now`]; negative for after.
pub(crate) fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

pub(crate) const HOUR: i64 = 60;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The surroundings of a sample.
pub(crate) fn chrome(path: &str, signed_in: Option<&str>) -> Chrome {
    let support = Support { email: Some("help@example.com".to_owned()), phone: Some("+27 21 555 0100".to_owned()) };
    Chrome {
        help_url: Some("https://www.example.com/help".to_owned()),
        signed_in: signed_in.map(str::to_owned),
        ..Chrome::new("Sunfield Energy", support, path, now())
    }
}

/// Names the states.
pub(crate) fn states<T, const N: usize>(states: [(&str, T); N]) -> Vec<(String, T)> {
    states.into_iter().map(|(name, state)| (name.to_owned(), state)).collect()
}
