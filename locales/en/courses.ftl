# Courses: /courses, /courses/new, /courses/{id}, /courses/{id}/edit.
courses-title = Courses
courses-new = New course
courses-change = Change the course
courses-none = There is no course yet.
courses-course = Course
courses-code = Code
courses-code-hint = Short, without spaces, for example NM-1. It stays the same for good.
courses-unit = Unit
courses-unit-hint = Every unit below it can hold batches of this course.
courses-state = State
courses-state-draft = Draft
courses-state-published = Published
courses-state-retired = Retired
courses-title-hi = Title in Hindi
courses-title-en = Title in English
courses-one-language = One language is enough: the other gets the same text.
courses-percent = Percent needed to complete
courses-percent-hint = The share of the minutes that a member must attend, besides every compulsory module.
courses-modules = Modules
courses-modules-hint = In the order in which they are taught. Rows left empty do not count.
courses-module = Module
courses-module-number = Module { $number }
courses-module-code = Module code
courses-minutes = Minutes
courses-compulsory = Compulsory
courses-yes = Yes
courses-no = No
courses-more-rows = Need more rows? Save: three more empty ones are then ready under “Change”.
courses-no-modules = No module yet.
courses-version = Version { $number }
courses-published-on = Published { $day }
courses-is-draft = Draft, not published
courses-rule = complete with { $percent }% of the minutes and every compulsory module
courses-total = { $minutes ->
    [one] { $minutes } minute in all
   *[other] { $minutes } minutes in all
}
courses-batches = { $count ->
    [0] No batch of this course yet
    [one] { $count } batch of this course
   *[other] { $count } batches of this course
}
courses-new-batch = New batch of this course
courses-publish = Publish
courses-publish-title = Publish version { $number }
courses-publish-means = Once published, batches can be made of this course and this version can no longer be changed. Later changes become a new version. Nobody is told by e-mail.
courses-publish-again-means = New batches will teach this version; batches that exist stay on theirs. It can no longer be changed then.
courses-publish-needs-module = Add at least one module, then the course can be published.
courses-opens-draft = What is published stays as it is. Your changes become a new draft that you can publish later.
courses-retire = Retire this course
courses-retire-means = No new batch can be made of it. Batches that exist go on to their end. This cannot be undone.
notice-course-published = The course is published.

error-module-twice = This code stands in two modules. Give each its own.
error-too-many-modules = A course has { $most } modules at most.
conflict-course-empty = The course has no module yet. Add one, then publish.
conflict-course-nothing-new = There is no draft to publish: everything is published already.
conflict-course-just-published = Somebody has just published this version. Open the course again.
conflict-course-retired = This course is retired and cannot be changed.

courses-needs = Courses to complete first
courses-needs-hint = Codes of courses, commas between. Nobody gets a place in a batch before these are completed.
error-course-unknown = There is no course “{ $code }”.
error-course-circle = No course can come before itself.
