# बहुतों को पत्र: /letters/new, /letters/notices.
notices-title = सामूहिक पत्र
notices-new = बहुतों को लिखें
notices-change = मसौदा बदलें
notices-form-lead = आपकी इकाइयों के बहुत-से सदस्यों को एक पत्र। पहले दिखेगा कि किसे जाएगा और कैसा दिखेगा।
notices-whom = किसे जाए
notices-everybody = सभी
notices-unit = इकाई
notices-unit-hint = नीचे की सभी इकाइयों सहित।
notices-course = कोर्स
notices-batch = बैच
notices-place = स्थान
notices-place-seat = सीट है
notices-place-waiting = प्रतीक्षा सूची में
notices-verdict = परिणाम
notices-verdict-complete = कोर्स पूरा
notices-verdict-incomplete = कोर्स पूरा नहीं
notices-texts-hint = हिन्दी में, अंग्रेजी में या दोनों में लिखें: हर सदस्य को अपनी भाषा में जाएगा, भाषा दर्ज न हो तो दोनों में। एक ही भाषा में लिखा हो तो सभी को वही जाएगा। पत्र सदस्य के नाम से शुरू होता है। {"{name}"} की जगह नाम और {"{unit}"} की जगह इकाई आती है; वेब पते लिंक बन जाते हैं।
notices-language-hi = हिन्दी
notices-language-en = अंग्रेजी
notices-subject = विषय
notices-subject-hi = विषय हिन्दी में
notices-subject-en = विषय अंग्रेजी में
notices-body-hi = पत्र हिन्दी में
notices-body-en = पत्र अंग्रेजी में
notices-look = सहेजें और देखें
notices-nothing-yet = अभी कुछ नहीं जाएगा। मसौदा सुरक्षित है।
notices-none = अभी कोई सामूहिक पत्र नहीं लिखा है।
notices-people = सदस्य
notices-by = किसने लिखा
notices-would-go = { $count ->
    [one] यह एक सदस्य को जाएगा।
   *[other] यह { $shown } सदस्यों को जाएगा।
}
notices-would-not-go = यह किसी को नहीं जाएगा: “किसे जाए” बदलें।
notices-meant = चुने हुए सदस्य
notices-without-address = छोड़े गए: चालू ईमेल पता नहीं
notices-stopped = छोड़े गए: रिमाइंडर और सामूहिक पत्र नहीं चाहिए
notices-confirmed = पुष्टि का समय
notices-goes-from = जाना शुरू
notices-go-on = सभी को भेजें …
notices-try = एक मुझे भेजें
notices-discard = मसौदा हटाएँ
notices-as-read-by = { $name } को ऐसा दिखेगा
notices-both-languages = हर सदस्य को अपनी भाषा में जाएगा; भाषा दर्ज न हो तो दोनों, एक के नीचे एक।
notices-one-language = सभी को इसी भाषा में जाएगा।
notices-sample = जिन्हें जाएगा, उनमें से कुछ
notices-sample-hint = नाम चुनें और देखें कि पत्र उस सदस्य को कैसा दिखेगा।
notices-holding = { $at } से पहले कुछ नहीं जाएगा। तब तक पूरा वापस लिया जा सकता है।
notices-stopped-by-alarm = बहुत-से पत्र नहीं पहुँचे, इसलिए अपने-आप रुक गया। देखें कि कौन-से नहीं पहुँचे और क्यों, फिर आगे भेजें या समाप्त करें।
notices-stopped-by-hand = रुका हुआ है। बाकी पत्र रखे हैं।
notices-alarm = { $ended } में से { $wrong } पत्र नहीं पहुँचे।
notices-writing = पत्र अभी तैयार हो रहे हैं; संख्या बढ़ती रहेगी।
notices-resume = आगे भेजें
notices-pause = रोकें
notices-cancel = वापस लें, कुछ न भेजें
notices-abort = समाप्त करें: बाकी पत्र न भेजें
notices-look-again = फिर देखें
notices-text = पत्र
notices-letters = एक-एक पत्र
notices-no-letters = ऐसा कोई पत्र नहीं है।
notices-see = यह पत्र देखें
notices-confirm = सभी को भेजें
notices-confirm-lead = “{ $title }” { $unit } के { $people } सदस्यों को जाएगा।
notices-confirm-hold = { $minutes } मिनट रुका रहेगा, तब तक वापस लिया जा सकता है। पहले पत्र { $at } से जाएँगे; रात 21:00 से सुबह 07:00 के बीच किसी को नहीं जाता।
notices-code-title = पुष्टि कौन कर रहा है?
notices-code-lead = आपके नाम से कोई और न भेज सके, इसलिए आपके अपने ईमेल पते पर कोड आएगा। कोड { $minutes } मिनट चलेगा।
notices-code-send = मुझे कोड भेजें
notices-code = कोड
notices-count = कितने सदस्यों को?
notices-count-hint = यह संख्या लिखें: { $people }
notices-send = { $count ->
    [one] एक सदस्य को भेजें
   *[other] { $count } सदस्यों को भेजें
}

