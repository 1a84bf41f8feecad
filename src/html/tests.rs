//! Blocks of HTML, and the texts that are found in them.

use super::*;

/// The lines of `text`, without `> ` before them.
fn lines(text: &str) -> Vec<Span> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let prefix = if line.starts_with("> ") { 2 } else { 0 };
        lines.push(Span::new(at + prefix, at + line.len()));
        at += line.len();
    }
    lines
}

fn found(text: &str) -> Vec<Run> {
    let runs = runs(text, &lines(text));
    for run in &runs {
        hold(text, run);
    }
    runs
}

/// The law of a run.
fn hold(text: &str, run: &Run) {
    let said = format!("{text:?} {run:?}");
    for pair in run.pieces.windows(2) {
        assert_eq!(pair[0].span.end(), pair[1].span.start(), "{said}");
    }
    let mut words = false;
    for piece in &run.pieces {
        let bytes = text.get(piece.span.range()).expect("a span on character boundaries");
        assert!(!bytes.is_empty(), "{said}");
        match &piece.kind {
            PieceKind::Text => {
                assert!(!bytes.contains(['<', '\n', '\r']), "{said}");
                words |= !bytes.trim().is_empty();
            }
            PieceKind::Entity(character) => {
                assert!(bytes.starts_with('&') && bytes.ends_with(';') && character.chars().count() == 1);
            }
            PieceKind::Break => assert!(bytes.contains(['\n', '\r']), "{said}"),
            PieceKind::Tag => assert!(bytes.starts_with(['<', '&']) && bytes.ends_with(['>', ';']), "{said}"),
        }
    }
    let whole = &text[run.span().range()];
    assert!(words && whole.trim() == whole, "{said}");
}

/// The runs without their law, which looks at all of a run more than once.
fn read_only(text: &str) -> Vec<Run> {
    runs(text, &lines(text))
}

/// The runs, as they stand in the text.
fn read(text: &str) -> Vec<&str> {
    found(text).iter().map(|run| &text[run.span().range()]).collect()
}

/// The pieces of the only run.
fn pieces(text: &str) -> Vec<(char, &str)> {
    let runs = found(text);
    assert_eq!(runs.len(), 1, "{text:?} {runs:?}");
    let letter = |kind: &PieceKind| match kind {
        PieceKind::Text => 't',
        PieceKind::Entity(_) => 'e',
        PieceKind::Break => 'b',
        PieceKind::Tag => 'g',
    };
    runs[0].pieces.iter().map(|piece| (letter(&piece.kind), &text[piece.span.range()])).collect()
}

#[test]
fn text_is_found_where_a_reader_sees_it() {
    assert_eq!(
        read("<details>\n<summary>标题</summary>\n<p>一段<b>话</b>。</p>\n</details>\n"),
        ["标题", "一段<b>话</b>。"]
    );
    assert_eq!(read("<p align=\"center\">说明</p>\n"), ["说明"]);
    assert_eq!(read("<div align=center>\n  <img src='a.png' alt=图>\n  <br/>图一\n</div>\n"), ["图一"]);
    assert_eq!(
        read("<table>\n<tr><th>名称<th>说明\n<tr><td>猫</td><td><a href='#x'>周刊</a>，见下</td></tr>\n</table>"),
        ["名称", "说明", "猫", "<a href='#x'>周刊</a>，见下"]
    );
    assert_eq!(read("<ul>\n<li>甲\n<li>乙\n</ul>\n<h2>丙</h2>\n"), ["甲", "乙", "丙"]);
    assert_eq!(read("<a href='x'>\n说明\n</a>\n"), ["说明"]);
}

#[test]
fn elements_may_be_open_from_before_or_be_closed_later() {
    assert_eq!(read("</details>\n后文\n"), ["后文"]);
    assert_eq!(read("<details>\n前文\n"), ["前文"]);
    assert_eq!(read("</div>后文<p>又"), ["后文", "又"]);
}

