# पत्र, जो सदस्यों को ईमेल से जाते हैं: templates/mail.
letters-dear = { $name } जी,
letters-sessions = { $count ->
    [one] आपका सत्र:
   *[other] आपके { $count } सत्र:
}
letters-place = स्थान
letters-map = नक्शे पर देखें
letters-online = ऑनलाइन लिंक
letters-trainers = प्रशिक्षक
letters-reason = कारण: { $reason }
letters-see-schedule = कार्यक्रम देखें
letters-see-details = विवरण देखें
letters-see-change = नई जानकारी देखें
letters-see-next = अगला सत्र देखें
letters-why-seat = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” में आपका नामांकन है।
letters-why-batch = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” में आपका नाम था।
letters-why-waiting = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” की प्रतीक्षा सूची में आपका नाम है।
letters-why-withdrawal = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” में आपका नामांकन था।
letters-why-taken-off = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” में प्रशिक्षण की जिम्मेदारी आपके पास थी।
letters-why-sign-in = यह पत्र इसलिए आया क्योंकि किसी ने इस ईमेल पते पर लॉगिन कोड माँगा। कोड आपने नहीं माँगा तो कुछ न करें, और यह कोड किसी को न बताएँ।
letters-contact = पूछने के लिए: { $contact }
letters-other-language = English

letters-sign-in-subject = लॉगिन कोड: { $code }
letters-sign-in-what = आपका लॉगिन कोड:
letters-sign-in-use = यह कोड 15 मिनट तक और केवल उसी ब्राउजर में काम करेगा, जिससे माँगा था।
letters-sign-in-page = लॉगिन पेज

letters-confirmation-subject = सीट पक्की: { $at } – { $title }
letters-confirmation-subject-many = सीट पक्की: { $day } से { $count } सत्र – { $course }
letters-confirmation-subject-later = सीट पक्की: { $course }
letters-confirmation-what = “{ $course }” में आपकी सीट पक्की है ({ $batch })।
letters-confirmation-later = सत्रों की तारीखें अभी तय नहीं। तय होते ही ईमेल आएगा।

letters-waiting-subject = प्रतीक्षा क्रमांक { $position }: { $course }
letters-waiting-subject-plain = प्रतीक्षा सूची: { $course }
letters-waiting-what = “{ $course }” की सभी सीटें भर गईं। आपका नाम प्रतीक्षा सूची में है ({ $batch })।
letters-waiting-position = प्रतीक्षा क्रमांक { $position }
letters-waiting-next = सीट खाली होते ही ईमेल आएगा। तब दिए गए समय तक पुष्टि करें। अभी आपको कुछ नहीं करना है।

letters-invitation-subject = आमंत्रण: { $at } – { $title }
letters-invitation-subject-many = आमंत्रण: { $day } से { $count } सत्र – { $course }
letters-invitation-what = { $count ->
    [one] “{ $course }” का नया सत्र तय हुआ है ({ $batch })।
   *[other] “{ $course }” के { $count } नए सत्र तय हुए हैं ({ $batch })।
}

letters-reminder-subject = याद रखें: { $at } – { $title }
letters-reminder-subject-today = आज { $clock } ({ $date }): { $place }
letters-reminder-subject-many = याद रखें: { $at } से { $count } सत्र – { $course }
letters-reminder-subject-many-today = आज { $clock } से { $count } सत्र ({ $date })
letters-reminder-what = { $count ->
    [one] याद रखें, आपका सत्र आने वाला है।
   *[other] याद रखें, एक ही दिन आपके { $count } सत्र आने वाले हैं।
}
letters-reminder-what-today = { $count ->
    [one] आज आपका सत्र है।
   *[other] आज आपके { $count } सत्र हैं।
}
letters-reminder-absence = आना संभव न हो तो पहले ही बता दें।

letters-change-subject = बदलाव: अब { $at } (पहले { $was })
letters-change-subject-place = स्थान बदला: { $at } – { $place }
letters-change-subject-plain = बदलाव: { $at } – { $title }
letters-change-subject-many = बदलाव: { $count } सत्र अब { $day } से (पहले { $was } से)
letters-change-subject-many-plain = बदलाव: { $day } से { $count } सत्र – { $course }
letters-change-what = { $count ->
    [one] आपके सत्र में बदलाव हुआ है। अब यह है:
   *[other] आपके { $count } सत्रों में बदलाव हुआ है। अब ये हैं:
}
letters-change-was = पहले का समय
letters-change-was-where = पहले का स्थान
letters-change-was-time = पहले का समय (अब नहीं): { $when }
letters-change-was-place = पहले का स्थान (अब नहीं): { $place }

