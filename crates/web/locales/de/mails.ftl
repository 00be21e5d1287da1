# E-mails. Messages of the text parts are wrapped at 78 characters.

mail-hello = Guten Tag,
mail-hello-name = Guten Tag { $name },
mail-hello-bdi = Guten Tag <bdi>{ $name }</bdi>,
mail-copy-address = Wenn die Schaltfläche nicht funktioniert, kopieren Sie diese Adresse in Ihren Browser:
mail-questions-write-or-call = Fragen? Schreiben Sie an { $email }, oder rufen Sie an: { $phone }.
mail-questions-write = Fragen? Schreiben Sie an { $email }.
mail-questions-call = Fragen? Rufen Sie an: { $phone }.
mail-registration-approved-subject = Ihre Registrierung bei { $brand } wurde genehmigt
mail-registration-refused-subject = Ihre Registrierung bei { $brand } wurde nicht genehmigt
mail-method-added-subject = Ihrem Konto bei { $brand } wurde eine Anmeldeart hinzugefügt
mail-method-removed-subject = Aus Ihrem Konto bei { $brand } wurde eine Anmeldeart entfernt
mail-request-organisation = Ihre Organisation
mail-request-approval = Ihre Genehmigung wird gebraucht
mail-request-approval-lead = { $by } bittet um Folgendes. Das Serviceteam bekommt die Anfrage, sobald Sie sie genehmigen.
mail-request-opened = Eine Anfrage wurde gestellt
mail-request-opened-lead = { $by } hat die folgende Anfrage gestellt. Das ist nur zu Ihrer Kenntnis.
mail-request-approved = Ihre Anfrage wurde genehmigt
mail-request-approved-lead = { $by } hat Ihre Anfrage genehmigt. Sie geht jetzt an das Serviceteam.
mail-request-declined = Ihre Anfrage wurde abgelehnt
mail-request-declined-lead = { $by } hat Ihre Anfrage abgelehnt. Das Serviceteam hat nichts davon erfahren.
mail-return-see = Rücksendung ansehen
mail-return-open = Die Rücksendung { $number } ist eröffnet
mail-return-opened-for = wir haben die Rücksendung { $number } eröffnet: { $units }.
mail-return-pack = Packen Sie alles gut ein, schreiben Sie die Nummer der Rücksendung auf das Paket, und schicken Sie es uns. Wie, steht auf der Seite der Rücksendung.
mail-return-replacement-first = Wir schicken Ihnen zuerst den Ersatz. Behalten Sie Ihres, bis er angekommen ist.
mail-return-approve = Bitte genehmigen Sie { $amount } für die Rücksendung { $number }
mail-return-approve-why = bevor wir mit { $model } weitermachen, brauchen wir Ihre Genehmigung für { $amount }.
mail-return-approve-note = Wofür: { $note }
mail-return-approve-until = Es geschieht nichts, bis Sie auf der Seite der Rücksendung genehmigen oder ablehnen.
mail-return-approve-action = Genehmigen oder ablehnen
mail-return-shipped = Rücksendung { $number }: verschickt
mail-return-shipped-to-you = wir haben { $units } an Sie geschickt (Rücksendung { $number }).
mail-return-parcel = Verfolgen Sie das Paket: { $tracking }.
mail-return-complete = Die Rücksendung { $number } ist abgeschlossen
mail-return-complete-why = zur Rücksendung { $number } ist alles erledigt.
mail-return-cancelled = Die Rücksendung { $number } wurde storniert
mail-return-cancelled-why = die Rücksendung { $number } wurde storniert.
mail-the-reason = Der Grund: { $reason }
mail-activated-your-account-is-activated = Ihr Konto ist aktiviert
mail-activated-your-account-at-was-linked = Ihr Konto bei { $brand } wurde am { $at } mit der Anmeldung <strong>{ $sign_in }</strong> verknüpft.
mail-activated-you-can-now-see-here = Sie sehen jetzt { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
    }, hier und in der App, mit dieser Anmeldung.
