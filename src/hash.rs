//! A number for a text, the same on every machine and in every version of this program and of Rust: FNV-1a.
//!
//! What is kept on disk has such numbers in it: the memory's index, the journal, the record of a source and
//! the waivers in an edition. So none of them may ever change. They tell texts apart, and are no proof of
//! anything.
//!
//! ```
//! use nekoyaku::hash::{Hash128, hash64};
//!
//! assert_eq!(hash64("猫".bytes()), hash64("猫".bytes()));
//! let mut hash = Hash128::default();
//! hash.bytes("猫と".bytes());
//! hash.bytes("犬".bytes());
//! let mut whole = Hash128::default();
//! whole.bytes("猫と犬".bytes());
//! assert_eq!(hash.value(), whole.value());
//! ```

/// The 64 bits of some bytes.
pub fn hash64(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let more = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, more)
}

/// The 128 bits of the bytes so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hash128(u128);

impl Default for Hash128 {
    /// Of no bytes.
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Hash128 {
    /// Where `value` is of some bytes, what more may be added to.
    pub const fn after(value: u128) -> Self {
        Self(value)
    }

    /// Add more bytes.
    pub fn bytes(&mut self, bytes: impl IntoIterator<Item = u8>) {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }

    /// The number.
    pub const fn value(self) -> u128 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the test suite of the algorithm's authors, <http://www.isthe.com/chongo/tech/comp/fnv/>.
    const PUBLISHED: [(&str, u64, u128); 3] = [
        ("", 0xcbf2_9ce4_8422_2325, 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d),
        ("a", 0xaf63_dc4c_8601_ec8c, 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964),
        ("foobar", 0x8594_4171_f739_67e8, 0x343e_1662_793c_64bf_6f0d_3597_ba44_6f18),
    ];

    #[test]
    fn the_numbers_are_those_that_were_published() {
        for (text, of_64, of_128) in PUBLISHED {
            let mut hash = Hash128::default();
            hash.bytes(text.bytes());
            assert_eq!((hash64(text.bytes()), hash.value()), (of_64, of_128), "{text}");
        }
    }
}