letters-cancellation-subject = रद्द: { $day } का सत्र – { $title }
letters-cancellation-subject-many = रद्द: { $day } से { $count } सत्र – { $course }
letters-cancellation-subject-batch = रद्द: { $course }
letters-cancellation-what = { $count ->
    [one] यह सत्र रद्द है। कृपया इसके लिए न आएँ।
   *[other] ये { $count } सत्र रद्द हैं। कृपया इनके लिए न आएँ।
}
letters-cancellation-what-batch = “{ $course }” ({ $batch }) अब नहीं होगा: पूरा बैच रद्द है।
letters-cancellation-next-batch = आपको कुछ नहीं करना है। आपके लिए नया बैच तय होने पर ईमेल आएगा।
letters-cancellation-next-staff = आपको आने की जरूरत नहीं है; जिन्हें आना था उन्हें सूचना दी जा रही है।
letters-cancellation-next = इसकी जगह नया सत्र तय होते ही ईमेल आएगा।

letters-named-subject = आप प्रशिक्षक हैं: { $at } – { $title }
letters-named-subject-many = आप प्रशिक्षक हैं: { $day } से { $count } सत्र – { $course }
letters-named-what = { $count ->
    [one] “{ $course }” के इस सत्र में आप प्रशिक्षक हैं ({ $batch })।
   *[other] “{ $course }” के इन { $count } सत्रों में आप प्रशिक्षक हैं ({ $batch })।
}

letters-taken-off-subject = अब आप प्रशिक्षक नहीं हैं: { $at } – { $title }
letters-taken-off-subject-many = अब आप प्रशिक्षक नहीं हैं: { $day } से { $count } सत्र – { $course }
letters-taken-off-what = { $count ->
    [one] “{ $course }” के इस सत्र में अब आप प्रशिक्षक नहीं हैं ({ $batch })।
   *[other] “{ $course }” के इन { $count } सत्रों में अब आप प्रशिक्षक नहीं हैं ({ $batch })।
}
letters-taken-off-next = प्रशिक्षक के रूप में आपको आने की जरूरत नहीं है।

letters-withdrawal-subject = नामांकन समाप्त: { $course }
letters-withdrawal-what = “{ $course }” में आपका नामांकन समाप्त हुआ ({ $batch })।
letters-withdrawal-sessions = { $count ->
    [one] यह सत्र अब आपके कार्यक्रम में नहीं है:
   *[other] ये { $count } सत्र अब आपके कार्यक्रम में नहीं हैं:
}

letters-training = प्रशिक्षण
letters-stop = रिमाइंडर बंद करें
letters-bounce-subject = ईमेल नहीं पहुँच रहा: { $name }
letters-bounce-what = { $name } को भेजे पत्र लौट रहे हैं। { $address } पर अब कुछ नहीं भेजा जाएगा।
letters-bounce-said = वहाँ के मेल सर्वर का उत्तर: { $said }
letters-bounce-do = कृपया चालू ईमेल पता पूछें और तब तक फोन से बताएँ। मेल बॉक्स फिर ठीक हो जाए, तो सदस्य के पृष्ठ पर दर्ज करें।
letters-bounce-see = सदस्य का पृष्ठ देखें
letters-why-bounce = यह पत्र आपको मिला है, क्योंकि इस सदस्य की इकाई आपके अधिकार में है।

letters-will-you-come = आएँगे या नहीं, बताएँ
letters-see-result = परिणाम देखें
letters-keep-list = सूची फोन में रखें
letters-take-roll = हाजिरी लें
letters-why-trainer = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” के प्रशिक्षण की जिम्मेदारी आपके पास है।

