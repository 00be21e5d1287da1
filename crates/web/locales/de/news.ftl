# News in the customer portal.

portal-news-form-edit-titled = Bearbeiten: { $title }
portal-news-next-write = <strong>Nächster Schritt.</strong> Schreiben Sie den ersten Beitrag.
portal-news-next-none = <strong>Nächster Schritt.</strong> Keiner: Was geschrieben wird, erscheint hier von selbst.
portal-news-desk-write-and-edit-news = Neuigkeiten schreiben und bearbeiten
portal-news-desk-news = Neuigkeiten
portal-news-desk-new-post = Neuer Beitrag
portal-news-desk-changed = Geändert { $updated_at }
portal-news-desk-nothing-written-yet = Noch nichts geschrieben
portal-news-desk-a-post-stays-a-draft = Ein Beitrag bleibt ein Entwurf, den nur Redakteure sehen, bis Sie ihn veröffentlichen.
portal-news-desk-next-step-write-the-first = <strong>Nächster Schritt.</strong> Schreiben Sie den ersten.
portal-news-form-edit-post = Beitrag bearbeiten
portal-news-form-published = Veröffentlicht
portal-news-form-not-published = Nicht veröffentlicht
portal-news-form-the-post = Der Beitrag
portal-news-form-title = Titel
portal-news-form-text = Text
portal-news-form-who-reads-it = Wer ihn liest
portal-news-form-everybody-in-the-portal = Alle im Portal
portal-news-form-it-is-also-for-that = Er ist auch für { $count ->
    [one] { $count } Standort
   *[other] { $count } Standorte
    } bestimmt, die Sie nicht sehen; dabei bleibt es.
portal-news-form-when-everybody-is-ticked-the = Wenn alle angekreuzt sind, spielen die Standorte keine Rolle.
portal-news-form-save = Speichern
portal-news-form-take-it-back = Zurückziehen
portal-news-form-save-as-a-draft = Als Entwurf speichern
portal-news-form-publish = Veröffentlichen
portal-news-form-attachments = Anhänge
portal-news-form-pictures-or-files = Bilder oder Dateien
portal-news-form-pictures-pdf-or-plain-text = Bilder, PDF oder reiner Text, je höchstens 10 MB. Speichern Sie zuerst den Text.
portal-news-form-attach = Anhängen
portal-news-form-as-it-is-saved = Wie es gespeichert ist
portal-news-list-write-and-edit = Schreiben und bearbeiten
portal-news-list-search-the-news = Neuigkeiten durchsuchen
portal-news-list-older-news = Ältere Neuigkeiten
portal-news-list-no-news-yet = Noch keine Neuigkeiten
portal-news-list-writes-here-about-products-maintenance = { $brand } schreibt hier über Produkte, Wartung und Angebote, für alle oder für Ihre Standorte. Bisher wurde nichts für Sie veröffentlicht.
portal-news-list-news-as-a-feed-for = <a href="{ $feed_url }">Neuigkeiten als Feed</a>, für Programme, die als Sie angemeldet sind
portal-news-one-changed = geändert { $edited_at }
portal-news-one-edit = Bearbeiten
news-state-draft = Entwurf
news-state-taken-back = Zurückgezogen
news-choose-file = Es wurde nichts angehängt: Wählen Sie zuerst eine Datei.
news-files-attached = Die Dateien sind angehängt. Nennen Sie ein Bild im Text, um es dort zu zeigen.
news-file-removed = Die Datei ist entfernt.
news-published = Veröffentlicht: Die Leser sehen es jetzt.
news-taken-back = Zurückgezogen: Nur Redakteure sehen es noch.
portal-news-feed-title = { $brand }: Neuigkeiten
