"""The choice of a language says what a draft leaves in English."""

from bot.i18n import LANGUAGES, use
from bot.slack.blocks.language import name


def test_a_draft_is_chosen_as_one() -> None:
    assert name("mr", drafts={"mr"}) == "मराठी (the rest in English)"
    assert name("hi", drafts={"mr"}) == "हिन्दी"
    with use("hi"):
        assert name("mr", drafts={"mr"}) == "मराठी (बाक़ी English में)"


def test_what_is_finished_is_called_by_its_name_alone() -> None:
    assert [name(language) for language in LANGUAGES] == list(LANGUAGES.values())