mail-activated-see-my-devices = Meine Geräte ansehen
mail-activated-go-to-my-account = Zu meinem Konto
mail-activated-wasnt-you-someone-else-may = <strong>Das waren nicht Sie?</strong> Dann hat vielleicht jemand anderes Ihren Aktivierungslink benutzt. Sagen Sie es sofort dem Support: Die Verknüpfung lässt sich lösen, und die andere Anmeldung sieht Ihre Geräte dann sofort nicht mehr.
mail-break-glass-a-local-staff-account-signed = Ein lokales Konto hat sich angemeldet
mail-break-glass-the-local-account-signed-in = das lokale Konto <strong>{ $login }</strong> hat sich am { $at } bei der Konsole von { $brand } angemeldet. Lokale Konten sind für Notfälle da, denn Mitarbeiter melden sich beim Anmeldedienst der Firma an.
mail-break-glass-see-the-staff-accounts = Die Konten ansehen
mail-break-glass-nobody-of-you-remove-the = <strong>War das keiner von Ihnen?</strong> Entfernen Sie das Konto sofort, und sehen Sie nach, was es getan hat.
mail-email-change-confirm-your-new-e-mail = Bestätigen Sie Ihre neue E-Mail-Adresse
mail-email-change-you-asked-us-to-write = Sie haben uns gebeten, von jetzt an an diese Adresse zu schreiben. Bestätigen Sie sie, angemeldet als Sie selbst.
mail-email-change-confirm-this-address = Diese Adresse bestätigen
mail-email-change-the-link-works-until-until = Der Link gilt bis { $expires_at }. Bis dahin ändert sich nichts. <strong>Das waren nicht Sie?</strong> Dann müssen Sie nichts tun: Die Adresse wird nicht verwendet.
mail-email-changed-your-e-mail-address-was = Ihre E-Mail-Adresse wurde geändert
mail-email-changed-your-e-mail-address-at = Ihre E-Mail-Adresse bei { $brand } ist jetzt <strong>{ $to }</strong>. An diese hier schreiben wir nicht mehr. Wer sonst noch als Sie angemeldet war, wurde abgemeldet.
mail-email-changed-see-my-profile = Mein Profil ansehen
mail-email-changed-wasnt-you-someone-else-may = <strong>Das waren nicht Sie?</strong> Dann war vielleicht jemand anderes als Sie angemeldet. Sagen Sie es sofort dem Support: Die Änderung lässt sich rückgängig machen.
mail-invitation-activate-your-account = Aktivieren Sie Ihr Konto
mail-invitation-invites-you-to-link-your = { $brand } lädt Sie ein, Ihre Geräte bei { $brand } mit Ihrer eigenen Anmeldung zu verknüpfen. Danach sehen Sie sie online und in der App.
mail-invitation-activate-my-account = Mein Konto aktivieren
mail-invitation-the-link-opens-a-page = Der Link öffnet eine Seite, die zeigt, was verknüpft wird. Sie melden sich dann mit einem Konto Ihrer Wahl an oder legen dabei eines an. Vor Ihrer Anmeldung geschieht nichts.
mail-invitation-it-works-once-until = Er gilt einmal, bis <strong>{ $expires_at }</strong>.
mail-invitation-if-you-did-not-expect = Wenn Sie diese E-Mail nicht erwartet haben, beachten Sie sie nicht: Es wird nichts verknüpft, solange sich niemand über den Link anmeldet. Bitte leiten Sie sie nicht weiter, denn wer ihn zuerst benutzt, wird mit Ihren Geräten verknüpft. { $brand } fragt nie per E-Mail nach Ihrem Passwort.
mail-reminder-your-activation-link-expires-soon = Ihr Aktivierungslink läuft bald ab
mail-reminder-we-sent-you-a-link = wir haben Ihnen einen Link geschickt, um Ihre Geräte bei { $brand } mit Ihrer eigenen Anmeldung zu sehen. Sie haben ihn noch nicht benutzt. Er gilt bis <strong>{ $expires_at }</strong>.
mail-reminder-this-is-the-same-link = Das ist derselbe Link wie in unserer ersten E-Mail. Danach bitten Sie uns um einen neuen.
mail-link-choose-a-password = Wählen Sie ein Passwort
mail-link-somebody-most-likely-you-asked = jemand, höchstwahrscheinlich Sie selbst, hat um Hilfe beim Anmelden bei { $brand } gebeten.
mail-link-you-can-sign-in-at = Sie können sich bei { $brand } mit einem eigenen Passwort anmelden.
mail-link-your-person-id = Ihre Personen-ID: <strong>{ $person_id }</strong>
mail-link-choose-a-password-2 = Passwort wählen
mail-link-the-link-works-once-until = Der Link gilt einmal, bis { $expires_at }. Ihn zu öffnen ändert nichts; erst ein Passwort zu wählen. Sie melden sich mit Ihrer Personen-ID an, nicht mit Ihrer E-Mail-Adresse.
mail-link-you-did-not-ask-then = <strong>Sie haben nicht darum gebeten?</strong> Dann beachten Sie diese E-Mail nicht: Es ändert sich nichts, und nur Sie haben den Link bekommen.
mail-link-please-dont-forward-this-e = Bitte leiten Sie diese E-Mail nicht weiter. { $brand } fragt nie nach Ihrem Passwort.
mail-registration-you-have-access-already = Sie haben schon Zugang
mail-registration-somebody-most-likely-you-registered = jemand, höchstwahrscheinlich Sie selbst, hat sich bei { $brand } mit dieser Adresse registriert. Sie müssen sich nicht registrieren:
mail-registration-if-you-do-not-know = Wenn Sie Ihr Passwort nicht wissen, wählen Sie ein neues.
mail-registration-i-cannot-sign-in = Ich kann mich nicht anmelden
mail-registration-confirm-your-address = Bestätigen Sie Ihre Adresse
mail-registration-you-registered-at-confirm-that = Sie haben sich bei { $brand } registriert. Bestätigen Sie, dass diese Adresse Ihnen gehört.
mail-registration-confirm-my-address = Meine Adresse bestätigen
mail-registration-the-link-works-until-then = Der Link gilt bis { $expires_at }. Wählen Sie dann ein Passwort, und machen Sie mit Ihrer Bestellung weiter.
mail-registration-the-link-works-until-after = Der Link gilt bis { $expires_at }. Danach prüft { $brand } Ihre Registrierung, und Sie hören hier von uns.
mail-registration-you-did-not-register-then = <strong>Sie haben sich nicht registriert?</strong> Dann beachten Sie diese E-Mail nicht: Es geschieht nichts.
mail-registration-decided-your-registration-was-approved = Ihre Registrierung wurde genehmigt
mail-registration-decided-your-registration-at-was-approved = Ihre Registrierung bei { $brand } wurde genehmigt.
mail-registration-decided-then-sign-in-with-your = Melden Sie sich dann mit Ihrer Personen-ID an. Der Link gilt einmal, bis { $expires_at }.
mail-registration-decided-your-registration-was-not-approved = Ihre Registrierung wurde nicht genehmigt
mail-registration-decided-your-registration-at-was-not = Ihre Registrierung bei { $brand } wurde nicht genehmigt.
mail-registration-decided-if-something-was-missing-you = Wenn etwas gefehlt hat, können Sie sich <a class="link" href="{ $register_url }">noch einmal registrieren</a>.
mail-reply-a-reply-in-the-forum = Eine Antwort im Forum
mail-reply-replied-in-a-topic-that = <bdi>{ $author }</bdi> hat in einem Thema geantwortet, dem Sie folgen: <strong>{ $title }</strong>
mail-reply-read-the-reply = Antwort lesen
mail-reply-dont-want-these-e-mails = Sie möchten diese E-Mails nicht? Folgen Sie dem Thema nicht mehr, oder <a class="link" href="{ $unsubscribe_url }">bestellen Sie alle E-Mails über Antworten ab</a>.
mail-request-see-the-request = Anfrage ansehen
mail-request-you-get-this-e-mail = Sie bekommen diese E-Mail, weil die Schritte Ihrer Organisation für Anfragen Sie nennen oder weil Sie die Anfrage gestellt haben.
mail-return-you-get-this-because-somebody = Sie bekommen das, weil jemand bei { $brand } in Ihrem Namen die Rücksendung { $number } eröffnet hat.
mail-failed-title = Anmeldungen ohne Erfolg
mail-failed-many = jemand hat oft versucht, sich bei { $brand } als <strong>{ $person_id }</strong> anzumelden, zuletzt am { $at }, und ist gescheitert.
mail-failed-you = <strong>Das waren Sie?</strong> Dann wählen Sie ein neues Passwort:
mail-failed-new-password = Passwort vergessen?
mail-failed-not-you = <strong>Das waren nicht Sie?</strong> Ein Passwort, das Sie nirgendwo sonst benutzen, ist sicher. Fügen Sie einen Passkey oder eine Authenticator-App hinzu, damit ein Passwort allein nichts öffnet.
mail-failed-not-you-protected = <strong>Das waren nicht Sie?</strong> Ein Passwort, das Sie nirgendwo sonst benutzen, ist sicher, und Ihr zweiter Faktor wird außerdem verlangt. Sie müssen nichts tun.
mail-security-for-at-on = { $notice }: <strong>{ $person_id }</strong> bei { $brand }, am { $at }.
mail-security-see-my-sign-in-methods = Meine Anmeldearten ansehen
mail-security-wasnt-you-choose-another-password = <strong>Das waren nicht Sie?</strong> <a class="link" href="{ $forgot_url }">Wählen Sie sofort ein anderes Passwort</a>, was alle anderen abmeldet, und sagen Sie es dem Support.
mail-method-a-sign-in-method-was = Eine Anmeldeart wurde hinzugefügt
mail-method-a-sign-in-method-was-2 = Eine Anmeldeart wurde entfernt
mail-method-the-sign-in-was-added = Die Anmeldung <strong>{ $sign_in }</strong> wurde am { $at } Ihrem Konto bei { $brand } hinzugefügt. Sie kann jetzt Ihre Geräte sehen.
mail-method-the-sign-in-was-removed = Die Anmeldung <strong>{ $sign_in }</strong> wurde am { $at } aus Ihrem Konto bei { $brand } entfernt. Sie sieht Ihre Geräte nicht mehr.
mail-method-everybody-else-who-was-signed = Alle anderen, die bei Ihrem Konto angemeldet waren, wurden abgemeldet.
mail-method-wasnt-you-someone-else-may = <strong>Das waren nicht Sie?</strong> Dann ist vielleicht jemand anderes bei Ihrem Konto angemeldet. Sagen Sie es sofort dem Support: Die Änderung lässt sich rückgängig machen.
mail-activated-subject = Ihr Konto bei { $brand } ist aktiviert
mail-activated-text = Ihr Konto bei { $brand } wurde mit der Anmeldung { $sign_in } am { $at } verknüpft.
mail-activated-text-devices = Sie sehen jetzt { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
    }, online und in der App, mit dieser Anmeldung:
