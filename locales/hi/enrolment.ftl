# नामांकन: /batches/{id}/enrolments, /enrolments/{id}/withdrawal, /enrolments/{id}/promotion.
enrolment-title = नामांकन
enrolment-seats = सीटें
enrolment-free = खाली सीटें
enrolment-waiting = प्रतीक्षा सूची
enrolment-add = सदस्य जोड़ें
enrolment-search = नाम या मोबाइल नंबर
enrolment-add-table = तालिका से कई नाम जोड़ें
enrolment-is-full = सीटें भर गईं। नया नाम प्रतीक्षा सूची में जुड़ेगा।
enrolment-enrol = नामांकन करें
enrolment-enrol-name = { $name } का नामांकन करें
enrolment-nobody-found = इस नाम या नंबर का कोई सदस्य नहीं मिला, या नामांकन पहले से है।
enrolment-seated = नामांकित
enrolment-number = क्रमांक
enrolment-name = नाम
enrolment-unit = इकाई
enrolment-steps = बदलाव
enrolment-position = प्रतीक्षा क्रमांक
enrolment-since = कब से
enrolment-withdraw = नाम वापस लें
enrolment-withdraw-name = { $name } का नाम वापस लें
enrolment-promote = सीट दें
enrolment-promote-name = { $name } को सीट दें
enrolment-jumped = क्रम से पहले सीट मिली: { $reason }
enrolment-because = कारण: { $reason }
enrolment-withdrawn-count = नाम वापस लिए: { $n }
enrolment-nobody = अभी किसी का नामांकन नहीं है।
enrolment-withdrawal-title = नाम वापस लें
enrolment-withdrawal-effect = { $n ->
    [0] इस बैच की सूची से यह नाम हट जाएगा।
   *[other] इस बैच की सूची से यह नाम हट जाएगा। खाली सीट का प्रस्ताव प्रतीक्षा सूची के पहले नाम को जाएगा।
}
enrolment-reason = कारण
enrolment-reason-seen = यह कारण प्रतीक्षा सूची में सबको दिखेगा।
enrolment-promotion-title = प्रतीक्षा सूची से सीट दें
enrolment-promotion-effect = अभी प्रतीक्षा क्रमांक { $position } है। खाली सीट होने पर ही सीट मिलेगी।

enrolment-offered = सीट की पुष्टि बाकी
enrolment-offered-means = ये सीटें इन नामों के लिए रखी हैं। समय पूरा होने पर अगले नाम को मिलेंगी।
enrolment-no-mail = ईमेल नहीं, फोन करें: { $phone }
enrolment-says-yes = हाँ दर्ज करें
enrolment-says-no = ना दर्ज करें
enrolment-kept = { $unit } के लिए { $n } सीटें सुरक्षित, { $until } तक
enrolment-kept-over = { $unit } की { $n } सीटें { $until } के बाद से सबके लिए हैं

notice-enrolled = नामांकन हुआ।
notice-waiting = सीटें भर गई हैं। नाम प्रतीक्षा सूची में जुड़ा।
notice-withdrawn = नाम वापस हुआ।
notice-promoted = सीट मिली।

conflict-enrolled = यह नाम इस बैच में पहले से है।
conflict-person-busy = उस समय इस सदस्य का “{ $batch }” में सत्र है: { $when_hi }। फिर भी ठीक हो तो कारण लिखें।
conflict-withdrawn = यह नाम पहले ही वापस लिया जा चुका है।
conflict-batch-cancelled = यह बैच रद्द है।
conflict-batch-ended = इस बैच के सभी सत्र पूरे हो चुके हैं।
conflict-not-waiting = यह नाम प्रतीक्षा सूची में नहीं है।
conflict-no-seat = कोई सीट खाली नहीं है।

agreed-page = पेज पर सहमति, { $on }
agreed-paper = कागज पर सहमति, { $on }
agreed-phone = फोन पर सहमति, { $on }
agreed-list = सूची के अनुसार सहमति, { $on }
