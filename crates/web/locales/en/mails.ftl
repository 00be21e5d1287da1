# E-mails. Messages of the text parts are wrapped at 78 characters.

mail-hello = Hello,
mail-hello-name = Hello { $name },
mail-hello-bdi = Hello <bdi>{ $name }</bdi>,
mail-copy-address = If the button does not work, copy this address into your browser:
mail-questions-write-or-call = Questions? Write to { $email } or call { $phone }.
mail-questions-write = Questions? Write to { $email }.
mail-questions-call = Questions? Call { $phone }.
mail-registration-approved-subject = Your registration at { $brand } was approved
mail-registration-refused-subject = Your registration at { $brand } was not approved
mail-method-added-subject = A sign-in method was added to your account at { $brand }
mail-method-removed-subject = A sign-in method was removed from your account at { $brand }
mail-request-organisation = Your organisation
mail-request-approval = Please approve a request
mail-request-approval-lead = { $by } has opened the following request. We send it to the service team once you approve it.
mail-request-opened = A request was opened
mail-request-opened-lead = { $by } has opened the following request. This e-mail is for your information.
mail-request-approved = Your request was approved
mail-request-approved-lead = { $by } approved your request. It now goes to the service team.
mail-request-declined = Your request was declined
mail-request-declined-lead = { $by } declined your request. It was not sent to the service team.
mail-return-see = See the return
mail-return-open = Return { $number } is open
mail-return-opened-for = We opened return { $number } for { $units }.
mail-return-pack = Pack it well, write the return number on the parcel, and send it to us. You'll find instructions on the return's page.
mail-return-replacement-first = We send you the replacement first. Keep yours until it has arrived.
mail-return-approve = Please approve { $amount } for return { $number }
mail-return-approve-why = Before we continue with { $model }, we need you to approve { $amount }.
mail-return-approve-note = What it is for: { $note }
mail-return-approve-until = We wait until you approve or decline on the return's page.
mail-return-approve-action = Approve or decline
mail-return-shipped = Return { $number }: shipped
mail-return-shipped-to-you = We shipped { $units } to you (return { $number }).
mail-return-parcel = Follow the parcel: { $tracking }.
mail-return-complete = Return { $number } is complete
mail-return-complete-why = Return { $number } is complete.
mail-return-cancelled = Return { $number } was cancelled
mail-return-cancelled-why = Return { $number } was cancelled.
mail-the-reason = Reason: { $reason }
mail-activated-your-account-is-activated = Your account is activated
mail-activated-your-account-at-was-linked = Your account at { $brand } was linked with the sign-in <strong>{ $sign_in }</strong> on { $at }.
mail-activated-you-can-now-see-here = You can now see { $count ->
    [one] { $count } device
   *[other] { $count } devices
    }, here and in the app, with this sign-in.
