import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect } from "chai";
import express, { type Response } from "express";
import { listen, stopServer } from "../../web/http/listen.ts";
import { whenOver } from "../../web/http/when-over.ts";
import { eventually } from "../setup/eventually.ts";

describe("The end of a response", () => {
  let server: Server;
  let responses: Response[];

  beforeEach(async () => {
    responses = [];
    const app = express().use((_req, res) => void responses.push(res));
    server = await listen(app, { host: "127.0.0.1", port: 0 });
  });
  afterEach(() => stopServer(server, 2_000));

  const port = (): number => (server.address() as AddressInfo).port;

  /** A connection on which so many requests are sent at once. */
  async function request(count: number) {
    const reader = connect(port(), "127.0.0.1");
    reader.write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(count));
    await eventually(() => expect(responses).to.have.length(count));
    return reader;
  }

  it("is told once for each that its reader leaves, those that wait behind another among them", async () => {
    const reader = await request(3);
    const told: number[] = [];
    for (const [index, res] of responses.entries()) whenOver(res, () => told.push(index));
    reader.destroy();
    await eventually(() => expect(told).to.have.members([0, 1, 2]));
  });

  it("is told at once to who asks when the reader has left", async () => {
    const reader = await request(2);
    const { socket } = (responses[0] as Response).req;
    const left = once(socket, "close");
    reader.destroy();
    await left;
    let told = 0;
    for (const res of responses) whenOver(res, () => told++);
    expect(told).to.equal(2);
  });

  it("is told once for one that is sent, and leaves nothing on a connection that goes on", async () => {
    const reader = await request(2);
    const { socket } = (responses[0] as Response).req;
    const before = socket.listenerCount("close");
    let told = 0;
    for (const res of responses) whenOver(res, () => told++);
    for (const res of responses) res.end("sent");
    await eventually(() => expect(told).to.equal(2));
    expect(socket.destroyed).to.equal(false);
    expect(socket.listenerCount("close")).to.be.at.most(before);
    reader.destroy();
    await once(socket, "close");
    expect(told).to.equal(2);
  });
});
