# Dates and times. Given: $day (21), $dd (21), $month (11, to choose by), $mm (11), $year (2026), $time (14:05), $zone (UTC).
# A language uses what it needs of it.

date-day = { $dd }.{ $mm }.{ $year }
date-day-and-month = { $dd }.{ $mm }.
date-moment = { date-day }, { $time } Uhr ({ $zone })
# A day of the week: $weekday (1 is Monday).
date-weekday = { $weekday ->
    [1] Mo.
    [2] Di.
    [3] Mi.
    [4] Do.
    [5] Fr.
    [6] Sa.
   *[7] So.
}
date-appointment = { date-weekday }, { date-day }, { $time }–{ $end } Uhr
date-appointment-point = { date-weekday }, { date-day }, { $time } Uhr

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
