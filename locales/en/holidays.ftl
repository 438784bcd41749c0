# Holidays: /holidays and the pages below it.
holidays-lead = Whoever plans a session on a holiday is warned; the session can be held all the same.
holidays-new = New holiday
holidays-change = Change the holiday
holidays-none = No holiday is listed for this year.
holidays-day = Date
holidays-name = Holiday
holidays-kind = Kind
holidays-kind-public = public
holidays-kind-optional = optional
holidays-kind-hint = On an optional holiday offices are open.
holidays-estimated = estimated
holidays-estimated-long = The date is estimated (it hangs on the moon or on an announcement)
holidays-everywhere = everywhere
holidays-unit-hint = Holds for this unit and all units below it.
holidays-remove = Take off the list
holidays-remove-hint = It can be put back later.
holidays-removed = { $count ->
    [one] { $count } holiday taken off the list
   *[other] { $count } holidays taken off the list
}
holidays-restore = Put back
holidays-import = Add holidays from a file
holidays-table-hint = First row: the column names day, name_hi, name_en, kind (public or optional), estimated (yes or no), unit. A date and one name are needed; the same table twice changes nothing.
holidays-looked = { $count ->
    [one] { $count } row was looked at; nothing is changed yet.
   *[other] { $count } rows were looked at; nothing is changed yet.
}
holidays-taken = The holidays of the table are in the list.
notice-holiday-removed = The holiday is off the list. You can put it back below.