notices-phase-draft = मसौदा
notices-phase-holding = ठहरा हुआ
notices-phase-sending = जा रहा है
notices-phase-paused = रोका हुआ
notices-phase-done = पूरा
notices-phase-cancelled = वापस लिया
notices-phase-aborted = बीच में समाप्त
notices-phase-waiting = स्वीकृति बाकी
notices-phase-revoked = रुका: अधिकार नहीं रहा

notices-waiting-for-you = आपकी स्वीकृति बाकी
notices-waiting-line = { $by }, { $unit }, { $people } सदस्य, { $when } से
notices-needs-approval = एक दिन में { $most } से अधिक सदस्यों को लिखने के लिए दूसरे व्यवस्थापक की स्वीकृति जरूरी है। इनमें से कोई एक स्वीकृति दे; इन्हें तुरंत पत्र जाएगा:
notices-approval-hold = स्वीकृति के बाद पत्र { $minutes } मिनट रुका रहेगा, तब तक वापस लिया जा सकता है।
notices-put-up = स्वीकृति के लिए भेजें
notices-left = आज आप अभी { $left } सदस्यों को लिख सकते हैं (एक दिन में { $most })। रात 12 बजे के बाद फिर { $most }।
notices-waits = दूसरे व्यवस्थापक की स्वीकृति तक कुछ नहीं जाएगा। तब तक पत्र कोई नहीं बदल सकता।
notices-who-approves = ये स्वीकृति दे सकते हैं; इन्हें पत्र जा चुका है:
notices-nobody-approves = अभी कोई नहीं है जो स्वीकृति दे सके। “भूमिकाएँ” में किसी और को इस इकाई या ऊपर की इकाई का व्यवस्थापक बनाएँ: अगले दिन से वे स्वीकृति दे सकेंगे। या पत्र वापस लें और कम सदस्यों को लिखें।
notices-decide = देखें और निर्णय लें
notices-approved-by = स्वीकृति किसने दी
notices-revoked = अपने-आप रुक गया: जिसने पुष्टि या स्वीकृति दी, वह अब इस इकाई का व्यवस्थापक नहीं है। बाकी पत्र नहीं जाएँगे। भेजना हो, तो दूसरा व्यवस्थापक नया पत्र लिखे।
notices-sent-back = { $by } ने यह पत्र लौटाया। बदलें, फिर दोबारा भेजें। कारण:
notices-approval = सामूहिक पत्र की स्वीकृति
notices-approval-lead = { $by } { $people } सदस्यों को लिखना चाहते हैं। स्वीकृति से पहले पत्र, सदस्य और संख्या देखें।
notices-approval-other = पुष्टि { $confirmed } सदस्यों के लिए हुई थी; अब संख्या { $people } है।
notices-approve = स्वीकृति दें
notices-approve-lead = इसकी जिम्मेदारी आपकी भी होगी। फिर पत्र { $minutes } मिनट रुका रहेगा, तब तक वापस लिया जा सकता है।
notices-send-back = लौटाएँ
notices-send-back-hint = कुछ नहीं जाएगा। लिखने वाले को यह कारण पत्र से जाएगा।
notices-sent-back-reason = कारण

