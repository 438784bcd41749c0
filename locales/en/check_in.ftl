# The hall's code: /check-in/{code}, /check-in, /sessions/{id}/check-in.
check-in-title = Check in
check-in-do = Check in
check-in-done = You are checked in
check-in-opens = It opens on { $when }.
check-in-who = Your name
check-in-remember = This phone may remember who I am (for checking in only, 180 days)
check-in-digits = Last 4 digits of your mobile number
check-in-digits-hint = For example 3210 of 98765 43210. Then choose your name.
check-in-find = Show names
check-in-by-mail = No number with us? Get a sign-in code by e-mail
check-in-other = This is not me, choose another name
check-in-forget = This phone shall forget me
check-in-not-listed = { $name } is not on the list of this session. Tell the trainer, who can add the name.
check-in-kept = No network. Your check-in is saved on this phone and will be sent by itself when there is one. Keep this page open, or open it again later.
check-in-how = Scan the QR code in the hall with your phone's camera. If the camera does not work, type the 6 digits below the code here.
check-in-typed = The hall's 6-digit code
check-in-typed-hint = The code changes every 30 seconds.
check-in-hall = Hall QR code
check-in-hall-how = Scan with your phone's camera
check-in-hall-typed = or type the code:
check-in-hall-offline = No network. The code goes on; mark those whose phones have no network from the list.
check-in-hall-note = The code changes every 30 seconds and is of use only in the hall. It can be shown over a video call, so compare with the number of people in the hall.
check-in-hall-shut = The code is shown from 30 minutes before the start to the end of the session.
check-in-qr = QR code for checking in
check-in-arrived = have arrived
check-in-full = Full screen
check-in-doubts = { $n ->
    [one] { $n } name to look at
   *[other] { $n } names to look at
}
check-in-doubts-new = There are new names to look at: open the list
check-in-doubt-device = { $name } checked in before on the same phone.
check-in-doubt-device-unknown = Somebody else checked in before on the same phone.
check-in-doubt-later = Made without a network, sent later.
check-in-is-here = Is in the hall
check-in-not-here = Is not in the hall

notice-phone-forgotten = This phone no longer remembers anybody.

error-four-digits = Enter 4 digits.
error-six-digits = Enter 6 digits.
error-phone-end = Nobody on this list has a number with these digits. Check them, or tell the trainer.
error-hall-code = This is not the code of a session of yours now. Enter the code that is on the screen at this moment.

conflict-check-in-early = Check-in is not open yet.
conflict-check-in-over = This session is over. If your check-in is missing, tell the trainer.
conflict-check-in-cancelled = This session is cancelled.
conflict-check-in-stale = This code is old. Scan the one that is on the screen in the hall now.
conflict-check-in-not-listed = The name is not on the list of this session. Tell the trainer, who can add it.
conflict-check-in-unknown-phone = This phone was not known before, so a check-in sent later cannot be taken. Tell the trainer.
