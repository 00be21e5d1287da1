# The customer portal: devices, search, activity.

portal-documents-none-for-product = There are no documents for this product yet.
portal-documents-none-for-device = There are no documents for this device yet.
portal-documents-missing-write-or-call = Is something missing? Write to <a href="mailto:{ $email }">{ $email }</a> or call { $phone }.
portal-documents-missing-write = Is something missing? Write to <a href="mailto:{ $email }">{ $email }</a>.
portal-documents-missing-call = Is something missing? Call { $phone }.
portal-documents-missing-ask = Is something missing? <a href="{ $url }">Ask us</a>.
portal-check-done = Done
portal-check-in-progress = In progress
portal-check-missing = Missing
portal-check-not-started = Not started
portal-check-invited-by = Invited by { $brand }
portal-device-product-by = { $product } by { $vendor }
portal-device-copied = Copied
portal-device-not-copied = Could not copy
portal-devices-documents-documents-of = Documents of { $device }
portal-devices-documents-documents = Documents
portal-devices-documents-for-your = For your { $product }
portal-devices-documents-for-this-device = For this device
portal-devices-list-my-devices = My devices
portal-devices-list-as-of = { $count ->
    [one] { $count } device
   *[other] { $count } devices
    } · as of { $as_of }
portal-devices-list-product = Product
portal-devices-list-serial-number = Serial number
portal-devices-list-not-recorded-yet = not recorded yet
portal-devices-list-inverter-serial = Inverter serial
portal-devices-list-yours-since = Yours since
portal-devices-list-the-inverter-has-its-own = The inverter has its own serial number. That is normal; mention both when you contact us.
portal-devices-list-a-device-is-missing-it = Is a device missing? It appears here automatically once we have assigned it to you. If it does not, contact support with its serial number.
portal-devices-none-as-of = as of { $as_of }
portal-devices-none-next-step = <strong>Next step.</strong> { $next_step }
portal-devices-none-your-progress = Your progress
portal-devices-none-signed-in = Signed in
portal-devices-none-account-activated = Account activated
portal-devices-none-device-assigned-to-you = Device assigned to you
portal-devices-none-code = Code <code>{ $code }</code>
portal-devices-one-about-this-device = About this device
portal-devices-one-copy = Copy
portal-devices-one-inverter-made-by = Inverter made by
portal-devices-one-state = State
portal-devices-one-two-serial-numbers-the-number = <strong>Two serial numbers.</strong> The number on the device and the one on its inverter differ. Nothing is wrong with your account; mention both when you contact us.
portal-devices-one-as-of = As of { $as_of }
portal-devices-one-return-this-device = Return this device
portal-devices-one-requests-about-it = Requests about it
portal-devices-one-nobody-has-reported-anything-about = There are no requests about this device.
portal-devices-one-report-a-problem = Report a problem
portal-devices-one-history = History
portal-devices-one-nothing-has-happened-to-this = No activity for this device yet.
portal-search-search = Search
portal-search-search-the-portal = Search the portal
portal-search-there-is-more-add-a = There are more results. Add a word to narrow your search.
portal-search-only-the-newest-matches-were = Only the newest matches were searched, so older ones may be missing. Use a longer or less common word.
portal-search-nothing-found-for = Nothing found for “{ $q }”
portal-search-each-word-has-to-be = Results contain every word, or a word that begins with it.
portal-search-next-step-try-fewer-or = <strong>Next step.</strong> Try fewer or shorter words. If you cannot find it, ask the service team.
portal-search-new-request = New request
portal-search-what-are-you-looking-for = What are you looking for?
portal-search-write-a-word-of-at = Enter at least two letters: of a serial number, a product, or a request. Only what you have access to is searched.
portal-timeline-activity = Activity
portal-timeline-profile = Profile
portal-timeline-what-happened-newest-first = Newest first
portal-timeline-kept-for-your-organisations-main = Shown for your organisation’s main place only
portal-timeline-this-list-belongs-to-a = This activity belongs to a place that you do not have access to. A colleague who has access can show it to you.
portal-timeline-nothing-here-yet = Nothing here yet
portal-timeline-activations-devices-and-changes-of = Activations, devices and changes of your account are listed here as they happen.
portal-timeline-what-happened-before = Earlier activity
search-devices = Devices
search-serial = Serial number { $serial }
search-requests = Service requests
search-returns = Returns
search-invoices = Invoices
search-invoice = Invoice { $number }
search-news = News
search-forum = Forum
portal-link-sent = If we can send you a link, it is on its way to the e-mail address we have for you. Check your spam folder too.
portal-device-removed = Removed from your account
portal-device-added = Added to your account
portal-send-link = Send me an activation link
portal-send-link-again = Send me the link again
portal-see-progress = See the progress
portal-sign-out = Sign out
portal-device-registered = Registered
portal-service-desk = the service desk
