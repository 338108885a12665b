use super::super::FileType;
use super::super::tests::{is, noise};

/// The same kind of letter in the encodings that people still use, as their programs write it.
const ENCODINGS: [(&str, &[u8]); 14] = [
    (
        "Windows-1251",
        b"\xc7\xe4\xf0\xe0\xe2\xf1\xf2\xe2\xf3\xe9\xf2\xe5! \xcf\xee\xf1\xfb\xeb\xea\xe0 \xef\
          \xee\xe2\xf0\xe5\xe6\xe4\xe5\xed\xe0, \xe2\xe5\xf0\xed\xe8\xf2\xe5 \xe4\xe5\xed\xfc\
          \xe3\xe8.",
    ),
    (
        "KOI8-R",
        b"\xfa\xc4\xd2\xc1\xd7\xd3\xd4\xd7\xd5\xca\xd4\xc5! \xf0\xcf\xd3\xd9\xcc\xcb\xc1 \xd0\
          \xcf\xd7\xd2\xc5\xd6\xc4\xc5\xce\xc1, \xd7\xc5\xd2\xce\xc9\xd4\xc5 \xc4\xc5\xce\xd8\
          \xc7\xc9.",
    ),
    (
        "IBM 866",
        b"\x87\xa4\xe0\xa0\xa2\xe1\xe2\xa2\xe3\xa9\xe2\xa5! \x8f\xae\xe1\xeb\xab\xaa\xa0 \xaf\
          \xae\xa2\xe0\xa5\xa6\xa4\xa5\xad\xa0, \xa2\xa5\xe0\xad\xa8\xe2\xa5 \xa4\xa5\xad\xec\
          \xa3\xa8.",
    ),
    (
        "ISO 8859-7",
        b"\xca\xe1\xeb\xe7\xec\xdd\xf1\xe1, \xf4\xef \xf0\xe1\xea\xdd\xf4\xef \xe4\xe5\xed \
          \xdd\xf6\xf4\xe1\xf3\xe5 \xf0\xef\xf4\xdd.",
    ),
    (
        "GBK",
        b"\xc4\xfa\xba\xc3\xa3\xac\xb0\xfc\xb9\xfc\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\xb5\xbd\xa3\
          \xac\xc7\xeb\xcd\xcb\xbf\xee\xa1\xa3",
    ),
    (
        "GB 18030",
        b"\xc4\xfa\xba\xc3\xa3\xac\xb0\xfc\xb9\xfc\x952\x826\xbb\xb9\xc3\xbb\xd3\xd0\xca\xd5\
          \xb5\xbd\xa3\xac\xc7\xeb\xcd\xcb\xbf\xee\xa1\xa3",
    ),
    (
        "Big5",
        b"\xb1z\xa6n\xa1A\xa5]\xbbq\xc1\xd9\xa8S\xa6\xb3\xa6\xac\xa8\xec\xa1A\xbd\xd0\xb0h\xb4\
          \xda\xa1C",
    ),
    (
        "Shift-JIS",
        b"\x89\xd7\x95\xa8\x82\xaa\x82\xdc\x82\xbe\x93\xcd\x82\xab\x82\xdc\x82\xb9\x82\xf1\x81\
          B\x95\xd4\x8b\xe0\x82\xb5\x82\xc4\x82\xad\x82\xbe\x82\xb3\x82\xa2\x81B\x83\\\x95\\",
    ),
    (
        "EUC-JP",
        b"\xb2\xd9\xca\xaa\xa4\xac\xa4\xde\xa4\xc0\xc6\xcf\xa4\xad\xa4\xde\xa4\xbb\xa4\xf3\xa1\
          \xa3\xca\xd6\xb6\xe2\xa4\xb7\xa4\xc6\xa4\xaf\xa4\xc0\xa4\xb5\xa4\xa4\xa1\xa3",
    ),
    ("ISO-2022-JP", b"\x1b$B2YJ*$,$^$@FO$-$^$;$s!#JV6b$7$F$/$@$5$$!#\x1b(B"),
    (
        "EUC-KR",
        b"\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4, \xbc\xd2\xc6\xf7\xb0\xa1 \xbe\xc6\xc1\xf7 \
          \xb5\xb5\xc2\xf8\xc7\xcf\xc1\xf6 \xbe\xca\xbe\xd2\xbd\xc0\xb4\xcf\xb4\xd9.",
    ),
    ("Windows-1256", b"\xe3\xd1\xcd\xc8\xc7\xa1 \xe1\xe3 \xed\xd5\xe1 \xc7\xe1\xd8\xd1\xcf \xc8\xda\xcf"),
    (
        "Windows-1255",
        b"\xf9\xec\xe5\xed, \xe4\xe7\xe1\xe9\xec\xe4 \xf2\xe3\xe9\xe9\xef \xec\xe0 \xe4\xe2\
          \xe9\xf2\xe4",
    ),
    ("TIS-620", b"\xca\xc7\xd1\xca\xb4\xd5 \xbe\xd1\xca\xb4\xd8\xc2\xd1\xa7\xe4\xc1\xe8\xc1\xd2"),
];

