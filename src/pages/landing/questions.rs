//! What people ask. The question about money is answered in full and open.

use super::open_section;
use crate::{
    components::{icon::IconName, markup::Markup},
    routes::ANCHOR_QUESTIONS,
};
use program::{
    QUESTIONS, Standing,
    commercial::CASES,
    questions::{MONEY, Question},
};

pub fn write(page: &mut Markup) {
    open_section(page, ANCHOR_QUESTIONS, "sec faq", "Questions", "");
    page.raw("<div><details open>");
    question(page, &MONEY);
    cases(page);
    page.raw("</div></details>");
    for asked in &QUESTIONS {
        page.raw("<details>");
        question(page, asked);
        page.raw("</div></details>");
    }
    page.raw("</div></section>");
}

/// The question and the beginning of its answer, which is left open.
fn question(page: &mut Markup, question: &Question) {
    page.put(r#"<summary>{}</summary><div class="ans">"#, &[question.ask]);
    for text in question.answer {
        page.put("<p>{}</p>", &[text]);
    }
}

/// The table of cases: if the project does this, then that, and why.
fn cases(page: &mut Markup) {
    page.raw(concat!(
        r#"<div class="scroll-x" tabindex="0" role="region" aria-label="Money and the criterion">"#,
        r#"<table class="table"><thead><tr><th scope="col">If the project</th>"#,
        r#"<th scope="col">Then</th><th scope="col">Why</th></tr></thead><tbody>"#,
    ));
    for case in &CASES {
        let (class, icon) = match case.standing {
            Standing::Met => ("state met", IconName::Met),
            Standing::Unmet => ("state unmet", IconName::Unmet),
            Standing::Person => ("state person", IconName::Person),
            Standing::Unknown => ("state unsure", IconName::Unknown),
        };
        page.put(
            r#"<tr><td>{}</td><td><span class="{}">"#,
            &[case.case, class],
        );
        page.icon(icon, "ic");
        page.put(
            "{}</span></td><td>{}</td></tr>",
            &[case.standing.word(), case.why],
        );
    }
    page.raw("</tbody></table></div>");
}
