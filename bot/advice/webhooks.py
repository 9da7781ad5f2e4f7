"""Lines about webhooks: messages to addresses of yours."""

from collections.abc import Mapping

from bot.advice.model import REPORT, Advice

ADVICE: Mapping[str, Advice] = {
    "a webhook takes no messages": Advice(
        "An address of `[[webhooks]]` does not answer, or with an error. `why` says how. Messages wait in order, "
        "and are tried again with longer pauses. “a webhook takes messages again” follows.",
        "look whether the receiver runs and can be reached from this machine",
    ),
    "a webhook refuses a message": Advice(
        "The receiver answers that it does not take a message of this kind (`what`). It is tried again; all others "
        "go on.",
        "look into the receiver's log; most often its secret is another one, or it knows an older schema",
    ),
    "a webhook is told nothing more until the bot is started again": Advice(
        "The receiver answered 410, which means: send me nothing more. What waits for it is given up.",
        "take its `[[webhooks]]` out of bot.toml; or mend the receiver, and start the bot again",
    ),
    "messages for a webhook were given up; `otc-bot export` has what happened": Advice(
        "The receiver took nothing for so long that these messages are not tried any more. `why` says the reason.",
        "mend the receiver; `otc-bot export` writes files with what it has missed",
    ),
    "messages for a webhook that is no longer in bot.toml were given up": Advice(
        "Messages waited for an address that was taken out of bot.toml.",
        "nothing, if it was taken out on purpose; else put it back under the same id, for what comes from now on",
    ),
    "webhooks can't read or write their table": Advice(
        "Messages for webhooks wait, because the database can't be read or written now. Nothing is lost.",
        "do what the line about the database says; messages go on by themselves",
    ),
    "a webhook ended in a fault of the bot; it waits": Advice("The bot failed while it sent a message.", REPORT),
}
