//! MT19937, the generator behind CRuby's Random: the same seed gives the same numbers.

use num_bigint::BigInt;
use num_traits::Signed;

const SIZE: usize = 624;
const SHIFT: usize = 397;

/// MT19937, which `Random` has in Ruby, too.
pub(super) struct MersenneTwister {
    state: [u32; SIZE],
    index: usize,
}

impl MersenneTwister {
    /// Seeded by the 32-bit words of an integer's magnitude, as CRuby's rand_init does.
    pub(super) fn from_seed(seed: &BigInt) -> Self {
        let words = seed.abs().to_u32_digits().1;
        if words.len() <= 1 {
            return Self::from_word(words.first().copied().unwrap_or(0));
        }
        let mut twister = Self::from_word(19_650_218);
        twister.mix(&words);
        twister
    }

    fn from_word(seed: u32) -> Self {
        let mut state = [0u32; SIZE];
        state[0] = seed;
        for index in 1..SIZE {
            let previous = state[index - 1];
            state[index] = 1_812_433_253u32.wrapping_mul(previous ^ (previous >> 30)).wrapping_add(index as u32);
        }
        Self { state, index: SIZE }
    }

    fn mix(&mut self, key: &[u32]) {
        let state = &mut self.state;
        let (mut i, mut j) = (1, 0);
        for _ in 0..SIZE.max(key.len()) {
            let previous = state[i - 1];
            state[i] = (state[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= SIZE {
                state[0] = state[SIZE - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 0..SIZE - 1 {
            let previous = state[i - 1];
            state[i] = (state[i] ^ (previous ^ (previous >> 30)).wrapping_mul(1_566_083_941)).wrapping_sub(i as u32);
            i += 1;
            if i >= SIZE {
                state[0] = state[SIZE - 1];
                i = 1;
            }
        }
        state[0] = 0x8000_0000;
    }

    fn generate(&mut self) {
        for index in 0..SIZE {
            let upper = self.state[index] & 0x8000_0000;
            let lower = self.state[(index + 1) % SIZE] & 0x7fff_ffff;
            let joined = upper | lower;
            let twist = if joined & 1 == 0 { 0 } else { 0x9908_b0df };
            self.state[index] = self.state[(index + SHIFT) % SIZE] ^ (joined >> 1) ^ twist;
        }
        self.index = 0;
    }

    /// The next 32 bits.
    pub(super) fn next_u32(&mut self) -> u32 {
        if self.index >= SIZE {
            self.generate();
        }
        let mut word = self.state[self.index];
        self.index += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    /// At least 0, below 1, with 53 bits.
    pub(super) fn next_float(&mut self) -> f64 {
        let high = self.next_u32() >> 5;
        let low = self.next_u32() >> 6;
        (f64::from(high) * 67_108_864.0 + f64::from(low)) * (1.0 / 9_007_199_254_740_992.0)
    }

    /// At least 0, at most 1 (CRuby's int_pair_to_real_inclusive).
    pub(super) fn next_float_inclusive(&mut self) -> f64 {
        let (high, low) = (self.next_u32(), self.next_u32());
        // The 64 bits, spread over 2^53 + 1 values.
        let wide = (u128::from(high) << 32) | u128::from(low);
        let scaled = (wide * ((1u128 << 53) + 1)) >> 64;
        scaled as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// At least 0, at most `limit` (CRuby's limited_rand).
    pub(super) fn limited(&mut self, limit: u64) -> u64 {
        if limit == 0 {
            return 0;
        }
        let mask = u64::MAX >> limit.leading_zeros();
        'retry: loop {
            let mut value = 0u64;
            for word in [1, 0] {
                if (mask >> (word * 32)) & 0xffff_ffff != 0 {
                    value |= u64::from(self.next_u32()) << (word * 32);
                    value &= mask;
                    if limit < value {
                        continue 'retry;
                    }
                }
            }
            return value;
        }
    }

    /// At least 0, at most `limit`, of any size (CRuby's limited_big_rand).
    pub(super) fn limited_big(&mut self, limit: &BigInt) -> BigInt {
        let words = limit.to_u32_digits().1;
        'retry: loop {
            let mut out = vec![0u32; words.len()];
            let mut mask = 0u32;
            let mut boundary = true;
            for index in (0..words.len()).rev() {
                let limit_word = words[index];
                mask = if mask == 0 { u32::MAX.checked_shr(limit_word.leading_zeros()).unwrap_or(0) } else { u32::MAX };
                let value = if mask == 0 { 0 } else { self.next_u32() & mask };
                if mask != 0 && boundary {
                    if value > limit_word {
                        continue 'retry;
                    }
                    boundary = value == limit_word;
                }
                out[index] = value;
            }
            return BigInt::new(num_bigint::Sign::Plus, out);
        }
    }

    /// `bytes`
    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut out = Vec::with_capacity(count + 3);
        while out.len() < count {
            out.extend_from_slice(&self.next_u32().to_le_bytes());
        }
        out.truncate(count);
        out
    }
}
