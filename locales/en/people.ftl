# The pages of people: /people, /people/{id}, their forms.
people-title = People
people-all = All people
people-all-units = See people of all units
people-search = Search by name (Hindi or English) or mobile number
people-new = Add a person
people-edit = Change the person
people-none = There is nobody here yet.
people-none-found = Nobody has this name or number.
people-name = Name
people-name-hint = As the person writes it, the whole name in one.
people-name-other = Name in the other script
people-relation = Father’s or husband’s name
people-relation-hint = Tells namesakes apart.
people-unit = Unit
people-unit-code = Unit code
people-unit-hint = The list of units shows the codes.
people-constituency = Constituency
people-constituency-code = Constituency code
people-phone = Mobile
people-phones = Mobile numbers
people-phones-hint = Put commas between several.
people-emails = E-mail
people-emails-hint = Put commas between several.
people-previous-party = Previous party
people-joined-on = Joined on
people-admitted-by = Admitted by
people-language = Language
people-language-hint = Letters go out in this language; in both when it is not known.
people-language-hi = Hindi
people-language-en = English
people-gender = Gender
people-gender-female = Female
people-gender-male = Male
people-gender-other = Other
people-not-said = Not said
people-reference = Reference in the list
people-enrolments = Enrolments
people-no-enrolments = Not enrolled in any batch yet.
people-batch = Batch
people-course = Course
people-place = Place
people-place-seat = Enrolled
people-place-waiting = On the wait-list
people-place-offered = Seat to be confirmed
people-place-requested = To be decided
people-place-held = Held for a check
people-place-withdrawn = Withdrawn
people-standing = Progress
people-standing-complete = Complete
people-standing-in-progress = In progress
people-standing-not-started = Not started
people-until = until { $day }
people-act-created = Person added
people-act-changed = Person changed
people-act-signed-in = Signed in
people-act-role-given = Role given
people-act-role-ended = Role ended
people-act-token = API token made

## Errors
error-not-unicode = This name is not in Unicode Hindi (perhaps it is in KrutiDev). Convert it and write it again.
error-too-many = Enter { $most } at most.
error-unit-unknown = This unit was not found. Take the code from the list of units.
error-unit-electoral = A person’s unit cannot be an electoral area. Enter the code of a block, ward or booth.
people-address-blocked = Letters to { $address } come back: nothing more is sent there
people-address-returns = A letter to { $address } came back
people-address-said = { $count ->
    [0] Not for good yet; last on { $last }. The mail server said: { $said }
    [one] Once for good, on { $last }. The mail server said: { $said }
   *[other] { $count } times for good, last on { $last }. The mail server said: { $said }
}
people-address-do = Ask for an address that works, and tell this person by phone until then.
people-address-again = This address works again
people-consents = Consent
people-no-consents = No consent is noted. Note it when a place is given, or ask the person to agree in the own page.
people-consent-notice = notice of { $notice }
people-consent-by = noted by { $name }