#[test]
fn what_is_not_text_is_not_found() {
    for text in [
        "<div><script>'文'</script><style>/* 文 */</style></div>",
        "<div><pre>文 <b>文</b></pre></div>",
        "<div><textarea><p>文</p></textarea></div>",
        "<p><code>文</code> <kbd>文</kbd> <samp>文</samp></p>",
        "<p><svg><title>文</title><text>文</text></svg> <math><mi>文</mi></math></p>",
        "<div><template><p>文</p></template><noscript><p>文</p></noscript></div>",
        "<div><iframe>文</iframe><object><p>文</p></object></div>",
        "<html><head><title>文</title></head>",
        "<div><!-- 文 --><?文?><!X 文><![CDATA[文]]></div>",
        "<img alt='文' title=\"文\">",
        "<div>\n<pre>文\n<p>文</p>",
        "<table>文<tr>文</tr></table>",
        "<my-card>文<b>文</b></my-card>",
        "<select><option>文</option></select>",
        "<p>&nbsp;<br>&emsp;</p>",
    ] {
        assert_eq!(read(text), [""; 0], "{text}");
    }
}

#[test]
fn the_text_around_is_found_all_the_same() {
    assert_eq!(read("<div>甲<script>if (a<b && '</p>') {}</SCRIPT >乙</div>"), ["甲", "乙"]);
    assert_eq!(read("<div>甲<style></styles></style>乙<pre>丙<pre></pre></pre>丁"), ["甲", "乙", "丁"]);
    assert_eq!(read("<p>甲<my-tag>乙<p>丙</p></my-tag>丁</p>"), ["甲", "丙", "丁"]);
    assert_eq!(read("<p>甲</p><pre>乙\n<p>丙</p>"), ["甲"]);
    assert_eq!(read("<p>用 Vec<T> 类型</p><p>乙</p>"), ["用 Vec", "乙"]);
    assert_eq!(read("<div><foo></div>甲"), ["甲"]);
    assert_eq!(read("<foo></div>甲"), [""; 0]);
}

#[test]
fn blocks_that_are_not_safe_are_left_alone() {
    for text in [
        "",
        "文",
        "<script>1</script><p>文</p>",
        "<PRE><p>文</p></PRE>",
        "<style></style>文",
        "<textarea></textarea>文",
        "<!-- x --><p>文</p>",
        "<?x?><p>文</p>",
        "<!DOCTYPE html><p>文</p>",
        "<![CDATA[x]]><p>文</p>",
        "<p>文 < 1</p>",
        "<p>文<3</p>",
        "<p>文</p",
        "<p>文</p 1>",
        "<p>文<!-- </p>",
        "<p>文<?x </p>",
        "<p>文<![CDATA[ </p>",
        "<p>文<![CDATA x]></p",
        "<p a=>文</p>",
        "<p a=b=c>文</p>",
        "<p a=`>文</p>",
        "<p a='1'b='2'>文</p>",
        "<p 1>文</p>",
        "<p / >文</p>",
        "<p a='>文</p>",
        "<p>文</pre>",
        "<p>文</code></p>",
        "<p>文</svg></p>",
        "<p>文 &copy 2024</p>",
        "<p>文 &copyright;文 &#20013 文</p>",
        "<p>&lt文</p>",
        "<p>文</p>\n\n<p>文</p>",
        "<p>文</p>\n\u{c}\n<p>文</p>",
        "<p>文</p>\r\r<p>文</p>",
    ] {
        assert_eq!(read(text), [""; 0], "{text}");
    }
}

