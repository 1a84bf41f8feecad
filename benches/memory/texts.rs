//! Sentences that are Chinese to an index: words of one to four characters, of which few come often
//! and most seldom, after Zipf; and a tenth of them sentences that come back in every issue.

use fastrand::Rng;

/// Words, and how often each comes.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    // Up to each word, how much of all there is.
    until: Vec<f64>,
    boilerplate: Vec<String>,
}

/// Different words. People write with some thousands.
const WORDS: usize = 6_000;

/// Different characters in them. The most common 2,500 are 98 % of modern Chinese.
const CHARACTERS: usize = 2_500;

/// What everybody writes in every sentence.
const COMMON: &str = "的了是在我有和就不人都一上也很到说要去你会着没看好自己这那个它用可以们与为来";

/// Sentences that come back, and how often one of a hundred does.
const RECURRING: (usize, u32) = (80, 12);

impl Vocabulary {
    pub(crate) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let characters: Vec<char> = (0..CHARACTERS as u32)
            .map(|place| char::from_u32(0x4e00 + (place * 7919) % 20_000).unwrap_or('字'))
            .collect();
        let of_characters = zipf(CHARACTERS, 0.8);
        let mut words: Vec<String> = COMMON.chars().map(String::from).collect();
        while words.len() < WORDS {
            if rng.u32(0..100) < 6 {
                words.push((0..rng.usize(3..9)).map(|_| rng.lowercase()).collect());
                continue;
            }
            let length = [1, 2, 2, 2, 2, 2, 3, 3, 4][rng.usize(0..9)];
            words.push((0..length).map(|_| characters[draw(&of_characters, &mut rng)]).collect());
        }
        let mut made = Self { words, until: zipf(WORDS, 1.0), boilerplate: Vec::new() };
        made.boilerplate = (0..RECURRING.0).map(|_| made.sentence(&mut rng)).collect();
        made
    }

    /// A sentence of 20 to 80 characters; one that comes back has other numbers each time, or none.
    pub(crate) fn text(&self, rng: &mut Rng) -> String {
        if rng.u32(0..100) >= RECURRING.1 {
            return self.sentence(rng);
        }
        let place = rng.usize(0..self.boilerplate.len());
        let number = if place.is_multiple_of(2) { format!("第 {} 期，", rng.u32(1..500)) } else { String::new() };
        number + &self.boilerplate[place]
    }

    /// Whether a text is one that comes back.
    pub(crate) fn is_recurring(&self, text: &str) -> bool {
        self.boilerplate.iter().any(|one| text.ends_with(one.as_str()))
    }

    /// A sentence that is written once.
    pub(crate) fn sentence(&self, rng: &mut Rng) -> String {
        let wanted = rng.usize(20..=80);
        let mut text = String::new();
        let (mut length, mut since) = (0, 0);
        while length < wanted {
            let word = &self.words[draw(&self.until, rng)];
            if word.is_ascii() {
                text.push(' ');
            }
            text += word;
            (length, since) = (length + word.chars().count(), since + 1);
            if since > 5 && rng.u32(0..6) == 0 && length < wanted {
                text.push('，');
                since = 0;
            }
        }
        text.push('。');
        text
    }

    /// `text` with so many of a hundred characters replaced, inserted or deleted.
    pub(crate) fn edited(&self, text: &str, percent: u32, rng: &mut Rng) -> String {
        let mut edited = String::new();
        let some = |rng: &mut Rng| {
            let word = &self.words[draw(&self.until, rng)];
            word.chars().nth(rng.usize(0..word.chars().count())).unwrap_or('字')
        };
        for c in text.chars() {
            if rng.u32(0..100) >= percent {
                edited.push(c);
                continue;
            }
            match rng.u32(0..3) {
                0 => edited.push(some(rng)),
                1 => edited.extend([c, some(rng)]),
                _ => {}
            }
        }
        edited
    }

    /// Only what everybody writes.
    pub(crate) fn of_common_words(&self, rng: &mut Rng) -> String {
        (0..60).map(|_| self.words[rng.usize(0..40)].as_str()).collect()
    }
}

/// What share of all the words up to each are, where the word in place `n` comes `n` to the power of
/// `-power` as often as the first.
fn zipf(count: usize, power: f64) -> Vec<f64> {
    let mut sum = 0.0;
    let mut until: Vec<f64> = (1..=count)
        .map(|place| {
            sum += (place as f64).powf(-power);
            sum
        })
        .collect();
    until.iter_mut().for_each(|share| *share /= sum);
    until
}

fn draw(until: &[f64], rng: &mut Rng) -> usize {
    let at = rng.f64();
    until.partition_point(|share| *share < at).min(until.len() - 1)
}
