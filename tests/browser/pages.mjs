// What the browser tests look at: data only. A new page is one more line here.
//
// { page: name in reports and screenshots, at: address }
// { page, at: '/units/{unit}' }: the address of the first such link on the page `links.unit.on`.
// An address that answers anything but `status` (200 unless said) is a failure.

export const languages = ['hi', 'en'];

export const screens = [
  { width: 360, height: 740 },
  { width: 1280, height: 800 },
];

// Where links to things are found: pages to look on (or letters), in this order, and how an address begins. What follows up to the next slash is the thing's id; words that are no id are skipped.
// `rest`: how all that follows must look; `last`: not the first of them.
export const links = {
  session: { on: ['/today', '/sessions', '/me'], begins: '/sessions/' },
  unit: { on: ['/units'], begins: '/units/' },
  person: { on: ['/people'], begins: '/people/' },
  course: { on: ['/courses'], begins: '/courses/' },
  batch: { on: ['/batches'], begins: '/batches/' },
  venue: { on: ['/venues'], begins: '/venues/' },
  letter: { on: ['/letters'], begins: '/letters/' },
  // A draft, the newest; one that was stopped on its way; one that waits for a second administrator.
  notice: { on: ['/letters/notices'], begins: '/letters/notices/', rest: /^\d+$/ },
  paused: { on: ['/letters/notices'], begins: '/letters/notices/', rest: /^\d+$/, last: true },
  waiting: { on: ['/letters/notices'], begins: '/letters/notices/', rest: /^\d+\/approval$/ },
  // A batch that people ask to come to: somebody waits, somebody is offered a seat, seats are kept.
  sought: { on: ['/requests'], begins: '/batches/' },
  // What only a letter leads to: the newest letter that has such a link.
  offer: { mailed: '/offers/' },
  stop: { mailed: '/unsubscribe/' },
};
export const noIds = ['new', 'notices', 'duplicates', 'import', 'imports'];

// In the order in which `prashikshan demo` prints their sign-in links.
export const roles = ['admin', 'trainer', 'newcomer'];