mail-activated-text-not-you = Das waren nicht Sie? Dann hat vielleicht jemand anderes Ihren Aktivierungslink
    benutzt. Sagen Sie es sofort dem Support: Die Verknüpfung lässt sich lösen,
    und die andere Anmeldung sieht Ihre Geräte dann sofort nicht mehr.
mail-break-glass-subject = Das lokale Konto { $login } hat sich bei { $brand } angemeldet
mail-break-glass-text = das lokale Konto { $login } hat sich am { $at } bei der Konsole von { $brand }
    angemeldet. Lokale Konten sind für Notfälle da, denn Mitarbeiter melden sich
    beim Anmeldedienst der Firma an.
mail-break-glass-text-accounts = Die Konten:
mail-break-glass-text-nobody = War das keiner von Ihnen? Entfernen Sie das Konto sofort, und sehen Sie nach,
    was es getan hat.
mail-email-change-subject = Bestätigen Sie Ihre neue E-Mail-Adresse bei { $brand }
mail-email-change-text = Sie haben uns gebeten, von jetzt an an diese Adresse zu schreiben. Bestätigen
    Sie sie hier, angemeldet als Sie selbst:
mail-email-change-text-until = Der Link gilt bis { $expires_at }. Bis dahin ändert sich nichts.
mail-email-change-text-not-you = Das waren nicht Sie? Dann müssen Sie nichts tun: Die Adresse wird nicht
    verwendet.
