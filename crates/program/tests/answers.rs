//! What keeps a form from being sent, and what does not.

use chrono::NaiveDate;
use program::{answers::*, commercial::MoneyTopic, source::MOST_SOURCES};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn whole() -> Answers {
    Answers {
        namespace: "kelpworks".to_owned(),
        presence: Some(Presence::ToBeCreated),
        holder: Some(Holder::Organization),
        paid_plan: Some(false),
        sources: vec![Source {
            address: "https://codeberg.org/kelpworks/kelp".to_owned(),
            ..Source::default()
        }],
        license: "MPL-2.0".to_owned(),
        money: MoneyTopic::ALL.map(|topic| (topic, false)).into(),
        mail: "ines@kelpworks.org".to_owned(),
        name: "Inês Caldeira".to_owned(),
        ..Answers::default()
    }
}

fn fields(answers: &Answers) -> Vec<Field> {
    let errors = answers.errors(day("2026-08-13"));
    errors.into_iter().map(|error| error.field).collect()
}

#[test]
fn an_empty_form_names_every_field_it_needs_in_order() {
    let errors = Answers::default().errors(day("2026-08-13"));
    assert_eq!(errors.len(), 14);
    assert!(errors.iter().all(|error| error.message.ends_with('.')));
    let found = fields(&Answers::default());
    assert_eq!(
        found[..5],
        [
            Field::Presence,
            Field::Namespace,
            Field::Holder,
            Field::PaidPlan,
            Field::Source(0)
        ]
    );
    assert_eq!(fields(&whole()), []);
}

#[test]
fn complaint_3_a_namespace_to_be_created_is_as_good_as_one_that_exists() {
    for presence in [Presence::Exists, Presence::ToBeCreated] {
        let answers = Answers {
            presence: Some(presence),
            ..whole()
        };
        assert_eq!(fields(&answers), []);
    }
}

#[test]
fn criteria_that_are_not_met_do_not_keep_it_from_being_sent() {
    let mut answers = whole();
    answers.license = "BUSL-1.1".to_owned();
    answers.holder = Some(Holder::Person);
    answers.paid_plan = Some(true);
    answers.money = MoneyTopic::ALL.map(|topic| (topic, true)).into();
    assert_eq!(fields(&answers), []);
    answers.license = "our own terms".to_owned();
    assert_eq!(fields(&answers), []);
}

#[test]
fn sources_are_told_apart() {
    let mut answers = whole();
    let source = |address: &str| Source {
        address: address.to_owned(),
        ..Source::default()
    };
    answers
        .sources
        .push(source("http://codeberg.org/Kelpworks/kelp.git"));
    answers.sources.push(source("nonsense"));
    answers.sources.push(source(""));
    assert_eq!(fields(&answers), [Field::Source(1), Field::Source(2)]);
    assert_eq!(answers.addresses().len(), 1);
    answers.sources = (0..60)
        .map(|at| source(&format!("github.com/a/{at}")))
        .collect();
    assert_eq!(fields(&answers), [Field::Source(MOST_SOURCES)]);
}

#[test]
fn days_to_come_and_half_addresses_are_sent_back() {
    let mut answers = whole();
    answers.image_pushed = Some(day("2026-08-15"));
    answers.dependencies_updated = Some(day("2026-08-14"));
    answers.website = "kelpworks.org".to_owned();
    answers.contributing = "javascript:alert(1)".to_owned();
    answers.remark = "x".repeat(10_000_000);
    let expected = [
        Field::ImagePushed,
        Field::Contributing,
        Field::Website,
        Field::Remark,
    ];
    assert_eq!(fields(&answers), expected);
}

proptest! {
    #[test]
    fn any_text_in_any_field_is_kept_and_judged(text in "\\PC{0,200}") {
        let mut answers = whole();
        answers.namespace.clone_from(&text);
        answers.license.clone_from(&text);
        answers.website.clone_from(&text);
        answers.mail.clone_from(&text);
        answers.sources[0].address.clone_from(&text);
        answers.errors(day("2026-08-13"));
        let json = serde_json::to_string(&answers).unwrap();
        prop_assert_eq!(serde_json::from_str::<Answers>(&json).unwrap(), answers);
    }
}
