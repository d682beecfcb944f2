//! One spelling for what people write in several: 替える and 変える, パソコン and PC, `win10` and Windows 10, `cant` and can not.
//!
//! Terms of patterns and sentences go through the same tables, so that a pattern needs one of the spellings, and what it becomes
//! is compared only, never shown.

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// Japanese: what is written so, and how it is compared. It is replaced wherever it stands, the longest first.
const JAPANESE: &[(&str, &str)] = &[
    ("替", "変"),
    ("換", "変"),
    ("代え", "変え"),
    ("かえた", "変えた"),
    ("入替", "入れ変"),
    ("入換", "入れ変"),
    ("取替", "取り変"),
    ("取換", "取り変"),
    ("載替", "載せ変"),
    ("乗せ", "載せ"),
    ("のせかえ", "載せ変え"),
    ("積み替", "載せ変"),
    ("積み換", "載せ変"),
    ("マザボ", "マザーボード"),
    ("マザーボ", "マザーボード"),
    ("マザーボード", "マザーボード"),
    ("ノートパソコン", "ノートpc"),
    ("パソコン", "pc"),
    ("コンピューター", "pc"),
    ("コンピュータ", "pc"),
    ("サーバー", "サーバ"),
    ("ユーザー", "ユーザ"),
    ("ドライバー", "ドライバ"),
    ("ブラウザー", "ブラウザ"),
    ("マネージャー", "マネージャ"),
    ("ファイヤーウォール", "ファイアウォール"),
    ("ファイアーウォール", "ファイアウォール"),
    ("ファイヤウォール", "ファイアウォール"),
    ("ウィンドウズ", "windows"),
    ("ウインドウズ", "windows"),
    ("マイクロソフト", "microsoft"),
    ("出来", "でき"),
    ("無い", "ない"),
    ("無かった", "なかった"),
    ("無く", "なく"),
    ("無し", "なし"),
    ("繋", "つな"),
    ("解ら", "わから"),
    ("判ら", "わから"),
    ("分から", "わから"),
    ("貰", "もら"),
    ("頂", "いただ"),
    ("紐づ", "紐付"),
    ("ひもづ", "紐付"),
    ("ひも付", "紐付"),
    ("アクティベーション", "認証"),
    ("アクティベート", "認証"),
    ("アクティブ化", "認証"),
    ("じゃない", "ではない"),
    ("じゃなく", "ではなく"),
    ("ておらない", "ていない"),
    ("ておらず", "ていない"),
    ("てな", "ていな"),
    ("できず", "できない"),
    ("れず", "れない"),
    ("らず", "らない"),
    ("ヤフーオークション", "ヤフオク"),
    ("yahooオークション", "ヤフオク"),
    ("ヶ月", "か月"),
    ("カ月", "か月"),
    ("ヵ月", "か月"),
    ("ケ月", "か月"),
    ("箇月", "か月"),
    ("プロダクトコード", "プロダクトキー"),
    ("ライセンスキー", "プロダクトキー"),
    ("ライセンスコード", "プロダクトキー"),
    ("シリアルナンバー", "プロダクトキー"),
    ("シリアル番号", "プロダクトキー"),
    // The number of a machine, a board or a drive is no key.
    ("biosのシリアル番号", "biosの機体番号"),
    ("本体のシリアル番号", "本体の機体番号"),
    ("本体シリアル番号", "本体の機体番号"),
    ("機器のシリアル番号", "機器の機体番号"),
    ("マザーボードのシリアル番号", "マザーボードの機体番号"),
    ("基板のシリアル番号", "基板の機体番号"),
    ("ディスクのシリアル番号", "ディスクの機体番号"),
    ("シリアルキー", "プロダクトキー"),
    ("シリアルコード", "プロダクトキー"),
    ("25文字", "プロダクトキー"),
    ("25桁", "プロダクトキー"),
];

