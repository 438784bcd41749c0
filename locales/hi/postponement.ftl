# सत्र और बैच का समय बदलना या रद्द करना: /sessions/…/postponement, /batches/…/postponement, /…/cancellation.
postponement-look = पहले देख लें
postponement-look-again = फिर से देखें
postponement-look-title = बताने से पहले देख लें
postponement-edit = कुछ और बदलें
postponement-before = पहले
postponement-clashes = टकराव
postponement-clash-hint = बदलावों के विवरण में रहेगा।
postponement-refused = यह स्थान खाली नहीं है: दूसरा समय या दूसरा स्थान चुनें।
postponement-refused-batch = कोई स्थान खाली नहीं है। ऊपर चिह्नित सत्रों के लिए दूसरा समय या स्थान चुनें।
postponement-no-revision = समय और स्थान वही हैं: जिनका नामांकन है उन्हें सूचना नहीं जाएगी। यह बदलावों के विवरण में रहेगा।
postponement-effect = इससे क्या होगा
postponement-told = { $count ->
    [one] { $count } व्यक्ति को पत्र जाएगा, सब बदलावों का एक ही।
   *[other] { $count } लोगों को पत्र जाएगा, हर एक को सब बदलावों का एक ही।
}
postponement-told-none = किसी को पत्र नहीं जाएगा।
postponement-trainers = इनमें प्रशिक्षक भी हैं: { $names }
postponement-and-more = और { $count }
postponement-mute = { $count ->
    [one] { $count } व्यक्ति का ईमेल नहीं है: फोन करें।
   *[other] { $count } लोगों का ईमेल नहीं है: फोन करें।
}
postponement-reminders = पुरानी तारीखों के { $dropped } रिमाइंडर हटेंगे, नई तारीखों के { $planned } लगेंगे।
postponement-reminders-gone = { $count } रिमाइंडर हटेंगे।
postponement-calendars-gone = उनके कैलेंडर से ये सत्र हट जाएँगे।
postponement-calendars = उनके कैलेंडर में वही सत्र नई जानकारी के साथ रहेगा, दूसरी बार नहीं आएगा।
postponement-tell = { $count ->
    [one] { $count } व्यक्ति को बताएँ
   *[other] { $count } लोगों को बताएँ
}
postponement-cancel-tell = { $count ->
    [one] रद्द करें, { $count } व्यक्ति को बताएँ
   *[other] रद्द करें, { $count } लोगों को बताएँ
}

## A whole batch
postponement-batch = पूरे बैच का समय बदलें
postponement-batch-means = { $count ->
    [one] { $count } सत्र बाकी है, { $day } को। घड़ी का समय वही रहेगा।
   *[other] { $count } सत्र बाकी हैं, पहला { $day } को। सत्रों के बीच के दिन और घड़ी का समय वही रहेगा।
}
postponement-begun-stay = जो सत्र शुरू हो चुके हैं वे वैसे ही रहेंगे।
postponement-first-day = नया पहला दिन
postponement-first-day-hint = बाकी सत्र उतने ही दिन बाद आएँगे।
postponement-days = या कितने दिन आगे
postponement-days-hint = जैसे 7; पहले करना हो तो -7।
postponement-moved = { $count ->
    [0] कोई सत्र नहीं बदलता
   *[other] { $count } सत्र बदलते हैं
}
postponement-adjust = इस सत्र को बदलें
postponement-nothing = इस बैच का कोई सत्र बाकी नहीं है।
postponement-cancel-batch = बैच रद्द करें
postponement-cancel-batch-means = { $count ->
    [0] कोई सत्र बाकी नहीं है। अब कोई इस बैच में नहीं जुड़ सकेगा; नामांकन रिकॉर्ड में रहेंगे।
   *[other] इसके साथ { $count } सत्र भी रद्द होंगे। अब कोई इस बैच में नहीं जुड़ सकेगा; नामांकन रिकॉर्ड में रहेंगे।
}
notice-batch-moved = बैच का समय बदला। पत्र अब भेजे जा रहे हैं।
notice-batch-cancelled = बैच रद्द हुआ। पत्र अब भेजे जा रहे हैं।
error-day-or-days = पहला दिन लिखें या दिनों की संख्या, दोनों नहीं।
error-too-far = बैच को ज्यादा से ज्यादा दो साल तक हटाया जा सकता है।
conflict-changed-meanwhile = इस बीच किसी ने इसे बदल दिया। अब यह ऐसा है।
conflict-nothing-moves = अभी कुछ नहीं बदलता। दूसरा समय, स्थान, प्रशिक्षक या विषय चुनें।
conflict-nothing-to-move = इस बैच का कोई सत्र बाकी नहीं है।
conflict-batch-held = यह बैच हो चुका है और कोई सत्र बाकी नहीं है: अब रद्द नहीं हो सकता।
