# Invoices in the customer portal.

portal-invoices-list-invoices = Rechnungen
portal-invoices-list-search-your-invoices = Ihre Rechnungen durchsuchen
portal-invoices-list-number-or-what-was-sold = Nummer oder was verkauft wurde…
portal-invoices-list-show = Auswahl
portal-invoices-list-show-2 = Anzeigen
portal-invoices-list-total = Gesamt
portal-invoices-list-date = Datum
portal-invoices-list-due = Fällig
portal-invoices-list-older-invoices = Ältere Rechnungen
portal-invoices-list-no-invoice-like-that = Keine solche Rechnung
portal-invoices-list-none-of-your-invoices-matches = Keine Ihrer Rechnungen passt. Versuchen Sie es mit weniger Buchstaben, oder <a href="{ $url }">zeigen Sie alle</a>.
portal-invoices-list-no-invoice-yet = Noch keine Rechnung
portal-invoices-list-your-invoices-appear-here-by = Ihre Rechnungen erscheinen hier von selbst, sobald sie in unseren Büchern stehen.
portal-invoices-list-next-step-if-you-expect = <strong>Nächster Schritt.</strong> Wenn Sie eine erwarten, die nicht hier ist, fragen Sie den Support, und nennen Sie, was Sie wann gekauft haben.
portal-invoices-one-invoice = Rechnung { $number }
portal-invoices-one-no-longer-confirmed-our-books = <strong>Nicht mehr bestätigt.</strong> Unsere Bücher nennen diese Rechnung nicht mehr. Sie sehen, was sie zuletzt enthielten, am { $confirmed_at }. Fragen Sie den Support, ob sie noch stimmt.
portal-invoices-one-about-this-invoice = Über diese Rechnung
portal-invoices-one-download-as-pdf = Als PDF herunterladen
portal-invoices-one-as-of = Stand: { $confirmed_at }
portal-invoices-one-what-it-is-for = Wofür sie ist
portal-invoices-one-description = Beschreibung
portal-invoices-one-quantity = Menge
portal-invoices-one-amount = Betrag
invoices-all = Alle
invoices-open = Offen
invoices-overdue = Überfällig
invoices-paid = Bezahlt
invoices-credited = Gutgeschrieben
invoices-status = Status
invoices-copy = Dieses Dokument zeigt die Rechnung, wie sie in unseren Büchern steht.
invoices-unconfirmed = Unsere Bücher bestätigen sie nicht mehr; fragen Sie uns, ob sie noch stimmt.
invoices-credit-note = Gutschrift
invoices-nothing-to-pay = Nichts zu zahlen
invoices-tax = Steuer
invoices-transliterated = Dieses Dokument kann nicht alle Buchstaben dieser Rechnung zeigen. Einige stehen hier in lateinischer Schrift; online hat die Rechnung sie so, wie sie sind.
