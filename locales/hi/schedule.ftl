# स्थान, बैच, सत्र: /venues, /batches, /sessions और उनके नीचे के पेज।
schedule-any = सभी
schedule-choose = चुनें
schedule-unit = इकाई
schedule-course = कोर्स
schedule-batch = बैच
schedule-session = सत्र
schedule-venue = स्थान
schedule-seats = सीटें
schedule-when = कब
schedule-where = कहाँ
schedule-state = स्थिति
schedule-days = तारीखें
schedule-taken = भरी सीटें
schedule-upcoming = आने वाले
schedule-running = जारी
schedule-past = बीते हुए
schedule-state-draft = मसौदा
schedule-state-published = प्रकाशित
schedule-state-cancelled = रद्द

## Venues
schedule-new-venue = नया स्थान
schedule-change-venue = स्थान बदलें
schedule-no-venues = अभी कोई स्थान नहीं है।
schedule-name-hi = हिन्दी में नाम
schedule-name-en = अंग्रेजी में नाम
schedule-one-language = एक भाषा काफी है: दूसरी में यही नाम दिखेगा।
schedule-address = पता
schedule-map = नक्शे पर देखें
schedule-map-url = नक्शे का लिंक
schedule-map-url-hint = पूरा पता, https:// से शुरू
schedule-contact = संपर्क
schedule-contact-hint = जिसके पास चाबी है उसका नाम और फोन
schedule-venue-unit-hint = जो इकाई इस स्थान की देखरेख करती है; उसके नीचे की सभी इकाइयाँ इसका उपयोग कर सकती हैं।
schedule-venue-ahead = { $count ->
    [0] यहाँ कोई सत्र तय नहीं है।
   *[other] यहाँ { $count } सत्र तय हैं।
}

## Batches
schedule-new-batch = नया बैच
schedule-change-batch = बैच बदलें
schedule-no-batches = कोई बैच नहीं मिला।
schedule-batch-title = बैच का नाम
schedule-batch-title-hint = जैसा पत्रों में दिखेगा, जैसे: नदी ब्लॉक, मार्च
schedule-batch-course-hint = केवल प्रकाशित कोर्स। बैच अभी के प्रकाशित संस्करण पर ही रहेगा।
schedule-seats-hint = { $taken } सीटें भरी हैं; कम लिखने पर भी वे भरी रहेंगी।
schedule-starts-on = पहला दिन
schedule-ends-on = आखिरी दिन
schedule-seats-taken = भरी सीटें
schedule-waiting = प्रतीक्षा में
schedule-roster = इस बैच में कौन हैं
schedule-batch-is-cancelled = यह बैच रद्द है।
schedule-no-sessions = अभी कोई सत्र नहीं।
schedule-publish-all = { $count } मसौदे प्रकाशित करें
schedule-publish-all-means = { $count } सत्र मसौदे हैं। प्रकाशित होने पर सीट पाए सभी ({ $people }) लोगों को एक ईमेल से सूचना मिलेगी।

## Sessions
schedule-none-upcoming = कोई सत्र तय नहीं है।
schedule-none-past = अभी तक कोई सत्र नहीं हुआ।
schedule-new-session = नया सत्र
schedule-change-session = मसौदा बदलें
schedule-modules = विषय
schedule-minutes = { $minutes } मिनट
schedule-compulsory = अनिवार्य
schedule-trainers = प्रशिक्षक
schedule-trainer-number = प्रशिक्षक { $number }
schedule-starts-at = शुरू
schedule-ends-at = समाप्त
schedule-zone = उस जगह का समय ({ $zone })
schedule-place-hint = स्थान या लिंक, दोनों में से एक। मसौदे में दोनों खाली रह सकते हैं।
schedule-link = ऑनलाइन सत्र का लिंक
schedule-join = ऑनलाइन जुड़ें
schedule-no-place = अभी स्थान तय नहीं।
schedule-is-draft = यह मसौदा है: इसे केवल योजना बनाने वाले देख सकते हैं।
schedule-is-cancelled = यह सत्र रद्द है।
schedule-because = कारण: { $reason }
schedule-attendance = उपस्थिति
schedule-expected = { $count } अपेक्षित
schedule-waiting-count = { $count } प्रतीक्षा में
schedule-roll-call = हाजिरी लें
schedule-sheet = हाजिरी पत्रक
schedule-add-to-calendar = कैलेंडर में जोड़ें
schedule-publish = प्रकाशित करें
schedule-publish-means = { $count ->
    [0] अभी किसी के पास सीट नहीं है। बाद में जिसे सीट मिलेगी उसे इस सत्र की सूचना मिलेगी।
   *[other] { $count } लोगों को ईमेल से सूचना मिलेगी। आगे समय या स्थान बदलने पर भी सूचना जाएगी।
}
schedule-move = समय या स्थान बदलें
schedule-cancel = सत्र रद्द करें
schedule-reason = कारण
schedule-move-reason-hint = सत्र के बदलावों के विवरण में दिखेगा।
schedule-cancel-reason-hint = जिन्हें सत्र की सूचना मिली थी, उन सबको दिखेगा, जैसे: भवन उपलब्ध नहीं
schedule-nobody-told = यह मसौदा है: किसी को सूचना नहीं जाएगी।
schedule-draft-tells-nobody = यह मसौदा बनेगा। प्रकाशित करने से पहले किसी को सूचना नहीं जाएगी।
schedule-history = बदलावों का विवरण
schedule-changed = बदलाव
notice-session-drafted = मसौदे के रूप में सुरक्षित।
notice-session-published = सत्र प्रकाशित हुआ। पत्र अब भेजे जा रहे हैं।
notice-sessions-published = सत्र प्रकाशित हुए। पत्र अब भेजे जा रहे हैं।
notice-session-cancelled = सत्र रद्द हुआ।