/// The same for Latin words. Each is whole: `w10` in `kw10` is none.
const LATIN: &[(&str, &str)] = &[
    ("can't", "can not"),
    ("cant", "can not"),
    ("cannot", "can not"),
    ("won't", "will not"),
    ("wont", "will not"),
    ("don't", "do not"),
    ("dont", "do not"),
    ("doesn't", "does not"),
    ("doesnt", "does not"),
    ("didn't", "did not"),
    ("didnt", "did not"),
    ("isn't", "is not"),
    ("isnt", "is not"),
    ("wasn't", "was not"),
    ("wasnt", "was not"),
    ("aren't", "are not"),
    ("arent", "are not"),
    ("weren't", "were not"),
    ("haven't", "have not"),
    ("havent", "have not"),
    ("hasn't", "has not"),
    ("hasnt", "has not"),
    ("hadn't", "had not"),
    ("couldn't", "could not"),
    ("couldnt", "could not"),
    ("wouldn't", "would not"),
    ("win 7", "windows 7"),
    ("win7", "windows 7"),
    ("w7", "windows 7"),
    ("windows7", "windows 7"),
    ("win 8", "windows 8"),
    ("win8", "windows 8"),
    ("windows8", "windows 8"),
    ("win 10", "windows 10"),
    ("win10", "windows 10"),
    ("w10", "windows 10"),
    ("windows10", "windows 10"),
    ("win 11", "windows 11"),
    ("win11", "windows 11"),
    ("w11", "windows 11"),
    ("windows11", "windows 11"),
    ("mother board", "motherboard"),
    ("motherbord", "motherboard"),
    ("mobo", "motherboard"),
    ("mainboard", "motherboard"),
    ("main board", "motherboard"),
    ("mobos", "motherboards"),
    ("mainboards", "motherboards"),
    ("mother boards", "motherboards"),
    ("licence", "license"),
    ("licences", "licenses"),
    ("licenced", "licensed"),
    ("lisence", "license"),
    ("liscense", "license"),
    ("product code", "product key"),
    ("serial number", "product key"),
    // The number of a machine, a board or a drive is no key.
    ("bios serial number", "bios number"),
    ("device serial number", "device number"),
    ("machine serial number", "machine number"),
    ("laptop serial number", "laptop number"),
    ("system serial number", "system number"),
    ("motherboard serial number", "motherboard number"),
    ("board serial number", "board number"),
    ("drive serial number", "drive number"),
    ("disk serial number", "disk number"),
    ("volume serial number", "volume number"),
    ("serial key", "product key"),
    ("license key", "product key"),
    ("licence key", "product key"),
    ("license number", "product key"),
    ("licence number", "product key"),
    ("license code", "product key"),
    ("licence code", "product key"),
    ("25 characters", "product key"),
    ("25-character code", "product key"),
    ("25 digit code", "product key"),
    ("25-digit code", "product key"),
    ("code from the box", "key from the box"),
    ("code on the box", "key on the box"),
    ("code from the sticker", "key from the sticker"),
    ("code on the sticker", "key on the sticker"),
    ("code from the label", "key from the label"),
    ("code on the label", "key on the label"),
    ("code off the sticker", "key off the sticker"),
    ("code on the card", "key on the card"),
    ("organisation", "organization"),
    ("organisations", "organizations"),
];

/// The text, in lower case already, with one spelling for each of these.
pub(super) fn one(text: &str) -> String {
    static TABLE: OnceLock<Option<AhoCorasick>> = OnceLock::new();
    let table = TABLE.get_or_init(|| {
        AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(JAPANESE.iter().chain(LATIN).map(|(written, _)| written))
            .ok()
    });
    let Some(table) = table else { return text.to_owned() };
    let bytes = text.as_bytes();
    let word = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphanumeric);
    let mut out = String::with_capacity(text.len() + 16);
    let mut past = 0;
    for found in table.find_iter(text) {
        let of = found.pattern().as_usize();
        let compared = match JAPANESE.get(of) {
            Some((_, compared)) => compared,
            None if word(found.start().checked_sub(1)) || word(Some(found.end())) => continue,
            None => LATIN[of - JAPANESE.len()].1,
        };
        out.push_str(&text[past..found.start()]);
        out.push_str(compared);
        past = found.end();
    }
    out.push_str(&text[past..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spellings_of_one_thing_are_compared_as_one() {
        for group in [
            ["マザボを取り替えた", "マザーボードを取換えた", "マザボを取替えた"].as_slice(),
            &["パソコンが認証出来ない", "コンピュータが認証できない", "pcがアクティベートできず"],
            &["認証されてない", "認証されておらず", "認証されていない"],
            &["win10 isnt activated", "windows10 isn't activated", "windows 10 is not activated"],
            &["my licence cannot", "my license can't"],
            &["the serial number is refused", "the product key is refused"],
            &["シリアル番号が使えない", "プロダクトキーが使えない"],
        ] {
            for spelled in group {
                assert_eq!(one(spelled), one(group[0]), "{spelled}");
            }
        }
        for of_a_machine in
            ["the bios serial number is blank", "biosのシリアル番号が空欄", "volume serial number is 1234"]
        {
            let compared = one(of_a_machine);
            assert!(!compared.contains("product key") && !compared.contains("プロダクトキー"), "{compared}");
        }
    }

    #[test]
    fn pieces_of_other_words_stay() {
        for text in ["windows 100", "kw10", "scant", "必ず", "まず"] {
            assert_eq!(one(text), text);
        }
    }
}
