# Dates and times. Given: $day (21), $dd (21), $month (11, to choose by), $mm (11), $year (2026), $time (14:05), $zone (UTC).
# A language uses what it needs of it.

date-day = { $dd }.{ $mm }.{ $year }
date-day-and-month = { $dd }.{ $mm }.
date-moment = { date-day }, { $time } Uhr ({ $zone })

date-just-now = gerade eben
date-in-a-moment = gleich
date-minutes-ago = { $count ->
    [one] vor { $count } Minute
   *[other] vor { $count } Minuten
}
date-in-minutes = { $count ->
    [one] in { $count } Minute
   *[other] in { $count } Minuten
}
date-hours-ago = { $count ->
    [one] vor { $count } Stunde
   *[other] vor { $count } Stunden
}
date-in-hours = { $count ->
    [one] in { $count } Stunde
   *[other] in { $count } Stunden
}
date-days-ago = { $count ->
    [one] vor { $count } Tag
   *[other] vor { $count } Tagen
}
date-in-days = { $count ->
    [one] in { $count } Tag
   *[other] in { $count } Tagen
}
