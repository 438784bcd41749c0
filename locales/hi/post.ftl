# पत्रों की सूची: /letters.
post-title = पत्र
post-lead = कौन-सा पत्र कब जाना है, किसे मिला, और क्या नहीं पहुँचा। जिनका ईमेल नहीं है, उन्हें फोन करें।
post-all = सभी
post-everybody = सभी के पत्र
post-person = सदस्य
post-kind = पत्र
post-about = किस बारे में
post-when = कब
post-state = स्थिति
post-attempts = कोशिशें
post-reason = कारण
post-batch = बैच
post-session = सत्र
post-due = भेजने का तय समय
post-useless-after = इसके बाद नहीं भेजेंगे
post-next-try = अगली कोशिश
post-sent = भेजा
post-address = ईमेल पता
post-message-id = Message-ID
post-text = पत्र
post-text-none = यह पत्र अभी लिखा नहीं है। भेजते समय लिखा जाएगा।
post-text-gone = इस पत्र का पाठ अब नहीं रखा है: उसमें किसी ऐसे व्यक्ति का नाम था जिसे मिटाया गया।
post-repeat-none = यह पत्र शायद पहुँच चुका है और इसका पाठ अब नहीं रखा है, इसलिए इसे फिर नहीं भेज सकते: दूसरा पत्र पहले जैसा नहीं होता।
post-text-secret = लॉगिन कोड का पत्र किसी और को नहीं दिखता।
post-none = ऐसा कोई पत्र नहीं है। सत्र प्रकाशित होने और नामांकन होने पर पत्र यहाँ दिखेंगे।
post-cancel = यह पत्र न भेजें

post-state-planned = भेजना बाकी
post-state-leased = भेज रहे हैं
post-state-sent = भेज दिया
post-state-failed = नहीं पहुँचा
post-state-uncertain = पक्का नहीं
post-state-missed = छूट गए
post-state-cancelled = रोके हुए

post-kind-sign_in = लॉगिन कोड
post-kind-confirmation = सीट की पुष्टि
post-kind-waiting = प्रतीक्षा सूची
post-kind-invitation = आमंत्रण
post-kind-reminder = रिमाइंडर
post-kind-change = बदलाव
post-kind-cancellation = सत्र रद्द
post-kind-withdrawal = नामांकन या प्रशिक्षण की जिम्मेदारी समाप्त
post-kind-absence = छूटे सत्र की सूचना
post-kind-completion = कोर्स पूरा
post-kind-roster = प्रशिक्षक सूची
post-kind-overdue = हाजिरी बाकी
post-kind-offer = सीट का प्रस्ताव
post-kind-lapse = सीट का समय पूरा
post-kind-request = जगह का अनुरोध
post-kind-decision = अनुरोध पर निर्णय
post-kind-apology = न आने की सूचना, पूरक सत्र

post-rule-three_days = 3 दिन पहले
post-rule-one_day = 1 दिन पहले
post-rule-same_day = उसी दिन
post-rule-roster = पिछली शाम
post-rule-absence = अगले दिन
post-rule-completion = पूरा होते ही
post-rule-overdue_1 = 1 दिन बाद
post-rule-overdue_3 = 3 दिन बाद

post-reason-no-address = ईमेल पता नहीं है
post-reason-useless = समय निकल चुका था
post-reason-by-hand = व्यवस्थापक ने रोका
post-reason-not-wanted = अब जरूरी नहीं
post-reason-no-right = भेजने वाले अब इस इकाई के व्यवस्थापक नहीं
post-reason-broken-off = भेजते समय सेवा रुक गई, शायद पहुँचा हो
post-reason-nobody-lives = इसे भेजते समय सेवा बार-बार बंद हो जाती है, भेजा नहीं गया

