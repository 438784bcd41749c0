# कोर्स के पेज: /courses, /courses/new, /courses/{id}, /courses/{id}/edit.
courses-title = कोर्स
courses-new = नया कोर्स
courses-change = कोर्स बदलें
courses-none = अभी कोई कोर्स नहीं है।
courses-course = कोर्स
courses-code = कोड
courses-code-hint = छोटा, बिना खाली जगह के, जैसे NM-1। यह हमेशा यही रहेगा।
courses-unit = इकाई
courses-unit-hint = इसके नीचे की हर इकाई इस कोर्स के बैच बना सकती है।
courses-state = स्थिति
courses-state-draft = मसौदा
courses-state-published = प्रकाशित
courses-state-retired = बंद
courses-title-hi = हिन्दी में नाम
courses-title-en = अंग्रेजी में नाम
courses-one-language = एक भाषा काफी है: दूसरी में यही नाम दिखेगा।
courses-percent = पूरा होने के लिए जरूरी प्रतिशत
courses-percent-hint = कुल मिनटों का वह हिस्सा जिसमें उपस्थिति जरूरी है, हर अनिवार्य विषय के साथ।
courses-modules = विषय
courses-modules-hint = जिस क्रम में पढ़ाए जाएँगे। खाली पंक्तियाँ नहीं गिनी जातीं।
courses-module = विषय
courses-module-number = विषय { $number }
courses-module-code = विषय का कोड
courses-minutes = मिनट
courses-compulsory = अनिवार्य
courses-yes = हाँ
courses-no = नहीं
courses-more-rows = और पंक्तियाँ चाहिए? सहेजें: “बदलें” में तीन नई खाली पंक्तियाँ मिलेंगी।
courses-no-modules = अभी कोई विषय नहीं।
courses-version = संस्करण { $number }
courses-published-on = { $day } को प्रकाशित
courses-is-draft = मसौदा, अभी प्रकाशित नहीं
courses-rule = पूरा होने का नियम: { $percent }% मिनट और हर अनिवार्य विषय
courses-total = कुल { $minutes } मिनट
courses-batches = { $count ->
    [0] इस कोर्स का अभी कोई बैच नहीं
   *[other] इस कोर्स के { $count } बैच
}
courses-new-batch = इस कोर्स का नया बैच
courses-publish = प्रकाशित करें
courses-publish-title = संस्करण { $number } प्रकाशित करें
courses-publish-means = प्रकाशित होने के बाद इस कोर्स के बैच बन सकेंगे और यह संस्करण बदला नहीं जा सकेगा। आगे के बदलाव नया संस्करण बनेंगे। किसी को ईमेल नहीं जाएगा।
courses-publish-again-means = नए बैचों में यही संस्करण पढ़ाया जाएगा; जो बैच बन चुके हैं वे अपने संस्करण पर रहेंगे। इसके बाद यह बदला नहीं जा सकेगा।
courses-publish-needs-module = कम से कम एक विषय जोड़ें, तब कोर्स प्रकाशित हो सकेगा।
courses-opens-draft = जो प्रकाशित है वह वैसा ही रहेगा। आपके बदलाव नया मसौदा बनेंगे, जिसे बाद में प्रकाशित कर सकते हैं।
courses-retire = यह कोर्स बंद करें
courses-retire-means = इसका कोई नया बैच नहीं बन सकेगा। जो बैच बन चुके हैं वे पूरे होंगे। यह वापस नहीं लिया जा सकता।
notice-course-published = कोर्स प्रकाशित हुआ।

error-module-twice = यह कोड दो विषयों में है। हर विषय का अपना कोड लिखें।
error-too-many-modules = एक कोर्स में ज्यादा से ज्यादा { $most } विषय हो सकते हैं।
conflict-course-empty = कोर्स में अभी कोई विषय नहीं है। पहले विषय जोड़ें, फिर प्रकाशित करें।
conflict-course-nothing-new = प्रकाशित करने के लिए कोई मसौदा नहीं: सब पहले से प्रकाशित है।
conflict-course-just-published = यह संस्करण अभी-अभी किसी ने प्रकाशित किया है। कोर्स फिर से खोलें।
conflict-course-retired = यह कोर्स बंद है, इसे बदला नहीं जा सकता।

courses-needs = पहले पूरे होने वाले कोर्स
courses-needs-hint = कोर्स के कोड, बीच में कॉमा। इनके पूरे होने से पहले किसी बैच में जगह नहीं मिलती।
error-course-unknown = कोर्स “{ $code }” नहीं मिला।
error-course-circle = कोई कोर्स अपने से पहले पूरा नहीं हो सकता।
