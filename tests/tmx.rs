//! The memory in files of other programs: what is written is what was there, and what is read is safe.

use std::fs;
use std::path::Path;

use nekoyaku::memory::exchange::{self, ExchangeError, Format, Languages, MAX_TAGS, MAX_TEXT, Taken, Why, Writer};
use nekoyaku::memory::{Memory, MemoryError, Origin, Unit};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const FORMATS: [Format; 3] = [Format::Tmx, Format::Jsonl, Format::Csv];

/// The same cases each time; others, and more, where `PROPTEST_CASES` says how many.
fn cases() -> ProptestConfig {
    let wanted = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let rng_seed = if wanted.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_240_217) };
    ProptestConfig { cases: wanted.unwrap_or(100), rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

fn read(format: Format, bytes: &[u8]) -> Result<Vec<Taken>, ExchangeError> {
    exchange::read(format, bytes, "other.tmx", &Languages::default()).collect()
}

fn written(format: Format, units: &[Unit]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = exchange::write(format, units.to_vec(), &Languages::default(), &mut bytes).expect("a vector");
    assert_eq!((written.units, written.left_out), (units.len() as u64, 0), "{:?}", written.told);
    bytes
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tmx").join(name)).expect("a sample")
}

/// The texts, tags and left out ones of a sample.
fn told(name: &str) -> Vec<String> {
    let taken = read(Format::Tmx, &sample(name)).expect("a file that can be read");
    let told = taken.into_iter().map(|taken| match taken {
        Taken::Unit(unit) => format!("{} → {}", unit.source, unit.target),
        Taken::LeftOut { line, why } => format!("{line}: {why}"),
    });
    told.collect()
}

fn tmx(body: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<tmx version=\"1.4\"><header/><body>\n{body}\n</body></tmx>\n")
}

fn tu(source: &str, target: &str) -> String {
    format!("<tu><tuv xml:lang=\"zh\"><seg>{source}</seg></tuv><tuv xml:lang=\"ja\"><seg>{target}</seg></tuv></tu>")
}

fn failure(bytes: &[u8]) -> String {
    let error = read(Format::Tmx, bytes).expect_err("an error");
    error.place.map_or_else(|| error.to_string(), |place| format!("{place}: {error}"))
}

#[test]
fn what_omegat_writes_is_read() {
    assert_eq!(
        told("omegat.tmx"),
        [
            "河边的老房子变成了一家书店。 → 川辺の古い家が本屋になった。",
            "请先读<x1>说明</x1>，再按<x2/>。 → <x2/>を押す前に<x1>説明</x1>を読んでください。",
            "打开它。 → 開けてください。",
        ]
    );
    let taken = read(Format::Tmx, &sample("omegat.tmx")).expect("a file that can be read");
    let Some(Taken::Unit(unit)) = taken.last() else { panic!("{taken:?}") };
    assert_eq!((unit.before.as_str(), unit.after.as_str()), ("桥在左边。", "船在右边。"));
    let origin = Origin { source: "other.tmx".to_owned(), source_line: 27, ..Origin::default() };
    assert_eq!(unit.origin, origin);
}

