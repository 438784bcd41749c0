# The frame, common buttons, states, errors and faults.
app-name = Prashikshan

## Frame
menu = Menu
skip-to-content = Skip to the content
crumbs-label = You are here
foot-help = Help
foot-privacy = Privacy

nav-me = My training
nav-today = Today
nav-dashboard = Overview
nav-units = Units
nav-people = People
nav-courses = Courses
nav-batches = Batches
nav-sessions = Sessions
nav-holidays = Holidays
nav-venues = Venues
nav-completion = Completion
nav-letters = Letters
nav-journal = Journal
nav-imports = Add from file
nav-grants = Roles

## Buttons
do-save = Save
do-discard = Discard
do-cancel = Go back
do-search = Search
do-filter = Filter
do-next = Next
do-previous = Previous
do-print = Print
do-download-csv = Download CSV
do-sign-in = Sign in
do-sign-out = Sign out
do-back = Back
do-home = Go to the start page
do-change = Change
do-add = Add
do-send-again = Send again

## Marks
status-present = Present
status-late = Late
status-partial = Left early
status-excused = Excused
status-absent = Absent
status-unmarked = Not marked

## Lists and forms
paging-label = Pages
paging-place = Page { $number }
errors-title = Please correct this
field-optional = optional

## Errors of one field
error-required = Fill in this field.
error-characters = This text holds characters that cannot be used. Type it again.
error-too-long = Write this in { $most } characters or fewer.
error-address-in-name = A name cannot hold a web or e-mail address.
error-code = Use letters, digits and - _ . / # only, without spaces.
error-range = Enter a number from { $least } to { $most }.
error-number = Enter a whole number, for example 30.
error-date = Enter the date like 29-11-2026.
error-time = Enter the date and time like 2026-11-29 10:30.
error-quiet-hours = Letters go between 07:00 and 21:00. Choose a time between them.
error-clock-or-hours = Give either a clock time or hours, not both.
error-hours-on-the-day = For a letter on the day itself, say how many hours before the start it must have gone (1 to 24).
error-does-not-fit = This letter, time and audience do not go together. Choose another.
error-language = Choose Hindi or English.
error-unknown = This is not in the list. Choose another.
error-malformed = This cannot be read. Check it and type it again.
error-email = Enter the whole e-mail address, for example name@example.org.
error-phone = Enter a mobile number of 10 digits.
error-taken = This is in use already. Choose another.
error-not-found = Nothing was found for this.
error-ambiguous = More than one thing fits. Say it more exactly.
error-wrong-code = This code is not right, or it has expired. Check the letter, or ask for a new code.
error-other-body = This key was used for another request.

## Errors of a file
error-file-too-large = The file is too large. Split it into smaller files.
error-file-is-workbook = This is an Excel file. In Excel choose “Save as” → “CSV UTF-8” and send that file.
error-file-not-utf8 = The text of row { $line } cannot be read. In Excel choose “Save as” → “CSV UTF-8” and send that file.
error-file-malformed = Row { $line } of the file cannot be read. Check its quotation marks and columns.
error-file-cell-too-large = A cell in row { $line } holds too much text. Shorten it.
error-file-empty = There is no row in the file.

## What stands in the way
conflict-exists = This exists already.
conflict-in-use = This is in use and cannot be deleted.

## Faults
fault-conflict-title = This cannot be done as it stands
fault-not-found-title = This page was not found
fault-not-found-advice = The address may be wrong, or the page is outside your units. Check the address or go to the start page.
fault-sign-in-title = Please sign in
fault-sign-in-advice = This page can be seen after signing in.
fault-forbidden-title = You do not have the right to do this
fault-forbidden-advice = Your role does not cover this. If you need it, talk to your in-charge.
fault-stale-title = This page had been open too long
fault-stale-advice = Nothing was saved. Go back, reload the page and send it again.
fault-malformed-title = The request could not be read
fault-malformed-advice = Go back, reload the page and try again.
fault-too-large-title = This is too large
fault-too-large-advice = Send a smaller file or less text.
fault-unsupported-media-title = This kind of file cannot be used
fault-unsupported-media-advice = Send the file in one of the kinds named on the page.
fault-invalid-title = Something needs correcting
fault-invalid-advice = Go back and check what was filled in.
fault-too-many-title = Too many attempts
fault-too-many-advice = Please try again in { $wait ->
    [one] { $wait } second
   *[other] { $wait } seconds
}.
fault-busy-title = The service is busy just now
fault-busy-advice = Nothing was saved. Please try again in a moment.
fault-broken-title = A technical problem
fault-broken-advice = The mistake is ours. Please try again in a while. If it happens again, tell your in-charge.

## After a form
notice-saved = Saved.

## Roles
role-admin = Administrator
role-trainer = Trainer
role-helper = Helper
role-auditor = Auditor
