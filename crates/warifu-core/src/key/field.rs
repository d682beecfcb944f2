//! The field GF(32): five-bit symbols that can be added, multiplied and divided.
//!
//! Elements are polynomials over GF(2) modulo x⁵ + x² + 1, one bit a coefficient; α = 2 generates all 31 non-zero ones.
//! Addition is exclusive or. Everything here is a table made at compile time.

/// The number of non-zero elements: exponents of α count modulo this.
pub(super) const ORDER: usize = 31;

const REDUCTION: u8 = 0b10_0101;

/// α^i for i in 0..62: twice round, so that a sum of two logarithms needs no reduction.
const EXP: [u8; 2 * ORDER] = {
    let mut table = [0; 2 * ORDER];
    let mut value = 1_u8;
    let mut exponent = 0;
    while exponent < 2 * ORDER {
        table[exponent] = value;
        value <<= 1;
        if value >= 32 {
            value ^= REDUCTION;
        }
        exponent += 1;
    }
    table
};

/// The exponent of each non-zero element; the entry of 0 is unused.
const LOG: [u8; 32] = {
    let mut table = [0; 32];
    let mut exponent = 0;
    while exponent < ORDER {
        table[EXP[exponent] as usize] = exponent as u8;
        exponent += 1;
    }
    table
};

/// α to the power of `exponent`, which may be any number.
pub(super) const fn power(exponent: usize) -> u8 {
    EXP[exponent % ORDER]
}

/// The exponent of a non-zero element, 0..31. `value` must not be 0.
pub(super) const fn exponent(value: u8) -> usize {
    LOG[value as usize] as usize
}

/// The product of two elements.
pub(super) const fn multiply(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 { 0 } else { EXP[exponent(a) + exponent(b)] }
}

/// The quotient of two elements. `b` must not be 0.
pub(super) const fn divide(a: u8, b: u8) -> u8 {
    if a == 0 { 0 } else { EXP[exponent(a) + ORDER - exponent(b)] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiplication by shifting and reducing, without a table.
    fn multiply_slowly(a: u8, b: u8) -> u8 {
        let mut product =
            (0..5).filter(|bit| b >> bit & 1 == 1).fold(0_u16, |sum, bit| sum ^ u16::from(a) << bit);
        for bit in (5..9).rev() {
            if product >> bit & 1 == 1 {
                product ^= u16::from(REDUCTION) << (bit - 5);
            }
        }
        product as u8
    }

    #[test]
    fn the_tables_multiply_as_polynomials_do_and_division_undoes_it() {
        for a in 0..32 {
            for b in 0..32 {
                assert_eq!(multiply(a, b), multiply_slowly(a, b), "{a} × {b}");
                if b != 0 {
                    assert_eq!(divide(multiply(a, b), b), a, "{a} × {b} ÷ {b}");
                }
            }
        }
    }
}
