"""Lines about webhooks: addresses outside that are told what happens."""

from collections.abc import Mapping

from bot.advice.model import NOTHING, REPORT, Advice

ADVICE: Mapping[str, Advice] = {
    "a webhook takes no messages": Advice(
        "The address with this id (`webhook`) did not take a message; `why` says what it answered. Messages wait, and "
        "are sent when it takes them again. It is said once, and once when it is over.",
        "do what `why` says; where it names nothing to do, look after the program that receives",
    ),
    "a webhook refuses a message": Advice(
        "The program that receives finds fault with one kind of message (`what`); the others go on. It is tried again "
        "for three days.",
        "have the program answer 200 to what it does not want, or name the events it wants in bot.toml (`events`)",
    ),
    "a webhook is told nothing more until the bot starts anew": Advice(
        "The address answered that it wants no more (HTTP 410). What waited for it is given up.",
        "take its [[webhooks]] out of bot.toml, or mend its url, and run `otc-bot reload`",
    ),
    "messages for a webhook were given up": Advice(
        "Nobody took them for three days, or the address is gone. `messages` says how many, `why` the last reason.",
        "mend what `why` says; what was given up is not sent again, and `otc-bot export` has what happened",
    ),
    "messages for a webhook that is no longer in bot.toml were given up": Advice(
        "A block of [[webhooks]] was taken out or got another id three days ago, and messages still waited for it.",
        "nothing, if that was meant; else put the block back with its id",
    ),
    "a webhook ended in a fault of the bot; it waits": Advice(
        "The bot failed over a message for an address outside. It is tried again.", REPORT
    ),
    "webhooks can't read or write their table": Advice(
        "The database can't be read or written for the moment. Nothing is lost, and a message may come twice.", NOTHING
    ),
}
