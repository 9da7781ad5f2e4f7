// The top: as whom one looks at the workspace, and the tour.

import { h, icon } from "./dom.js";
import { connect } from "./api.js";
import { remember, setUi, subscribe } from "./store.js";
import { startTour } from "./tour.js";

export function startTop() {
  const select = h("select", { id: "view-as", testid: "view-as" });
  const note = h("span", { class: "unseen", role: "status" });
  const tour = h("button", { type: "button", class: "top-button", testid: "tour-start", on: { click: startTour } }, icon("help"), h("span", {}, "Tour"));
  document.getElementById("top-tools").append(
    h("label", { for: "view-as" }, "View as"), select, note, tour);
  select.addEventListener("change", () => {
    remember("viewer", select.value);
    setUi({ thread: null });
    connect(select.value);
    note.textContent = `Now you look as ${select.selectedOptions[0].textContent}`;
  });
  let drawn = "";
  subscribe((state) => {
    const people = JSON.stringify(state.people);
    if (drawn !== people) {
      drawn = people;
      select.replaceChildren(...state.people.map((person) =>
        h("option", { value: person.id }, person.note ? `${person.real_name} (${person.note})` : person.real_name)));
    }
    if (document.activeElement !== select || select.value === "") select.value = state.viewer;
  });
}
