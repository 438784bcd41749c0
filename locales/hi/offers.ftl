# सीट के प्रस्ताव: /offers/{token}, उनके पत्र।
offers-title = आपके लिए सीट
offers-name = { $name } जी, आपके लिए एक सीट है
offers-clash = उसी समय आपका दूसरा सत्र है:
offers-until = { $until } तक पुष्टि करें
offers-begins = पहला सत्र: { $begins }
offers-next = पुष्टि न होने पर सीट अगले नाम को मिलेगी।
offers-take = सीट लें
offers-decline = सीट छोड़ें
offers-taken-title = सीट पक्की हुई
offers-taken-lead = पुष्टि और कार्यक्रम का ईमेल आएगा।
offers-declined-title = सीट छोड़ी गई
offers-declined-lead = बताने के लिए धन्यवाद। सीट अगले नाम को मिल रही है।
offers-over-title = समय पूरा हुआ
offers-over-lead = यह सीट अब अगले नाम के लिए है। अब भी आना हो तो फिर से जगह माँगें।
offers-see-courses = कोर्स देखें
offers-see-schedule = कार्यक्रम देखें
offers-see-mine = अपना पेज देखें

offers-mail-subject = सीट मिली: { $day } – { $until } तक पुष्टि करें
offers-mail-subject-plain = सीट मिली – { $until } तक पुष्टि करें
offers-mail-subject-about = { $name } की सीट – { $until } तक उत्तर दर्ज करें
offers-mail-what = “{ $course }” में आपके लिए एक सीट है ({ $batch })।
offers-mail-what-about = “{ $course }” में { $name } के लिए एक सीट है ({ $batch })।
offers-mail-until = { $until } तक पुष्टि करें
offers-mail-begins = पहला सत्र: { $begins }
offers-mail-about = इस सदस्य का ईमेल पता हमारे पास नहीं है। कृपया फोन पर पूछें और इसी पत्र के लिंक से उत्तर दर्ज करें।
offers-mail-phone = फोन: { $phone }
offers-mail-next = पुष्टि न होने पर सीट अगले नाम को मिलेगी। आना संभव न हो तो उसी पेज पर सीट छोड़ दें।
offers-mail-take = सीट लें
offers-mail-answer = उत्तर दर्ज करें
offers-why-office = यह पत्र आपको इसलिए मिला क्योंकि इस इकाई के व्यवस्थापक के रूप में आपका नाम है।

offers-lapse-subject = पुष्टि का समय पूरा: { $course }
offers-lapse-what = “{ $course }” ({ $batch }) की सीट की पुष्टि { $until } तक नहीं हुई। सीट अब अगले नाम को मिल रही है।
offers-lapse-next = अब भी आना हो तो फिर से जगह माँगें। नाम प्रतीक्षा सूची के अंत में जुड़ेगा।
offers-why-lapse = यह पत्र आपको इसलिए मिला क्योंकि “{ $batch }” की प्रतीक्षा सूची में आपका नाम था।

notice-offer-taken = सीट पक्की हुई।
notice-offer-declined = सीट छोड़ी गई।
conflict-not-offered = इस नाम के लिए अभी कोई सीट का प्रस्ताव नहीं है।
conflict-offer-taken = यह सीट पहले ही पक्की हो चुकी है।
conflict-offer-over = पुष्टि का समय पूरा हो चुका है। सीट अगले नाम को मिल रही है।
conflict-seat-kept = खाली सीटें दूसरी इकाइयों के लिए सुरक्षित हैं।
conflict-batch-started = यह बैच शुरू हो चुका है।
conflict-prerequisite = पहले यह कोर्स पूरा होना जरूरी है: { $courses_hi }
