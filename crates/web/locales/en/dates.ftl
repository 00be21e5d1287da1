# Dates and times. Given: $day (21), $dd (21), $month (11, to choose by), $mm (11), $year (2026), $time (14:05), $zone (UTC).
# A language uses what it needs of it.

date-month = { $month ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}
date-day = { $day } { date-month } { $year }
date-day-and-month = { $day } { date-month }
date-moment = { date-day }, { $time } { $zone }
# A day of the week: $weekday (1 is Monday).
date-weekday = { $weekday ->
    [1] Mon
    [2] Tue
    [3] Wed
    [4] Thu
    [5] Fri
    [6] Sat
   *[7] Sun
}
date-appointment = { date-weekday } { date-day }, { $time }–{ $end }
date-appointment-point = { date-weekday } { date-day }, { $time }

date-just-now = just now
date-in-a-moment = in a moment
date-minutes-ago = { $count ->
    [one] { $count } minute ago
   *[other] { $count } minutes ago
}
date-in-minutes = { $count ->
    [one] in { $count } minute
   *[other] in { $count } minutes
}
date-hours-ago = { $count ->
    [one] { $count } hour ago
   *[other] { $count } hours ago
}
date-in-hours = { $count ->
    [one] in { $count } hour
   *[other] in { $count } hours
}
date-days-ago = { $count ->
    [one] { $count } day ago
   *[other] { $count } days ago
}
date-in-days = { $count ->
    [one] in { $count } day
   *[other] in { $count } days
}
