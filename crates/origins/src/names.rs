//! Kinds of networks, by what their organizations are called.
//!
//! This is what a name can tell, and no more. Words count whole, in a few languages:
//! `Cloudflare` is no cloud. Some large organizations that are of one kind, and whose
//! names do not say so, are known by their names themselves. A university that rents out servers is a university, and
//! a telephone company's hosting business is hosting, if its name says so. Most names
//! say nothing, and an organization whose name says nothing is not therefore a business.

/// Datacenters, clouds and hosts of others' servers.
pub const HOSTING: &str = "hosting";
/// Those who bring the internet to homes, phones and offices.
pub const ISP: &str = "isp";
/// Schools, universities and the networks between them.
pub const EDUCATION: &str = "education";
/// Everybody else who has a network. A database may say so; a name does not.
pub const BUSINESS: &str = "business";

/// Words and rows of words by which a name says what its owner is. With an asterisk
/// after it, it is the beginning of a word; with one before it, the end.
type Words = &'static [&'static str];

const OF_EDUCATION: Words = &[
    "universit*",
    "universid*",
    "univerzit*",
    "uniwersyt*",
    "yliopisto*",
    "egyetem*",
    "ulikool*",
    "ülikool*",
    "университет*",
    "college",
    "colleges",
    "school",
    "schools",
    "schule",
    "schulen",
    "hochschul*",
    "fachhochschul*",
    "hogeschool",
    "hogskola*",
    "högskola*",
    "høgskole*",
    "høyskole*",
    "ecole",
    "école",
    "escola",
    "escuela",
    "scuola",
    "szkola",
    "szkoła",
    "faculdade*",
    "facultad",
    "faculty",
    "polytechni*",
    "politecnic*",
    "politécnic*",
    "politechni*",
    "institute of technology",
    "education",
    "educational",
    "educacion",
    "educación",
    "educacao",
    "educação",
    "enseignement",
    "ensino",
    "academic",
    "academica",
    "academico",
    "académica",
    "académico",
    "academy of science",
    "academy of sciences",
    "research network",
    "forschungsnetz*",
    // Networks between universities that go by a name of their own.
    "aarnet",
    "belnet",
    "canarie",
    "carnet",
    "cenic",
    "cernet",
    "cesnet",
    "esnet",
    "funet",
    "garr",
    "geant",
    "grnet",
    "heanet",
    "internet2",
    "jisc",
    "kreonet",
    "nordunet",
    "oarnet",
    "rediris",
    "renater",
    "roedunet",
    "sikt",
    "sunet",
    "surf b v",
    "uninett",
];

const OF_HOSTING: Words = &[
    "hosting",
    "webhosting",
    "host",
    "hoster",
    "hospedagem",
    "хостинг",
    "cloud",
    "clouds",
    "datacenter",
    "datacenters",
    "datacentre",
    "datacentres",
    "data center",
    "data centers",
    "data centre",
    "data centres",
    "vps",
    "vds",
    "servers",
    "dedicated server",
    "colocation",
    "colo",
    "iaas",
    "bare metal",
    // Large ones whose names do not say it.
    "clouvider",
    "contabo",
    "datacamp",
    "hivelocity",
    "hostinger",
    "hostpapa",
    "hostroyale",
    "ionos",
    "leaseweb",
    "m247",
    "netcup",
    "psychz",
    "worldstream",
];

const OF_ISPS: Words = &[
    "telecom*",
    "*telecom",
    "telekom*",
    "*telekom",
    "telefon*",
    "telephon*",
    "telco",
    "телеком*",
    "communication",
    "communications",
    "comunicaciones",
    "comunicacao",
    "comunicação",
    "comunicacoes",
    "comunicações",
    "comunicazioni",
    "iletisim",
    "iletişim",
    "broadband",
    "banda larga",
    "banda ancha",
    "catv",
    "cable",
    "cablevision",
    "mobile",
    "mobil",
    "mobiles",
    "movil",
    "movistar",
    "cellular",
    "celular",
    "wireless",
    "fiber",
    "fibre",
    "fibra",
    "ftth",
    "dsl",
    "adsl",
    "wisp",
    "isp",
    "internet service",
    "internet services",
    "internet service provider",
    "internet provider",
    // Large ones whose names do not say it.
    "airtel",
    "at t",
    "bell canada",
    "centurylink",
    "china169",
    "chinanet",
    "claro",
    "comcast",
    "docomo",
    "etisalat",
    "jio",
    "kddi",
    "kpn",
    "kyivstar",
    "megafon",
    "mtn",
    "ooredoo",
    "orange s a",
    "proximus",
    "safaricom",
    "singtel",
    "sky uk",
    "softbank",
    "starhub",
    "starlink",
    "swisscom",
    "tele2",
    "telenor",
    "telia",
    "telkom",
    "telmex",
    "telstra",
    "telus",
    "turkcell",
    "unicom",
    "verizon",
    "viettel",
    "vimpelcom",
    "virgin media",
    "vnpt",
    "vodacom",
    "vodafone",
    "zain",
];

