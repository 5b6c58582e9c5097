//! Section 1: the namespace, there already or to be created, and whose it is.

use super::{
    field::{ChoiceField, Kind, LineField},
    form::Form,
};
use leptos::prelude::*;
use program::answers::{Field, Holder, Presence};

/// The fields.
#[component]
pub fn NamespaceFields(form: Form) -> impl IntoView {
    view! {
        <ChoiceField
            form=form
            field=Field::Presence
            choices=vec![
                (Presence::Exists, "It exists"),
                (Presence::ToBeCreated, "To be created on acceptance"),
            ]
            value=|answers| answers.presence
            set=|answers, presence| answers.presence = Some(presence)
        />
        <LineField
            form=form
            field=Field::Namespace
            kind=Kind::Mono
            hint="Small letters and digits, parted by single dots, hyphens or underscores."
            value=|answers| answers.namespace.clone()
            set=|answers, text| answers.namespace = text
        />
        <ChoiceField
            form=form
            field=Field::Holder
            choices=vec![
                (Holder::Organization, "An organization’s"),
                (Holder::Person, "A person’s"),
            ]
            value=|answers| answers.holder
            set=|answers, holder| answers.holder = Some(holder)
        />
        <ChoiceField
            form=form
            field=Field::PaidPlan
            choices=vec![(true, "Yes"), (false, "No")]
            value=|answers| answers.paid_plan
            set=|answers, paid| answers.paid_plan = Some(paid)
        />
    }
    .into_any()
}
