//! What somebody may do with a namespace of the program.

use core::fmt;
use serde::{Deserialize, Serialize};

/// What a maintainer of a namespace is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees what is kept for maintainers.
    Member,
    /// May do everything: renew, invite, change roles. Gets the notices.
    Owner,
}

impl Role {
    /// Both, the one that may more first.
    pub const ALL: [Self; 2] = [Self::Owner, Self::Member];

    /// As people read it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Member => "Member",
        }
    }

    /// The name in addresses, files and forms; as serde writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Member => "member",
        }
    }

    /// The role of that name.
    pub fn of_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Why a role cannot be changed or given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastOwner;

impl fmt::Display for LastOwner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(
            "Somebody has to be an owner: owners get the notices and renew. Make somebody else an owner first.",
        )
    }
}

impl std::error::Error for LastOwner {}

/// Whether the maintainers `before` may become `after`: an owner stays.
///
/// # Errors
/// When there was an owner and there would be none.
pub fn keeps_an_owner(before: &[Role], after: &[Role]) -> Result<(), LastOwner> {
    if before.contains(&Role::Owner) && !after.contains(&Role::Owner) {
        Err(LastOwner)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_serde_writes_them() {
        for role in Role::ALL {
            let json = serde_json::to_string(&role).unwrap();
            assert_eq!(json, format!("\"{}\"", role.id()));
            assert_eq!(Role::of_id(role.id()), Some(role));
        }
        assert_eq!(Role::of_id("staff"), None);
    }

    #[test]
    fn the_last_owner_stays() {
        let (owner, member) = (Role::Owner, Role::Member);
        assert_eq!(keeps_an_owner(&[owner, member], &[member]), Err(LastOwner));
        assert_eq!(keeps_an_owner(&[owner], &[]), Err(LastOwner));
        assert_eq!(keeps_an_owner(&[owner, owner], &[owner]), Ok(()));
        // Everybody may go where nobody is an owner any more, such as after an erasure.
        assert_eq!(keeps_an_owner(&[member], &[]), Ok(()));
    }
}