/// Compressed and encrypted bytes that happen to have no NUL.
const BINARIES: [(&str, &[u8]); 3] = [
    (
        "deflate",
        b"mR\xd1\x0e\xc20\x08\xfc\x95\xfe\x8cO\x8b\x89\xbf\x80\xda\xcde\xb1K6\x16\x7f_\xe9\xd1\
          B\xed\x1e\x96\xb6\xc0\x1d\xdc\xb1\x816^S\x18p\xdch\x89\x1c.\xdb\xce\xc4|\xa4)\xac\
          \xe3\x18S\xf8\xd0V*\\N\xa2\xf7\x999\x86=\xce\x1c(iu\x9a\x1f\xaf\x86\x04\x81\x85\xde(\
          \xec\xe8\x87#=\x95\xa4\xc3\n\ny\xb9]\xd7\xc44iW\xe9\x0f\x02I!\xa6S\xba\xb1\x14R\xa7\
          \x13\x94!]'hG\x18w\xeb\xad\xb4x(\xa3\x1e(\xcd\xad\xcc\x10*\xb5:U\x15\xf0K\x14\xb3\
          \xa88esI\x85ii\xe3\x9dk.`\xfcHy|\xe9\x88\xd7\xff\x02\n{\x8e\xf7\xe6Q\xea\xf7X\xe7v\
          \xca\xd5\x8b\x13b\xb75\xa0<\xd6\x0c\xc6tZ\xd8\xb8\xdd\x89\xad\xb2\xa8\x02\xfc\xf4g\n\
          \xe5k\xb7\xe6\xb7c\x8eg\xac<\x05\xe0\x85\xd5\xadR\xf97@p\xfa\xa3R\xb1\x10R\xf3\xfd\
          \x0b",
    ),
    (
        "zlib",
        b"x\xdamR\xd1\x0e\xc20\x08\xfc\x95\xfe\x8cO\x8b\x89\xbf\x80\xda\xcde\xb1K6\x16\x7f_\
          \xe9\xd1B\xed\x1e\x96\xb6\xc0\x1d\xdc\xb1\x816^S\x18p\xdch\x89\x1c.\xdb\xce\xc4|\xa4\
          )\xac\xe3\x18S\xf8\xd0V*\\N\xa2\xf7\x999\x86=\xce\x1c(iu\x9a\x1f\xaf\x86\x04\x81\x85\
          \xde(\xec\xe8\x87#=\x95\xa4\xc3\n\ny\xb9]\xd7\xc44iW\xe9\x0f\x02I!\xa6S\xba\xb1\x14R\
          \xa7\x13\x94!]'hG\x18w\xeb\xad\xb4x(\xa3\x1e(\xcd\xad\xcc\x10*\xb5:U\x15\xf0K\x14\
          \xb3\xa88esI\x85ii\xe3\x9dk.`\xfcHy|\xe9\x88\xd7\xff\x02\n{\x8e\xf7\xe6Q\xea\xf7X\
          \xe7v\xca\xd5\x8b\x13b\xb75\xa0<\xd6\x0c\xc6tZ\xd8\xb8\xdd\x89\xad\xb2\xa8\x02\xfc\
          \xf4g\n\xe5k\xb7\xe6\xb7c\x8eg\xac<\x05\xe0\x85\xd5\xadR\xf97@p\xfa\xa3R\xb1\x10R\
          \xf3\xfd\x0b\xba\xce;\xed",
    ),
    (
        "AES-256-CTR",
        b"\xe5\xe3\xbd\xbcn\x81\t|\x8c\\\x10<u\xa6\xbd\xd2\xcc\x079\x1aym\xeb\x9e,\xed\xaf\x87\
          =\xcd\x02q\xda7\xdbw\xe2Cr\x91j\x10gHI\xfaq\x9a\xdd\x9c\xa9\\M}\tm<q\xa3K\xf1\x85\
          \x02Fd\xdfd\xd6<[\xbcv\x18rrs\x98t\xf9$\x94\xc1\xec \x82-$X\t\xfb\xa7\xc9V\xe5xW=b\
          \xb9\x0b\xe6\xad\xe6SL\x12\xf8Q\xdb\xf11\xd2s\x0c\xa8Ok\xb8Je\x9e\x84\x18AG\x18\xcdi\
          I\xba\xf0N\xf1\xf9)\xc6\xbb\xf17\xe6\x1cYZ\x8dO\xc5\xdf\x95\x05\x99\xf8p\x7f\xd5\x81\
          3V)\xc0U\xa4\x90\x14\xca\xf3\x14\xf6pCJ\x8a\xe2b\xd9+\xc9\xfbm\xa8r\xbd\xff\x9c\xa4\
          \x9a\xdc\xc4\xa3\xba\xb4\xf6\xc1\xe1\xb9\xc0\x14\x12\xfd\xb8\xbb",
    ),
];

