//! Invented people and places in both scripts: common words put together, nobody in particular.

use crate::demo::dice::Dice;

/// One word in Devanagari and in Latin letters.
pub type Word = (&'static str, &'static str);

/// The same name in both scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub hi: String,
    pub en: String,
}

impl Name {
    fn of(first: Word, last: Word) -> Self {
        Self { hi: format!("{} {}", first.0, last.0), en: format!("{} {}", first.1, last.1) }
    }
}

/// A full name and the father's or husband's, of one family.
pub struct Family {
    pub name: Name,
    pub relation: Name,
    pub gender: &'static str,
}

pub fn family(dice: &mut Dice) -> Family {
    let surname = *dice.pick(SURNAMES);
    let (given, gender) =
        if dice.chance(44) { (*dice.pick(WOMEN), "female") } else { (*dice.pick(MEN), "male") };
    let relation = *dice.pick(MEN);
    Family { name: Name::of(given, surname), relation: Name::of(relation, surname), gender }
}

/// How many different place names there are.
pub const PLACES: usize = STEMS.len() * ENDINGS.len();

/// The place name of a number; neighbours differ in both parts.
pub fn place(number: usize) -> Name {
    let stem = STEMS[number % STEMS.len()];
    let ending = ENDINGS[(number / STEMS.len() + number % STEMS.len()) % ENDINGS.len()];
    Name { hi: format!("{}{}", stem.0, ending.0), en: format!("{}{}", stem.1, ending.1) }
}

pub const PARTIES: &[Word] = &[
    ("लोक मंच", "Lok Manch"),
    ("जन विकास मोर्चा", "Jan Vikas Morcha"),
    ("नव प्रभात दल", "Nav Prabhat Dal"),
    ("ग्राम स्वर संगठन", "Gram Swar Sangathan"),
    ("क्षेत्रीय एकता परिषद", "Kshetriya Ekta Parishad"),
    ("निर्दलीय", "Independent"),
];

pub const WOMEN: &[Word] = &[
    ("आशा", "Asha"),
    ("अंजलि", "Anjali"),
    ("अनीता", "Anita"),
    ("अर्चना", "Archana"),
    ("भावना", "Bhavna"),
    ("चंदा", "Chanda"),
    ("दीपा", "Deepa"),
    ("दुर्गा", "Durga"),
    ("गीता", "Geeta"),
    ("गायत्री", "Gayatri"),
    ("हेमा", "Hema"),
    ("इंदु", "Indu"),
    ("ज्योति", "Jyoti"),
    ("जया", "Jaya"),
    ("कमला", "Kamla"),
    ("कविता", "Kavita"),
    ("किरण", "Kiran"),
    ("कुसुम", "Kusum"),
    ("लता", "Lata"),
    ("लक्ष्मी", "Lakshmi"),
    ("मधु", "Madhu"),
    ("माया", "Maya"),
    ("मीना", "Meena"),
    ("ममता", "Mamta"),
    ("मंजू", "Manju"),
    ("नीलम", "Neelam"),
    ("निशा", "Nisha"),
    ("नंदिनी", "Nandini"),
    ("पार्वती", "Parvati"),
    ("पूजा", "Pooja"),
    ("प्रभा", "Prabha"),
    ("पुष्पा", "Pushpa"),
    ("राधा", "Radha"),
    ("रजनी", "Rajni"),
    ("रेखा", "Rekha"),
    ("रीता", "Rita"),
    ("रुक्मिणी", "Rukmini"),
    ("सरिता", "Sarita"),
    ("सावित्री", "Savitri"),
    ("सीमा", "Seema"),
    ("शांति", "Shanti"),
    ("शीला", "Sheela"),
    ("शोभा", "Shobha"),
    ("सुधा", "Sudha"),
    ("सुमन", "Suman"),
    ("सुनीता", "Sunita"),
    ("सुशीला", "Sushila"),
    ("तारा", "Tara"),
    ("उमा", "Uma"),
    ("उषा", "Usha"),
    ("वंदना", "Vandana"),
    ("वर्षा", "Varsha"),
    ("विमला", "Vimla"),
    ("यशोदा", "Yashoda"),
    ("फूलवती", "Phoolwati"),
    ("रामकली", "Ramkali"),
    ("नसीम", "Naseem"),
    ("शबनम", "Shabnam"),
    ("रूपा", "Roopa"),
    ("बसंती", "Basanti"),
    ("अमृता", "Amrita"),
    ("छाया", "Chhaya"),
    ("कल्पना", "Kalpana"),
    ("मालती", "Malti"),
];

