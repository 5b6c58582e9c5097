//! What people ask, and the answers in full.

/// A question and its answer, one string a paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub ask: &'static str,
    /// What is answered.
    pub answer: &'static [&'static str],
}

/// The question about money. Its answer goes on with [`crate::commercial::CASES`].
pub const MONEY: Question = Question {
    ask: "What is a “pathway to commercialization”?",
    answer: &[
        "The program is for projects that make no profit from what they publish: not from services around it, and not from higher tiers. Money that is given rather than charged is fine. Each case is judged on its own:",
    ],
};

/// The other questions, in order.
pub const QUESTIONS: [Question; 7] = [
    Question {
        ask: "Who decides, and on what?",
        answer: &[
            "A person, criterion by criterion, on the list above. If an application is declined, each reason names its criterion; if something can be mended, there are two working weeks to do so.",
        ],
    },
    Question {
        ask: "How long does a decision take?",
        answer: &[
            "No time has been measured yet, so none is promised here. A figure appears on this page only when there are decisions to count it from.",
        ],
    },
    Question {
        ask: "We push images twice a year. Is that active development?",
        answer: &[
            "Yes, when no more than six months lie between two pushes, or when the dependencies were updated in between. A stable project qualifies as long as it is kept current.",
        ],
    },
    Question {
        ask: "What does it cost?",
        answer: &[
            "Nothing. The program is for non-commercial open source developers, and a paid plan on the same namespace excludes it.",
        ],
    },
    Question {
        ask: "Which images may people pull without limit?",
        answer: &[
            "Every public image of your namespace, by anyone, signed in or not. Members are not limited in what they pull at all.",
        ],
    },
    Question {
        ask: "We are in the program, but there is no badge. Why?",
        answer: &[
            "The badge waits for documentation: each repository page needs a description and links to the source, the contributing guide and the website. The pulls do not wait for it.",
        ],
    },
    Question {
        ask: "What happens after the year?",
        answer: &[
            "The perks can be renewed if the project still meets the criteria. Notices go out 45, 30 and 7 days before the end. For 14 days after it everything stays; then the perks end, and a project that qualifies can be taken in again.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terms;

    #[test]
    fn questions_ask_and_answers_end() {
        for question in QUESTIONS.iter().chain([&MONEY]) {
            assert!(question.ask.ends_with('?'), "{}", question.ask);
            assert!(!question.answer.is_empty());
        }
    }

    #[test]
    fn days_in_the_answers_are_those_of_the_terms() {
        let renewal = QUESTIONS[6].answer[0];
        for days in terms::NOTICE_DAYS {
            assert!(renewal.contains(&days.to_string()), "{days}");
        }
        assert!(renewal.contains(&terms::GRACE_DAYS.to_string()));
    }
}
