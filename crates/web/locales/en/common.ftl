# Words that several faces use.

common-optional = optional
common-saved = Saved.
common-nothing-kept = Nothing was saved: { $error }.
common-refused-often = You sent this form too often within a short time. Wait 15 minutes, then try again.
file-bytes = { $count } bytes
file-kilobytes = { $count } kB
file-megabytes = { $size } MB