letters-absence-subject = { $date } का सत्र छूट गया – { $title }
letters-absence-subject-next = { $date } का सत्र छूट गया – अगला अवसर { $day }
letters-absence-what = { $count ->
    [one] यह सत्र छूट गया। इसे दूसरे सत्र में पूरा कर सकते हैं।
   *[other] ये { $count } सत्र छूट गए। इन्हें दूसरे सत्रों में पूरा कर सकते हैं।
}
letters-absence-chance = अगला अवसर: { $when }
letters-absence-no-chance = अगला अवसर तय होते ही ब्लॉक कार्यालय बताएगा।
letters-absence-mistake = आप सत्र में थे, तो यह दर्ज होने में गलती है। नीचे दिए नंबर पर बताएँ।

letters-completion-subject = बधाई! कोर्स पूरा – { $course }
letters-completion-what = बधाई! “{ $course }” पूरा हुआ ({ $batch })।

letters-roster-subject = { $count ->
    [0] { $date } की हाजिरी: अभी कोई नाम नहीं – { $title }
    [one] { $date } की हाजिरी: 1 नाम – { $title }
   *[other] { $date } की हाजिरी: { $count } नाम – { $title }
}
letters-roster-what = { $count ->
    [0] अभी किसी का नामांकन नहीं है।
    [one] सत्र में 1 नाम है।
   *[other] सत्र में { $count } नाम हैं।
}

letters-overdue-subject = हाजिरी बाकी: { $date } – { $title }
letters-overdue-what = { $count ->
    [one] इस सत्र की हाजिरी अभी पूरी नहीं है।
   *[other] इन { $count } सत्रों की हाजिरी अभी पूरी नहीं है।
}
letters-overdue-until = कृपया सत्र के 5 दिन के भीतर हाजिरी पूरी करें। उसके बाद बचे नाम “दर्ज नहीं” रहेंगे।

# संपर्क के लिए: जिनका ईमेल नहीं, उन्हें क्या बताना है।
digest-subject = { $count ->
    [one] बताना है ({ $date }): 1 सदस्य, जिनका ईमेल नहीं
   *[other] बताना है ({ $date }): { $count } सदस्य, जिनका ईमेल नहीं
}
digest-title = बिना ईमेल वाले सदस्य
digest-what = { $count ->
    [one] 1 सदस्य तक ईमेल नहीं पहुँचता। कृपया उन्हें फोन या व्हाट्सऐप पर बताएँ।
   *[other] { $count } सदस्यों तक ईमेल नहीं पहुँचता। कृपया उन्हें फोन या व्हाट्सऐप पर बताएँ।
}
digest-do = हर नाम के नीचे का संदेश वैसे ही आगे भेज सकते हैं।
digest-others = यह सूची इन्हें भी भेजी है: { $names }। आपस में तय कर लें कि किसे कौन बताएगा।
digest-no-phone = फोन नंबर दर्ज नहीं
digest-until = { $until } से पहले बताएँ
digest-see = पत्रों की सूची देखें
digest-why = यह पत्र आपको इसलिए मिला क्योंकि इन सदस्यों की इकाई आपकी जिम्मेदारी में है।
digest-seat = { $count ->
    [one] प्रशिक्षण में आपकी सीट पक्की है। सत्र:
   *[other] प्रशिक्षण में आपकी सीट पक्की है। सत्र:
}
digest-seat-later = प्रशिक्षण में आपकी सीट पक्की है। सत्रों की तारीखें तय होते ही बताएँगे।
digest-waiting = प्रशिक्षण की सभी सीटें भर गईं। प्रतीक्षा सूची में आपका क्रमांक { $position } है। सीट खाली होते ही बताएँगे।
digest-waiting-plain = प्रशिक्षण की सभी सीटें भर गईं। प्रतीक्षा सूची में आपका नाम है। सीट खाली होते ही बताएँगे।
digest-invitation = { $count ->
    [one] प्रशिक्षण का नया सत्र तय हुआ है:
   *[other] प्रशिक्षण के { $count } नए सत्र तय हुए हैं:
}
digest-reminder = { $count ->
    [one] याद रखें, आपका प्रशिक्षण सत्र आने वाला है:
   *[other] याद रखें, आपके { $count } प्रशिक्षण सत्र आने वाले हैं:
}
digest-change = { $count ->
    [one] आपके प्रशिक्षण सत्र में बदलाव हुआ है। अब यह है:
   *[other] आपके { $count } प्रशिक्षण सत्रों में बदलाव हुआ है। अब ये हैं:
}
digest-cancellation = { $count ->
    [one] प्रशिक्षण का यह सत्र रद्द है। कृपया इसके लिए न आएँ:
   *[other] प्रशिक्षण के ये { $count } सत्र रद्द हैं। कृपया इनके लिए न आएँ:
}
digest-cancellation-batch = आपका प्रशिक्षण अब नहीं होगा, सभी सत्र रद्द हैं। आपको कुछ नहीं करना है।
digest-withdrawal = { $count ->
    [one] प्रशिक्षण में आपका नामांकन समाप्त हुआ। यह सत्र अब आपके लिए नहीं है:
   *[other] प्रशिक्षण में आपका नामांकन समाप्त हुआ। ये { $count } सत्र अब आपके लिए नहीं हैं:
}
digest-absence = { $count ->
    [one] प्रशिक्षण का यह सत्र छूट गया। इसे दूसरे सत्र में पूरा कर सकते हैं:
   *[other] प्रशिक्षण के ये { $count } सत्र छूट गए। इन्हें दूसरे सत्रों में पूरा कर सकते हैं:
}
digest-completion = बधाई! आपका प्रशिक्षण पूरा हुआ।
digest-offer = प्रशिक्षण में आपके लिए एक सीट है। { $until } तक बताएँ कि सीट लेंगे या नहीं। उसके बाद सीट अगले नाम को मिलेगी।
digest-lapse = प्रशिक्षण की सीट की पुष्टि का समय पूरा हो गया, इसलिए सीट अगले नाम को मिली। आप फिर से जगह माँग सकते हैं।
digest-decision = प्रशिक्षण में जगह का आपका अनुरोध इस बार स्वीकार नहीं हुआ।
digest-apology-approved = इस सत्र में न आने की आपकी सूचना मान ली गई है:
digest-apology-declined = इस सत्र में न आने की आपकी सूचना नहीं मानी गई। सत्र में आपकी प्रतीक्षा रहेगी:
digest-apology-seat = छूटा हुआ विषय पूरा करने के लिए इस सत्र में आपके लिए जगह है:
digest-apology-moved = छूटा हुआ विषय पूरा करने के आपके सत्र में बदलाव हुआ है। अब यह है:
digest-apology-cancelled = छूटा हुआ विषय पूरा करने का यह सत्र रद्द है। कृपया इसके लिए न आएँ:
digest-answer = आप आएँगे या नहीं, कृपया बताएँ।

