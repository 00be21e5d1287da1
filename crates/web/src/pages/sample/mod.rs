//! Every page in every state, with plainly fictional data: for the tests, for looking at, and for operators who check their
//! overrides.

mod activation;
mod auth;
mod community;
mod console;
mod invoices;
mod portal;
mod returns;
mod service_requests;

use jiff::{SignedDuration, Timestamp};
use tessera_hub::{EmailSample, RenderedEmail};

use super::activation::{Activated, Invitation, Progress, Refused, RenewSent};
use super::console::{
    BoardForm, Customer, Device, DeviceWrite, DoctorPage, ForumBoards, ForumPost, Licences, Marketplace,
    MarketplaceAccount, MarketplaceCall, Marketplaces, NewDevice, NewPerson, NewReturnFor, OptionForm, PersonPage,
    Persons, Places, Requester, ReturnDetail, ReturnsPage, Review, Reviews, Search, StaffSignIn, SweepPage, Sweeps,
    Systems, WhyPage,
};
use super::invoices::{InvoiceDesk, InvoicePage, Invoices};
use super::portal::{DeviceDetail, Devices, KeptOut, NoDevices, SignIn, SignedOut};
use super::problem::Problem;
use super::returns::{NewReturn, ReturnPage, Returns};
use super::sign_in_methods::{RemoveSignIn, SignInMethods};
use super::{Chrome, Flash, Page, RenderError, Renderer, Support};
use crate::pages::auth::{
    AskCode, ChoosePassword, ConfirmAddress, Forgot, LinkDead, NotLetIn, OwnFactor, OwnPassword, ProveAgain,
    RecoveryCodes, Register, Sessions, Workspace,
};
use crate::pages::console::auth::{Registration, Registrations, Security};
use crate::pages::passkeys::OwnPasskey;
use crate::pages::service_requests::{AllRequests, NewRequest, Request, Requests, StaffRequest, Workflows};

/// A page that can show itself in each of its states, each under a name fit for a file.
pub trait Sample: Sized {
    /// The states, the usual one first.
    fn samples() -> Vec<(String, Self)>;
}

/// The moment all samples are made for.
pub fn now() -> Timestamp {
    Timestamp::constant(1_795_269_900, 0)
}

/// So many minutes before [`now`]; negative for after.
fn ago(minutes: i64) -> Timestamp {
    now() - SignedDuration::from_mins(minutes)
}

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The surroundings of a sample page.
pub fn chrome(path: &str, signed_in: Option<&str>) -> Chrome {
    let support = Support { email: Some("help@example.com".to_owned()), phone: Some("+27 21 555 0100".to_owned()) };
    Chrome {
        help_url: Some("https://www.example.com/help".to_owned()),
        signed_in: signed_in.map(str::to_owned),
        ..Chrome::new("Sunfield Energy", support, path, now())
    }
}

