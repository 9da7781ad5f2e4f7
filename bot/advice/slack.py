"""Lines about Slack: connections, presses, windows, messages and who may what."""

from collections.abc import Mapping

from bot.advice.model import NOTHING, REPORT, SLACK_REASON, Advice

ADVICE: Mapping[str, Advice] = {
    "can't reach slack; trying again": Advice(
        "The bot started and Slack did not answer yet. It tries again by itself, with longer pauses. `reason` says how "
        "it failed.",
        "look whether this machine reaches the internet; if the reason names a token, put the right one into .env",
    ),
    "can't connect to slack; trying again": Advice(
        "The bot has no open line to Slack. Presses are answered once it has one; messages still go out.",
        "nothing, if it passes; else do what the reason says, and look whether a firewall lets WebSockets out",
    ),
    "the socket to slack is broken; getting a new one": Advice(
        "The line to Slack was cut or fell silent. A new one is opened at once.",
        "nothing; if it comes many times an hour, look at this machine's network",
    ),
    "slack asks for another connection": Advice(
        "Slack ends the line for a reason that is not the usual renewal. `reason` says which.",
        "do what the reason says; with link_disabled, switch Socket Mode on again in the app's settings",
    ),
    "a socket closed before a press was acknowledged; slack sends it again": Advice(
        "The line was cut in the middle of a press. Slack sends the press again, and it counts once.", NOTHING
    ),
    "a payload that slack does not make was ignored": Advice(
        "Something reached the bot that looks like nothing Slack sends.",
        "nothing, once; if people's presses get no answer at the same time, report it",
    ),
    "a payload that this bot's buttons do not make was ignored": Advice(
        "Somebody pressed a button of an older version of the bot, or somebody tries payloads of their own. Nothing "
        "was done.",
        "nothing; have people use the buttons of the newest card",
    ),
    "a body that slack does not make was refused": Advice(
        "Somebody who is not Slack called the address for Slack's events. They were told nothing.",
        "nothing, now and then; if it comes all day, let only Slack through your proxy",
    ),
    "a request without Slack's signature, or more than five minutes old, was refused; if presses get no answer, check "
    "SLACK_SIGNING_SECRET and this machine's clock": Advice(
        "A request was not signed by Slack. If nobody's presses work, the secret is wrong or the clock is off.",
        "nothing, if presses work; else copy the signing secret again and set this machine's clock (NTP)",
    ),
    "a press was acknowledged, and the bot that was to answer it did not begin in time": Advice(
        "Somebody pressed while the bot took new settings, and was not answered.",
        "tell people to press again",
    ),
    "a delivery ended in a fault of the bot": Advice("The bot failed over something that Slack delivered.", REPORT),
    "a press ended in a fault of the bot": Advice(
        "The bot failed over what somebody pressed or typed (`what`). The person was told, and can press again.",
        REPORT,
    ),
    "presses could not be finished before the stop; the people are told": Advice(
        "The bot was stopped while it worked for somebody. They were told to press again.", NOTHING
    ),
    "somebody pressed on a card of a location that is no longer in bot.toml; put it back if it is still served": Advice(
        "A card stands in Slack whose location (`location`) is not in bot.toml.",
        "put the location back into bot.toml and run `otc-bot reload`, if the dock is still served",
    ),
    "an answer did not reach its asker": Advice(
        "Slack did not take an answer that only one person sees. The person saw nothing, and can press again.",
        SLACK_REASON,
    ),
    "a modal did not open": Advice(
        "Slack did not open a window for somebody, often because it was asked later than three seconds after the "
        "press. "
        "The person was told, or got the same below the channel.",
        "do what the reason says; with expired_trigger_id often, this machine or its network is too slow",
    ),
    "a modal could not be updated": Advice(
        "A window on somebody's screen could not be filled. What was done stands; the person is told by a message.",
        SLACK_REASON,
    ),
    "a Home tab was not shown": Advice(
        "Slack did not take the Home tab of a person. Cards are not touched by it.", SLACK_REASON
    ),
    "a first message was not posted": Advice(
        "The bot was invited into a channel, and its greeting could not be posted.", SLACK_REASON
    ),
    "a word in a thread did not reach its reader": Advice(
        "What only one person was to see in a thread was not taken by Slack.", SLACK_REASON
    ),
    "slack did not take a reaction; the scan is kept all the same": Advice(
        "Somebody's own scan is kept, and the tick below their message is missing.",
        "do what the reason says; with missing_scope, update the app from the manifest and install it again",
    ),
    "too many messages wait for their reaction; one gets none": Advice(
        "People wrote more tracking ids at once than Slack lets the bot tick off. The scans are kept.", NOTHING
    ),
    "slack did not take a message; it waits": Advice(
        "A card, reply or file could not be posted or edited. It waits and is tried again; nothing is lost and nothing "
        "is posted twice. “slack takes messages again” follows.",
        SLACK_REASON,
    ),
    "slack may or may not have posted a message; it is looked up": Advice(
        "Slack gave no clear answer. The bot looks into the channel before it posts again, so that nothing stands "
        "twice.",
        NOTHING,
    ),
    "slack can't be asked whether it has a message; it waits": Advice(
        "The bot wants to see whether a message stands already, and Slack does not let it read the channel now.",
        "do what the reason says; with missing_scope or not_in_channel, install the app again or invite the bot",
    ),
    "slack refuses how a message is drawn; it is sent as plain text": Advice(
        "Slack took a message only without its form. It is there, and looks plain.",
        "report it with this line: how a message is drawn is a fault of the bot",
    ),
    "slack has a message more than once; the oldest is kept": Advice(
        "Two messages with the same key stand in the channel, as after a database that was put back from a copy.",
        "nothing; delete the younger message by hand if it is in the way",
    ),
    "the message was deleted in slack; the thread goes on without it": Advice(
        "Somebody deleted a card. Its thread goes on, and the records stay.",
        "ask people not to delete the bot's messages; records can be had by `otc-bot export`",
    ),
    "the message was deleted in slack; its thread is gone": Advice(
        "Somebody deleted a card before anything stood below it. Nothing more is posted of this handover.",
        "ask people not to delete the bot's messages; records can be had by `otc-bot export`",
    ),
    "given up; `otc-bot export` has it": Advice(
        "A message or file could not be brought into Slack for so long that it is not tried any more. `reason` says "
        "why.",
        "mend what the reason says; run `otc-bot export` for what is missing in Slack",
    ),
    "a paper can't be drawn; it waits, and `otc-bot export` makes it": Advice(
        "A receipt, proof or digest needs more time or memory than the bot gives to one. `reason` says which.",
        "run `otc-bot export` for it; give the machine more memory if it comes often",
    ),
    "a message ended in a fault of the bot; it waits": Advice(
        "The bot failed while it made or sent a message.", REPORT
    ),
    "a thread is longer than is read; a reply may stand twice": Advice(
        "After a database was lost or put back, the bot looks for what it posted before. This thread is too long for "
        "that.",
        "nothing; a reply that stands twice harms nothing",
    ),
    "slack's history is longer than is read; a message of before may be posted twice": Advice(
        "The same, for a channel: the bot looks back three days and twenty pages.",
        "nothing; delete the younger of two cards by hand if it is in the way",
    ),
    "slack's history can't be read; a message of before may be posted twice": Advice(
        "For ten minutes Slack did not let the bot read the channel. It goes on without looking. `why` says the "
        "reason.",
        "do what it says; with missing_scope, update the app from the manifest and install it again",
    ),
    "the database is younger than its channel: a message was found in slack and is not posted again; what was counted, "
    "said and asked for since is not known": Advice(
        "The database was lost or put back from a copy. What stands in Slack is taken over; what people did "
        "meanwhile is not "
        "in it.",
        "count the FEs who are there once more by hand; if you did not put a copy back, look who changed the database",
    ),
    "slack did not say whether somebody is a guest; they are refused": Advice(
        "Codes are for full members. Slack did not tell who somebody is, so they got none.",
        "do what the reason says; where it names nothing to do, have them press again",
    ),
    "slack did not say in which language a person reads; English is used": Advice(
        "Without Slack's word the bot speaks English. It is said once for each reason.",
        "do what the reason says; with missing_scope, update the app from the manifest and install it again",
    ),
    "slack did not say what people are called; their ids are used": Advice(
        "On papers people stand by their Slack ids.", SLACK_REASON
    ),
    "can't read a user group; its members are refused": Advice(
        "bot.toml names a user group as operators, and Slack does not say who is in it. Its members get no codes now.",
        "do what the reason says; on a plan without user groups, name people in bot.toml",
    ),
    "can't read who is in a channel": Advice(
        "A location names no operators, so the channel's members are. Slack does not say who they are, and they get no "
        "codes now.",
        "do what the reason says; or name operators in bot.toml",
    ),
    "can't tell whether a channel is public; its location names no operators": Advice(
        "If the channel is public, whoever joins it gets codes; Slack did not say whether it is.",
        "name operators in bot.toml, or make sure that the channel is private",
    ),
    "a location names no operators, and its channel is open": Advice(
        "Whoever joins the channel gets codes: it is public or shared with other companies, and bot.toml names nobody. "
        "`problem` says which.",
        "name people or user groups in `operators` in bot.toml, or make the channel private and not shared",
    ),
    "this machine's clock and slack's differ": Advice(
        "The clocks are so far apart that times on cards and papers are wrong, and in HTTP mode presses are refused.",
        "set this machine's clock (NTP)",
    ),
    "a list could not be fetched from slack": Advice(
        "Somebody dropped a list and the file could not be had from Slack. The person was told.",
        "do what the problem says; where it names nothing to do, have them drop the file again",
    ),
}