## Ways between venues
ways-title = दूसरे स्थानों तक का समय
ways-lead = एक ही प्रशिक्षक के दो सत्रों के बीच कम से कम इतना समय चाहिए; कम हो तो टकराव दिखता है।
ways-every = किन्हीं दो स्थानों के बीच (मिनट)
ways-every-is = किन्हीं दो स्थानों के बीच { $minutes } मिनट माने जाते हैं।
ways-other = दूसरा स्थान
ways-minutes = मिनट
ways-minutes-hint = खाली छोड़ें: फिर वही जितना किन्हीं दो स्थानों के बीच।
ways-none = इस स्थान से अलग समय किसी का नहीं है।
ways-forget = हटाएँ

## Clashes
schedule-clash-venue = { $venue } खाली नहीं है: { $batch }, { $when }।
schedule-clash-trainer = { $people } उस समय पढ़ा रहे हैं: { $batch }, { $when }।
schedule-clash-travel = { $people } के पास { $venue } आने-जाने के लिए { $minutes } मिनट से कम हैं: { $batch }, { $when }।
schedule-clash-batch = इस बैच का उस समय दूसरा सत्र है: { $when }।
schedule-clash-participant = { $count } लोग ({ $people }) उस समय दूसरे सत्र में हैं: { $batch }, { $when }।
schedule-clash-quiet = यह सुबह 7 बजे से पहले या रात 9 बजे के बाद है: { $when }।
schedule-clash-seats = बैच की सीटें स्थान की सीटों से ज्यादा हैं।
schedule-clash-holiday = उस दिन अवकाश है: { $holiday }।
schedule-clash-elsewhere = आपकी इकाइयों से बाहर का बैच
schedule-clash-reason = फिर भी यह ठीक क्यों है
schedule-clash-reason-hint = बदलावों के विवरण में रहेगा। या नीचे समय, स्थान या प्रशिक्षक बदलें।

error-end-before-start = समाप्ति शुरुआत के बाद होनी चाहिए।
error-session-long = सत्र ज्यादा से ज्यादा { $most } घंटे का हो सकता है।
error-web-address = पूरा वेब पता लिखें, https:// से शुरू।
error-venue-or-link = स्थान चुनें या लिंक लिखें, दोनों नहीं।
error-not-a-trainer = यह व्यक्ति यहाँ प्रशिक्षक नहीं है। पहले भूमिका दें।
error-nowhere = प्रकाशित सत्र के लिए स्थान या लिंक जरूरी है।
error-past = यह समय बीत चुका है। आगे का समय चुनें।
error-begun = सत्र शुरू हो चुका है: अब विषय नहीं बदले जा सकते।
error-course-not-published = इस कोर्स का कोई प्रकाशित संस्करण नहीं है। पहले प्रकाशित करें।
error-course-of-another-unit = यह कोर्स दूसरी इकाई का है और यहाँ नहीं हो सकता।
conflict-clash = इसमें टकराव है। कारण लिखें, या दूसरा समय, स्थान या प्रशिक्षक चुनें।
conflict-venue-taken = उस समय यह स्थान खाली नहीं है। दूसरा समय या दूसरा स्थान चुनें।
conflict-past = बीते समय का सत्र प्रकाशित नहीं हो सकता। पहले उसका समय बदलें।
conflict-nowhere = बिना स्थान या लिंक का सत्र प्रकाशित नहीं हो सकता। पहले दोनों में से एक जोड़ें।
conflict-no-drafts = प्रकाशित करने के लिए कोई मसौदा नहीं है।
conflict-session-published = यह सत्र पहले से प्रकाशित है।
conflict-session-cancelled = यह सत्र रद्द है और रद्द ही रहेगा। नया सत्र बनाएँ।
conflict-session-over = यह सत्र हो चुका है, इसका समय नहीं बदला जा सकता।
conflict-session-attended = इस सत्र में उपस्थिति दर्ज है: यह हो चुका है और रद्द नहीं हो सकता।
schedule-said = आने की सूचना: { $coming } · न आने की सूचना: { $not_coming }
schedule-letters = इस सत्र के पत्र: किसे, कब

# इकाइयों के लिए सीटें: /batches/{id}/reservations
schedule-kept = सुरक्षित सीटें
schedule-kept-lead = इस बैच की { $seats } सीटों में से कुछ किसी इकाई और उसके नीचे के सदस्यों के लिए रखें।
schedule-kept-row = इकाई { $number }
schedule-kept-unit = इकाई का कोड
schedule-kept-until = किस दिन तक
schedule-kept-hint = उस दिन के बाद ये सीटें सबके लिए हैं। पंक्ति खाली करने पर सीटें तुरंत सबके लिए हो जाती हैं।
error-kept-twice = यह इकाई पहले ही लिखी है।
error-kept-too-many = बैच में कुल { $most } सीटें हैं। इतनी से ज्यादा सुरक्षित नहीं हो सकतीं।
error-below-kept = { $kept } सीटें इकाइयों के लिए सुरक्षित हैं। पहले उन्हें घटाएँ।