mail-activated-see-my-devices = See my devices
mail-activated-go-to-my-account = Go to my account
mail-activated-wasnt-you-someone-else-may = <strong>Wasn't you?</strong> Someone else may have used your activation link. Tell support at once: we can undo it, and the other sign-in immediately loses access to your devices.
mail-break-glass-a-local-staff-account-signed = A local staff account signed in
mail-break-glass-the-local-account-signed-in = The local account <strong>{ $login }</strong> signed in to the console of { $brand } on { $at }. Local accounts are for emergencies, because staff sign in at the company's identity provider.
mail-break-glass-see-the-staff-accounts = See the staff accounts
mail-break-glass-nobody-of-you-remove-the = <strong>Was it none of you?</strong> Remove the account at once, and review what it did.
mail-email-change-confirm-your-new-e-mail = Confirm your new e-mail address
mail-email-change-you-asked-us-to-write = You asked us to use this address from now on. Sign in and confirm it.
mail-email-change-confirm-this-address = Confirm this address
mail-email-change-the-link-works-until-until = The link works until { $expires_at }. Until you confirm, nothing changes. <strong>Wasn't you?</strong> Ignore this e-mail, and the address will not be used.
mail-email-changed-your-e-mail-address-was = Your e-mail address was changed
mail-email-changed-your-e-mail-address-at = Your e-mail address at { $brand } is now <strong>{ $to }</strong>. We no longer use this one. All your other sessions have been signed out.
mail-email-changed-see-my-profile = See my profile
mail-email-changed-wasnt-you-someone-else-may = <strong>Wasn't you?</strong> Someone else may have been signed in as you. Tell support at once: the change can be undone.
mail-invitation-activate-your-account = Activate your account
mail-invitation-invites-you-to-link-your = { $brand } has invited you to see your devices online. Sign in with your own account to connect them. After that you also see them in the app.
mail-invitation-activate-my-account = Activate my account
mail-invitation-the-link-opens-a-page = The link opens a page that shows what will be linked. You then sign in with any account you like, or create one. Nothing is linked before you sign in.
mail-invitation-it-works-once-until = It works once, until <strong>{ $expires_at }</strong>.
mail-invitation-if-you-did-not-expect = If you did not expect this e-mail, ignore it: nothing is linked unless someone signs in through the link. Please don’t forward it, because the first person to use it is linked to your devices. { $brand } never asks for your password by e-mail.
mail-reminder-your-activation-link-expires-soon = Your activation link expires soon
mail-reminder-we-sent-you-a-link = We sent you a link to see your devices at { $brand } with your own sign-in. You have not used it yet. It works until <strong>{ $expires_at }</strong>.
mail-reminder-this-is-the-same-link = This is the same link as in our first e-mail. After that time, ask us for a new one.
mail-link-choose-a-password = Choose a password
mail-link-somebody-most-likely-you-asked = Someone, most likely you, asked for help signing in at { $brand }.
mail-link-you-can-sign-in-at = You can sign in at { $brand } with a password of your own.
mail-link-your-person-id = Your person ID: <strong>{ $person_id }</strong>
mail-link-choose-a-password-2 = Choose a password
mail-link-the-link-works-once-until = The link works once, until { $expires_at }. Nothing changes until you choose a password. You sign in with your person ID, not with your e-mail address.
mail-link-you-did-not-ask-then = <strong>Didn't ask for this?</strong> Ignore this e-mail: nothing changes, and only you received the link.
mail-link-please-dont-forward-this-e = Please don't forward this e-mail. { $brand } never asks for your password.
mail-registration-you-have-access-already = You already have access
mail-registration-somebody-most-likely-you-registered = Someone, most likely you, registered at { $brand } with this address. You do not need to register:
mail-registration-if-you-do-not-know = If you have forgotten your password, choose a new one.
mail-registration-i-cannot-sign-in = Choose a new password
mail-registration-confirm-your-address = Confirm your address
mail-registration-you-registered-at-confirm-that = You registered at { $brand }. Confirm that this is your address.
mail-registration-confirm-my-address = Confirm my address
mail-registration-the-link-works-until-then = The link works until { $expires_at }. Then choose a password and continue with your order.
mail-registration-the-link-works-until-after = The link works until { $expires_at }. After that, { $brand } will review your registration and e-mail you the result.
mail-registration-you-did-not-register-then = <strong>Didn't register?</strong> Ignore this e-mail, and nothing happens.
mail-registration-decided-your-registration-was-approved = Your registration was approved
mail-registration-decided-your-registration-at-was-approved = Your registration at { $brand } was approved.
mail-registration-decided-then-sign-in-with-your = Then sign in with your person ID. The link works once, until { $expires_at }.
mail-registration-decided-your-registration-was-not-approved = Your registration was not approved
mail-registration-decided-your-registration-at-was-not = Your registration at { $brand } was not approved.
mail-registration-decided-if-something-was-missing-you = If something was missing, you can <a class="link" href="{ $register_url }">register again</a>.
mail-reply-a-reply-in-the-forum = A reply in the forum
mail-reply-replied-in-a-topic-that = <bdi>{ $author }</bdi> replied to a topic that you follow: <strong>{ $title }</strong>
mail-reply-read-the-reply = Read the reply
mail-reply-dont-want-these-e-mails = Don't want these e-mails? Unfollow the topic, or <a class="link" href="{ $unsubscribe_url }">stop all e-mails about replies</a>.
mail-request-see-the-request = See the request
mail-request-you-get-this-e-mail = You get this e-mail because you are part of your organisation’s approval workflow, or because you opened the request.
mail-return-you-get-this-because-somebody = You get this e-mail because return { $number } at { $brand } was opened in your name.
mail-failed-title = Failed sign-ins
mail-failed-many = somebody tried many times to sign in at { $brand } as <strong>{ $person_id }</strong>, last on { $at }, and failed.
mail-failed-you = <strong>Was it you?</strong> Then choose a new password:
mail-failed-new-password = Forgot your password?
mail-failed-not-you = <strong>Wasn't you?</strong> A password that you use nowhere else is safe. Add a passkey or an authenticator app, so that a password alone opens nothing.
mail-failed-not-you-protected = <strong>Wasn't you?</strong> A password that you use nowhere else is safe, and your second factor is asked for as well. You don't have to do anything.
mail-security-for-at-on = { $notice } for <strong>{ $person_id }</strong> at { $brand } on { $at }.
mail-security-see-my-sign-in-methods = See my sign-in methods
mail-security-wasnt-you-choose-another-password = <strong>Wasn't you?</strong> <a class="link" href="{ $forgot_url }">Choose a new password</a> at once, which ends all other sessions, and tell support.
mail-method-a-sign-in-method-was = A sign-in method was added
mail-method-a-sign-in-method-was-2 = A sign-in method was removed
mail-method-the-sign-in-was-added = The sign-in <strong>{ $sign_in }</strong> was added to your account at { $brand } on { $at }. It now has access to your devices.
mail-method-the-sign-in-was-removed = The sign-in <strong>{ $sign_in }</strong> was removed from your account at { $brand } on { $at }. It no longer has access to your devices.
mail-method-everybody-else-who-was-signed = All other sessions of your account have been signed out.
mail-method-wasnt-you-someone-else-may = <strong>Wasn't you?</strong> Someone else may be signed in to your account. Tell support at once: the change can be undone.
mail-activated-subject = Your account at { $brand } is activated
mail-activated-text = Your account at { $brand } was linked with the sign-in
    { $sign_in } on { $at }.
