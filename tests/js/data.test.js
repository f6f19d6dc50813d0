// @ts-check
/** Reading from the server: what was asked for before something changed is not kept after it. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";
import { CityData } from "../../app/frontend/data.js";

const BOARD = { day: "2026-11-24", projects: {}, sites: {}, blockers: {}, awaited_units: {} };

test("a day foreseen before the lamps changed is asked for again after it", async () => {
  let asked = 0;
  /** @type {import("node:http").ServerResponse[]} */
  const held = [];
  const server = createServer((_request, response) => {
    asked += 1;
    if (asked === 1) {
      held.push(response);
      server.emit("held");
    } else response.end(JSON.stringify({ ...BOARD, open_blockers: asked }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const data = new CityData(`http://127.0.0.1:${port}`);
  const came = once(server, "held");
  const foreseen = data.foresee("2026-11-24");
  await came;
  data.forgetBoards();
  held[0]?.end(JSON.stringify({ ...BOARD, open_blockers: 1 }));
  await foreseen;
  const board = await data.board("2026-11-24");
  server.closeAllConnections();
  server.close();
  assert.equal(board.open_blockers, 2);
});

test("what changed since the page was made is told at the first look", async () => {
  const now = { layers: { sites: "4", roads: "1" }, lamps: "9" };
  const server = createServer((_request, response) => response.end(JSON.stringify(now)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const data = new CityData(`http://127.0.0.1:${port}`);
  data.seen = { layers: { sites: "3", roads: "1" }, lamps: "9" };
  const first = await data.news();
  const second = await data.news();
  server.closeAllConnections();
  server.close();
  assert.deepEqual(first, { layers: ["sites"], lamps: false });
  assert.deepEqual(second, { layers: [], lamps: false });
});