#[test]
fn tags_are_read_as_commonmark_reads_them() {
    let text = "<P\n\tALIGN = 'a>b'\r\n  _x:y.z-1=a/b hidden data-x=\"<\n\"\n>甲</p\n>";
    assert_eq!(read(text), ["甲"]);
    assert_eq!(
        read("<p a=文>甲<!-->乙<!--->丙<!-- -- > -->丁<?>?>戊<!A>己"),
        ["甲<!-->乙<!--->丙<!-- -- > -->丁<?>?>戊<!A>己"]
    );
    assert_eq!(read("<p>甲<b/>乙</p>"), ["甲<b/>乙"]);
}

#[test]
fn a_run_is_cut_into_pieces() {
    assert_eq!(
        pieces("<p>\n  用 <code>x &lt; <i>y</i></code>、<a\nhref=x>链&amp;接</a><br>\n次&hellip;行。<!-- z -->\n</p>"),
        [
            ('t', "用 "),
            ('g', "<code>x &lt; <i>y</i></code>"),
            ('t', "、"),
            ('g', "<a\nhref=x>"),
            ('t', "链"),
            ('e', "&amp;"),
            ('t', "接"),
            ('g', "</a>"),
            ('g', "<br>"),
            ('b', "\n"),
            ('t', "次"),
            ('g', "&hellip;"),
            ('t', "行。"),
        ]
    );
}

#[test]
fn a_break_has_the_prefix_of_its_container() {
    let quote = "> <p>一 \t\r\n>  二<b\r\n> >三</b>\r\n> 四</p>\r\n";
    assert_eq!(
        pieces(quote),
        [
            ('t', "一"),
            ('b', " \t\r\n>  "),
            ('t', "二"),
            ('g', "<b\r\n> >"),
            ('t', "三"),
            ('g', "</b>"),
            ('b', "\r\n> "),
            ('t', "四"),
        ]
    );
    assert_eq!(pieces("<p>一\r二</p>"), [('t', "一"), ('b', "\r"), ('t', "二")]);
}

#[test]
fn lines_may_come_in_parts_and_not_in_disorder() {
    let text = "<p>一\r\n二</p>";
    let all = Span::new(0, text.len());
    let whole = runs(text, &[all]);
    assert_eq!(whole, runs(text, &[Span::new(0, 6), Span::new(7, 8), Span::new(8, text.len())]));
    assert_eq!(whole.len(), 1);
    for lines in [vec![], vec![all, all], vec![Span::new(0, 4)], vec![Span::new(0, 99)], vec![Span::new(0, 0)]] {
        assert_eq!(runs(text, &lines), [], "{lines:?}");
    }
    assert_eq!(runs(text, &[Span::new(0, 3), Span::new(6, text.len())]), []);
}

#[test]
fn the_parser_gives_such_parts() {
    use pulldown_cmark::{Event, Parser};

    let text = "- 甲\r\n\r\n  > <p>一 \r\n  >  二</p>\r\n\r\n  <div>三\r\n  四</div>\r\n";
    let lines: Vec<Span> = Parser::new(text)
        .into_offset_iter()
        .filter_map(|(event, range)| matches!(event, Event::Html(_)).then(|| range.into()))
        .collect();
    let runs = runs(text, &lines);
    let found: Vec<&str> = runs.iter().map(|run| &text[run.span().range()]).collect();
    assert_eq!(found, ["一 \r\n  >  二", "三\r\n  四"], "{lines:?}");
}

#[test]
fn no_spans_are_too_bad() {
    let text = "\u{feff}<p>文<b\r\n> a='𠮷'>周&amp;\r刊</b>\n> 🐱</p>\0";
    let mut random = fastrand::Rng::with_seed(3);
    for _ in 0..20_000 {
        let mut ends: Vec<usize> = (0..random.usize(..8)).map(|_| random.usize(..text.len() + 3)).collect();
        if random.bool() {
            ends.sort_unstable();
        }
        let lines: Vec<Span> = ends.windows(2).map(|pair| Span::new(pair[0], pair[1])).collect();
        for run in runs(text, &lines) {
            hold(text, &run);
        }
    }
}