mail-email-changed-subject = Ihre E-Mail-Adresse bei { $brand } wurde geändert
mail-email-changed-text = Ihre E-Mail-Adresse bei { $brand } ist jetzt { $to }. An diese hier schreiben wir
    nicht mehr. Wer sonst noch als Sie angemeldet war, wurde abgemeldet.
mail-email-changed-text-profile = Ihr Profil:
mail-email-changed-text-not-you = Das waren nicht Sie? Dann war vielleicht jemand anderes als Sie angemeldet.
    Sagen Sie es sofort dem Support: Die Änderung lässt sich rückgängig machen.
mail-invitation-subject = Aktivieren Sie Ihr Konto bei { $brand }
mail-invitation-text = { $brand } lädt Sie ein, Ihre Geräte bei { $brand } mit Ihrer eigenen Anmeldung zu
    verknüpfen. Danach sehen Sie sie online und in der App.
mail-invitation-text-activate = Aktivieren Sie Ihr Konto:
mail-invitation-text-how = Der Link öffnet eine Seite, die zeigt, was verknüpft wird. Sie melden sich
    dann mit einem Konto Ihrer Wahl an oder legen dabei eines an. Vor Ihrer
    Anmeldung geschieht nichts. Er gilt einmal, bis { $expires_at }.
