// The practice dock: a small Slack, the FE's phone, Flipkart's mood, a scripted day, and a look under the glass.

import { connect } from "./api.js";
import { startChannels } from "./channels.js";
import { startDock } from "./dock.js";
import { startMessages } from "./messages.js";
import { startModal } from "./modal.js";
import { startPlaces } from "./places.js";
import { startRegions } from "./regions.js";
import { remember } from "./store.js";
import { startThread } from "./thread.js";
import { startTop } from "./top.js";
import { offerTour } from "./tour.js";

// What is read is marked before the unread marks are drawn.
startTop();
startMessages();
startChannels();
startThread();
startDock();
startModal();
startRegions();
startPlaces();
offerTour();
connect(remember("viewer"));
