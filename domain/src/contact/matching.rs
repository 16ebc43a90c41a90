//! What two spellings of one name have in common.

/// Words that say only how a company is organised, or connect other words.
const LEGAL_FORMS: [&str; 44] = [
    "ab",
    "ag",
    "aps",
    "as",
    "asa",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "cv",
    "eg",
    "eingetragene",
    "ek",
    "ev",
    "gbr",
    "gmbh",
    "inc",
    "incorporated",
    "kft",
    "kg",
    "kgaa",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "oyj",
    "plc",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "se",
    "sl",
    "spa",
    "srl",
    "sro",
    "ug",
];

/// A key that is equal for spellings of one name: lower case, without accents, punctuation and legal form. `Acme, Inc.`
/// and `ACME Inc` both give `acme`.
#[must_use]
pub fn matching_key(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            // An apostrophe or a dot stands within a word: `O'Neil`, `S.A.`.
            '\'' | '’' | '.' | '`' => {}
            '&' | '+' => folded.push(' '),
            _ if c.is_alphanumeric() => folded.push_str(unaccented(c).unwrap_or(c.encode_utf8(&mut [0; 4]))),
            // The dot that some letters leave behind when they become lower case.
            '\u{300}'..='\u{36f}' => {}
            _ => folded.push(' '),
        }
    }
    let words: Vec<&str> = folded.split(' ').filter(|word| !word.is_empty()).collect();
    let connective = |word: &&str| matches!(*word, "and" | "und" | "et" | "y");
    let kept = words.iter().rposition(|word| !LEGAL_FORMS.contains(word) && !connective(word));
    let end = kept.map_or(words.len(), |last| last + 1);
    let key: String = words.into_iter().take(end).filter(|word| !connective(word)).collect();
    // A name of nothing but signs is still a name of its own.
    if key.is_empty() { name.trim().to_lowercase() } else { key }
}

/// The plain letters of an accented Latin one.
fn unaccented(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ä' | 'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' | 'ľ' | 'ĺ' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => "o",
        'ö' | 'ø' | 'œ' => "oe",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ü' => "ue",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'þ' => "th",
        _ => return None,
    })
}