post-alarm = पिछले { $ended } पत्रों में से { $wrong } नहीं पहुँचे। देखें कि मेल सर्वर ठीक चल रहा है या नहीं।
post-alarm-see = कौन-से, देखें
post-paused = सभी पत्र रोके गए हैं
post-paused-by = { $since } को { $by } ने रोका।
post-paused-since = { $since } को कमांड लाइन से रोका।
post-paused-reason = कारण: { $reason }
post-paused-codes = पत्र तैयार होकर रखे जा रहे हैं। केवल लॉगिन कोड जा रहे हैं।
post-resume = पत्र फिर भेजें
post-pause = सभी पत्र रोकें
post-pause-lead = हर सर्वर पर, कुछ सेकंड में। कुछ खोता नहीं: जो पत्र तब भी काम के होंगे, वे फिर भेजने पर जाएँगे। लॉगिन कोड जाते रहेंगे।
post-pause-why = क्यों
post-pause-now = सभी पत्र अभी रोकें
post-stop = ये पत्र रोकें
post-stop-count = { $count ->
    [one] एक पत्र नहीं भेजा जाएगा:
   *[other] { $count } पत्र नहीं भेजे जाएँगे, जैसे:
}
post-stop-final = यह वापस नहीं लिया जा सकता। ये पत्र फिर तैयार नहीं होंगे।
post-stop-now = { $count ->
    [one] एक पत्र रोकें
   *[other] { $count } पत्र रोकें
}

post-kind-notice = सामूहिक पत्र
post-kind-notice_news = सामूहिक पत्र की सूचना
post-kind-bounce = ईमेल पता काम नहीं करता
post-kind-digest = बताने की सूची
post-kind-weekly = साप्ताहिक सार
post-reason-unsubscribed = सदस्य को रिमाइंडर नहीं चाहिए
post-reason-blocked = इस पते से पत्र लौट आते हैं
post-passed-on = इकाई के संपर्क से बताया
post-passing-on = इकाई के संपर्क से बताया जाएगा
post-text-of-others = इस पत्र में ऐसी इकाइयों के सदस्य हैं, जो आपके अधिकार में नहीं।
post-stop-reminders = रिमाइंडर बंद करें
post-stop-reminders-ask = { $name } के रिमाइंडर बंद करें?
post-stop-reminders-rest = सामूहिक पत्र भी बंद होंगे। सीट, समय बदलने और सत्र रद्द होने के पत्र फिर भी आते रहेंगे।
post-stop-reminders-now = रिमाइंडर बंद करें
post-stop-reminders-done = { $name } के रिमाइंडर बंद हैं।
post-stop-digest = यह सूची बंद करें
post-stop-digest-ask = { $name } के लिए बिना ईमेल वाले सदस्यों की सूची बंद करें?
post-stop-digest-rest = ये सदस्य तब किसी और को, या ऊपर की इकाई को बताने होंगे। बाकी सभी पत्र आते रहेंगे।
post-stop-digest-now = सूची बंद करें
post-stop-digest-done = { $name } के लिए बिना ईमेल वाले सदस्यों की सूची बंद है।
post-stop-weekly = साप्ताहिक सार बंद करें
post-stop-weekly-ask = { $name } के लिए साप्ताहिक सार बंद करें?
post-stop-weekly-rest = बाकी सभी पत्र आते रहेंगे।
post-stop-weekly-now = साप्ताहिक सार बंद करें
post-stop-weekly-done = { $name } के लिए साप्ताहिक सार बंद है।
post-stop-reminders-back = फिर पाने के लिए लॉगिन करें और “मेरा विवरण” खोलें।

notice-letter-planned = पत्र दोबारा भेज रहे हैं।
notice-letter-cancelled = यह पत्र नहीं भेजा जाएगा।
conflict-letter-state = इस पत्र की स्थिति बदल चुकी है, इसलिए यह अब संभव नहीं।
conflict-letter-too-late = इस पत्र का समय निकल चुका है, इसलिए इसे दोबारा भेजना संभव नहीं।
notice-mail-paused = सभी पत्र रोके गए।
notice-mail-resumed = पत्र फिर जा रहे हैं।
notice-letters-cancelled = ये पत्र नहीं भेजे जाएँगे।
conflict-mail-paused = सभी पत्र पहले से रोके गए हैं।
conflict-mail-not-paused = पत्र रोके नहीं गए हैं।
conflict-letters-none = इनमें से कोई पत्र अब भेजा जाने वाला नहीं है।
notice-reminders-stopped = अब आपको रिमाइंडर नहीं आएँगे।
notice-reminders-wanted = अब आपको रिमाइंडर फिर आएँगे।
notice-address-well = इस पते पर पत्र फिर जाएँगे।
conflict-address-well = इस पते पर पत्र पहले से जा रहे हैं।
post-reason-own-text = पत्र का पाठ इस सदस्य के लिए नहीं भरा जा सकता: विषय बहुत लंबा हो जाता है। पाठ छोटा करें, फिर पत्र भेजें
post-reason-trial-once = परीक्षण पत्र एक ही बार जाता है; पाठ के पेज से दूसरा भेजें
post-rule-trial = परीक्षण
