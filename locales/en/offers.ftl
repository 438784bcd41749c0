# Seats offered: /offers/{token}, and their letters.
offers-title = A seat for you
offers-name = { $name }, there is a seat for you
offers-clash = You have another session at that time:
offers-until = Confirm by { $until }
offers-begins = First session: { $begins }
offers-next = If it is not confirmed, the seat goes to the next name.
offers-take = Take the seat
offers-decline = Give up the seat
offers-taken-title = The seat is confirmed
offers-taken-lead = The confirmation and the schedule come by e-mail.
offers-declined-title = The seat was given up
offers-declined-lead = Thank you for saying so. The seat goes to the next name.
offers-over-title = The time is over
offers-over-lead = This seat is now for the next name. If you still want to come, ask for a place again.
offers-see-courses = See the courses
offers-see-schedule = See the schedule
offers-see-mine = See your page

offers-mail-subject = Seat available { $day } – confirm by { $until }
offers-mail-subject-plain = Seat available – confirm by { $until }
offers-mail-subject-about = A seat for { $name } – record the answer by { $until }
offers-mail-what = There is a seat for you in “{ $course }” ({ $batch }).
offers-mail-what-about = There is a seat for { $name } in “{ $course }” ({ $batch }).
offers-mail-until = Confirm by { $until }
offers-mail-begins = First session: { $begins }
offers-mail-about = We have no e-mail address of this person. Please ask on the phone and record the answer by the link in this letter.
offers-mail-phone = Phone: { $phone }
offers-mail-next = If it is not confirmed, the seat goes to the next name. If coming is not possible, give the seat up on the same page.
offers-mail-take = Take the seat
offers-mail-answer = Record the answer
offers-why-office = You get this letter because you are an admin of this unit.

offers-lapse-subject = The time to confirm is over: { $course }
offers-lapse-what = The seat in “{ $course }” ({ $batch }) was not confirmed by { $until }. It now goes to the next name.
offers-lapse-next = If you still want to come, ask for a place again. The name joins the end of the waiting list.
offers-why-lapse = You get this letter because you were on the waiting list of “{ $batch }”.

notice-offer-taken = The seat is confirmed.
notice-offer-declined = The seat was given up.
conflict-not-offered = No seat is offered to this name now.
conflict-offer-taken = This seat is confirmed already.
conflict-offer-over = The time to confirm is over. The seat goes to the next name.
conflict-seat-kept = The free seats are kept for other units.
conflict-batch-started = This batch has begun.
conflict-prerequisite = This course must be completed first: { $courses_en }
