# Words that several faces use.

common-optional = freiwillig
common-saved = Gespeichert.
common-nothing-kept = Es wurde nichts gespeichert: { $error }.
common-refused-often = Dieses Formular wurde in kurzer Zeit oft abgelehnt. Warten Sie eine Viertelstunde.
file-bytes = { $count } Bytes
file-kilobytes = { $count } kB
file-megabytes = { $size } MB
