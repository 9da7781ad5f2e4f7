"""Lines about the bot itself: its settings, jobs, database, files and copies."""

from collections.abc import Mapping

from bot.advice.model import NOTHING, REPORT, Advice

_DISK = "free some space on the disk, or let the bot's user write the folder"

ADVICE: Mapping[str, Advice] = {
    "a setting works, and should be known": Advice(
        "Something in bot.toml is allowed and may not be what you want. `problem` says what.",
        "read the problem; change bot.toml if it is not meant so",
    ),
    "something is not as it should be": Advice(
        "At its start the bot looks at what needs no call: `.env`, slips in the settings, fonts, the disk. `what` "
        "names the thing and `problem` says what is so.",
        "do what the line says; `otc-bot doctor` looks at all the rest, too",
    ),
    "a setting was changed that can't change while the bot runs": Advice(
        "The settings were read again, and this one needs a restart. `problem` says which. All others hold already.",
        "restart the bot when nobody is in the middle of a handover",
    ),
    "the settings have a mistake; those of before stay": Advice(
        "The settings were read again and have a mistake: one line for each. The bot goes on with what it had.",
        "mend what the problem says, then run `otc-bot reload`",
    ),
    "SENTRY_DSN is set, and what it needs is not installed; faults stand in the log alone": Advice(
        "Sentry's library is an extra of otc-bot and not there. The bot works as without Sentry.",
        "type `otc/bin/pip install '.[sentry]'` in the folder with the bot's files, or unset SENTRY_DSN",
    ),
    "a part of the bot ended": Advice(
        "Something that must always run ended by a fault. The bot ends too, so that whatever watches it starts it "
        "again.",
        REPORT,
    ),
    "a workspace's bot ended in a fault of the bot": Advice(
        "Of several workspaces the bot of one failed. It is begun again; the others did not notice.", REPORT
    ),
    "this workspace's bot ended; it is begun again": Advice(
        "Of several workspaces the bot of one could not go on: `problem` says why. It begins anew after `seconds`.",
        "mend what the problem says: a token, the seller's account or the database",
    ),
    "a job ended in a fault of the bot": Advice("Something that is done by the clock failed. `job` names it.", REPORT),
    "the clock was set back; the job goes on": Advice(
        "This machine's clock was put back. The bot noticed, and goes on.",
        "nothing, once; if it comes often, let one service alone set the clock (NTP)",
    ),
    "what happens can't be kept; no code is given out until it can": Advice(
        "The database can't be written. So that nothing is lost, nobody gets a code until it can. `problem` says why. "
        "“the database can be written again” follows.",
        "do what the problem says at once: most often free disk space, or start the database server",
    ),
    "can't reach the database; trying again": Advice(
        "The database server does not answer, or does not let the bot in. The bot waits for it.",
        "do what the reason says: start the server, or check DATABASE_URL",
    ),
    "the outbox can't read or write its table": Advice(
        "Messages wait, because the database can't be read or written now. Nothing is lost.",
        "do what the line about the database says; messages go on by themselves",
    ),
    "a handover vanished from the database": Advice(
        "A row that the bot works with is gone, as when somebody changes the database by hand.",
        "change nothing in the database while the bot runs; restart the bot",
    ),
    "other people of this machine could read the bot's files; now they can't": Advice(
        "The database or pictures could be read by other users of this machine. The bot has closed them. `files` says "
        "which.",
        "nothing, once; if it comes at each start, look what opens them (a backup, a shared folder)",
    ),
    "the folder for photos can't be written; free some space or give the right": Advice(
        "Pictures from Slack can't be kept. They are fetched again later.", _DISK
    ),
    "photos can't be kept; free some space on the disk, or give the right": Advice(
        "Somebody sent pictures and they can't be kept. The person was told.", _DISK
    ),
    "a list can't be kept; free some space on the disk, or give the right": Advice(
        "Somebody dropped a list and it can't be kept. The person was told.", _DISK
    ),
    "a picture of a receipt can't be read": Advice(
        "A receipt is made without one of its pictures: the file is not in the folder of pictures. Its hash is still "
        "named.",
        "put the folder of pictures back, and let the bot's user read it; `otc-bot export` makes the receipt anew",
    ),
    "the folder of pictures can't be read; what is to be forgotten stays in it": Advice(
        "Pictures whose time is over can't be deleted.", "let the bot's user read and write the folder of pictures"
    ),
    "a picture that is to be forgotten can't be deleted": Advice(
        "A picture whose time is over is still there. It is tried again. `picture` names its file.",
        "let the bot's user write the folder of pictures, or delete the file by hand",
    ),
    "waiting until copies of an older version have ended": Advice(
        "The new version needs other tables, and old copies still run.",
        "end the older copies: the new one begins by itself then",
    ),
    "the locks of the shards can't be held": Advice(
        "This copy can't ask the database server for its part of the work. Other copies take it over; it goes on by "
        "itself.",
        "do what the problem says; look whether the database server can be reached from this machine",
    ),
    "the look at the locks of the shards ended in a fault of the bot": Advice(
        "This copy failed while it shared the work with others. It tries again, and the others take over.", REPORT
    ),
    "copies can't hear each other": Advice(
        "The line over which copies tell each other of presses is cut. Presses are still answered, and some codes are "
        "asked for anew.",
        "do what the problem says; a pooler between them must pass on LISTEN and NOTIFY",
    ),
    "another copy has the codes by now; any that were made here are shown to nobody": Advice(
        "Work moved to another copy in the middle of a press. The person gets the code from there.", NOTHING
    ),
    "another copy took no press in time; its codes are made anew": Advice(
        "A copy did not take a press, so this one asks Flipkart for the codes anew. The newest one counts.",
        "nothing; if it comes often, look why the other copy is slow or cut off",
    ),
    "another copy is gone with a press": Advice(
        "A copy ended while it worked for somebody. The person was told to press again.",
        "nothing; look at that copy's log if it did not end on purpose",
    ),
}
