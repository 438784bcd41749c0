# बहुत से सत्र एक साथ तय करना: /schedules और उसके नीचे के पेज।
plan-title = कई सत्र एक साथ
plan-new = नई योजना
plan-lead = कोर्स, इकाइयाँ और दिन चुनें; सभी सत्र एक तालिका में दिखेंगे। प्रकाशित करने से पहले किसी को सूचना नहीं जाएगी।
plan-none = अभी कोई योजना नहीं है।
plan-drafts = मसौदे
plan-shared = सहकर्मियों के मसौदे
plan-size = { $sessions } सत्र, { $units } इकाइयाँ
plan-changed = बदला { $when }
plan-one = योजना: { $course }
plan-units = इकाइयाँ
plan-first-day = पहला दिन
plan-repeat = कब-कब
plan-repeat-weekly = हर सप्ताह, उसी दिन
plan-repeat-fortnightly = हर दूसरे सप्ताह
plan-repeat-daily = हर दिन
plan-repeat-weekdays = सोमवार से शुक्रवार
plan-repeat-rule = नीचे लिखे नियम से
plan-rule-title = दूसरा क्रम (RFC 5545)
plan-rule = नियम
plan-rule-hint = ऊपर “नीचे लिखे नियम से” चुनें। जैसे हर शनिवार-रविवार: FREQ=WEEKLY;BYDAY=SA,SU
plan-ends-hint = खाली छोड़ें: जितना समय विषयों को चाहिए।
plan-count = हर इकाई में कितने सत्र
plan-count-hint = खाली छोड़ें: हर विषय का एक सत्र।
plan-draw = तालिका देखें
plan-grid = सत्रों की तालिका
plan-kept = मसौदा सुरक्षित है; बाद में भी यहीं मिलेगा।
plan-new-tag = नया बैच
plan-seats = { $count } सीटें
plan-clash = टकराव
plan-holiday = अवकाश
plan-no-clash = कोई टकराव नहीं
plan-red = { $count } सत्रों में टकराव है। उन्हें बदलें; स्थान के अलावा बाकी टकराव कारण देकर भी प्रकाशित हो सकते हैं।
plan-amber = { $count } सत्र अवकाश के दिन हैं।
plan-no-trainer = प्रशिक्षक तय नहीं
plan-left-out = यह सत्र यहाँ नहीं होगा
plan-leave-out = यह सत्र यहाँ न रखें
plan-session = सत्र { $number }, { $unit }
plan-new-batch = नया बैच बनाएँ
plan-batch-hint = पहले से बना बैच चुनें, या नया बनने दें।
plan-batch-title = नए बैच का नाम
plan-batch-seats = नए बैच की सीटें
plan-column-all = नीचे का स्थान और प्रशिक्षक इस इकाई के सभी सत्रों के लिए हैं।
plan-go-publish = प्रकाशित करें
plan-discard = मसौदा हटाएँ
plan-confirm = प्रकाशित करने से पहले
plan-new-batches = नए बैच
plan-invitations-label = आमंत्रण
plan-means = { $count ->
    [0] अभी किसी के पास सीट नहीं है। बाद में जिसे सीट मिलेगी उसे सत्रों की सूचना मिलेगी।
   *[other] { $count } आमंत्रण जाएँगे: हर व्यक्ति को उसके सभी सत्रों का एक ही ईमेल।
}
plan-mute = { $count } लोगों का ईमेल नहीं है; उनके नाम पत्रों की सूची में मिलेंगे।
plan-publish = { $count ->
    [0] प्रकाशित करें
   *[other] प्रकाशित करें, { $count } आमंत्रण भेजें
}
plan-reason-hint = ऊपर के सभी टकरावों के लिए; बदलावों के विवरण में रहेगा।
plan-is-published = यह योजना प्रकाशित है: { $sessions } सत्र, { $when }।
notice-plan-drafted = मसौदा सुरक्षित है। देख लें, फिर प्रकाशित करें।
notice-plan-discarded = मसौदा हट चुका है।
error-clock = समय ऐसे लिखें: 10:30
error-rule = यह नियम पढ़ा नहीं जा सका। जैसे: FREQ=WEEKLY;BYDAY=SU
error-rule-too-often = एक दिन में एक ही सत्र रखा जा सकता है। FREQ=DAILY या उससे बड़ा अंतर लिखें।
error-rule-too-many = इस नियम से { $most } से ज्यादा सत्र बनते हैं। COUNT या UNTIL से कम करें।
error-rule-too-few = इस नियम से केवल { $found } दिन मिलते हैं।
error-plan-too-large = एक योजना में ज्यादा से ज्यादा { $most } सत्र हो सकते हैं। कम इकाइयाँ या कम सत्र चुनें।
error-plan-too-wide = एक योजना में ज्यादा से ज्यादा { $most } इकाइयाँ हो सकती हैं।
error-plan-needs-batch = { $unit }: यहाँ इस कोर्स का कोई खाली बैच नहीं है। व्यवस्थापक से बैच बनवाएँ।
error-plan-needs-batch-here = नया बैच व्यवस्थापक ही बना सकते हैं। पहले से बना बैच चुनें।
error-course-of-another = { $unit }: यह कोर्स दूसरी इकाई का है और यहाँ नहीं हो सकता।
conflict-plan-published = यह योजना पहले से प्रकाशित है।
conflict-plan-empty = इस योजना में कोई सत्र नहीं है।
conflict-plan-course-gone = इस कोर्स का अब कोई प्रकाशित संस्करण नहीं है।
conflict-plan-batch-gone = एक बैच अब खुला नहीं है। उस इकाई के लिए दूसरा बैच चुनें।
conflict-plan-not-allowed = इनमें से किसी इकाई में योजना बनाने या बैच बनाने का अधिकार नहीं है।
conflict-plan-nowhere = एक सत्र का स्थान या लिंक तय नहीं है। पहले दोनों में से एक जोड़ें।
conflict-plan-venue-gone = एक स्थान अब उपलब्ध नहीं है। दूसरा चुनें।
conflict-plan-trainer-gone = एक प्रशिक्षक की भूमिका अब नहीं है। दूसरा चुनें।
conflict-plan-past = एक सत्र का समय बीत चुका है। पहले उसका समय बदलें।
conflict-plan-venue-taken = एक सत्र का स्थान उस समय खाली नहीं है। कारण देकर भी यह नहीं हो सकता: समय या स्थान बदलें।
conflict-plan-modules-differ = एक बैच पुराने संस्करण पर है, जिसमें ये विषय नहीं हैं। उस इकाई के लिए नया बैच चुनें।