/// Every page in every state: a name such as `activation-refused-expired`, and the HTML.
pub fn pages(renderer: &Renderer) -> Result<Vec<(String, String)>, RenderError> {
    let open = chrome("/activate/sample", None);
    let mut customer = chrome("/portal/customer", Some("Jo Meyer"));
    let mut staff = chrome("/console", Some("agnes"));
    staff.open_reviews = 2;
    staff.registrations = 1;
    let mut made = Vec::new();

    of::<Invitation>(renderer, "activation-invitation", &open, &mut made)?;
    of::<Progress>(renderer, "activation-progress", &open, &mut made)?;
    of::<Activated>(renderer, "activation-activated", &open, &mut made)?;
    of::<Refused>(renderer, "activation-refused", &open, &mut made)?;
    of::<RenewSent>(renderer, "activation-renew", &open, &mut made)?;
    of::<SignIn>(renderer, "portal-sign-in", &open, &mut made)?;
    of::<Forgot>(renderer, "door-forgot", &open, &mut made)?;
    of::<ChoosePassword>(renderer, "door-choose-password", &open, &mut made)?;
    of::<LinkDead>(renderer, "door-link-dead", &open, &mut made)?;
    of::<AskCode>(renderer, "door-ask-code", &open, &mut made)?;
    of::<NotLetIn>(renderer, "door-not-let-in", &open, &mut made)?;
    of::<Workspace>(renderer, "door-workspace", &open, &mut made)?;
    of::<Register>(renderer, "door-register", &open, &mut made)?;
    of::<ConfirmAddress>(renderer, "door-confirm-address", &open, &mut made)?;
    of::<ProveAgain>(renderer, "door-prove-again", &customer, &mut made)?;
    of::<OwnPassword>(renderer, "door-own-password", &customer, &mut made)?;
    of::<OwnFactor>(renderer, "door-own-factor", &customer, &mut made)?;
    of::<OwnPasskey>(renderer, "door-own-passkey", &customer, &mut made)?;
    of::<RecoveryCodes>(renderer, "door-recovery-codes", &customer, &mut made)?;
    of::<Sessions>(renderer, "door-sessions", &customer, &mut made)?;
    of::<SignedOut>(renderer, "portal-signed-out", &open, &mut made)?;
    of::<Devices>(renderer, "portal-devices", &customer, &mut made)?;
    of::<DeviceDetail>(renderer, "portal-device", &customer, &mut made)?;
    of::<NoDevices>(renderer, "portal-no-devices", &customer, &mut made)?;
    of::<KeptOut>(renderer, "portal-kept-out", &customer, &mut made)?;
    "/portal/customer/requests".clone_into(&mut customer.path);
    of::<Requests>(renderer, "portal-requests", &customer, &mut made)?;
    of::<NewRequest>(renderer, "portal-new-request", &customer, &mut made)?;
    of::<Request>(renderer, "portal-request", &customer, &mut made)?;
    "/portal/customer/workflows".clone_into(&mut customer.path);
    of::<Workflows>(renderer, "portal-workflows", &customer, &mut made)?;
    "/portal/customer".clone_into(&mut customer.path);
    of::<SignInMethods>(renderer, "portal-sign-in-methods", &customer, &mut made)?;
    of::<RemoveSignIn>(renderer, "portal-remove-sign-in", &customer, &mut made)?;
    "/portal/customer/returns".clone_into(&mut customer.path);
    of::<Returns>(renderer, "portal-returns", &customer, &mut made)?;
    of::<ReturnPage>(renderer, "portal-return", &customer, &mut made)?;
    of::<NewReturn>(renderer, "portal-new-return", &customer, &mut made)?;
    "/portal/customer/invoices".clone_into(&mut customer.path);
    of::<Invoices>(renderer, "portal-invoices", &customer, &mut made)?;
    of::<InvoicePage>(renderer, "portal-invoice", &customer, &mut made)?;
    community::pages(renderer, &customer, &mut made)?;
    of::<StaffSignIn>(renderer, "console-sign-in", &open, &mut made)?;
    of::<Search>(renderer, "console-search", &staff, &mut made)?;
    of::<Customer>(renderer, "console-customer", &staff, &mut made)?;
    of::<Requester>(renderer, "console-requester", &staff, &mut made)?;
    of::<Device>(renderer, "console-device", &staff, &mut made)?;
    of::<NewDevice>(renderer, "console-new-device", &staff, &mut made)?;
    of::<DeviceWrite>(renderer, "console-device-write", &staff, &mut made)?;
    "/console/registrations".clone_into(&mut staff.path);
    of::<Registrations>(renderer, "console-registrations", &staff, &mut made)?;
    of::<Registration>(renderer, "console-registration", &staff, &mut made)?;
    "/console/reviews".clone_into(&mut staff.path);
    of::<Reviews>(renderer, "console-reviews", &staff, &mut made)?;
    of::<Review>(renderer, "console-review", &staff, &mut made)?;
    "/console/returns".clone_into(&mut staff.path);
    of::<ReturnsPage>(renderer, "console-returns", &staff, &mut made)?;
    of::<NewReturnFor>(renderer, "console-new-return", &staff, &mut made)?;
    of::<ReturnDetail>(renderer, "console-return", &staff, &mut made)?;
    "/console/invoices".clone_into(&mut staff.path);
    of::<InvoiceDesk>(renderer, "console-invoices", &staff, &mut made)?;
    "/console/requests".clone_into(&mut staff.path);
    of::<AllRequests>(renderer, "console-requests", &staff, &mut made)?;
    of::<StaffRequest>(renderer, "console-request", &staff, &mut made)?;
    "/console/why".clone_into(&mut staff.path);
    of::<WhyPage>(renderer, "console-why", &staff, &mut made)?;
    "/console/persons".clone_into(&mut staff.path);
    of::<Persons>(renderer, "console-persons", &staff, &mut made)?;
    of::<NewPerson>(renderer, "console-new-person", &staff, &mut made)?;
    of::<PersonPage>(renderer, "console-person", &staff, &mut made)?;
    of::<Security>(renderer, "console-security", &staff, &mut made)?;
    "/console/customers".clone_into(&mut staff.path);
    of::<Places>(renderer, "console-places", &staff, &mut made)?;
    "/console/licences".clone_into(&mut staff.path);
    of::<Licences>(renderer, "console-licences", &staff, &mut made)?;
    "/console/sweeps".clone_into(&mut staff.path);
    of::<Sweeps>(renderer, "console-sweeps", &staff, &mut made)?;
    of::<SweepPage>(renderer, "console-sweep", &staff, &mut made)?;
    "/console/doctor".clone_into(&mut staff.path);
    of::<DoctorPage>(renderer, "console-doctor", &staff, &mut made)?;
    "/console/systems".clone_into(&mut staff.path);
    of::<Systems>(renderer, "console-systems", &staff, &mut made)?;
    "/console/marketplaces".clone_into(&mut staff.path);
    of::<Marketplaces>(renderer, "console-marketplaces", &staff, &mut made)?;
    of::<Marketplace>(renderer, "console-marketplace", &staff, &mut made)?;
    of::<OptionForm>(renderer, "console-marketplace-option", &staff, &mut made)?;
    of::<MarketplaceAccount>(renderer, "console-marketplace-account", &staff, &mut made)?;
    of::<MarketplaceCall>(renderer, "console-marketplace-call", &staff, &mut made)?;
    "/console/boards".clone_into(&mut staff.path);
    of::<ForumBoards>(renderer, "console-boards", &staff, &mut made)?;
    of::<BoardForm>(renderer, "console-board", &staff, &mut made)?;
    of::<ForumPost>(renderer, "console-forum-post", &staff, &mut made)?;
    of::<Problem>(renderer, "problem", &open, &mut made)?;

    customer.flash = Some(Flash::done("You are signed in."));
    of::<Devices>(renderer, "flash-portal", &customer, &mut made)?;
    staff.flash = Some(Flash::failed("The job could not be started again: it is already running."));
    of::<Systems>(renderer, "flash-console", &staff, &mut made)?;
    Ok(made)
}

/// Every e-mail in every case: a name such as `email-invitation-named`, and its parts.
pub fn emails(renderer: &Renderer) -> Result<Vec<(String, RenderedEmail)>, RenderError> {
    let chrome = chrome("/", None);
    let email = |EmailSample { name, case, fields }| {
        let rendered = renderer.email(name, &fields, &chrome)?;
        Ok((format!("email-{name}-{case}"), rendered))
    };
    tessera_hub::email_samples().into_iter().map(email).collect()
}

fn of<P: Page + Sample>(
    renderer: &Renderer,
    prefix: &str,
    chrome: &Chrome,
    made: &mut Vec<(String, String)>,
) -> Result<(), RenderError> {
    for (state, page) in P::samples() {
        made.push((format!("{prefix}-{state}"), renderer.page(&page, chrome)?));
    }
    Ok(())
}
