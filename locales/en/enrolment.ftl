# Enrolments: /batches/{id}/enrolments, /enrolments/{id}/withdrawal, /enrolments/{id}/promotion.
enrolment-title = Enrolments
enrolment-seats = Seats
enrolment-free = Seats free
enrolment-waiting = Wait-list
enrolment-add = Add a person
enrolment-search = Name or mobile number
enrolment-add-table = Add many from a table
enrolment-is-full = All seats are taken. A new name joins the wait-list.
enrolment-enrol = Enrol
enrolment-enrol-name = Enrol { $name }
enrolment-nobody-found = Nobody was found with this name or number who is not on the batch yet.
enrolment-seated = Enrolled
enrolment-number = No.
enrolment-name = Name
enrolment-unit = Unit
enrolment-steps = Changes
enrolment-position = Waiting no.
enrolment-since = Since
enrolment-withdraw = Withdraw
enrolment-withdraw-name = Withdraw { $name }
enrolment-promote = Give a seat
enrolment-promote-name = Give a seat to { $name }
enrolment-jumped = Seat given ahead of the queue: { $reason }
enrolment-because = Reason: { $reason }
enrolment-withdrawn-count = Withdrawn: { $n }
enrolment-nobody = Nobody is enrolled yet.
enrolment-withdrawal-title = Withdraw
enrolment-withdrawal-effect = { $n ->
    [0] The name leaves the list of this batch.
   *[other] The name leaves the list of this batch. A free seat goes to the first of the wait-list.
}
enrolment-reason = Reason
enrolment-reason-seen = Those who wait can see this reason.
enrolment-promotion-title = Give a seat from the wait-list
enrolment-promotion-effect = Now waiting no. { $position }. A seat can be given only while one is free.

enrolment-offered = Seat to be confirmed
enrolment-offered-means = These seats are kept for these names. When the time is over they go to the next.
enrolment-no-mail = No e-mail, phone: { $phone }
enrolment-says-yes = Record a yes
enrolment-says-no = Record a no
enrolment-kept = { $n } seats kept for { $unit }, through { $until }
enrolment-kept-over = The { $n } seats of { $unit } are everybody's since { $until }

notice-enrolled = Enrolled.
notice-waiting = All seats are taken. The name joined the wait-list.
notice-withdrawn = Withdrawn.
notice-promoted = Seat given.

conflict-enrolled = This name is on the batch already.
conflict-person-busy = At that time the person is at “{ $batch }”: { $when_en }. Write the reason if it is right all the same.
conflict-withdrawn = This name was withdrawn already.
conflict-batch-cancelled = This batch is cancelled.
conflict-batch-ended = All sessions of this batch are over.
conflict-not-waiting = This name is not on the wait-list.
conflict-no-seat = No seat is free.

agreed-page = Agreed on the page, { $on }
agreed-paper = Agreed on paper, { $on }
agreed-phone = Agreed by phone, { $on }
agreed-list = Agreed, as the list says, { $on }
