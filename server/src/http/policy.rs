//! The Content-Security-Policy. A page may run the site's own files and the
//! scripts that are written into it, each named by its hash; nothing else.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// For whatever is not a page.
pub const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// For scripts. A worker has the policy of its own script's answer, not that of the page: it may
/// compile wasm, fetch from the site, and start further workers.
pub const SCRIPT: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     worker-src 'self'; connect-src 'self'; frame-ancestors 'none'";

/// The policy of a page: its inline scripts and styles are hashed. `forges` are the
/// origins that this page, beside its own, may ask.
pub fn of_page(html: &str, forges: &[String]) -> String {
    let script = hashes("'self' 'wasm-unsafe-eval'", inline(html, "script"));
    let style = hashes("'self'", inline(html, "style"));
    let mut connect = "'self'".to_owned();
    for origin in forges {
        connect.push(' ');
        connect.push_str(origin);
    }
    format!(
        "default-src 'none'; script-src {script}; worker-src 'self'; connect-src {connect}; \
         style-src {style}; img-src 'self' data: blob:; font-src 'self'; manifest-src 'self'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// The policy of a picture in SVG that has its style within: that, and nothing else.
pub fn of_picture(svg: &str) -> String {
    let style = hashes("", inline(svg, "style"));
    format!("default-src 'none'; style-src{style}; frame-ancestors 'none'")
}

/// The sources, and each text by its hash, once.
fn hashes<'a>(sources: &str, texts: impl Iterator<Item = &'a str>) -> String {
    let mut sources = sources.to_owned();
    for text in texts {
        let hash = STANDARD.encode(Sha256::digest(text.as_bytes()));
        let source = format!(" 'sha256-{hash}'");
        if !sources.contains(&source) {
            sources.push_str(&source);
        }
    }
    sources
}

/// The texts of the scripts, or styles, that are written into a page. It is our own page, as the
/// build wrote it: an element begins with `<script`, and has no `>` in its attributes.
fn inline<'a>(html: &'a str, tag: &str) -> impl Iterator<Item = &'a str> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let texts: Vec<&str> = html
        .split(&open)
        .skip(1)
        .filter_map(|rest| {
            let (attributes, rest) = rest.split_once('>')?;
            let (text, _) = rest.split_once(&close)?;
            let is_inline = !attributes.contains(" src=") && !text.is_empty();
            is_inline.then_some(text)
        })
        .collect();
    texts.into_iter()
}

#[cfg(test)]
mod tests {
    use super::{inline, of_page};

    #[test]
    fn inline_scripts_are_found_and_named() {
        let html = "<script src=\"/a.js\"></script><script type=\"module\">\nlet a = 1 < 2;\n</script><script>b</script><script>b</script>";
        assert_eq!(
            inline(html, "script").collect::<Vec<_>>(),
            ["\nlet a = 1 < 2;\n", "b", "b"]
        );
        let policy = of_page(html, &[]);
        // printf b | openssl dgst -sha256 -binary | base64
        assert_eq!(
            policy
                .matches("'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0='")
                .count(),
            1
        );
        assert_eq!(policy.matches("'sha256-").count(), 2);
        let styled = of_page(
            "<style>b</style>",
            &["https://api.forge.example".to_owned()],
        );
        assert!(
            styled.contains(
                "style-src 'self' 'sha256-PiPoFgA5WUoziU9lZOGxNIu9egCI1CxKy3PurtWcAJ0=';"
            )
        );
        assert!(policy.contains("connect-src 'self';"));
        assert!(styled.contains("connect-src 'self' https://api.forge.example;"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}