mail-invitation-text-unexpected = Wenn Sie diese E-Mail nicht erwartet haben, beachten Sie sie nicht: Es wird
    nichts verknüpft, solange sich niemand über den Link anmeldet. Bitte leiten
    Sie sie nicht weiter, denn wer ihn zuerst benutzt, wird mit Ihren Geräten
    verknüpft. { $brand } fragt nie per E-Mail nach Ihrem Passwort.
mail-reminder-subject = Ihr Aktivierungslink bei { $brand } läuft bald ab
mail-reminder-text = wir haben Ihnen einen Link geschickt, um Ihre Geräte bei { $brand } mit Ihrer
    eigenen Anmeldung zu sehen. Sie haben ihn noch nicht benutzt. Er gilt bis
    { $expires_at }.
mail-reminder-text-same = Das ist derselbe Link wie in unserer ersten E-Mail. Danach bitten Sie uns um
    einen neuen.
mail-link-subject = Wählen Sie ein Passwort für { $brand }
mail-link-somebody-most-likely-you-asked-2 = jemand, höchstwahrscheinlich Sie selbst, hat um Hilfe beim Anmelden bei
    { $brand } gebeten.
mail-link-text-person-id = Ihre Personen-ID: { $person_id }
mail-link-text-choose = Wählen Sie ein Passwort:
mail-link-text-until = Der Link gilt einmal, bis { $expires_at }. Ihn zu öffnen ändert nichts; erst ein
    Passwort zu wählen. Sie melden sich mit Ihrer Personen-ID an, nicht mit Ihrer
    E-Mail-Adresse.
mail-link-text-not-asked = Sie haben nicht darum gebeten? Dann beachten Sie diese E-Mail nicht: Es ändert
    sich nichts, und nur Sie haben den Link bekommen.
mail-link-text-forward = Bitte leiten Sie diese E-Mail nicht weiter. { $brand } fragt nie nach Ihrem
    Passwort.
mail-registration-subject = Ihre Registrierung bei { $brand }
mail-registration-text-known = jemand, höchstwahrscheinlich Sie selbst, hat sich bei { $brand } mit dieser
    Adresse registriert. Sie haben schon Zugang:
mail-registration-text-forgot = Sie müssen sich nicht registrieren. Wenn Sie Ihr Passwort nicht wissen, wählen
    Sie ein neues:
mail-registration-text = Sie haben sich bei { $brand } registriert. Bestätigen Sie, dass diese Adresse
    Ihnen gehört:
mail-registration-text-until-shop = Der Link gilt bis { $expires_at }. Wählen Sie dann ein Passwort, und machen Sie
    mit Ihrer Bestellung weiter.
mail-registration-text-until = Der Link gilt bis { $expires_at }. Danach prüft { $brand } Ihre Registrierung, und
    Sie hören hier von uns.
mail-registration-text-not-you = Sie haben sich nicht registriert? Dann beachten Sie diese E-Mail nicht: Es
    geschieht nichts.
