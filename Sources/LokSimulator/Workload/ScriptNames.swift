/// Invented names in the script of the region, as bookkeepers type them: given names of women and men,
/// surnames, and what groups are called (a name, and the region's word for a group).
struct ScriptNames: Sendable {
  let women: [String]
  let men: [String]
  let surnames: [String]
  let groups: [String]

  private init(women: String, men: String, surnames: String, groups: String, word: String) {
    self.women = Self.words(women)
    self.men = Self.words(men)
    self.surnames = Self.words(surnames)
    self.groups = groups.split(separator: ",").map { "\($0.drop { $0 == " " }) \(word)" }
  }

  private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

  /// By LGD state code; nil where the registers are mostly kept in Latin letters.
  static func of(state: UInt32) -> ScriptNames? {
    switch state {
    case 2, 5...11, 20, 22, 23, 27, 30: devanagari
    case 16, 19: bengali
    case 18: assamese
    case 21: odia
    case 28, 36: telugu
    case 33, 34: tamil
    case 29: kannada
    case 31, 32: malayalam
    case 24...26, 38: gujarati
    case 3, 4: gurmukhi
    default: nil
    }
  }

  private static let devanagari = ScriptNames(
    women: "सुनीता सावित्री कमला गीता फूलमती रामकली शान्ति मुन्नी पुष्पा कुसुम सरस्वती चन्द्रावती",
    men: "रामप्रसाद हरिलाल मोहन शिवनाथ गंगाराम सुरेश विष्णु जगदीश",
    surnames: "देवी कुमारी वर्मा यादव मौर्य पासवान निषाद साहू",
    groups: "जय लक्ष्मी, उज्ज्वल, नई किरण, प्रगति, सरस्वती, एकता, संगम, वसुन्धरा",
    word: "समूह")
  private static let bengali = ScriptNames(
    women: "সরস্বতী মালতী কমলা অঞ্জলি সন্ধ্যা লক্ষ্মী শেফালি মিনতি পূর্ণিমা আরতি বাসন্তী ফতেমা",
    men: "গোপাল নিতাই রতন স্বপন বিমল কালীপদ আব্দুল সুবল",
    surnames: "দাস মণ্ডল বিবি হালদার সরকার বর্মন খাতুন মাহাতো",
    groups: "মা লক্ষ্মী, নবজাগরণ, প্রগতি, একতা, সন্ধ্যাতারা, মা সারদা, আলো, শাপলা",
    word: "দল")
  private static let assamese = ScriptNames(
    women: "মালতী ৰূপালী জোনালী বীণা প্ৰতিমা নিৰ্মলা চন্দ্ৰমা অনিমা কাঞ্চন মৰমী ভানু ৰেখা",
    men: "ধনেশ্বৰ নৰেন প্ৰদীপ গোবিন্দ বিপুল হৰেন কমল ভবেন",
    surnames: "বৰা দাস বড়ো কলিতা শইকীয়া ডেকা ৰাভা নাথ",
    groups: "জোনাকী, ৰূপজ্যোতি, নৱজ্যোতি, একতা, মিলন, কপৌ, সোণালী, প্ৰগতি",
    word: "গোট")
  private static let odia = ScriptNames(
    women: "ସାବିତ୍ରୀ ମାଳତୀ କୁନ୍ତଳା ଲକ୍ଷ୍ମୀ ସୁଭଦ୍ରା ପାର୍ବତୀ ରମା ଶାନ୍ତିଲତା ମିନତି ଗୌରୀ ଚମ୍ପା ବସନ୍ତୀ",
    men: "ଗୋପାଳ ରବି ପ୍ରଫୁଲ୍ଲ ଦାମୋଦର ବନମାଳୀ ସୁରେଶ ନରେନ୍ଦ୍ର କୈଳାସ",
    surnames: "ନାୟକ ସାହୁ ବେହେରା ମାଝୀ ପ୍ରଧାନ ଜେନା ସେଠୀ ପାତ୍ର",
    groups: "ମା ମଙ୍ଗଳା, ଜାଗୃତି, ଏକତା, ପ୍ରଗତି, ମା ତାରିଣୀ, ଜ୍ୟୋତି, ଆଶା, ସୂର୍ଯ୍ୟ",
    word: "ଗୋଷ୍ଠୀ")
  private static let telugu = ScriptNames(
    women: "లక్ష్మి సరస్వతి పద్మ రాధ వెంకటమ్మ యాదమ్మ సుజాత అనసూయ మంగమ్మ పార్వతి కమల సత్యవతి",
    men: "రాములు వెంకటేశ్ నరసింహ కృష్ణ సాయిలు మల్లేశ్ శ్రీను యాదగిరి",
    surnames: "గుండ్ల బోయ నాయక్ చింతల కొండ పసుపుల మేకల వంగ",
    groups: "శ్రీ లక్ష్మి, జ్యోతి, ప్రగతి, మహిళా శక్తి, సాయి, వెలుగు, ఐక్యత, గోదావరి",
    word: "సంఘం")
  private static let tamil = ScriptNames(
    women: "லட்சுமி மாரியம்மாள் செல்வி முத்துலட்சுமி பொன்னி கமலா வள்ளி தமிழரசி ராணி பார்வதி மல்லிகா அஞ்சலை",
    men: "முருகன் மாரிமுத்து செல்வம் கணேசன் பழனி ராமசாமி குமார் சுப்பிரமணி",
    surnames: "முருகேசன் கந்தசாமி பெருமாள் சின்னசாமி ஆறுமுகம் வேலு கோவிந்தன் ராஜா",
    groups: "மல்லிகை, தாமரை, ரோஜா, அன்னை, விடியல், முல்லை, ஒற்றுமை, காவேரி",
    word: "குழு")
  private static let kannada = ScriptNames(
    women: "ಲಕ್ಷ್ಮಿ ಸರೋಜ ಗೌರಮ್ಮ ಪಾರ್ವತಿ ಶಾರದ ಮಂಜುಳ ಸಾವಿತ್ರಿ ಯಲ್ಲವ್ವ ರತ್ನ ಕಮಲ ನಾಗಮ್ಮ ಜಯಮ್ಮ",
    men: "ಬಸವರಾಜ ಮಂಜುನಾಥ ಶಿವಣ್ಣ ರಾಮಪ್ಪ ನಾಗರಾಜ ಹನುಮಂತ ಸಿದ್ದಪ್ಪ ಕೃಷ್ಣ",
    surnames: "ಗೌಡ ನಾಯಕ ಹಿರೇಮಠ ಪೂಜಾರಿ ಬಡಿಗೇರ ಕುಂಬಾರ ಪಾಟೀಲ ಮಡಿವಾಳ",
    groups: "ಶ್ರೀ ಲಕ್ಷ್ಮಿ, ಜ್ಯೋತಿ, ಕಾವೇರಿ, ಪ್ರಗತಿ, ಬೆಳಕು, ಶಾರದ, ಐಕ್ಯ, ತುಂಗಾ",
    word: "ಸಂಘ")
  private static let malayalam = ScriptNames(
    women: "ലക്ഷ്മി സരസ്വതി അമ്മിണി ശാന്ത രാധ ഓമന സുമതി തങ്കമ്മ കുഞ്ഞമ്മ ഗീത ഫാത്തിമ മറിയം",
    men: "രാമൻ ഗോപാലൻ വേലായുധൻ രവി മത്തായി കുഞ്ഞുമോൻ ബഷീർ ശശി",
    surnames: "നായർ പിള്ള തോമസ് വർഗീസ് മേനോൻ കുട്ടി ദാസ് ബീവി",
    groups: "ദീപം, ഐശ്വര്യ, സ്നേഹ, പൊൻപുലരി, കാവേരി, ഒരുമ, നിള, ജ്വാല",
    word: "കൂട്ടം")
  private static let gujarati = ScriptNames(
    women: "સવિતા ગીતા કોકિલા શારદા મંજુલા લીલા જશોદા હંસા રમીલા કાશી પુષ્પા ગૌરી",
    men: "રમેશ મગન ભીખા કાનજી જેઠા અમરત સોમા ગોવિંદ",
    surnames: "પટેલ વસાવા રાઠવા ચૌધરી ગામિત ઠાકોર પરમાર વાઘેલા",
    groups: "જય અંબે, નર્મદા, સખી, પ્રગતિ, ઉમિયા, એકતા, શક્તિ, સૂરજ",
    word: "જૂથ")
  private static let gurmukhi = ScriptNames(
    women: "ਗੁਰਮੀਤ ਹਰਜੀਤ ਸੁਰਿੰਦਰ ਬਲਜੀਤ ਜਸਵੀਰ ਪਰਮਜੀਤ ਕੁਲਵਿੰਦਰ ਮਨਜੀਤ ਅਮਰਜੀਤ ਰਾਣੀ ਸੀਤਾ ਬਲਵੀਰ",
    men: "ਗੁਰਦੇਵ ਹਰਬੰਸ ਸੁਖਦੇਵ ਮਲਕੀਤ ਬੂਟਾ ਨਿਰਮਲ ਰਾਮ ਜਗਤਾਰ",
    surnames: "ਕੌਰ ਸੰਧੂ ਗਿੱਲ ਸਿੱਧੂ ਬਰਾੜ ਰਾਣੀ ਦੇਵੀ ਮਾਨ",
    groups: "ਚਾਨਣ, ਏਕਤਾ, ਜੋਤ, ਸੰਗਤ, ਆਸ, ਸਵੇਰਾ, ਪ੍ਰਗਤੀ, ਮੇਲ",
    word: "ਸਮੂਹ")
}
