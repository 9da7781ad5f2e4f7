"""Lines about Flipkart: looks, lists, returns and notifications."""

from collections.abc import Mapping

from bot.advice.model import NOTHING, REPORT, Advice

ADVICE: Mapping[str, Advice] = {
    "can't reach flipkart; it goes on trying": Advice(
        "The first call after the start got no answer from Flipkart. The bot works, and cards come once Flipkart "
        "answers.",
        "wait some minutes; if it stays so, look whether this machine reaches the internet",
    ),
    "a look at flipkart failed; it goes on trying": Advice(
        "Flipkart did not answer one of the bot's looks, or answered with an error that passes. `problem` says how. "
        "“flipkart answers again” follows when it is over.",
        "wait; if it goes on for more than ten minutes, look whether this machine reaches the internet",
    ),
    "a look at flipkart failed; somebody must help": Advice(
        "Flipkart refuses a look, and will go on refusing: `problem` says why. For this location or FE the cards "
        "stand still.",
        "check the location's id in bot.toml and your app at Flipkart, then run `otc-bot doctor`",
    ),
    "a look at flipkart ended in a fault of the bot": Advice(
        "While it read what Flipkart answered, the bot met something that it does not know how to handle. It looks "
        "again.",
        REPORT,
    ),
    "polling rests; people are still served": Advice(
        "Flipkart asked the bot to wait (`seconds`), usually because the calls of the hour are used up. Cards are "
        "late, "
        "and codes still come.",
        "nothing; if it comes often, another tool uses the same app: set others_calls_per_hour in bot.toml",
    ),
    "an unknown status word; the card shows it and keeps its stage": Advice(
        "Flipkart says of an FE a word that this version of the bot has not seen (`word`). Scans are still counted and "
        "codes still come.",
        "report the word, so that the next version knows it",
    ),
    "an unknown word for the codes of a location": Advice(
        "Flipkart says how codes work at a location by a word that this version has not seen (`word`). The bot goes on "
        "and asks for codes as before.",
        "report the word, so that the next version knows it",
    ),
    "flipkart listed FEs without an id or a task; they get no card": Advice(
        "Flipkart told of somebody at the dock, and not who or for what. Without these the bot can't tell FEs apart.",
        "serve that FE from Flipkart's own page; if it comes every day, report it to Flipkart",
    ),
    "flipkart listed FEs without a usable Start OTC": Advice(
        "Flipkart gave Start OTCs, and none that can be used for some of the FEs.",
        "press again after a minute; if it stays so, take that code from Flipkart's own page",
    ),
    "flipkart listed rows twice or without a tracking id": Advice(
        "A page of scans holds rows that tell of no parcel of their own. They are not counted.",
        "nothing; count by hand with care, as always before the End OTC",
    ),
    "flipkart's pages lead in a circle; there may be scans that nobody can read": Advice(
        "Flipkart's pages of scans point back at each other, so the bot may not see the last of them.",
        "count by hand with care, and compare with the FE's own phone before the End OTC",
    ),
    "flipkart no longer knows the page that was read last; reading from the first again": Advice(
        "The bot's place in Flipkart's pages is gone. It reads all pages of this FE anew, and counts no parcel twice.",
        NOTHING,
    ),
    "flipkart did not give what a person asked for": Advice(
        "Somebody pressed a button and Flipkart refused or did not answer: `problem` and `code` say why. The person "
        "was "
        "told what to do.",
        "nothing, if it passes; if everybody meets it, run `otc-bot doctor`",
    ),
    "flipkart's ledger has more rows, and does not say where": Advice(
        "The list of returns goes on, and Flipkart gives no link to the rest. The next pass goes on from the newest "
        "row.",
        NOTHING,
    ),
    "flipkart's ledger goes on where it can't be followed": Advice(
        "The link to the rest of the list of returns leads elsewhere than to Flipkart, so the bot does not follow it.",
        "report it with this line; until then drop the returns report into the channel where lists matter",
    ),
    "flipkart's ledger has rows without an id, or of another location": Advice(
        "Some rows of the list of returns can't be used. All others are.",
        "nothing; if a parcel that should come is on no list, drop the returns report into the channel",
    ),
    "flipkart's ledger of returns leads back to a page that was read": Advice(
        "The list of returns would be read in a circle. The pass ends there, and the next one goes on from the "
        "newest row.",
        NOTHING,
    ),
    "flipkart's ledger of returns can't be read; it goes on trying, and set ledger = false under [returns] "
    "if it stays so": Advice(
        "Flipkart does not let the bot read the list of returns of a location. `problem` says why.",
        "wait a day; if it stays so, set ledger = false under [returns] in bot.toml and drop lists into the channel",
    ),
    "flipkart refuses to tell of returns; set details = false under [returns] if it goes on": Advice(
        "Flipkart does not let the bot ask about single returns. Alarms and claims then have fewer details.",
        "if it goes on, set details = false under [returns] in bot.toml",
    ),
    "flipkart sends more notifications than are taken at once; it is asked to send them again": Advice(
        "More notifications came at once than the bot takes. Flipkart sends them again later.",
        "nothing; if it comes all day, put a proxy before the port that lets only Flipkart through",
    ),
    "flipkart sent a notification that is no JSON object; it is refused": Advice(
        "A notification bore Flipkart's signature and could not be read.",
        "report it; until then drop the returns report into the channel",
    ),
    "a notification was signed more than a day from now and is ignored; check this machine's clock, and drop the "
    "returns report into the channel for what the bot has missed": Advice(
        "A notification is more than a day old, or this machine's clock is wrong by as much.",
        "set this machine's clock (NTP), then drop the returns report into the channel",
    ),
    "a notification came with the signature of others that were kept long before; it is ignored, for whoever has seen "
    "one could send any: if Flipkart was kept waiting, drop the returns report into the channel": Advice(
        "Flipkart signs the time and not the content. A second notification with the same time, long after the first, "
        "may be a forgery.",
        "nothing, once; if it comes often, see who else can read what Flipkart sends to your proxy",
    ),
    "a notification without Flipkart's signature was refused; if none gets through, check that [notifications] url is "
    "the registered one to the letter, FLIPKART_APP_ID and FLIPKART_APP_SECRET, and that your proxy passes on headers "
    "with underscores": Advice(
        "Somebody called the bot's address for notifications without a valid signature. On the open internet that is "
        "usual now and then.",
        "nothing, if others get through; else compare url, id and secret with Seller Hub, letter by letter",
    ),
}