#[test]
fn what_trados_writes_is_read_in_either_order_and_with_its_code() {
    let expected = [
        "第一班列车<x1/>晚点了<x2/>。 → 始発の列車は<x1/>遅れた<x2/>。",
        "<x1/>注意：车票要<x2/>带好。 → <x1/>注意：切符は<x2/>なくさないこと。",
        "42: the tags of the text are not those of the translation",
        "50: there is no text in zh-CN",
    ];
    assert_eq!(told("trados.tmx"), expected);

    // It writes UTF-16, with and without saying so.
    let text = String::from_utf8(sample("trados.tmx")).expect("UTF-8").replace('\n', "\r\n");
    for mark in ["\u{feff}", ""] {
        let bytes: Vec<u8> = format!("{mark}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(Format::Tmx, &bytes).expect("UTF-16"), read(Format::Tmx, text.as_bytes()).expect("UTF-8"));
    }
}

#[test]
fn blanks_of_an_indented_file_are_no_text_and_kept_ones_are() {
    assert_eq!(
        told("indented.tmx"),
        [
            "猫在<x1>夜里</x1>上<x2>屋顶</x2>。 → 猫は<x1>夜</x1>に<x2>屋根</x2>へ上がる。",
            "雨 & 雪 → 雨 & 雪",
            "\n两行 → \n二行",
            "30: <g> has no place in a text",
            "早 → おはよう",
            "早 → 早い",
            "34: there is more than one text in zh-CN; the first was taken",
            "40: U+0007 cannot stand in XML",
        ]
    );
}

#[test]
fn a_segment_can_keep_its_blanks_itself() {
    let body = tu("\n 猫 \n", "\n ネコ \n").replacen("<seg>", "<seg xml:space=\"preserve\">", 1);
    let taken = read(Format::Tmx, tmx(&body).as_bytes()).expect("XML");
    let Some(Taken::Unit(unit)) = taken.first() else { panic!("{taken:?}") };
    assert_eq!((unit.source.as_str(), unit.target.as_str()), ("\n 猫 \n", "ネコ"));
}

#[test]
fn what_translate_toolkit_writes_is_read() {
    assert_eq!(
        told("translate-toolkit.tmx"),
        [
            "今天的风 & 雨 → 今日の風と雨",
            "第一行\n第二行 → 一行目\n二行目",
            "写作 <b>粗体</b> 的字 → <b>太字</b>の文字",
        ]
    );
}

#[test]
fn what_was_read_of_another_tool_is_the_same_after_a_round() {
    for name in ["omegat.tmx", "trados.tmx", "indented.tmx", "translate-toolkit.tmx"] {
        let taken = read(Format::Tmx, &sample(name)).expect("a file that can be read");
        let units: Vec<Unit> = taken.into_iter().filter_map(unit_of).collect();
        for format in FORMATS {
            let again: Vec<Unit> =
                read(format, &written(format, &units)).expect("our own").into_iter().filter_map(unit_of).collect();
            assert_eq!(again, units, "{name}");
        }
    }
}

fn unit_of(taken: Taken) -> Option<Unit> {
    match taken {
        Taken::Unit(unit) => Some(unit),
        Taken::LeftOut { .. } => None,
    }
}

#[test]
fn a_unit_is_written_as_the_standard_has_it() {
    let unit = Unit {
        source: "用 <c1>a<b</c1> 读<a2>文章</a2><br3/>\r\n]]>".to_owned(),
        target: "<a2>記事</a2>を <c1>a<b</c1> で読む<br3/>\r\n]]>".to_owned(),
        tags: ["c1", "a2", "br3"].map(str::to_owned).to_vec(),
        kind: "paragraph".to_owned(),
        before: "前<b1>文</b1>".to_owned(),
        after: String::new(),
        origin: Origin {
            source: "docs/a.md".to_owned(),
            source_line: 3,
            edition: "docs/ja/a.md".to_owned(),
            edition_line: 5,
        },
    };
    let file = String::from_utf8(written(Format::Tmx, &[unit])).expect("UTF-8");
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(
        lines[4..16],
        [
            "<tu>",
            "<prop type=\"x-nekoyaku-file\">docs/a.md</prop>",
            "<prop type=\"x-nekoyaku-line\">3</prop>",
            "<prop type=\"x-nekoyaku-edition\">docs/ja/a.md</prop>",
            "<prop type=\"x-nekoyaku-edition-line\">5</prop>",
            "<prop type=\"x-nekoyaku-kind\">paragraph</prop>",
            "<prop type=\"x-nekoyaku-before\">前&lt;b1&gt;文&lt;/b1&gt;</prop>",
            "<tuv xml:lang=\"zh-CN\"><seg>用 <ph x=\"1\" type=\"x-nekoyaku-c1\">&lt;c1&gt;a&lt;b&lt;/c1&gt;</ph> 读<bpt i=\"2\" x=\"2\" type=\"x-nekoyaku-a2\">&lt;a2&gt;</bpt>文章<ept i=\"2\">&lt;/a2&gt;</ept><ph x=\"3\" type=\"x-nekoyaku-br3\">&lt;br3/&gt;</ph>&#13;",
            "]]&gt;</seg></tuv>",
            "<tuv xml:lang=\"ja\"><seg><bpt i=\"2\" x=\"2\" type=\"x-nekoyaku-a2\">&lt;a2&gt;</bpt>記事<ept i=\"2\">&lt;/a2&gt;</ept>を <ph x=\"1\" type=\"x-nekoyaku-c1\">&lt;c1&gt;a&lt;b&lt;/c1&gt;</ph> で読む<ph x=\"3\" type=\"x-nekoyaku-br3\">&lt;br3/&gt;</ph>&#13;",
            "]]&gt;</seg></tuv>",
            "</tu>",
        ]
    );
}

#[test]
fn what_xml_cannot_hold_is_told_and_not_written_broken() {
    let unit = |text: &str| Unit { source: text.to_owned(), target: "ベル".to_owned(), ..Unit::default() };
    let units = [unit("响铃\u{7}"), unit("猫"), unit("\u{fffe}"), unit("")];
    let mut bytes = Vec::new();
    let written = exchange::write(Format::Tmx, units, &Languages::default(), &mut bytes).expect("a vector");
    let told: Vec<String> = written.told.iter().map(|(_, why)| why.to_string()).collect();
    assert_eq!((written.units, written.left_out), (1, 3));
    assert_eq!(told, ["U+0007 cannot stand in XML", "U+FFFE cannot stand in XML", "there is nothing in the text"]);
    assert_eq!(read(Format::Tmx, &bytes).expect("XML"), [Taken::Unit(unit("猫"))]);
}

#[test]
fn definitions_are_refused_and_a_plain_document_type_is_never_fetched() {
    let laughs = "<!DOCTYPE tmx [<!ENTITY ha \"哈\"><!ENTITY haha \"&ha;&ha;\">]>\n<tmx><body/></tmx>";
    assert_eq!(
        failure(laughs.as_bytes()),
        "1:1: the document type defines something of its own; this is never read, for it can be a trap"
    );
    let fetched = "<!DOCTYPE tmx PUBLIC \"x\" \"file:///etc/passwd\">\n<tmx><body/></tmx>";
    assert_eq!(read(Format::Tmx, fetched.as_bytes()).expect("nothing in it"), []);
}

#[test]
fn what_is_wrong_has_a_line_and_a_column() {
    let cases = [
        (tmx(&tu("猫&nbsp;", "ネコ")), "3:30: &nbsp; stands for nothing that is known"),
        (tmx(&tu("猫&#0;", "ネコ")), "3:30: &#0; stands for nothing that is known"),
        (tmx(&tu("猫 & 犬", "ネコ")), "3:31: "),
        (tmx(&tu("猫</b>", "ネコ")), "3:30: "),
        (tmx("<tu><tuv xml:lang=\"zh\" xml:lang=\"ja\"/></tu>"), "3:5: "),
        ("<tmx>\n<body a=\"猫".to_owned(), "2:1: this is no XML: "),
        (tmx("<tu>").replace("</body></tmx>", ""), "the file ends inside of <tu>"),
        ("<xliff/>".to_owned(), "1:1: this is no TMX: it begins with <xliff>"),
        ("猫".to_owned(), "1:1: "),
        (tmx("") + "<tmx/>", "5:1: "),
        (tmx("") + "猫", "4:14: "),
        (String::new(), "there is nothing in the file"),
        (tmx(&"<a>".repeat(1000)), "3:187: elements are nested more than 64 deep"),
    ];
    for (text, expected) in cases {
        let failure = failure(text.as_bytes());

        assert!(failure.starts_with(expected), "{failure}\n{text}");
    }
    let mut broken = tmx(&tu("猫", "ネコ")).into_bytes();
    let at = broken.iter().position(|byte| *byte == 0xe7).expect("the cat");
    broken[at + 1] = b'x';
    assert_eq!(failure(&broken), "3:29: the text is not UTF-8 from here on");
}

#[test]
fn sizes_are_bounded() {
    let attributes: String = (0..100).map(|number| format!(" a{number}=\"\"")).collect();
    assert!(failure(tmx(&format!("<tu{attributes}/>")).as_bytes()).contains("more than 64 attributes"));
    let endless = format!("<tmx a=\"{}", "a".repeat(3 * 1024 * 1024));
    assert!(failure(endless.as_bytes()).contains("longer than 1048576 bytes"));

    let long = "a".repeat(MAX_TEXT + 1);
    let pieces = "猫<!---->".repeat(MAX_TEXT / 3 + 1);
    let tags = "<ph/>".repeat(MAX_TAGS + 1);
    let many = format!("<tu>{}</tu>", "<tuv xml:lang=\"zh\"><seg>猫</seg></tuv>".repeat(1000));
    for body in [tu(&pieces, "ネコ"), tu(&tags, &tags), many, tu(&long, "ネコ")] {
        let taken = read(Format::Tmx, tmx(&body).as_bytes()).expect("XML");
        assert_eq!(taken, [Taken::LeftOut { line: 3, why: Why::TooLong }]);
    }
}

#[test]
fn a_file_that_ends_too_early_gives_what_came_before() {
    let text = tmx(&(tu("猫", "ネコ") + &tu("犬", "イヌ")));
    let cut = &text[..text.find("犬").expect("the dog")];
    let taken: Vec<_> = exchange::read(Format::Tmx, cut.as_bytes(), "other.tmx", &Languages::default()).collect();
    assert!(matches!(taken[..], [Ok(Taken::Unit(_)), Err(_)]), "{taken:?}");
}

#[test]
fn a_line_that_is_no_unit_is_told_with_its_place() {
    let line = |text: &str| {
        let error = read(Format::Jsonl, text.as_bytes()).expect_err("an error");
        format!("{}: {error}", error.place.expect("a place"))
    };
    assert_eq!(line("\n{\"source\":\"猫\"}\n"), "2:14: this line is no unit: missing field `target`");
    assert_eq!(line("{\"source\":\"猫\",}"), "1:15: this line is no unit: trailing comma");
    let others = "{\"source\":\"cat\",\"target\":\"ネコ\",\"source_language\":\"en\"}";
    let taken = read(Format::Jsonl, others.as_bytes()).expect("a line");
    assert_eq!(taken, [Taken::LeftOut { line: 1, why: Why::NoText("zh-CN".to_owned()) }]);
}

#[test]
fn a_table_is_read_as_spreadsheets_write_it() {
    let expected = [Taken::Unit(Unit {
        source: "猫,犬".to_owned(),
        target: "=ネコ".to_owned(),
        origin: Origin { source: "other.tmx".to_owned(), source_line: 2, ..Origin::default() },
        ..Unit::default()
    })];
    let comma = "\u{feff}note,Target,SOURCE\r\n,'=ネコ,\"猫,犬\"\r\n";
    assert_eq!(read(Format::Csv, comma.as_bytes()).expect("a table"), expected);
    assert_eq!(read(Format::Csv, "source;target\n猫,犬;'=ネコ\n".as_bytes()).expect("a table"), expected);
    let tabs: Vec<u8> = "\u{feff}source\ttarget\n猫,犬\t=ネコ\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(Format::Csv, &tabs).expect("a table"), expected);

    let error = read(Format::Csv, "源,target\n猫,ネコ\n".as_bytes()).expect_err("an error");
    assert_eq!(error.to_string(), "the table has no column `source`; its first row has to name the columns");
}

/// Text with all that a format may stumble over.
fn any_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("猫"),
        Just("訳"),
        Just("ー"),
        Just("🧑‍💻"),
        Just(" "),
        Just("\u{3000}"),
        Just("\n"),
        Just("\r"),
        Just("\r\n"),
        Just("\t"),
        Just("]]>"),
        Just("&"),
        Just("&amp;"),
        Just("&#13;"),
        Just("<"),
        Just(">"),
        Just("\""),
        Just("'"),
        Just("="),
        Just("<!--"),
        Just("<?"),
        Just("</seg>"),
        Just("<a1>"),
        Just("</b2>"),
        Just("<x1/>"),
        Just("<c3"),
        Just("\u{85}"),
        Just("\u{2028}"),
        Just("\u{feff}"),
        Just("\u{fffd}"),
        Just(","),
        Just(";"),
        Just("\\"),
        Just("{"),
        Just("\u{10ffff}"),
        Just("ﾈｺ"),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Something that a spreadsheet, a parser or a person may take for something else.
fn any_unit() -> impl Strategy<Value = Unit> {
    let names = prop::sample::subsequence(vec!["a1", "b2", "c3", "br4", "qx5"], 0..=5).prop_shuffle();
    let texts = prop::collection::vec(any_text(), 24);
    let file = prop_oneof![Just(String::new()), Just("docs/a.md".to_owned()), any_text()];
    (names, texts, any::<[bool; 5]>(), any::<bool>(), file, any::<[u32; 2]>()).prop_map(
        |(names, texts, pairs, backwards, file, lines)| {
            // What looks like one of the names would be one.
            let clean = |text: &String| names.iter().fold(text.clone(), |text, name| text.replace(name, ""));
            let tagged = |backwards: bool, texts: &[String]| {
                let mut places: Vec<usize> = (0..names.len()).collect();
                if backwards {
                    places.reverse();
                }
                let mut text = clean(&texts[0]);
                for place in places {
                    let name = names[place];
                    let inside = clean(&texts[place + 1]);
                    let tag = if pairs[place] { format!("<{name}>{inside}</{name}>") } else { format!("<{name}/>") };
                    text += &tag;
                    text += &clean(&texts[place + 6]);
                }
                if text.is_empty() { " ".to_owned() } else { text }
            };
            Unit {
                source: tagged(false, &texts[..12]),
                target: tagged(backwards, &texts[11..]),
                tags: names.iter().map(ToString::to_string).collect(),
                kind: texts[1].clone(),
                before: texts[2].clone(),
                after: texts[3].clone(),
                origin: Origin {
                    source: file,
                    source_line: lines[0],
                    edition: texts[4].clone(),
                    edition_line: lines[1],
                },
            }
        },
    )
}

/// What breaks a file, or makes another one of it.
const BITS: [&str; 15] = [
    "<bpt i=\"1\">",
    "<ept i=\"1\"/>",
    "<ph/>",
    "</tu>",
    "<tu>",
    "&lt;x1&gt;",
    "&",
    "]]>",
    "<!DOCTYPE a [",
    "\0",
    "<seg>",
    "x-nekoyaku-a1",
    "\"",
    ",",
    "\\ud800",
];

/// A file of another tool, or of ours.
fn any_file() -> impl Strategy<Value = (Format, Vec<u8>)> {
    let samples = ["omegat.tmx", "trados.tmx", "indented.tmx", "translate-toolkit.tmx"];
    let others = prop::sample::select(samples.to_vec()).prop_map(|name| (Format::Tmx, sample(name)));
    let own = (prop::sample::select(FORMATS.to_vec()), prop::collection::vec(any_unit(), 1..3));
    prop_oneof![others, own.prop_map(|(format, units)| (format, written(format, &units)))]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn what_was_written_is_read_and_written_again_the_same(units in prop::collection::vec(any_unit(), 0..4)) {
        for format in FORMATS {
            let file = written(format, &units);
            let read = read(format, &file).expect("our own file");
            let expected: Vec<Taken> = units.iter().cloned().map(Taken::Unit).collect();
            prop_assert_eq!(&read, &expected);
            prop_assert_eq!(written(format, &units), file);
        }
    }

    #[test]
    fn what_an_empty_memory_takes_from_a_file_is_that_file_when_it_is_exported(
        units in prop::collection::vec(any_unit(), 1..4),
    ) {
        let file = written(Format::Tmx, &units);
        let mut memory = Memory::in_room().expect("room");
        let entries = exchange::read(Format::Tmx, &file[..], "memory.tmx", &Languages::default());
        let taken = entries.filter_map(|taken| unit_of(taken.expect("our own file"))).map(Ok::<_, MemoryError>);
        let count = memory.change(|change| change.take("memory.tmx", "1", taken)).expect("a change");
        prop_assert_eq!(count as usize, units.len());

        let mut again = Vec::new();
        let mut writer = Writer::new(Format::Tmx, &Languages::default(), &mut again).expect("a vector");
        let each = |unit| {
            writer.push(&unit).expect("a vector");
            Ok::<_, MemoryError>(())
        };
        memory.each(each).expect("its units");
        writer.finish().expect("a vector");
        prop_assert_eq!(again, file);
    }

    #[test]
    fn any_character_comes_back_or_is_told(c in any::<char>()) {
        let unit = Unit { source: format!("猫{c}"), target: format!("{c}"), ..Unit::default() };
        for format in FORMATS {
            let mut file = Vec::new();
            let told = exchange::write(format, [unit.clone()], &Languages::default(), &mut file).expect("a vector");
            let expected = if told.left_out == 0 { vec![Taken::Unit(unit.clone())] } else { vec![] };
            prop_assert_eq!(read(format, &file).expect("our own file"), expected);
            prop_assert!(told.left_out == 0 || format == Format::Tmx);
        }
    }

    #[test]
    fn nothing_that_is_done_to_a_file_makes_it_panic(
        (format, file) in any_file(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..=BITS.len(), any::<u8>(), 0usize..40), 1..6),
    ) {
        let mut bytes = file;
        for (at, what, byte, length) in changes {
            let at = at.index(bytes.len());
            match BITS.get(what) {
                Some(bit) => { bytes.splice(at..(at + length).min(bytes.len()), bit.bytes()); }
                None => bytes[at] = byte,
            }
        }
        // Whatever was taken is a unit that can be kept.
        let read = exchange::read(format, &bytes[..], "other.tmx", &Languages::default());
        let units: Vec<Unit> = read.map_while(Result::ok).filter_map(unit_of).collect();
        for unit in units {
            let kept = exchange::write(Format::Jsonl, [unit], &Languages::default(), std::io::sink()).expect("nowhere");
            prop_assert_eq!(kept.left_out, 0);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        for format in FORMATS {
            let _ = read(format, &bytes);
        }
    }
}