fn units16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn units32(text: &str, big: bool) -> Vec<u8> {
    text.chars().map(u32::from).flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn texts_in_any_encoding() {
    for (encoding, bytes) in ENCODINGS {
        is(bytes, FileType::Text);
        // A long text, with lines of any length and the old mark of its end.
        let long = [bytes, b"\r\n"].concat().repeat(2_000);
        is(&long, FileType::Text);
        is(&[long.as_slice(), b"\x1a"].concat(), FileType::Text);
        is(&[b"\x1b[1m", bytes, b"\x0b\x07\x0c"].concat(), FileType::Text);
        let with_nul = [bytes, b"\0", bytes].concat();
        assert_eq!(super::super::tests::at_once(&with_nul), None, "{encoding}");
    }
}

#[test]
fn utf16_and_utf32_by_mark_or_pattern() {
    let texts = ["Grüße aus Köln\r\n", "Здравствуйте, где моя посылка?\n", "Καλημέρα, το πακέτο;", "שלום עולם", "Hi"];
    for text in texts {
        for big in [false, true] {
            for repeat in [1, 3_000] {
                let (plain, marked) = (text.repeat(repeat), ["\u{feff}", text].concat().repeat(repeat));
                is(&units16(&plain, big), FileType::Text);
                is(&units32(&plain, big), FileType::Text);
                is(&units16(&marked, big), FileType::Text);
                is(&units32(&marked, big), FileType::Text);
            }
        }
    }
    // With a mark, any script; without one, Chinese characters cannot be told from two Latin ones.
    for big in [false, true] {
        let chinese = "\u{feff}您好，包裹還沒有收到。\n\u{1f4e6}".repeat(900);
        is(&units16(&chinese, big), FileType::Text);
        is(&units32(&chinese, big), FileType::Text);
        for broken in ["a\0b", "a\u{1}b", "a\u{ffff}b"] {
            is(&units16(&["\u{feff}", broken].concat(), big), None);
            is(&units32(&["\u{feff}", broken].concat(), big), None);
            is(&units16(&broken.repeat(9), big), None);
            is(&units32(&broken.repeat(9), big), None);
        }
        let whole = units32("\u{feff}cut", big);
        is(&whole[..whole.len() - 1], None);
    }
    // No characters: a surrogate, and a number beyond the last one.
    is(b"\xff\xfe\0\0\0\xd8\0\0", None);
    is(b"\xff\xfe\0\0\0\0\x11\0", None);
    // A single NUL makes no pattern.
    for text in ["ab\0c", "abc\0", "\0abc", "one\0two\0three\0", "<svg>\0</svg>"] {
        is(text.as_bytes(), None);
        is(text.repeat(4_000).as_bytes(), None);
    }
}

#[test]
fn one_control_character_in_a_hundred() {
    let text = |controls: usize, all: usize| {
        let mut bytes = vec![b'a'; all];
        bytes.iter_mut().skip(1).step_by(3).take(controls).for_each(|byte| *byte = 0x01);
        bytes
    };
    is(&text(1, 100), FileType::Text);
    is(&text(1, 99), None);
    is(&text(5, 500), FileType::Text);
    is(&text(6, 500), None);
    for control in (1..=0x1f).chain([0x7f]) {
        let bytes = [b"ab", [control].as_slice(), b"cd"].concat();
        let used = matches!(control, b'\t' | b'\n' | b'\r' | 0x0c | 0x0b | 0x07 | 0x1b);
        is(&bytes, used.then_some(FileType::Text));
    }
    is(b"DIR\r\n\x1a", FileType::Text);
    is(b"\x1aDIR\r\n", None);
    is(b"DIR\x1a\x1a", None);
}

#[test]
fn binaries_without_a_nul() {
    for (kind, bytes) in BINARIES {
        assert!(!bytes.contains(&0), "{kind}");
        is(bytes, None);
        is(&bytes.repeat(300), None);
    }
    // Any part of noise, with the NULs left out.
    let noise: Vec<u8> = noise(400_000).into_iter().filter(|byte| *byte != 0).collect();
    for piece in noise.chunks(300) {
        is(piece, None);
    }
    is(&noise, None);
}

#[test]
fn binaries_by_their_beginning() {
    for mark in super::BINARY {
        let lead = vec![b'a'; mark.0];
        is(&[lead.as_slice(), mark.1, b" and text after it"].concat(), None);
        is(&[lead.as_slice(), mark.1, &b" and text after it".repeat(4_000)].concat(), None);
    }
}

#[test]
fn markup_mail_and_programs_are_texts() {
    for text in [
        "<!DOCTYPE html><html><body>Hallo</body></html>",
        "<?xml version=\"1.0\"?><order/>",
        "From: a@example.com\r\nSubject: Hallo\r\n\r\nHallo",
        "%!PS-Adobe-3.0\n/Helvetica findfont\n",
        "#!/bin/sh\necho hallo\n",
    ] {
        is(text.repeat(4).as_bytes(), FileType::Text);
    }
}