/// Most bytes of a name that are read. Names are shorter, and files are not trusted.
const MOST_NAME_BYTES: usize = 256;

/// What a name says that its owner is: [`EDUCATION`], [`HOSTING`], [`ISP`] or nothing.
pub fn kind(name: &str) -> &'static str {
    let beginning = &name[..name.floor_char_boundary(MOST_NAME_BYTES)];
    // The words in small letters, and a space after each.
    let mut words = String::with_capacity(MOST_NAME_BYTES);
    let mut begins = Vec::new();
    for word in beginning.split(|character: char| !character.is_alphanumeric()) {
        if !word.is_empty() {
            begins.push(words.len());
            words.extend(word.chars().flat_map(char::to_lowercase));
            words.push(' ');
        }
    }
    [
        (EDUCATION, OF_EDUCATION),
        (HOSTING, OF_HOSTING),
        (ISP, OF_ISPS),
    ]
    .into_iter()
    .find(|(_, of_kind)| {
        begins.iter().any(|&at| {
            of_kind
                .iter()
                .any(|wanted| begins_with(&words[at..], wanted))
        })
    })
    .map_or("", |(kind, _)| kind)
}

/// Whether a row of words begins with others.
fn begins_with(words: &str, wanted: &str) -> bool {
    if let Some(beginning) = wanted.strip_suffix('*') {
        words.starts_with(beginning)
    } else if let Some(end) = wanted.strip_prefix('*') {
        words
            .split_once(' ')
            .is_some_and(|(word, _)| word.ends_with(end))
    } else {
        words
            .strip_prefix(wanted)
            .is_some_and(|rest| rest.starts_with(' '))
    }
}

#[cfg(test)]
mod tests {
    use super::{EDUCATION, HOSTING, ISP, OF_EDUCATION, OF_HOSTING, OF_ISPS, kind};

    #[test]
    fn names_say_what_they_say() {
        for (name, expected) in [
            ("University of California, San Diego", EDUCATION),
            ("Universidad Nacional Autonoma de Mexico", EDUCATION),
            ("Universität Wien", EDUCATION),
            ("China Education and Research Network Center", EDUCATION),
            (
                "Verein zur Foerderung eines Deutschen Forschungsnetzes e.V.",
                EDUCATION,
            ),
            ("SURF B.V.", EDUCATION),
            (
                "Beijing University of Posts and Telecommunications",
                EDUCATION,
            ),
            ("Houston Independent School District", EDUCATION),
            ("IBM Cloud", HOSTING),
            ("Huawei Cloud Service data center", HOSTING),
            ("A-VPS GmbH", HOSTING),
            ("Ukrainian Data-Center LLC", HOSTING),
            ("Example Hosting Telecom Ltd.", HOSTING),
            ("Deutsche Telekom AG", ISP),
            ("TELEFONICA DE ESPANA S.A.U.", ISP),
            ("Turk Telekomunikasyon Anonim Sirketi", ISP),
            ("T-Mobile USA, Inc.", ISP),
            ("AT&T Enterprises, LLC", ISP),
            ("PJSC Rostelecom", ISP),
            ("Orange S.A.", ISP),
            ("Leaseweb USA, Inc.", HOSTING),
            ("Comcast Cable Communications, LLC", ISP),
            ("Google LLC", ""),
            ("Orange County", ""),
            ("Cloudflare, Inc.", ""),
            ("Universal Robots A/S", ""),
            ("Hostess Brands", ""),
            ("Mobileye Vision", ""),
            ("Internet Archive", ""),
            ("Ford Motor Company", ""),
            ("", ""),
            ("&&& ---", ""),
        ] {
            assert_eq!(kind(name), expected, "{name}");
        }
    }

    #[test]
    fn long_names_are_cut_between_characters() {
        assert_eq!(kind(&"ü".repeat(1000)), "");
        assert_eq!(kind(&format!("{} university", "x".repeat(1000))), "");
    }

    #[test]
    fn words_are_written_as_they_are_compared() {
        for words in [OF_EDUCATION, OF_HOSTING, OF_ISPS].into_iter().flatten() {
            assert_eq!(words.to_lowercase(), **words);
            assert!(
                words
                    .trim_matches('*')
                    .split(' ')
                    .all(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
            );
        }
    }
}
