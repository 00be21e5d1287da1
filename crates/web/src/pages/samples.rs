//! Samples of every page and e-mail in every state, with fictional data: for tests, for viewing, and for operators who
//! check their own templates. A page's samples are in its own folder, and are registered with `inventory::submit!`.

use crate::locale::text;
use jiff::{SignedDuration, Timestamp};
use tessera_hub::{EmailSample, RenderedEmail};

use super::{Chrome, Flash, Page, PortalLink, RenderError, Renderer, Support};

/// A page or e-mail that has samples, each with a name that is suitable for a file.
pub trait Sample: Sized {
    /// The states, the most common one first.
    fn samples() -> Vec<(String, Self)>;
}

/// The interface in which a page is shown, which determines its chrome.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// Without a signed-in user.
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
            Self::Customer(path) => Chrome { portals: portals(path), ..chrome(path, Some("Jo Meyer")) },
            Self::Staff(path) => {
                Chrome { open_reviews: 2, registrations: 1, portals: portals(path), ..chrome(path, Some("agnes")) }
            }
        }
    }

    /// The chrome with a message about the last request.
    fn with_flash(self) -> Chrome {
        let alarm = matches!(self, Self::Staff(_)).then(|| "Freshservice does not answer · 3 jobs failed".to_owned());
        let flash = match self {
            Self::Staff(_) => Flash::failed("The job could not be started again: it is already running."),
            Self::Anyone | Self::Customer(_) => Flash::done("You are signed in."),
        };
        Chrome { flash: Some(flash), alarm, ..self.chrome() }
    }
}

/// The states of a page by name, with the HTML or the error.
type States = Vec<(String, Result<String, RenderError>)>;

/// The samples of a page.
pub(crate) struct PageSamples {
    template: &'static str,
    shown: Shown,
    render: fn(&Renderer, &Chrome) -> States,
}

inventory::collect!(PageSamples);

impl PageSamples {
    /// The samples of page `P`.
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

/// A page or e-mail in one of its states, or the error of rendering it.
#[derive(Debug)]
pub struct Rendered<T> {
    /// Template and state, suitable for a file name, as in `activation-refused-expired`.
    pub name: String,
    /// The result of rendering it.
    pub result: Result<T, RenderError>,
}

impl<T> Rendered<T> {
    fn new(template: &str, state: &str, result: Result<T, RenderError>) -> Self {
        let (stem, _) = template.rsplit_once('.').unwrap_or((template, ""));
        Self { name: format!("{}-{state}", stem.replace('/', "-")), result }
    }
}

/// Renders every page in every state, and the most common state also with a message about the last request.
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

/// Whether a page with samples uses this template.
#[cfg(test)]
pub(crate) fn shows(template: &str) -> bool {
    inventory::iter::<PageSamples>().any(|page| page.template == template)
}

/// Renders every e-mail in every case.
pub fn emails(renderer: &Renderer) -> Vec<Rendered<RenderedEmail>> {
    let chrome = chrome("/", None);
    let email = |EmailSample { name, case, fields, .. }| {
        Rendered::new(&format!("emails/{name}.txt"), case, renderer.email(name, &fields, &chrome))
    };
    tessera_hub::email_samples().into_iter().map(email).collect()
}

/// The current time in all samples.
pub(crate) fn now() -> Timestamp {
    Timestamp::constant(1_795_269_900, 0)
}

/// The given number of minutes before [`now`]; after it if negative.
pub(crate) fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

pub(crate) const HOUR: i64 = 60;
pub(crate) const DAY: i64 = 24 * HOUR;

/// The portals of someone who has several.
fn portals(path: &str) -> Vec<PortalLink> {
    let known = [
        (text!("portal-title-customer"), "/portal/customer", "/portal/customer"),
        (text!("portal-title-warehouse"), "/portal/warehouse", "/portal/warehouse"),
        ("SMART Client".to_owned(), "/portal/smart_client", "/console"),
    ];
    let link = |(title, url, here): (String, &str, &str)| PortalLink {
        title,
        url: url.to_owned(),
        current: path.starts_with(here),
    };
    known.map(link).into()
}

/// The chrome of a sample.
pub(crate) fn chrome(path: &str, signed_in: Option<&str>) -> Chrome {
    let support = Support { email: Some("help@example.com".to_owned()), phone: Some("+27 21 555 0100".to_owned()) };
    Chrome {
        help_url: Some("https://www.example.com/help".to_owned()),
        signed_in: signed_in.map(str::to_owned),
        ..Chrome::new("Sunfield Energy", support, path, now())
    }
}

/// Gives names to the states.
pub(crate) fn states<T, const N: usize>(states: [(&str, T); N]) -> Vec<(String, T)> {
    states.into_iter().map(|(name, state)| (name.to_owned(), state)).collect()
}
