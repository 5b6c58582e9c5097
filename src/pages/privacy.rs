//! What is kept about people, why and for how long.

use crate::routes::Route;
use leptos::prelude::*;

/// What is kept: what it is, why, and for how long.
const KEPT: [(&str, &str, &str); 14] = [
    (
        "What you type into a form",
        "So that nothing is lost. It stays in your browser until you send it.",
        "Until you send or delete it. We never see it before.",
    ),
    (
        "Your application: mail address, name, and your answers",
        "To decide on it, and to tell you how.",
        "Two years after it was decided, or after it came in if you took it back; or after the last year that came of it. Then name, address and remarks are erased by themselves.",
    ),
    (
        "What forges say of your repositories",
        "The evidence for a decision. It is public.",
        "As long as the application.",
    ),
    (
        "What was decided or erased, when, by whom and why",
        "Decisions have to be accounted for, so this record is never changed.",
        "For good. An applicant’s name goes when it is erased; a reviewer’s name stays with what they decided.",
    ),
    (
        "What reviewers noted for each other about an application",
        "So that another reviewer can go on with it.",
        "For good, with the name of the reviewer. Whoever applied does not read it here.",
    ),
    (
        "Your account: address, name, which namespaces you maintain, access tokens as fingerprints",
        "To let you in, and to let nobody else.",
        "Until you erase it.",
    ),
    (
        "An address that was invited to a namespace, and by whom",
        "To let them join, and nobody else.",
        "14 days, or until they answer or it is taken back.",
    ),
    (
        "What maintainers write of a namespace and its repositories, its logo, and which mails about its pulls they want",
        "For everybody to read, on its page and in the directory; the mails go to those who maintain it. Who that is is not shown there, and who wrote or chose what is not kept.",
        "Until it is written anew or taken away.",
    ),
    (
        "A code to sign in, as a fingerprint, and the address it was asked for",
        "To check it, and to count how many were asked for; also for an address that has nothing here.",
        "The fingerprint until the code ends, within an hour; the address for a day.",
    ),
    (
        "That a mail went out to you: its subject and when",
        "A notice counts only if it was handed over.",
        "400 days. Its text is kept until it went out; of a mail with a code nothing is kept after that, or once the code has ended.",
    ),
    (
        "Three cookies: a session, that this browser signed in before, and that it is asking for a code",
        "To keep you signed in, to let you in when strangers guess at your codes, and to take a code from the browser that asked for it.",
        "30 days, a year, and ten minutes. The last is named “asking”. They are read by this site alone.",
    ),
    (
        "That somebody is signed in, without who, in your browser",
        "So that the page of a namespace asks what you maintain only then.",
        "Until you sign out.",
    ),
    (
        "That an image of a namespace was pulled: which, on which day, and by which program; and two numbers made of the network address, one for the week and one for the month",
        "So that maintainers see how their images are pulled, and by how many addresses. Registries report it; the address itself is never written down.",
        "As long as the figures of the namespace. What the numbers were made with is destroyed a day after the week and the month: then they lead back to no address, whoever has them.",
    ),
    (
        "Your network address",
        "To slow down whoever asks too often.",
        "For minutes, in memory. It is never written down.",
    ),
];

/// The page.
#[component]
pub fn Privacy() -> impl IntoView {
    let items: Vec<_> = KEPT
        .into_iter()
        .map(|(what, why, how_long)| {
            view! {
                <div>
                    <dt>{what}</dt>
                    <dd>{why}</dd>
                    <dd class="soft">{how_long}</dd>
                </div>
            }
        })
        .collect();
    view! {
        <div class="wrap">
            <div class="page-head">
                <h1 tabindex="-1">"Personal data"</h1>
                <p class="lead">
                    "What is kept about people here, why, and for how long. Nothing else is; nobody is tracked, and no third party is told."
                </p>
            </div>
            <dl class="kept">{items}</dl>
            <div class="parts">
                <section aria-labelledby="yours-heading">
                    <h2 id="yours-heading">"Get it, or have it erased"</h2>
                    <p>
                        "Sign in with the address that you applied from or were invited at. On the page of your account you take away what is kept about you: account, applications with their history, invitations, and which mails went out. Notes of reviewers and the full text of the record are not in it; ask the people who run the program for them. There you erase it, too, and they do either for you if you ask."
                    </p>
                    <div class="actions">
                        <a class="btn" href=Route::Account.path()>
                            "Your account"
                        </a>
                    </div>
                </section>
                <section aria-labelledby="forges-heading">
                    <h2 id="forges-heading">"Who else learns something"</h2>
                    <p>
                        "While you type the address of a repository, your browser asks its forge about it, if the forge is one of those named beside the field; our server asks at other addresses. The forge sees that somebody asked, and nothing of what you wrote."
                    </p>
                    <p>
                        "Backups hold what was there when they were made. Whoever runs this server decides how long those are kept."
                    </p>
                </section>
            </div>
        </div>
    }
    .into_any()
}
