//! Answers: good ones, strange ones and hostile ones.

use fastrand::Rng;
use nekoyaku::tags::{Piece, Tagged};

/// What a model may do to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Habit {
    /// It gives back what it got.
    Echo,
    /// It writes other characters for Chinese ones, and nothing else.
    Pseudo,
    /// It puts things in another order.
    Reorder,
    /// It writes what means something in Markdown.
    Hostile,
    /// It writes what means something in Markdown at the edges of the text it was given.
    Edges,
    /// It writes tags and text in no order at all.
    Garbage,
}

pub(crate) const HABITS: [Habit; 6] =
    [Habit::Echo, Habit::Pseudo, Habit::Reorder, Habit::Hostile, Habit::Edges, Habit::Garbage];

const HOSTILE: &[&str] = &[
    "# ",
    "#",
    " #",
    "- ",
    "+ ",
    "* ",
    "1. ",
    "1) ",
    "> ",
    ">",
    "|",
    "\\|",
    "\\",
    "\\\\",
    "`",
    "``",
    "```",
    "~~~",
    "~~",
    "~",
    "*",
    "**",
    "***",
    "_",
    "__",
    "[",
    "]",
    "[x] ",
    "[ ] ",
    "[!NOTE]",
    "[周刊]",
    "[ref]",
    "[^1]",
    "[^1]: x",
    "[a]: b",
    "](u)",
    "![",
    "!",
    "(",
    ")",
    "<",
    ">",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "<div>",
    "<a1>",
    "</a1>",
    "<b2>",
    "＜/b2＞",
    "<zz9>",
    "<https://e.example>",
    "https://e.example",
    "www.e.example",
    "me@e.example",
    "&",
    "&amp;",
    "&lt;",
    "&#42;",
    ";",
    "\n",
    "\n\n",
    "\r",
    "\r\n",
    "\t",
    "    ",
    "  ",
    " ",
    "\u{3000}",
    "\u{a0}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{2028}",
    "\0",
    "\u{7}",
    "===",
    "---",
    "--",
    "=",
    ":--",
    "|--|",
    "$",
    "^",
    "：",
    "。",
    "「",
    "」",
    "訳",
    "これは",
    "ｆｕｌｌ",
    "＃",
    "＊",
    "｜",
    "C++",
    "snake_case",
    "AT&T",
    "記事&チュートリアル",
    "1.",
    "🐿️",
    "e\u{301}",
    "=== b0 ===",
    "nkyk0q",
    "<nkyk0q>",
    "](nkyk0q)",
    "\"",
    "'",
    ".",
    ",",
    "\\`",
    "<!-- nekoyaku: untranslated -->",
    "<!-- nekoyaku: skip -->",
    "<!-- nekoyaku: end -->",
    "\")",
    "') ",
    "\" \"",
    "javascript:",
    "[x](javascript:a)",
    "<script>",
    "</p>",
    "</details>",
    "Python",
    "3.11",
    "$x$",
    "$$",
    ": 訳",
];

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}')
}

pub(crate) fn pseudo(text: &str) -> String {
    text.chars().map(|c| if is_han(c) { 'ア' } else { c }).collect()
}

/// What a model with `habit` answers to `tagged`.
pub(crate) fn answer(habit: Habit, tagged: &Tagged<'_>, random: &mut Rng) -> String {
    let mut pieces = tagged.pieces();
    match habit {
        // Not the very same bytes, which would be known as the source.
        Habit::Echo => return format!("{}\n", tagged.text()),
        Habit::Pseudo => each_text(&mut pieces, &mut |text| pseudo(text)),
        Habit::Reorder => {
            each_text(&mut pieces, &mut |text| pseudo(text));
            shuffle(&mut pieces, random);
        }
        Habit::Hostile => {
            let all = random.bool();
            each_text(&mut pieces, &mut |text| if all || random.bool() { hostile(random) } else { pseudo(text) });
            if random.u8(..4) == 0 {
                shuffle(&mut pieces, random);
            }
            if random.u8(..4) == 0 {
                pieces.insert(0, Piece::Text(hostile(random)));
                pieces.push(Piece::Text(hostile(random)));
            }
        }
        Habit::Edges => each_text(&mut pieces, &mut |text| {
            let mut edge = || HOSTILE[random.usize(..HOSTILE.len())];
            let (before, after) = (edge(), edge());
            if random.bool() { format!("{before}{}", pseudo(text)) } else { format!("{}{after}", pseudo(text)) }
        }),
        Habit::Garbage => {
            let mut text = String::new();
            let names = marks(&tagged.pieces());
            for _ in 0..random.usize(..24) {
                match names.get(random.usize(..names.len().max(1))).filter(|_| random.bool()) {
                    Some(mark) => {
                        let name = &tagged.name(*mark);
                        let form = ["<{}>", "</{}>", "<{}/>", "＜{}＞", "< /{} >", "<{}>訳</{}>", "<{}></{}>"];
                        text += &form[random.usize(..form.len())].replace("{}", name);
                    }
                    None => text += HOSTILE[random.usize(..HOSTILE.len())],
                }
            }
            return text;
        }
    }
    tagged.write(&pieces)
}

fn hostile(random: &mut Rng) -> String {
    if random.u8(..50) == 0 {
        return HOSTILE[random.usize(..HOSTILE.len())].repeat(random.usize(..200));
    }
    (0..random.usize(1..5)).map(|_| HOSTILE[random.usize(..HOSTILE.len())]).collect()
}

pub(crate) fn each_text(pieces: &mut [Piece], change: &mut impl FnMut(&str) -> String) {
    for piece in pieces {
        match piece {
            Piece::Text(text) => *text = change(text),
            Piece::Line => {}
            Piece::Mark(_, inside) => each_text(inside, change),
        }
    }
}

pub(crate) fn shuffle(pieces: &mut Vec<Piece>, random: &mut Rng) {
    random.shuffle(pieces);
    for piece in pieces.iter_mut() {
        if let Piece::Mark(_, inside) = piece {
            shuffle(inside, random);
        }
    }
    if random.bool() {
        pieces.push(Piece::Text("です".to_owned()));
    }
}

fn marks(pieces: &[Piece]) -> Vec<usize> {
    let mut found = Vec::new();
    for piece in pieces {
        if let Piece::Mark(mark, inside) = piece {
            found.push(*mark);
            found.extend(marks(inside));
        }
    }
    found
}
