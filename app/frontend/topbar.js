// @ts-check
/** The bar at the top of the staff's pages: its folds and the switch of dark and light. */

import { startSignOut } from "./account.js";
import { closeByItself } from "./panels/folds.js";
import { startThemeSwitches } from "./panels/theme.js";

startThemeSwitches();
startSignOut();
for (const fold of document.querySelectorAll(".topbar details"))
  closeByItself(/** @type {HTMLDetailsElement} */ (fold));