notices-news-people = { $count ->
    [one] एक सदस्य
   *[other] { $shown } सदस्यों
}
notices-news-subject-confirmed = { $unit } के { $people } को पत्र
notices-news-what-confirmed = { $by } { $unit } के { $people } को पत्र भेज रहे हैं।
notices-news-act-confirmed = यह ठीक न हो, तो रोकें: उस समय से पहले पूरा पत्र वापस लिया जा सकता है, बाद में जो नहीं गया वह। { $by } को इसकी जानकारी न हो, तो उनकी भूमिका तुरंत समाप्त करें।
notices-news-button-confirmed = पत्र देखें, रोकें
notices-news-subject-waiting = आपकी स्वीकृति के लिए: { $unit } के { $people } को पत्र
notices-news-what-waiting = { $by } { $unit } के { $people } को लिखना चाहते हैं और आपकी स्वीकृति चाहिए।
notices-news-act-waiting = दूसरे व्यवस्थापक की स्वीकृति तक कुछ नहीं जाएगा। पत्र, सदस्य और संख्या देखें, फिर स्वीकृति दें या कारण लिखकर लौटाएँ।
notices-news-button-waiting = देखें और निर्णय लें
notices-news-subject-approved = स्वीकृत: { $unit } के { $people } को पत्र
notices-news-what-approved = { $second } ने { $unit } के { $people } के आपके पत्र को स्वीकृति दी।
notices-news-act-approved = जाने से पहले आप इसे वापस ले सकते हैं।
notices-news-button-approved = पत्र देखें
notices-news-subject-sent-back = लौटाया गया: { $unit } के { $people } को पत्र
notices-news-what-sent-back = { $second } ने { $unit } के { $people } का आपका पत्र लौटाया।
notices-news-act-sent-back = यह फिर मसौदा है। बदलें, फिर दोबारा भेजें।
notices-news-button-sent-back = मसौदा देखें
notices-news-subject-revoked = रुक गया: { $unit } के { $people } को पत्र
notices-news-what-revoked = { $unit } के { $people } को { $by } का पत्र अपने-आप रुक गया।
notices-news-act-revoked = जिसने पुष्टि या स्वीकृति दी, वह अब इस इकाई का व्यवस्थापक नहीं है। बाकी पत्र नहीं जाएँगे। भेजना हो, तो नया पत्र लिखें।
notices-news-button-revoked = क्या गया, देखें
notices-news-why = यह पत्र आपको इसलिए मिला क्योंकि आप इस इकाई या ऊपर की इकाई के व्यवस्थापक हैं।

notices-letter-trial = [जाँच]
notices-letter-why = यह पत्र आपको इसलिए मिला क्योंकि आपका नाम “{ $unit }” की सूची में है।
notices-letter-stop = रिमाइंडर और सामूहिक पत्र बंद करें

letters-proof-subject = पुष्टि का कोड: { $code }
letters-proof-what = आपकी जिम्मेदारी पर एक ऐसा काम होना है जिसे वापस लेना कठिन है। पुष्टि का कोड:
letters-proof-use = कोड 10 मिनट चलेगा, केवल इसी काम के लिए।
letters-proof-page = पुष्टि का पेज
letters-why-proof = यह पत्र इसलिए मिला क्योंकि आपके लॉगिन से यह कोड माँगा गया। आपने नहीं माँगा, तो यह कोड किसी को न बताएँ और तुरंत अपने प्रभारी को बताएँ: आपके नाम से किसी और का लॉगिन है।