pub const MEN: &[Word] = &[
    ("अजय", "Ajay"),
    ("अमित", "Amit"),
    ("अनिल", "Anil"),
    ("अरुण", "Arun"),
    ("अशोक", "Ashok"),
    ("बलराम", "Balram"),
    ("भरत", "Bharat"),
    ("भीम", "Bheem"),
    ("बृजेश", "Brijesh"),
    ("चंदन", "Chandan"),
    ("दीपक", "Deepak"),
    ("दिनेश", "Dinesh"),
    ("गणेश", "Ganesh"),
    ("गोपाल", "Gopal"),
    ("गोविंद", "Govind"),
    ("हरीश", "Harish"),
    ("हेमंत", "Hemant"),
    ("जगदीश", "Jagdish"),
    ("जितेंद्र", "Jitendra"),
    ("कैलाश", "Kailash"),
    ("कमल", "Kamal"),
    ("कपिल", "Kapil"),
    ("किशोर", "Kishor"),
    ("कृष्ण", "Krishna"),
    ("लखन", "Lakhan"),
    ("ललित", "Lalit"),
    ("महेश", "Mahesh"),
    ("मनोज", "Manoj"),
    ("मोहन", "Mohan"),
    ("मुकेश", "Mukesh"),
    ("नरेश", "Naresh"),
    ("नवीन", "Naveen"),
    ("ओम", "Om"),
    ("पंकज", "Pankaj"),
    ("प्रकाश", "Prakash"),
    ("प्रमोद", "Pramod"),
    ("राजेश", "Rajesh"),
    ("राजकुमार", "Rajkumar"),
    ("राकेश", "Rakesh"),
    ("रामदीन", "Ramdeen"),
    ("रमेश", "Ramesh"),
    ("रवि", "Ravi"),
    ("रोहित", "Rohit"),
    ("संजय", "Sanjay"),
    ("संतोष", "Santosh"),
    ("सतीश", "Satish"),
    ("शंकर", "Shankar"),
    ("शिव", "Shiv"),
    ("श्याम", "Shyam"),
    ("सोहन", "Sohan"),
    ("सुभाष", "Subhash"),
    ("सुनील", "Sunil"),
    ("सुरेश", "Suresh"),
    ("तुलसी", "Tulsi"),
    ("उमेश", "Umesh"),
    ("विजय", "Vijay"),
    ("विकास", "Vikas"),
    ("विनोद", "Vinod"),
    ("विष्णु", "Vishnu"),
    ("योगेश", "Yogesh"),
    ("सलीम", "Salim"),
    ("इकबाल", "Iqbal"),
    ("फूल", "Phool"),
    ("हीरा", "Heera"),
    ("मंगल", "Mangal"),
    ("धर्मेंद्र", "Dharmendra"),
    ("भूपेश", "Bhupesh"),
    ("केशव", "Keshav"),
];

pub const SURNAMES: &[Word] = &[
    ("शर्मा", "Sharma"),
    ("वर्मा", "Verma"),
    ("सिंह", "Singh"),
    ("यादव", "Yadav"),
    ("पटेल", "Patel"),
    ("पटवा", "Patwa"),
    ("गुप्ता", "Gupta"),
    ("मिश्रा", "Mishra"),
    ("तिवारी", "Tiwari"),
    ("दुबे", "Dubey"),
    ("चौबे", "Choubey"),
    ("पांडे", "Pandey"),
    ("शुक्ला", "Shukla"),
    ("त्रिपाठी", "Tripathi"),
    ("द्विवेदी", "Dwivedi"),
    ("चतुर्वेदी", "Chaturvedi"),
    ("श्रीवास्तव", "Shrivastava"),
    ("सक्सेना", "Saxena"),
    ("भटनागर", "Bhatnagar"),
    ("माथुर", "Mathur"),
    ("जैन", "Jain"),
    ("अग्रवाल", "Agrawal"),
    ("गोयल", "Goyal"),
    ("मालवीय", "Malviya"),
    ("राठौर", "Rathore"),
    ("चौहान", "Chouhan"),
    ("परमार", "Parmar"),
    ("सोलंकी", "Solanki"),
    ("तोमर", "Tomar"),
    ("भदौरिया", "Bhadoria"),
    ("रघुवंशी", "Raghuvanshi"),
    ("बघेल", "Baghel"),
    ("कुशवाहा", "Kushwaha"),
    ("लोधी", "Lodhi"),
    ("किरार", "Kirar"),
    ("मीणा", "Meena"),
    ("गुर्जर", "Gurjar"),
    ("पाटीदार", "Patidar"),
    ("धाकड़", "Dhakad"),
    ("विश्वकर्मा", "Vishwakarma"),
    ("प्रजापति", "Prajapati"),
    ("साहू", "Sahu"),
    ("राय", "Rai"),
    ("सेन", "Sen"),
    ("नामदेव", "Namdev"),
    ("सोनी", "Soni"),
    ("स्वर्णकार", "Swarnakar"),
    ("चौरसिया", "Chourasia"),
    ("अहिरवार", "Ahirwar"),
    ("जाटव", "Jatav"),
    ("कोरी", "Kori"),
    ("बंसल", "Bansal"),
    ("बाथम", "Batham"),
    ("केवट", "Kewat"),
    ("रैकवार", "Raikwar"),
    ("कहार", "Kahar"),
    ("धुर्वे", "Dhurve"),
    ("उइके", "Uikey"),
    ("मरावी", "Maravi"),
    ("परते", "Parte"),
    ("मरकाम", "Markam"),
    ("टेकाम", "Tekam"),
    ("भलावी", "Bhalavi"),
    ("वाडिवा", "Wadiva"),
    ("डामोर", "Damor"),
    ("भूरिया", "Bhuria"),
    ("निनामा", "Ninama"),
    ("मुजाल्दा", "Mujalda"),
    ("बारेला", "Barela"),
    ("चंदेल", "Chandel"),
    ("बुंदेला", "Bundela"),
    ("सिसोदिया", "Sisodia"),
    ("झाला", "Jhala"),
    ("पंवार", "Panwar"),
    ("देशमुख", "Deshmukh"),
    ("पाटिल", "Patil"),
    ("कुलकर्णी", "Kulkarni"),
    ("जोशी", "Joshi"),
    ("व्यास", "Vyas"),
    ("पुरोहित", "Purohit"),
    ("खान", "Khan"),
    ("अंसारी", "Ansari"),
    ("कुरैशी", "Qureshi"),
    ("मंसूरी", "Mansuri"),
    ("शेख", "Sheikh"),
    ("बैरागी", "Bairagi"),
    ("गोस्वामी", "Goswami"),
    ("नागर", "Nagar"),
];

