// node scheduler.js HOST PORT NAMESPACE LEADER_LOCK_TIMEOUT: node-resque's scheduler, until it is killed. Says "started" and errors.
const { Scheduler } = require("node-resque");

const [host, port, namespace, leaderLockTimeout] = process.argv.slice(2);
const connection = { pkg: "ioredis", host, port: Number(port), database: 0, namespace };
const scheduler = new Scheduler({ connection, leaderLockTimeout: Number(leaderLockTimeout) });
scheduler.on("error", (error) => console.error(error));
scheduler.connect().then(() => scheduler.start()).then(() => console.log("started"));
