//! The publisher's staff, and programs that act as staff: who may do what.

use std::fmt;

use crate::id::StaffId;
use crate::record::Revision;
use crate::text::Name;
use crate::time::Timestamp;

/// What a staff token may do. Each role may do all that the roles before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// May look at everything but keys.
    ReadOnly,
    /// May also help a customer: release a seat, suspend and reinstate.
    Support,
    /// May also run the shop: products, policies, keys, licences.
    Operator,
    /// May also make and remove staff tokens.
    Owner,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::ReadOnly, Self::Support, Self::Operator, Self::Owner];

    /// The role's name in data and on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "read-only",
            Self::Support => "support",
            Self::Operator => "operator",
            Self::Owner => "owner",
        }
    }

    /// The role with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether the role may do what `needed` may.
    #[must_use]
    pub fn allows(self, needed: Self) -> bool {
        self >= needed
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The SHA-256 of a staff token. Tokens are 256 random bits, so that a plain hash cannot be searched.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenHash(…)")
    }
}

/// A member of staff, or a program with a token of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// Names the member.
    pub id: StaffId,
    /// Which writing of the record this is.
    pub revision: Revision,
    /// What people call them; once that was erased, their id.
    pub name: Name,
    /// What they may do.
    pub role: Role,
    /// The hash of their token.
    pub token: TokenHash,
    /// Whether the token has been withdrawn.
    pub removed: bool,
    /// When the token was made.
    pub created: Timestamp,
}

impl Staff {
    /// The member without the name: where it stood, their id stands, by which the log knows them anyway.
    #[must_use]
    pub fn forgotten(&self) -> Self {
        let name = Name::new(&self.id.to_string()).unwrap_or_else(|_| self.name.clone());
        Self { name, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_forgotten_name_is_left() {
        let staff = Staff {
            id: StaffId::from_bytes([0xab; 16]),
            revision: Revision::NEW,
            name: Name::new("Yamada Hanako").unwrap(),
            role: Role::Support,
            token: TokenHash([1; 32]),
            removed: true,
            created: Timestamp::MIN,
        };
        let forgotten = staff.forgotten();
        assert_eq!(forgotten.name.as_str(), staff.id.to_string());
        assert_eq!(Staff { name: staff.name.clone(), ..forgotten }, staff);
    }

    #[test]
    fn each_role_may_do_what_the_lesser_ones_may() {
        for (index, role) in Role::ALL.into_iter().enumerate() {
            for (other_index, other) in Role::ALL.into_iter().enumerate() {
                assert_eq!(role.allows(other), index >= other_index, "{role} {other}");
            }
        }
    }
}