mail-activated-text-devices = You can now see { $count ->
    [one] { $count } device
   *[other] { $count } devices
    }, online and in the app, with this sign-in:
mail-activated-text-not-you = Wasn't you? Someone else may have used your activation link. Tell support at
    once: we can undo it, and the other sign-in immediately loses access to your
    devices.
mail-break-glass-subject = Local staff account { $login } signed in at { $brand }
mail-break-glass-text = The local account { $login } signed in to the console of { $brand }
    on { $at }. Local accounts are for emergencies,
    because staff sign in at the company's identity provider.
mail-break-glass-text-accounts = The staff accounts:
mail-break-glass-text-nobody = Was it none of you? Remove the account at once, and review what it did.
mail-email-change-subject = Confirm your new e-mail address at { $brand }
mail-email-change-text = You asked us to use this address from now on. Sign in and confirm it here:
mail-email-change-text-until = The link works until { $expires_at }. Until you confirm, nothing
    changes.
mail-email-change-text-not-you = Wasn't you? Ignore this e-mail, and the address will not be used.
mail-email-changed-subject = Your e-mail address at { $brand } was changed
mail-email-changed-text = Your e-mail address at { $brand } is now { $to }. We no
    longer use this one. All your other sessions have been signed out.
mail-email-changed-text-profile = Your profile:
mail-email-changed-text-not-you = Wasn't you? Someone else may have been signed in as you. Tell support at once:
    the change can be undone.
mail-invitation-subject = Activate your account at { $brand }
mail-invitation-text = { $brand } has invited you to see your devices online. Sign in with your own
    account to connect them. After that you also see them in the app.
mail-invitation-text-activate = Activate your account:
mail-invitation-text-how = The link opens a page that shows what will be linked. You then sign in with
    any account you like, or create one. Nothing is linked before you sign in. It
    works once, until { $expires_at }.
mail-invitation-text-unexpected = If you did not expect this e-mail, ignore it: nothing is linked unless
    someone signs in through the link. Please don't forward it, because the
    first person to use it is linked to your devices. { $brand } never asks
    for your password by e-mail.
mail-reminder-subject = Your activation link at { $brand } expires soon
mail-reminder-text = We sent you a link to see your devices at { $brand } with your own
    sign-in. You have not used it yet. It works until { $expires_at }.
