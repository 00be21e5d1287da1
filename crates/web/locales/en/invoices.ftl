# Invoices in the customer portal.

portal-invoices-list-invoices = Invoices
portal-invoices-list-search-your-invoices = Search your invoices
portal-invoices-list-number-or-what-was-sold = Number or description…
portal-invoices-list-show = Show
portal-invoices-list-show-2 = Show
portal-invoices-list-total = Total
portal-invoices-list-date = Date
portal-invoices-list-due = Due
portal-invoices-list-older-invoices = Older invoices
portal-invoices-list-no-invoice-like-that = No invoices found
portal-invoices-list-none-of-your-invoices-matches = None of your invoices matches. Try a shorter search, or <a href="{ $url }">show all invoices</a>.
portal-invoices-list-no-invoice-yet = No invoices yet
portal-invoices-list-your-invoices-appear-here-by = Your invoices appear here automatically once they are in our accounts.
portal-invoices-list-next-step-if-you-expect = <strong>Next step.</strong> If an invoice is missing, contact support and tell us what you bought and when.
portal-invoices-one-invoice = Invoice { $number }
portal-invoices-one-no-longer-confirmed-our-books = <strong>No longer confirmed.</strong> This invoice is no longer in our accounts. You see it as it was on { $confirmed_at }. Ask support whether it is still valid.
portal-invoices-one-about-this-invoice = About this invoice
portal-invoices-one-download-as-pdf = Download as PDF
portal-invoices-one-as-of = As of { $confirmed_at }
portal-invoices-one-what-it-is-for = Items
portal-invoices-one-description = Description
portal-invoices-one-quantity = Quantity
portal-invoices-one-amount = Amount
invoices-all = All
invoices-open = Open
invoices-overdue = Overdue
invoices-paid = Paid
invoices-credited = Credited
invoices-status = Status
invoices-copy = This is a copy of your invoice from our accounts.
invoices-unconfirmed = It is no longer confirmed by our accounts. Ask us whether it is still valid.
invoices-credit-note = Credit note
invoices-nothing-to-pay = Nothing to pay
invoices-tax = Tax
invoices-transliterated = This document cannot show every letter of this invoice. Some are replaced by Latin letters; the invoice online shows them unchanged.