const STEMS: &[Word] = &[
    ("सूरज", "Suraj"),
    ("चाँद", "Chand"),
    ("तारा", "Tara"),
    ("फूल", "Phool"),
    ("कमल", "Kamal"),
    ("केसर", "Kesar"),
    ("चंदन", "Chandan"),
    ("मोती", "Moti"),
    ("हीरा", "Heera"),
    ("सोना", "Sona"),
    ("रूप", "Roop"),
    ("लाल", "Lal"),
    ("नील", "Neel"),
    ("हरि", "Hari"),
    ("शिव", "Shiv"),
    ("राम", "Ram"),
    ("कृष्ण", "Krishna"),
    ("गोपाल", "Gopal"),
    ("देव", "Dev"),
    ("माधव", "Madhav"),
    ("विजय", "Vijay"),
    ("जय", "Jay"),
    ("शांति", "Shanti"),
    ("आनंद", "Anand"),
    ("प्रेम", "Prem"),
    ("सुख", "Sukh"),
    ("भाग्य", "Bhagya"),
    ("लक्ष्मी", "Lakshmi"),
    ("गंगा", "Ganga"),
    ("यमुना", "Yamuna"),
    ("सरस्वती", "Saraswati"),
    ("पद्म", "Padma"),
    ("अमृत", "Amrit"),
    ("मधु", "Madhu"),
    ("बसंत", "Basant"),
    ("सावन", "Sawan"),
    ("आम", "Aam"),
    ("नीम", "Neem"),
    ("पीपल", "Peepal"),
    ("बरगद", "Bargad"),
    ("इमली", "Imli"),
    ("महुआ", "Mahua"),
    ("सेमल", "Semal"),
    ("पलाश", "Palash"),
    ("हाथी", "Hathi"),
    ("मोर", "Mor"),
    ("हंस", "Hans"),
    ("कोयल", "Koyal"),
];

const ENDINGS: &[Word] = &[
    ("पुर", "pur"),
    ("गढ़", "garh"),
    ("नगर", "nagar"),
    ("खेड़ा", "kheda"),
    ("गाँव", "gaon"),
    ("गंज", "ganj"),
    ("वाड़ा", "wada"),
    ("कोट", "kot"),
    ("घाट", "ghat"),
    ("टोला", "tola"),
    ("बाग", "bagh"),
    ("ताल", "tal"),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn there_are_enough_names_and_none_stands_twice() {
        for (words, least) in [(WOMEN, 60), (MEN, 60), (SURNAMES, 80), (STEMS, 40), (PARTIES, 5)] {
            let hi: HashSet<_> = words.iter().map(|w| w.0).collect();
            let en: HashSet<_> = words.iter().map(|w| w.1).collect();
            assert!(words.len() >= least && hi.len() == words.len() && en.len() == words.len());
        }
        let places: HashSet<_> = (0..PLACES).map(|n| place(n).en).collect();
        assert!(places.len() == PLACES && PLACES >= 200);
    }

    #[test]
    fn every_name_is_in_its_script() {
        for words in [WOMEN, MEN, SURNAMES, STEMS, ENDINGS, PARTIES] {
            for (hi, en) in words {
                assert!(
                    hi.chars().all(|c| c == ' ' || ('\u{900}'..='\u{97F}').contains(&c)),
                    "{hi}"
                );
                assert!(en.chars().all(|c| c == ' ' || c.is_ascii_alphabetic()), "{en}");
                assert_eq!(crate::kit::clean::line(hi).as_deref(), Some(*hi), "not NFC: {hi}");
            }
        }
    }
}