export const pages = {
  nobody: [
    { page: 'home', at: '/' },
    { page: 'sign-in', at: '/sign-in' },
    { page: 'help', at: '/help' },
    { page: 'privacy', at: '/privacy' },
    { page: 'offline', at: '/offline' },
    { page: 'offline-roll-call', at: '/offline/roll-call' },
    { page: 'helper-pin', at: '/helper' },
    { page: 'offer', at: '/offers/{offer}' },
    { page: 'unsubscribe', at: '/unsubscribe/{stop}' },
    { page: 'answer-gone', at: '/answers/no-such-answer', status: 410 },
    { page: 'not-found', at: '/no-such-page', status: 404 },
  ],
  newcomer: [
    { page: 'me', at: '/me' },
    { page: 'schedule', at: '/me/schedule' },
    { page: 'calendar-mine', at: '/calendar' },
    { page: 'feeds', at: '/me/calendars' },
    { page: 'attendance', at: '/me/attendance' },
    { page: 'profile', at: '/me/profile' },
    { page: 'my-courses', at: '/me/courses' },
    { page: 'check-in-code', at: '/check-in' },
    { page: 'badge', at: '/me/badge' },
    { page: 'apology', at: '/sessions/{session}/apology' },
    { page: 'make-up', at: '/sessions/{session}/make-up' },
  ],
  trainer: [
    { page: 'today', at: '/today' },
    { page: 'sessions', at: '/sessions' },
    { page: 'calendar-week', at: '/calendar?view=week' },
    { page: 'calendar-list', at: '/calendar?view=list&whose=mine' },
    { page: 'session', at: '/sessions/{session}' },
    { page: 'roll-call', at: '/sessions/{session}/roll-call' },
    { page: 'sheet', at: '/sessions/{session}/sheet' },
    { page: 'postponement', at: '/sessions/{session}/postponement' },
    { page: 'cancellation', at: '/sessions/{session}/cancellation' },
    { page: 'quick', at: '/sessions/{session}/roll-call/quick' },
    { page: 'marks', at: '/sessions/{session}/marks' },
    { page: 'session-letters', at: '/sessions/{session}/letters' },
    { page: 'sync', at: '/sync' },
    { page: 'hall', at: '/sessions/{session}/check-in' },
    { page: 'scanner', at: '/sessions/{session}/scanner' },
    { page: 'apologies', at: '/sessions/{session}/apologies' },
    { page: 'helpers', at: '/sessions/{session}/helpers' },
    { page: 'badges', at: '/batches/{batch}/badges' },
  ],
  admin: [
    { page: 'dashboard', at: '/dashboard' },
    { page: 'units', at: '/units' },
    { page: 'unit', at: '/units/{unit}' },
    { page: 'offices', at: '/units/{unit}/offices' },
    { page: 'office-new', at: '/units/{unit}/offices/new?q=asha' },
    { page: 'office-kinds', at: '/office-kinds' },
    { page: 'calendar-month', at: '/calendar' },
    { page: 'calendar-feeds', at: '/me/calendars' },
    { page: 'people', at: '/people' },
    { page: 'person', at: '/people/{person}' },
    { page: 'person-new', at: '/people/new' },
    { page: 'person-erasure', at: '/people/{person}/erasure' },
    { page: 'courses', at: '/courses' },
    { page: 'course', at: '/courses/{course}' },
    { page: 'course-new', at: '/courses/new' },
    { page: 'batches', at: '/batches' },
    { page: 'batch', at: '/batches/{batch}' },
    { page: 'batch-new', at: '/batches/new' },
    { page: 'suggestions', at: '/schedules/suggestions' },
    { page: 'availability', at: '/people/{person}/availability' },
    { page: 'schedules', at: '/schedules' },
    { page: 'schedule-new', at: '/schedules/new' },
    { page: 'holidays', at: '/holidays?year=2027' },
    { page: 'holiday-new', at: '/holidays/new' },
    { page: 'holidays-import', at: '/holidays/import' },
    { page: 'venues', at: '/venues' },
    { page: 'venue-new', at: '/venues/new' },
    { page: 'venue-ways', at: '/venues/{venue}/ways' },
    { page: 'sessions', at: '/sessions' },
    { page: 'completion', at: '/completion' },
    { page: 'completion-people', at: '/completion/people' },
    { page: 'letters', at: '/letters' },
    { page: 'notices', at: '/letters/notices' },
    { page: 'notice-new', at: '/letters/new' },
    { page: 'notice', at: '/letters/notices/{notice}' },
    { page: 'notice-edit', at: '/letters/notices/{notice}/edit' },
    { page: 'notice-confirmation', at: '/letters/notices/{notice}/confirmation' },
    { page: 'notice-on-its-way', at: '/letters/notices/{paused}' },
    { page: 'notice-failed', at: '/letters/notices/{paused}?state=failed' },
    { page: 'notice-waiting', at: '/letters/notices/{waiting}' },
    { page: 'notice-approval', at: '/letters/notices/{waiting}/approval' },
    { page: 'rules', at: '/reminder-rules' },
    { page: 'rule', at: '/reminder-rules/3' },
    { page: 'rule-new', at: '/reminder-rules/new' },
    { page: 'templates', at: '/templates' },
    { page: 'template', at: '/templates/confirmation-many' },
    { page: 'template-version', at: '/templates/confirmation-many/versions/0' },
    { page: 'requests', at: '/requests' },
    { page: 'nominations', at: '/nominations' },
    { page: 'nomination', at: '/batches/{sought}/nominations?q=devi' },
    { page: 'reservations', at: '/batches/{sought}/reservations' },
    { page: 'enrolments', at: '/batches/{sought}/enrolments?q=ram' },
    { page: 'imports-enrolments', at: '/imports?kind=enrolments&batch={sought}' },
    { page: 'letter', at: '/letters/{letter}' },
    { page: 'journal', at: '/journal' },
    { page: 'imports', at: '/imports' },
    { page: 'grants', at: '/grants' },
  ],
};

// What the journeys need to know of the markup, and nothing more.
export const markup = {
  signInButton: 'main form[method="post" i] button',
  row: '.roll-row',
  mark: (status) => `input[type="radio"][value="${status}"]`,
  submit: 'button:is([type="submit"], :not([type])):not([name]):not([formaction])',
  name: '[name="name"]',
  unit: '[name="unit"]',
  phone: ':is([name="phone"], [name="phones"], [name^="phones"])',
};
