# Letters to many: /letters/new, /letters/notices.
notices-title = Letters to many
notices-new = Write to many
notices-change = Change the draft
notices-form-lead = One letter to many people of your units. First you see whom it goes to and how it reads.
notices-whom = Whom it goes to
notices-everybody = Everybody
notices-unit = Unit
notices-unit-hint = With everything below it.
notices-course = Course
notices-batch = Batch
notices-place = Place
notices-place-seat = Has a seat
notices-place-waiting = On the waiting list
notices-verdict = Result
notices-verdict-complete = Completed
notices-verdict-incomplete = Not completed
notices-texts-hint = In Hindi, in English, or in both: everybody gets the own language, and both when it is not known. In one language only, everybody gets that one. The letter begins with the reader's name. {"{name}"} stands for the name and {"{unit}"} for the unit; web addresses become links.
notices-language-hi = Hindi
notices-language-en = English
notices-subject = Subject
notices-subject-hi = Subject in Hindi
notices-subject-en = Subject in English
notices-body-hi = Text in Hindi
notices-body-en = Text in English
notices-look = Keep and look
notices-nothing-yet = Nothing goes yet. The draft is kept.
notices-none = No letter to many has been written yet.
notices-people = People
notices-by = Written by
notices-would-go = { $count ->
    [one] It would go to one person.
   *[other] It would go to { $shown } people.
}
notices-would-not-go = It would go to nobody: change whom it goes to.
notices-meant = People in the selection
notices-without-address = Left out: no e-mail address that works
notices-stopped = Left out: want no reminders and letters to many
notices-confirmed = Confirmed
notices-goes-from = Goes from
notices-go-on = Send to all …
notices-try = Send one to myself
notices-discard = Throw the draft away
notices-as-read-by = As { $name } reads it
notices-both-languages = Everybody gets the letter in the own language; both, one below the other, when it is not known.
notices-one-language = Everybody gets the letter in this language.
notices-sample = Some of those who get it
notices-sample-hint = Choose a name to see the letter as this person reads it.
notices-holding = Nothing goes before { $at }. Until then it can be taken back whole.
notices-stopped-by-alarm = Paused by itself, because too many letters did not arrive. See which ones failed and why, then let it go on or end it.
notices-stopped-by-hand = Paused. What has not gone waits.
notices-alarm = { $wrong } of { $ended } letters did not arrive.
notices-writing = The letters are still being prepared; their number grows.
notices-resume = Go on
notices-pause = Pause
notices-cancel = Take it back, send nothing
notices-abort = End it: what has not gone does not go
notices-look-again = Look again
notices-text = The text
notices-letters = Letter by letter
notices-no-letters = There is no such letter.
notices-see = See this letter
notices-confirm = Send to all
notices-confirm-lead = “{ $title }” goes to { $people } people of { $unit }.
notices-confirm-hold = It is held for { $minutes } minutes, during which it can be taken back. The first letters go from { $at }; nobody is written to between 21:00 and 07:00.
notices-code-title = Who confirms?
notices-code-lead = So that nobody else sends it in your name, a code comes to your own e-mail address. It works for { $minutes } minutes.
notices-code-send = Send me the code
notices-code = Code
notices-count = To how many people?
notices-count-hint = Type the number: { $people }.
notices-send = { $count ->
    [one] Send to one person
   *[other] Send to { $count } people
}

notices-phase-draft = Draft
notices-phase-holding = Held
notices-phase-sending = Going
notices-phase-paused = Paused
notices-phase-done = Done
notices-phase-cancelled = Taken back
notices-phase-aborted = Ended midway

notices-letter-trial = [Trial]
notices-letter-why = You get this letter because your name is on the list of “{ $unit }”.
notices-letter-stop = Stop reminders and letters to many

letters-proof-subject = Code to confirm: { $code }
letters-proof-what = A letter to many people is to go in your name. Your code to confirm it:
letters-proof-use = The code works for 10 minutes, only for this letter.
letters-proof-page = To the confirmation
letters-why-proof = You get this letter because the code was asked for while signed in as you. If it was not you, tell this code to nobody and tell your in-charge at once: somebody else is signed in as you.

error-either-language = Write it in Hindi, in English, or in both.
error-one-line = The subject must be one line. Take the line break out.
error-placeholder = { $given } stands for nothing. Did you mean { $near }?
error-other-count = The letter would go to { $count } people now. Look again and type this number.

conflict-notice-no-draft = This letter has been confirmed or thrown away already.
conflict-notice-state = This letter's state has changed, so this is no longer possible.
conflict-notice-nobody = The letter would go to nobody.
conflict-proof-no-address = There is no working e-mail address for you here, so no code can be sent. Ask another administrator.
conflict-proof-too-many = Too many codes were asked for. Try again in an hour.
conflict-proof-wait = Too many attempts. Try again in { $minutes } min.

notice-notice-drafted = The draft is kept.
notice-notice-discarded = The draft is thrown away.
notice-notice-tried = A trial letter is on its way to you.
notice-notice-confirmed = Confirmed. It is held for a while before anything goes.
notice-notice-cancelled = Taken back: nothing was sent.
notice-notice-aborted = Ended: what had not gone does not go.
notice-notice-paused = Paused.
notice-notice-resumed = It goes on.
notice-proof-sent = A code is on its way to your e-mail address.