error-either-language = हिन्दी में, अंग्रेजी में या दोनों में लिखें।
error-one-line = विषय एक ही पंक्ति में लिखें। पंक्ति का अंतर हटाएँ।
error-placeholder = { $given } की जगह कुछ नहीं आता। क्या { $near } लिखना था?
error-other-count = पत्र अब { $count } सदस्यों को जाएगा। फिर देखें और यही संख्या लिखें।

conflict-notice-no-draft = इस पत्र की पुष्टि हो चुकी है या मसौदा हटाया जा चुका है।
conflict-notice-state = इस पत्र की स्थिति बदल चुकी है, इसलिए यह अब संभव नहीं।
conflict-notice-nobody = यह पत्र किसी को नहीं जाएगा।
conflict-notice-quota = आज आप और { $left } सदस्यों को लिख सकते हैं (एक दिन में { $most }); यह पत्र { $count } को जाएगा। रात 12 बजे के बाद फिर { $most }: कल भेजें या कम सदस्यों को। ऊपर की इकाई के व्यवस्थापक अधिक को लिख सकते हैं।
conflict-notice-quota-of-writer = लिखने वाले आज और { $left } सदस्यों को लिख सकते हैं (एक दिन में { $most }); यह पत्र { $count } को जाएगा। रात 12 बजे के बाद स्वीकृति दें या लौटाएँ।
conflict-notice-no-approver = एक दिन में { $most } से अधिक सदस्यों को लिखने के लिए दूसरे व्यवस्थापक की स्वीकृति जरूरी है, और यहाँ आपके सिवा कोई नहीं है। “भूमिकाएँ” में किसी और को इस इकाई या ऊपर की इकाई का व्यवस्थापक बनाएँ: अगले दिन से वे स्वीकृति दे सकेंगे। या एक दिन में अधिक से अधिक { $most } सदस्यों को लिखें। सर्वर चलाने वाले यह भूमिका तुरंत दे सकते हैं: prashikshan admin create.
conflict-notice-not-waiting = इस पत्र की स्वीकृति अब बाकी नहीं है।
conflict-notice-own = यह पत्र आपने ही लिखा या पुष्टि किया है: स्वीकृति कोई और दे।
conflict-notice-new-role = आपकी भूमिका को एक दिन नहीं हुआ। कल से आप स्वीकृति दे सकेंगे।
conflict-notice-same-mailbox = आपका और पुष्टि करने वाले का कोड एक ही मेल बॉक्स में आता है: स्वीकृति वह दे जिसका मेल बॉक्स अलग हो।
conflict-notice-unbacked = जिसने इस पत्र की पुष्टि की, वह अब इस इकाई का व्यवस्थापक नहीं है: पत्र रुकेगा।
conflict-proof-no-address = यहाँ आपका चालू ईमेल पता नहीं है, इसलिए कोड नहीं भेजा जा सकता। दूसरे व्यवस्थापक से कहें।
conflict-proof-too-many = बहुत बार कोड माँगा गया। एक घंटे बाद फिर कोशिश करें।
conflict-proof-wait = बहुत बार कोशिश हुई। { $minutes } मिनट बाद फिर कोशिश करें।

notice-notice-drafted = मसौदा सहेजा गया।
notice-notice-discarded = मसौदा हटाया गया।
notice-notice-tried = जाँच का पत्र आपको भेजा जा रहा है।
notice-notice-confirmed = पुष्टि हुई। कुछ देर रुककर जाएगा।
notice-notice-cancelled = वापस लिया: कुछ नहीं भेजा गया।
notice-notice-aborted = समाप्त: बाकी पत्र नहीं जाएँगे।
notice-notice-paused = रोका गया।
notice-notice-resumed = आगे जा रहा है।
notice-proof-sent = कोड आपके ईमेल पते पर भेजा जा रहा है।
notice-notice-approved = स्वीकृति दी गई। कुछ देर रुककर जाएगा।
notice-notice-sent-back = लौटाया गया; लिखने वाले को कारण जाएगा।
notice-notice-waiting = स्वीकृति के लिए भेजा गया। स्वीकृति देने वालों को पत्र जाएगा।
