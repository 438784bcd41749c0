# पेज का ढाँचा, आम बटन, स्थितियाँ और गलतियाँ।
app-name = प्रशिक्षण

## Frame
menu = मेन्यू
skip-to-content = सीधे मुख्य सामग्री पर जाएँ
crumbs-label = आप यहाँ हैं
foot-help = सहायता
foot-privacy = निजता सूचना

nav-me = मेरा प्रशिक्षण
nav-today = आज
nav-dashboard = एक नजर में
nav-units = इकाइयाँ
nav-people = सदस्य
nav-courses = कोर्स
nav-batches = बैच
nav-sessions = सत्र
nav-holidays = अवकाश
nav-venues = स्थान
nav-completion = पूर्णता रिपोर्ट
nav-letters = पत्र
nav-journal = बदलावों का विवरण
nav-imports = फाइल से जोड़ें
nav-grants = भूमिकाएँ

## Buttons
do-save = सहेजें
do-discard = छोड़ें
do-cancel = वापस जाएँ
do-search = खोजें
do-filter = छाँटें
do-next = आगे
do-previous = पीछे
do-print = प्रिंट करें
do-download-csv = CSV डाउनलोड करें
do-sign-in = लॉगिन करें
do-sign-out = लॉगआउट करें
do-back = वापस जाएँ
do-home = पहले पेज पर जाएँ
do-change = बदलें
do-add = जोड़ें
do-send-again = दोबारा भेजें

## Marks
status-present = उपस्थित
status-late = देर से
status-partial = बीच में प्रस्थान
status-excused = अनुमति से
status-absent = अनुपस्थित
status-unmarked = दर्ज नहीं

## Lists and forms
paging-label = पेज
paging-place = पेज { $number }
errors-title = कृपया यह ठीक करें
field-optional = जरूरी नहीं

## Errors of one field
error-required = यह जानकारी भरें।
error-characters = इसमें ऐसे चिह्न हैं जो काम नहीं आ सकते। फिर से लिखें।
error-too-long = इसे { $most } या कम अक्षरों में लिखें।
error-address-in-name = नाम में वेब या ईमेल पता नहीं हो सकता।
error-code = केवल अक्षर, अंक और - _ . / # लिखें, बीच में खाली जगह न हो।
error-range = { $least } से { $most } तक की संख्या लिखें।
error-number = पूरी संख्या लिखें, जैसे 30।
error-date = दिनांक इस तरह लिखें: 29-11-2026।
error-time = दिनांक और समय इस तरह लिखें: 2026-11-29 10:30।
error-quiet-hours = पत्र केवल 07:00 से 21:00 के बीच जाते हैं। इसी बीच का समय लिखें।
error-clock-or-hours = समय या घंटे, दोनों में से एक ही लिखें।
error-hours-on-the-day = उसी दिन के पत्र के लिए लिखें कि शुरू होने से कम से कम कितने घंटे पहले जाए (1 से 24)।
error-does-not-fit = यह पत्र, समय और लोग एक साथ ठीक नहीं बैठते। कोई और चुनें।
error-language = हिन्दी या अंग्रेजी चुनें।
error-unknown = यह सूची में नहीं है। कोई और चुनें।
error-malformed = यह पढ़ा नहीं जा सका। जाँचकर फिर से लिखें।
error-email = पूरा ईमेल पता लिखें, जैसे name@example.org।
error-phone = 10 अंकों का मोबाइल नंबर लिखें।
error-taken = यह पहले से मौजूद है। कोई और लिखें।
error-not-found = इससे मेल खाता कुछ नहीं मिला।
error-ambiguous = इससे एक से ज्यादा नाम मेल खाते हैं। और साफ लिखें।
error-wrong-code = यह कोड सही नहीं है, या इसका समय पूरा हुआ। ईमेल देखें या नया कोड मँगाएँ।
error-other-body = यह कुंजी किसी और अनुरोध में काम आ चुकी है।

## Errors of a file
error-file-too-large = फाइल बहुत बड़ी है। इसे छोटी फाइलों में बाँटकर भेजें।
error-file-is-workbook = यह Excel फाइल है। Excel में “Save as” → “CSV UTF-8” चुनें और वही फाइल भेजें।
error-file-not-utf8 = पंक्ति { $line } का लेख पढ़ा नहीं जा सका। Excel में “Save as” → “CSV UTF-8” चुनें और वही फाइल भेजें।
error-file-malformed = फाइल की पंक्ति { $line } पढ़ी नहीं जा सकी। उसके उद्धरण चिह्न और कॉलम जाँचें।
error-file-cell-too-large = पंक्ति { $line } के एक खाने में लेख बहुत लंबा है। उसे छोटा करें।
error-file-empty = फाइल में कोई पंक्ति नहीं है।

## What stands in the way
conflict-exists = यह पहले से मौजूद है।
conflict-in-use = यह काम में है, इसलिए हटाना संभव नहीं।

## Faults
fault-conflict-title = यह अभी नहीं हो सकता
fault-not-found-title = यह पेज नहीं मिला
fault-not-found-advice = पता गलत हो सकता है, या यह पेज आपकी इकाइयों से बाहर का है। पता जाँचें या पहले पेज पर जाएँ।
fault-sign-in-title = कृपया लॉगिन करें
fault-sign-in-advice = यह पेज लॉगिन के बाद दिखेगा।
fault-forbidden-title = आपको इसका अधिकार नहीं है
fault-forbidden-advice = आपकी भूमिका में यह काम शामिल नहीं है। जरूरत हो तो अपने प्रभारी से बात करें।
fault-stale-title = यह पेज बहुत देर से खुला था
fault-stale-advice = आपका काम अभी सहेजा नहीं है। वापस जाएँ, पेज को फिर से खोलें और दोबारा भेजें।
fault-malformed-title = यह जानकारी पढ़ी नहीं जा सकी
fault-malformed-advice = वापस जाएँ, पेज को फिर से खोलें और दोबारा कोशिश करें।
fault-too-large-title = यह बहुत बड़ा है
fault-too-large-advice = छोटी फाइल या कम लेख भेजें।
fault-unsupported-media-title = इस तरह की फाइल काम नहीं आ सकती
fault-unsupported-media-advice = पेज पर लिखे प्रकार की फाइल भेजें।
fault-invalid-title = कुछ ठीक करना बाकी है
fault-invalid-advice = वापस जाएँ और भरी हुई जानकारी जाँचें।
fault-too-many-title = बहुत बार कोशिश हुई
fault-too-many-advice = कृपया { $wait } सेकंड बाद फिर कोशिश करें।
fault-busy-title = अभी सेवा व्यस्त है
fault-busy-advice = आपका काम अभी सहेजा नहीं है। थोड़ी देर में फिर कोशिश करें।
fault-broken-title = तकनीकी समस्या
fault-broken-advice = गलती हमारी ओर से है। थोड़ी देर बाद फिर कोशिश करें। फिर भी ऐसा हो तो अपने प्रभारी को बताएँ।

## After a form
notice-saved = सहेजा गया।

## Roles
role-admin = व्यवस्थापक
role-trainer = प्रशिक्षक
role-helper = सहायक
role-auditor = निरीक्षक