#[test]
fn what_has_no_text_beside_it_is_cut_off() {
    for (text, wanted) in [
        ("<p><img src=a> <a href=b><img src=c></a> 甲 <br></p>", "甲"),
        ("<p><b><i>甲</i></b></p>", "甲"),
        ("<p><b>甲</b>乙<i>丙</i></p>", "<b>甲</b>乙<i>丙</i>"),
        ("<p><a name=x></a><i></b>甲</i></b></p>", "甲"),
        ("<p><b>甲<i>乙</b>丙</i></p>", "<b>甲<i>乙</b>丙"),
        ("<p><code>a</code> 和 <code>b</code></p>", "<code>a</code> 和 <code>b</code>"),
        ("<p><svg></svg>甲<svg></svg>乙<svg></svg></p>", "甲<svg></svg>乙"),
        ("<p>\u{3000}&nbsp;&emsp;甲 &#12288;\u{a0}</p>", "甲"),
        ("<p>&quot;甲&quot;</p>", "&quot;甲&quot;"),
        ("<p><u> 甲 </u> 乙<b> </b></p>", "<u> 甲 </u> 乙"),
        ("<p><b>甲<p>乙</b></p>", "甲"),
    ] {
        assert_eq!(read(text)[0], wanted, "{text}");
    }
}

