//! The program page: what members get, who qualifies, how it goes, how to
//! apply, what people ask. Its sentences are those of the `program` crate; its
//! pictures are drawn from the invented figures in [`example`] and say so. The
//! page never changes, so it is written as text rather than built node by node.

mod apply;
mod course;
mod drawing;
mod example;
mod hero;
mod perks;
mod questions;
mod who;

use crate::{
    api::median::median_days,
    components::{icon::PageSprite, markup::Markup},
    platform::dom,
};
use leptos::prelude::*;

/// The page.
#[component]
pub fn Landing() -> impl IntoView {
    Effect::new(|_| {
        leptos::task::spawn_local(async {
            // Until it is known the page says that it is not.
            let Some(days) = median_days().await else {
                return;
            };
            for (id, words) in course::median(days) {
                dom::set_text(id, &words);
            }
        });
    });
    view! {
        <PageSprite />
        <div class="wrap" inner_html=written()></div>
    }
}

/// The page as markup.
fn written() -> String {
    let mut page = Markup::default();
    hero::write(&mut page);
    perks::write(&mut page);
    who::write(&mut page);
    course::write(&mut page);
    apply::write(&mut page);
    questions::write(&mut page);
    page.done()
}

/// Opens a part of the page under its heading, which stands in the margin
/// column; `lead` may be empty. The part ends with `</section>`.
fn open_section(
    page: &mut Markup,
    id: &'static str,
    class: &'static str,
    title: &'static str,
    lead: &'static str,
) {
    page.put(
        r#"<section class="{}" id="{}" aria-label="{}"><header><h2>{}</h2>"#,
        &[class, id, title, title],
    );
    if !lead.is_empty() {
        page.put("<p>{}</p>", &[lead]);
    }
    page.raw("</header>");
}

#[cfg(test)]
mod tests {
    use super::written;
    use crate::routes::{ANCHOR_QUESTIONS, ANCHOR_WHO};
    use program::{Criterion, Perk, QUESTIONS, commercial::CASES};

    #[test]
    fn every_sentence_of_the_program_is_on_the_page() {
        let page = written();
        let plain = |text: &str| {
            let mut parts = text.split('`');
            let mut marked = String::from(parts.next().unwrap_or_default());
            let mut code = true;
            for part in parts {
                marked += if code { "<code>" } else { "</code>" };
                marked += part;
                code = !code;
            }
            marked
        };
        let mut sentences = Vec::new();
        for perk in Perk::ALL {
            sentences.extend([perk.name(), perk.sentence()]);
            sentences.extend(perk.note());
        }
        for criterion in Criterion::ALL {
            sentences.extend([criterion.name(), criterion.sentence()]);
            sentences.extend([criterion.counts(), criterion.does_not_count()]);
        }
        for question in &QUESTIONS {
            sentences.push(question.ask);
            sentences.extend(question.answer);
        }
        for case in &CASES {
            sentences.extend([case.case, case.why, case.standing.word()]);
        }
        for sentence in sentences {
            assert!(page.contains(&plain(sentence)), "{sentence}");
        }
    }

    #[test]
    fn every_element_is_closed_and_every_id_is_there_once() {
        let page = written();
        let mut open = Vec::new();
        let mut ids = Vec::new();
        for tag in page.split('<').skip(1) {
            let tag = tag.split('>').next().unwrap_or_default();
            let name = tag.split(' ').next().unwrap_or_default();
            if let Some(id) = tag.split(" id=\"").nth(1) {
                ids.push(id.split('"').next().unwrap_or_default());
            }
            if let Some(closed) = name.strip_prefix('/') {
                assert_eq!(open.pop(), Some(closed), "near {tag}");
            } else if !matches!(name, "br" | "input") {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(ids.contains(&ANCHOR_WHO) && ids.contains(&ANCHOR_QUESTIONS));
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn no_place_is_left_empty_and_pictures_say_that_they_are_examples() {
        let page = written();
        assert!(!page.contains("{}") && !page.contains('`'));
        assert_eq!(
            page.matches("class=\"cap\">Example:").count(),
            Perk::ALL.len()
        );
        assert!(!page.contains("style="));
    }
}
