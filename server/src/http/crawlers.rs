//! What crawlers read first: which addresses they may ask for, and the list of the pages.

use super::described::{EXPLORE, escaped};
use crate::{service::Service, store::StoreError};
use program::addresses::{self, VERIFY};
use std::fmt::Write as _;

/// What crawlers may read, and where the list of pages is.
pub fn robots(base_url: &str) -> String {
    format!("User-agent: *\nAllow: /\nDisallow: /api/\n\nSitemap: {base_url}/sitemap.xml\n")
}

/// The pages of the site for crawlers (sitemaps.org): those that are always there, and those
/// of all namespaces in the program.
///
/// # Errors
/// Those of the data.
pub async fn sitemap(service: &Service) -> Result<String, StoreError> {
    /// The protocol allows no more in one file.
    const MOST: usize = 50_000;
    let today = service.now().date_naive();
    let standings = service.standings().await?;
    let mut names: Vec<&str> = standings
        .names()
        .filter(|name| standings.of(name, today).is_sponsored())
        .collect();
    names.sort_unstable();
    let fixed = ["/", EXPLORE, "/insights", VERIFY, "/apply", "/privacy"];
    let mut xml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n".to_owned();
    let pages = fixed
        .into_iter()
        .map(str::to_owned)
        .chain(names.into_iter().map(addresses::page));
    for path in pages.take(MOST) {
        let url = escaped(&format!("{}{path}", service.base_url));
        let _ = writeln!(xml, "<url><loc>{url}</loc></url>");
    }
    xml.push_str("</urlset>\n");
    Ok(xml)
}
