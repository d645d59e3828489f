// node scheduler.js HOST PORT NAMESPACE LEADER_LOCK_TIMEOUT: node-resque's scheduler, until it is killed. Says "started", errors, and why
// its process ends if it does.
const { Scheduler } = require("node-resque");

const [host, port, namespace, leaderLockTimeout] = process.argv.slice(2);
const connection = { pkg: "ioredis", host, port: Number(port), database: 0, namespace };
const scheduler = new Scheduler({ connection, leaderLockTimeout: Number(leaderLockTimeout) });
scheduler.on("error", (error) => console.error(error));
scheduler.connect().then(() => scheduler.start()).then(() => console.log("started"));
process.on("exit", (code) => console.log("ends with status " + code));
process.on("uncaughtException", (error) => { console.error("uncaught", error); process.exit(70); });
process.on("unhandledRejection", (error) => { console.error("unhandled", error); process.exit(71); });
