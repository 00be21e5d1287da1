# Words that several faces use.

common-optional = optional
common-saved = Saved.
common-nothing-kept = Nothing was kept: { $error }.
common-refused-often = This form was refused many times within a short time. Wait a quarter of an hour.
file-bytes = { $count } bytes
file-kilobytes = { $count } kB
file-megabytes = { $size } MB
