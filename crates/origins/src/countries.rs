//! The codes of countries.

/// The two-letter codes of ISO 3166-1, in order, and `XK`, which the standard leaves
/// to its users and databases have for Kosovo.
const CODES: &[&str] = &[
    "AD", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AQ", "AR", "AS", "AT", "AU", "AW", "AX", "AZ",
    "BA", "BB", "BD", "BE", "BF", "BG", "BH", "BI", "BJ", "BL", "BM", "BN", "BO", "BQ", "BR", "BS",
    "BT", "BV", "BW", "BY", "BZ", "CA", "CC", "CD", "CF", "CG", "CH", "CI", "CK", "CL", "CM", "CN",
    "CO", "CR", "CU", "CV", "CW", "CX", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE",
    "EG", "EH", "ER", "ES", "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GB", "GD", "GE", "GF",
    "GG", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GS", "GT", "GU", "GW", "GY", "HK", "HM",
    "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IM", "IN", "IO", "IQ", "IR", "IS", "IT", "JE", "JM",
    "JO", "JP", "KE", "KG", "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC",
    "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY", "MA", "MC", "MD", "ME", "MF", "MG", "MH", "MK",
    "ML", "MM", "MN", "MO", "MP", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY", "MZ", "NA",
    "NC", "NE", "NF", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG",
    "PH", "PK", "PL", "PM", "PN", "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW",
    "SA", "SB", "SC", "SD", "SE", "SG", "SH", "SI", "SJ", "SK", "SL", "SM", "SN", "SO", "SR", "SS",
    "ST", "SV", "SX", "SY", "SZ", "TC", "TD", "TF", "TG", "TH", "TJ", "TK", "TL", "TM", "TN", "TO",
    "TR", "TT", "TV", "TW", "TZ", "UA", "UG", "UM", "US", "UY", "UZ", "VA", "VC", "VE", "VG", "VI",
    "VN", "VU", "WF", "WS", "XK", "YE", "YT", "ZA", "ZM", "ZW",
];

/// A code as the standard has it; nothing for what is no country's: databases write
/// `ZZ` for what they do not know, `EU` and `AP` for what is larger, and `A1` or `T1`
/// for what is nowhere.
pub fn code(written: &str) -> &'static str {
    let upper = match *written.as_bytes() {
        [first, second] => [first.to_ascii_uppercase(), second.to_ascii_uppercase()],
        _ => return "",
    };
    CODES
        .binary_search_by(|code| code.as_bytes().cmp(&upper))
        .map_or("", |at| CODES[at])
}

#[cfg(test)]
mod tests {
    use super::{CODES, code};

    #[test]
    fn codes_are_in_order() {
        assert!(CODES.is_sorted_by(|a, b| a < b));
        assert_eq!(CODES.len(), 249 + 1);
        assert!(CODES.iter().all(|&code| code.len() == 2));
    }

    #[test]
    fn only_codes_of_countries_are_taken() {
        assert_eq!(code("AU"), "AU");
        assert_eq!(code("de"), "DE");
        assert_eq!(code("XK"), "XK");
        for none in [
            "", "A", "AUS", "ZZ", "XX", "EU", "AP", "A1", "T1", "-", "ü", "=1", "D\0",
        ] {
            assert_eq!(code(none), "", "{none}");
        }
    }
}
