# The customer portal: devices, search, activity.

portal-documents-none-for-product = Zu diesem Produkt gibt es noch keine Dokumente.
portal-documents-none-for-device = Zu diesem Gerät gibt es noch keine Dokumente.
portal-documents-missing-write-or-call = Fehlt etwas? Schreiben Sie an <a href="mailto:{ $email }">{ $email }</a>, oder rufen Sie an: { $phone }.
portal-documents-missing-write = Fehlt etwas? Schreiben Sie an <a href="mailto:{ $email }">{ $email }</a>.
portal-documents-missing-call = Fehlt etwas? Rufen Sie an: { $phone }.
portal-documents-missing-ask = Fehlt etwas? <a href="{ $url }">Fragen Sie uns</a>.
portal-check-done = Erledigt
portal-check-in-progress = In Arbeit
portal-check-missing = Fehlt
portal-check-not-started = Noch nicht begonnen
portal-check-invited-by = Von { $brand } eingeladen
portal-device-product-by = { $product } von { $vendor }
portal-device-copied = Kopiert
portal-device-not-copied = Hier nicht möglich
portal-devices-documents-documents-of = Dokumente zu { $device }
portal-devices-documents-documents = Dokumente
portal-devices-documents-for-your = Für Ihr { $product }
portal-devices-documents-for-this-device = Für dieses Gerät
portal-devices-list-my-devices = Meine Geräte
portal-devices-list-as-of = { $count ->
    [one] { $count } Gerät
   *[other] { $count } Geräte
    } · Stand: { $as_of }
portal-devices-list-product = Produkt
portal-devices-list-serial-number = Seriennummer
portal-devices-list-not-recorded-yet = noch nicht erfasst
portal-devices-list-inverter-serial = Seriennummer des Wechselrichters
portal-devices-list-yours-since = Bei Ihnen seit
portal-devices-list-the-inverter-has-its-own = Der Wechselrichter hat eine eigene Seriennummer. Das ist in Ordnung; nennen Sie beide, wenn Sie um Hilfe bitten.
portal-devices-list-a-device-is-missing-it = Fehlt ein Gerät? Es erscheint hier von selbst, sobald der Service es Ihnen zugeordnet hat. Bleibt es aus, nennen Sie dem Support seine Seriennummer.
portal-devices-none-as-of = Stand: { $as_of }
portal-devices-none-next-step = <strong>Nächster Schritt.</strong> { $next_step }
portal-devices-none-your-progress = So weit sind Sie
portal-devices-none-signed-in = Angemeldet
portal-devices-none-account-activated = Konto aktiviert
portal-devices-none-device-assigned-to-you = Gerät Ihnen zugeordnet
portal-devices-none-code = Code <code>{ $code }</code>
portal-devices-one-about-this-device = Über dieses Gerät
portal-devices-one-copy = Kopieren
portal-devices-one-inverter-made-by = Hersteller des Wechselrichters
portal-devices-one-state = Zustand
portal-devices-one-two-serial-numbers-the-number = <strong>Zwei Seriennummern.</strong> Die Nummer auf dem Gerät und die auf seinem Wechselrichter sind verschieden. Mit Ihrem Konto ist alles in Ordnung; nennen Sie beide, wenn Sie um Hilfe bitten.
portal-devices-one-as-of = Stand: { $as_of }
portal-devices-one-return-this-device = Dieses Gerät zurücksenden
portal-devices-one-requests-about-it = Anfragen dazu
portal-devices-one-nobody-has-reported-anything-about = Zu diesem Gerät hat noch niemand etwas gemeldet.
portal-devices-one-report-a-problem = Problem melden
portal-devices-one-history = Verlauf
portal-devices-one-nothing-has-happened-to-this = Seit wir dieses Gerät kennen, ist nichts geschehen.
portal-search-search = Suche
portal-search-search-the-portal = Portal durchsuchen
portal-search-there-is-more-add-a = Es gibt mehr. Mit einem weiteren Wort finden Sie weniger.
portal-search-only-the-newest-matches-were = Nur die neuesten Treffer wurden durchsucht, ältere fehlen vielleicht. Nehmen Sie ein längeres oder selteneres Wort.
portal-search-nothing-found-for = Nichts gefunden für „{ $q }“
portal-search-each-word-has-to-be = Jedes Wort muss vorkommen oder der Anfang eines Wortes sein.
portal-search-next-step-try-fewer-or = <strong>Nächster Schritt.</strong> Versuchen Sie es mit weniger oder kürzeren Wörtern. Wenn Sie es nicht finden, fragen Sie das Serviceteam.
portal-search-new-request = Neue Anfrage
portal-search-what-are-you-looking-for = Was suchen Sie?
portal-search-write-a-word-of-at = Schreiben Sie ein Wort mit mindestens zwei Buchstaben: eine Seriennummer, ein Produkt, etwas, das jemand gefragt hat. Durchsucht wird nur, was Sie sehen dürfen.
portal-timeline-activity = Verlauf
portal-timeline-profile = Profil
portal-timeline-what-happened-newest-first = Was geschehen ist, das Neueste zuerst
portal-timeline-kept-for-your-organisations-main = Nur am Hauptstandort Ihrer Organisation zu sehen
portal-timeline-this-list-belongs-to-a = Diese Liste gehört zu einem Standort, der nicht Ihrer ist. Wer diesen Standort hat, kann sie Ihnen zeigen.
portal-timeline-nothing-here-yet = Noch nichts
portal-timeline-activations-devices-and-changes-of = Hier stehen Aktivierungen, Geräte und Änderungen Ihres Kontos, sobald es welche gibt.
portal-timeline-what-happened-before = Was vorher geschah
search-devices = Geräte
search-serial = Seriennummer { $serial }
search-requests = Anfragen
search-returns = Rücksendungen
search-invoices = Rechnungen
search-invoice = Rechnung { $number }
search-news = Neuigkeiten
search-forum = Forum
portal-link-sent = Wenn wir Ihnen einen Link schicken können, ist er an die E-Mail-Adresse unterwegs, die wir von Ihnen haben. Sehen Sie auch im Spam-Ordner nach.
portal-device-removed = Aus Ihrem Konto entfernt
portal-device-added = Zu Ihrem Konto hinzugefügt
portal-send-link = Aktivierungslink senden
portal-send-link-again = Link noch einmal senden
portal-see-progress = Sehen, wie weit es ist
portal-sign-out = Abmelden
portal-device-registered = Registriert
portal-service-desk = das Servicesystem
