// node peer.js HOST PORT NAMESPACE enqueue|work|read|unique [JOBS]; says what it saw as lines of JSON.
const { Plugins, Queue, Worker } = require("node-resque");

const [host, port, namespace, what, count] = process.argv.slice(2);
const connection = { pkg: "ioredis", host, port: Number(port), database: 0, namespace };
const say = (value) => console.log(JSON.stringify(value));

async function enqueue() {
  const queue = new Queue({ connection });
  await queue.connect();
  await queue.enqueue("to-java", "Add", [1, 2]);
  await queue.enqueue("to-java", "Add", [{ a: 1, url: "http://x/é€😀" }]);
  await queue.enqueue("to-java", "Add", "one");
  await queue.enqueue("to-java", "Add");
  await queue.end();
}

async function work() {
  let left = Number(count);
  const perform = async (...args) => say({ performed: args });
  const jobs = {
    Add: { perform },
    Sync: { perform, plugins: [Plugins.QueueLock] },
    Boom: { perform: async () => { throw new Error("boom é"); } },
  };
  const worker = new Worker({ connection, queues: ["to-node"], timeout: 20 }, jobs);
  await worker.connect();
  const ended = new Promise((resolve) => {
    const one = () => { if (--left === 0) resolve(); };
    worker.on("success", one);
    worker.on("failure", one);
  });
  await worker.start();
  await ended;
  await worker.end();
}

async function read() {
  const queue = new Queue({ connection });
  await queue.connect();
  const workers = await queue.workers();
  const working = {};
  // Not allWorkingOn: it goes by a member of the record that only node-resque writes.
  for (const [name, queues] of Object.entries(workers)) {
    working[name] = JSON.parse(await queue.workingOn(name, queues));
  }
  say({
    stats: await queue.stats(),
    workers,
    working,
    failed: await queue.failed(0, -1),
  });
  await queue.end();
}

async function unique() {
  const queue = new Queue({ connection }, { Sync: { perform: async () => {}, plugins: [Plugins.QueueLock] } });
  await queue.connect();
  say({ enqueued: await queue.enqueue("to-node", "Sync", [1, { a: 1.5, b: "é" }]) });
  await queue.end();
}

({ enqueue, work, read, unique })[what]().then(() => process.exit(0), (e) => { console.error(e); process.exit(1); });