#[test]
fn references_are_resolved_where_they_are_plain() {
    let text = "<p>甲&amp;&lt;&gt;&quot;&apos;&#39;&nbsp;&#20013;&#x6587;&#X1F431;乙</p>";
    let characters: Vec<String> = found(text)[0]
        .pieces
        .iter()
        .filter_map(|piece| match &piece.kind {
            PieceKind::Entity(character) => Some(character.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(characters, ["&", "<", ">", "\"", "'", "'", "\u{a0}", "中", "文", "🐱"]);

    let others = "&copy;&AMP;&foo;&#0;&#10;&#32;&#x200b;&#xd800;&#99999999999999999999;";
    let text = format!("<p>甲{others}乙</p>");
    let tags: String = pieces(&text).into_iter().filter(|piece| piece.0 == 'g').map(|piece| piece.1).collect();
    assert_eq!(tags, others);

    for text in ["Q&A", "AT&T 甲", "甲 & 乙", "&#;", "&#x;", "&;", "&1;", "&apos x", "&文;", "x &"] {
        let block = format!("<p>{text}</p>");
        assert_eq!(pieces(&block), [('t', text)]);
        assert!(matches!(escaped(text), Cow::Borrowed(same) if same == text));
    }
}

#[test]
fn names_without_an_end_are_found_in_others() {
    assert!(UNENDED.is_sorted());
    for known in UNENDED {
        let begins = |other: &&&str| other.starts_with(known);
        assert_eq!(UNENDED.iter().filter(begins).count(), 1, "{known}");
        assert!(is_unended(known) && is_unended(&format!("{known}0")) && is_unended(&format!("{known}z")));
        assert!(!is_unended(&known[..known.len() - 1]), "{known}");
    }
    assert!(!is_unended("A") && !is_unended("zzz") && !is_unended("Roll"));
}

#[test]
fn escaped_text_is_read_as_it_was() {
    assert_eq!(escaped("&amp;&copy 2&#65&#x6;&foo;<"), "&amp;amp;&amp;copy 2&amp;#65&amp;#x6;&amp;foo;&lt;");
    let atoms = ["&", "#", "x", "65", ";", "lt", "copy", "amp", "<", ">", "文", " ", "\"", "&amp;", "\u{a0}", "猫"];
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..20_000 {
        let text: String = (0..random.usize(..8)).map(|_| atoms[random.usize(..atoms.len())]).collect();
        let text = format!("甲{text}乙");
        let block = format!("<p>{}</p>", escaped(&text));
        assert_eq!(said(&block).concat(), text, "{block}");
    }
}

/// The runs with their references resolved.
fn said(text: &str) -> Vec<String> {
    let piece = |piece: &Piece| match &piece.kind {
        PieceKind::Entity(character) => character.clone(),
        _ => text[piece.span.range()].to_owned(),
    };
    found(text).iter().map(|run| run.pieces.iter().map(piece).collect()).collect()
}

/// The text with its own runs written anew.
fn rewritten(text: &str) -> String {
    let mut written = String::new();
    let mut at = 0;
    for run in found(text) {
        written.push_str(&text[at..run.span().start()]);
        let mut words = String::new();
        for piece in &run.pieces {
            let bytes = &text[piece.span.range()];
            match &piece.kind {
                PieceKind::Text => words.push_str(bytes),
                PieceKind::Entity(character) => words.push_str(character),
                PieceKind::Break | PieceKind::Tag => {
                    written.push_str(&escaped(&std::mem::take(&mut words)));
                    written.push_str(bytes);
                }
            }
        }
        written.push_str(&escaped(&words));
        at = run.span().end();
    }
    written.push_str(&text[at..]);
    written
}

#[test]
fn runs_written_anew_are_the_same_runs() {
    let atoms: Vec<&str> =
        "<p>|</p>|<div class='a'>|</div>|<b>|</b>|<i>|</i>|<a\nhref=\"x\">|</a>|<br>|<img\r\n> src=a>\
        |<code>|</code>|<pre>|</pre>|<x-y>|</x-y>|<table>|<td>|</table>|<!-- 文\n-->|<script>|</script>\
        |<svg/>|<|>|&|&amp;|&lt;|&nbsp;|&#32;|&#20013;|&copy;|&copy|amp;|#65;|文|周刊| |\t|\n|\n> |\r\n> \
        |\r|-|'|\"|\u{3000}|\u{feff}|\0|\u{200b}|🐱|𠮷"
            .split('|')
            .collect();
    // The plain ones are likelier: most blocks are to be read.
    let plain: Vec<&str> = "<p>|</p>|<b>|</b>|<i>|</i>|<br>|文|刊| |\n|&amp;|&".split('|').collect();
    let mut random = fastrand::Rng::with_seed(1);
    let mut runs = 0;
    for _ in 0..40_000 {
        let mut text = String::from("<div>");
        for _ in 0..random.usize(..24) {
            let atoms = if random.u8(..8) == 0 { &atoms } else { &plain };
            text.push_str(atoms[random.usize(..atoms.len())]);
        }
        let before = said(&text);
        runs += before.len();
        let again = rewritten(&text);
        assert_eq!(said(&again), before, "{text:?} {again:?}");
    }
    assert!(runs > 10_000, "{runs}");
}

#[test]
fn time_is_proportional_to_length() {
    let many = |atom: &str| atom.repeat(300_000 / atom.len());
    let atoms = "<|<!--|<!-- -->|<?|<![CDATA[|<!A|<p |<p a|<p a='|<p a=\"\"|<b>|</b>|<p>|</p>|<b></i>|<div></p>\
        |<x>|<code>|<code></code>|<script>|<script></|<svg><title>|&|&a|&#|&#1|&#1;|&amp;|文|\n文| |\r\
        |\t\n<i>文|</|&copy;|a<b>文</b>";
    for atom in atoms.split('|') {
        for begin in ["<div>", "<p>文<b>", "<div><script>", "<p a='"] {
            let text = format!("{begin}{}", many(atom));
            read_only(&text);
        }
    }
    // Elements that are opened, and then others that are closed.
    read_only(&format!("<div>{}{}文", many("<i>文"), many("</b>")));
    read_only(&format!("<div>{}{}文", many("<div>"), many("</p>")));
    let names: String = (0..30_000).map(|number| format!("<x{number}>")).collect();
    read_only(&format!("<div>{names}{}文", many("</y>")));
    assert!(escaped(&many("&")).len() == 300_000 && escaped(&many("&a")).len() == 300_000);
}