# हर सोमवार, इकाई के व्यवस्थापक के लिए।
weekly-subject = साप्ताहिक सार, { $unit }: { $percent }% पूरे, { $left } बाकी
weekly-subject-many = साप्ताहिक सार, { $unit } और { $others } अन्य: { $percent }% पूरे, { $left } बाकी
weekly-what = { $date } का साप्ताहिक सार
weekly-line = { $percent }% पूरे ({ $enrolled } में से { $complete }), { $left } बाकी
weekly-change-more = पिछले सप्ताह से { $count } अधिक पूरे (तब { $percent }%)
weekly-change-none = पिछले सप्ताह से कोई बदलाव नहीं (तब भी { $percent }%)
weekly-change-fewer = पिछले सप्ताह से { $count } कम पूरे (तब { $percent }%)
weekly-more = और { $count } इकाइयाँ, जहाँ कम बाकी हैं
weekly-unit = इकाई
weekly-complete = पूरे
weekly-left = बाकी
weekly-problems = इन पर ध्यान दें
weekly-roll = { $count ->
    [one] पिछले 7 दिनों के 1 सत्र की हाजिरी पूरी नहीं: { $which }
   *[other] पिछले 7 दिनों के { $count } सत्रों की हाजिरी पूरी नहीं: { $which }
}
weekly-vacant = { $count ->
    [one] 1 अनुरोध ऊपर की इकाई के पास है, क्योंकि निर्णय लेने वाला पद खाली है: { $which }
   *[other] { $count } अनुरोध ऊपर की इकाइयों के पास हैं, क्योंकि निर्णय लेने वाले पद खाली हैं: { $which }
}
weekly-blocked = { $count ->
    [one] 1 सदस्य का ईमेल पता काम नहीं करता
   *[other] { $count } सदस्यों के ईमेल पते काम नहीं करते
}
weekly-see = बाकी की सूची
weekly-why = यह पत्र आपको इसलिए मिला क्योंकि आप यहाँ के व्यवस्थापक हैं।
