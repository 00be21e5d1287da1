//! The list of all jobs.

/// Calls a macro with every job, as `<feature>::<type>`. A new job needs a line here, its type in `<feature>/jobs.rs`,
/// and its implementation in the hub.
#[macro_export]
macro_rules! for_each_job {
    ($callback:ident) => {
        $callback! {
            activation::RunActivation,
            activation::MailActivated,
            activation::LinkByRequesterId,
            credentials::MailSignInChanged,
            credentials::MailOneTimeLink,
            credentials::SendOneTimeLink,
            credentials::MailSecurityNotice,
            credentials::MailFailedSignIns,
            devices::WriteDevice,
            devices::RunDeviceLoad,
            forum::NotifyFollowers,
            forum::MailReply,
            invitations::MailInvitation,
            invitations::MailInvitationReminder,
            invitations::Invite,
            invoices::ReadInvoices,
            marketplace_platform::RunAccountOperation,
            marketplace_platform::FetchSyncOptions,
            marketplace_platform::MailVendorNotification,
            marketplace_platform::RunAccountImport,
            messages::CarryOutMessage,
            persons::MailRegistration,
            persons::MailRegistrationDecided,
            persons::MailEmailChange,
            persons::MailEmailChanged,
            persons::MailEmailCorrected,
            returns::MailReturn,
            service_requests::SyncTicket,
            service_requests::ReadTickets,
            service_requests::MailRequest,
            staff::MailBreakGlass,
            sync::Refresh,
            sync::ConfirmAbsence,
            sync::FetchRecord,
            sync::Sweep,
            sync::ApplySweep,
            work_orders::MailWorkOrder,
        }
    };
}