mail-registration-decided-text-choose = Wählen Sie ein Passwort, und melden Sie sich dann mit Ihrer Personen-ID an:
mail-registration-decided-text-until = Der Link gilt einmal, bis { $expires_at }.
mail-registration-decided-text-again = Wenn etwas gefehlt hat, können Sie sich noch einmal registrieren:
mail-reply-subject = Eine Antwort im Forum von { $brand }
mail-reply-text = { $author } hat in einem Thema des Forums geantwortet, dem Sie folgen:
mail-reply-text-read = Lesen Sie sie hier:
mail-reply-text-unsubscribe = Sie möchten diese E-Mails nicht? Folgen Sie dem Thema nicht mehr, oder
    bestellen Sie alle E-Mails über Antworten ab:
mail-request-text-see = Anfrage ansehen:
mail-request-text-why = Sie bekommen diese E-Mail, weil die Schritte Ihrer Organisation für Anfragen
    Sie nennen oder weil Sie die Anfrage gestellt haben.
mail-failed-subject = Anmeldungen ohne Erfolg bei { $brand }
mail-failed-text-many = jemand hat oft versucht, sich bei { $brand } als { $person_id } anzumelden,
    zuletzt am { $at }, und ist gescheitert.
mail-failed-text-you = Das waren Sie? Dann wählen Sie ein neues Passwort:
mail-failed-text-not-you = Das waren nicht Sie? Ein Passwort, das Sie nirgendwo sonst benutzen, ist
    sicher. Fügen Sie einen Passkey oder eine Authenticator-App hinzu, damit ein
    Passwort allein nichts öffnet. Ihre Anmeldearten:
mail-failed-text-not-you-protected = Das waren nicht Sie? Ein Passwort, das Sie nirgendwo sonst benutzen, ist
    sicher, und Ihr zweiter Faktor wird außerdem verlangt. Sie müssen nichts tun.
    Ihre Anmeldearten:
mail-security-subject = { $notice }, bei { $brand }
mail-security-text = { $notice }: { $person_id } bei { $brand }, am { $at }.
mail-security-text-methods = Ihre Anmeldearten, und wo Sie angemeldet sind:
mail-security-text-not-you = Das waren nicht Sie? Wählen Sie sofort ein anderes Passwort, was alle anderen
    abmeldet, und sagen Sie es dem Support:
mail-method-text-added = die Anmeldung { $sign_in } wurde am { $at } Ihrem Konto bei { $brand } hinzugefügt. Sie
    kann jetzt Ihre Geräte sehen.
mail-method-text-removed = die Anmeldung { $sign_in } wurde am { $at } aus Ihrem Konto bei { $brand } entfernt.
    Sie sieht Ihre Geräte nicht mehr.
mail-method-text-methods = Ihre Anmeldearten:
mail-method-text-not-you = Das waren nicht Sie? Dann ist vielleicht jemand anderes bei Ihrem Konto
    angemeldet. Sagen Sie es sofort dem Support: Die Änderung lässt sich
    rückgängig machen.
mail-work-order-action = Einzelheiten ansehen
mail-work-order-scheduled = { $kind }: Ihr Termin am { $when }
mail-work-order-moved = { $kind }: Ihr Termin wurde verschoben auf { $when }
mail-work-order-cancelled = { $kind }: Ihr Termin findet nicht statt
mail-work-order-on = Ihr Termin: { $when }.
mail-work-order-on-visitor = Ihr Termin: { $when }. Es kommt { $technician }.
mail-work-order-now = Ihr Termin wurde verschoben. Der neue Termin: { $when }.
mail-work-order-now-visitor = Ihr Termin wurde verschoben. Der neue Termin: { $when }. Es kommt { $technician }.
mail-work-order-none = Ihr Termin findet nicht statt.
mail-work-order-another = Gibt es einen neuen Termin, schreiben wir Ihnen.
mail-work-order-where = Ort: { $address }
mail-work-order-in-time = Sagen Sie uns bitte rechtzeitig Bescheid, wenn Sie verhindert sind.
mail-work-order-you-get-this = Sie erhalten diese E-Mail, weil { $brand } den Auftrag { $number } bei Ihnen geplant hat.