mail-reminder-text-same = This is the same link as in our first e-mail. After that time, ask us for a
    new one.
mail-link-subject = Choose a password for { $brand }
mail-link-somebody-most-likely-you-asked-2 = Someone, most likely you, asked for help signing in at { $brand }.
mail-link-text-person-id = Your person ID: { $person_id }
mail-link-text-choose = Choose a password:
mail-link-text-until = The link works once, until { $expires_at }. Nothing changes until
    you choose a password. You sign in with your person ID, not with your e-mail
    address.
mail-link-text-not-asked = Didn't ask for this? Ignore this e-mail: nothing changes, and only you
    received the link.
mail-link-text-forward = Please don't forward this e-mail. { $brand } never asks for your
    password.
mail-registration-subject = Your registration at { $brand }
mail-registration-text-known = Someone, most likely you, registered at { $brand } with this
    address. You already have access:
mail-registration-text-forgot = You do not need to register. If you have forgotten your password, choose a
    new one:
mail-registration-text = You registered at { $brand }. Confirm that this is your address:
mail-registration-text-until-shop = The link works until { $expires_at }. Then choose a password
    and continue with your order.
mail-registration-text-until = The link works until { $expires_at }. After that, { $brand }
    will review your registration and e-mail you the result.
mail-registration-text-not-you = Didn't register? Ignore this e-mail, and nothing happens.
mail-registration-decided-text-choose = Choose a password, then sign in with your person ID:
mail-registration-decided-text-until = The link works once, until { $expires_at }.
mail-registration-decided-text-again = If something was missing, you can register again:
mail-reply-subject = A reply in the forum of { $brand }
mail-reply-text = { $author } replied to a topic of the forum that you follow:
mail-reply-text-read = Read it here:
mail-reply-text-unsubscribe = Don't want these e-mails? Unfollow the topic, or stop all e-mails about
    replies:
mail-request-text-see = See the request:
mail-request-text-why = You get this e-mail because you are part of your organisation's approval
    workflow, or because you opened the request.
mail-failed-subject = Failed sign-ins at { $brand }
mail-failed-text-many = somebody tried many times to sign in at { $brand }
    as { $person_id }, last on { $at }, and failed.
mail-failed-text-you = Was it you? Then choose a new password:
mail-failed-text-not-you = Wasn't you? A password that you use nowhere else is safe. Add a passkey or
    an authenticator app, so that a password alone opens nothing. Your sign-in
    methods:
mail-failed-text-not-you-protected = Wasn't you? A password that you use nowhere else is safe, and your second
    factor is asked for as well. You don't have to do anything. Your sign-in
    methods:
mail-security-subject = { $notice } at { $brand }
mail-security-text = { $notice } for { $person_id } at { $brand }
    on { $at }.
mail-security-text-methods = Your sign-in methods and where you are signed in:
mail-security-text-not-you = Wasn't you? Choose a new password at once, which ends all other sessions, and
    tell support:
mail-method-text-added = The sign-in { $sign_in } was added to your account at
    { $brand } on { $at }. It now has access to your devices.
mail-method-text-removed = The sign-in { $sign_in } was removed from your account at
    { $brand } on { $at }. It no longer has access to your devices.
mail-method-text-methods = Your sign-in methods:
mail-method-text-not-you = Wasn't you? Someone else may be signed in to your account. Tell support
    at once: the change can be undone.
mail-work-order-action = See the details
mail-work-order-scheduled = { $kind }: your appointment on { $when }
mail-work-order-moved = { $kind }: your appointment was moved to { $when }
mail-work-order-cancelled = { $kind }: your appointment was cancelled
mail-work-order-on = Your appointment is on { $when }.
mail-work-order-on-visitor = Your appointment is on { $when }. { $technician } will visit you.
mail-work-order-now = Your appointment was moved. It is now on { $when }.
mail-work-order-now-visitor = Your appointment was moved. It is now on { $when }. { $technician } will visit you.
mail-work-order-none = Your appointment was cancelled.
mail-work-order-another = If there is a new one, we will e-mail you.
mail-work-order-where = Where: { $address }
mail-work-order-in-time = If you cannot be there, please let us know in time.
mail-work-order-you-get-this = You get this e-mail because { $brand } planned work order { $number } at your place.
