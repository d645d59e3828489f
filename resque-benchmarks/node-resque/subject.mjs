// The scheduler of node-resque as a subject; the class DelayedSubject describes the lines that it reads and answers.
import { createInterface } from 'node:readline'
import resque from 'node-resque'

const { hostname: host, port } = new URL(process.argv[2])
const connection = () => ({ pkg: 'ioredis', host, port: Number(port), database: 0, namespace: 'resque' })
let running

async function scheduler(timeout) {
  const made = new resque.Scheduler({ connection: connection(), timeout })
  made.on('error', (error) => console.error(error))
  await made.connect()
  return made
}

// From its first poll on: it begins with a pause.
async function move(jobs) {
  const mover = await scheduler(20)
  let begin
  let left = jobs
  mover.once('poll', () => { begin = performance.now() })
  const moved = new Promise((resolve) => mover.on('transferredJob', () => { if (--left === 0) resolve(performance.now()) }))
  await mover.start()
  const seconds = ((await moved) - begin) / 1000
  await mover.end()
  return jobs / seconds
}

async function start() {
  running = await scheduler(5000) // its default
  await running.start()
  return 'ok'
}

async function stop() {
  await running.end()
  return 'ok'
}

for await (const line of createInterface({ input: process.stdin })) {
  const words = line.split(' ')
  console.log('= ' + (await { move, start, stop }[words[0]](Number(words[1]))))
}
process.exit(0)
