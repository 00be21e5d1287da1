# Invoices in the customer portal.

portal-invoices-list-invoices = Invoices
portal-invoices-list-search-your-invoices = Search your invoices
portal-invoices-list-number-or-what-was-sold = Number, or what was sold…
portal-invoices-list-show = Show
portal-invoices-list-show-2 = Show
portal-invoices-list-total = Total
portal-invoices-list-date = Date
portal-invoices-list-due = Due
portal-invoices-list-older-invoices = Older invoices
portal-invoices-list-no-invoice-like-that = No invoice like that
portal-invoices-list-none-of-your-invoices-matches = None of your invoices matches. Try fewer letters, or <a href="{ $url }">show all of them</a>.
portal-invoices-list-no-invoice-yet = No invoice yet
portal-invoices-list-your-invoices-appear-here-by = Your invoices appear here by themselves once they are in our books.
portal-invoices-list-next-step-if-you-expect = <strong>Next step.</strong> If you expect one that is not here, ask support and name what you bought and when.
portal-invoices-one-invoice = Invoice { $number }
portal-invoices-one-no-longer-confirmed-our-books = <strong>No longer confirmed.</strong> Our books do not name this invoice any more. You see what they said last, on { $confirmed_at }. Ask support if it is still right.
portal-invoices-one-about-this-invoice = About this invoice
portal-invoices-one-download-as-pdf = Download as PDF
portal-invoices-one-as-of = As of { $confirmed_at }
portal-invoices-one-what-it-is-for = What it is for
portal-invoices-one-description = Description
portal-invoices-one-quantity = Quantity
portal-invoices-one-amount = Amount
invoices-all = All of them
invoices-open = Open
invoices-overdue = Overdue
invoices-paid = Paid
invoices-credited = Credited
invoices-status = Status
invoices-copy = This document shows the invoice as our books have it.
invoices-unconfirmed = It is no longer confirmed by our books; ask us if it is still right.
invoices-credit-note = Credit note
invoices-nothing-to-pay = Nothing to pay
invoices-tax = Tax
invoices-transliterated = This document cannot show all letters of this invoice. Some are written in Latin letters here; online, the invoice has them as they are.
