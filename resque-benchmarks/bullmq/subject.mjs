// BullMQ as a subject; the interface Subject describes the lines that it reads and answers. Knows only: wake JOBS WORKERS.
import { createInterface } from 'node:readline'
import { Queue, Worker } from 'bullmq'

const { hostname: host, port } = new URL(process.argv[2])
const connection = { host, port: Number(port), maxRetriesPerRequest: null }
const queue = new Queue('q', { connection })

async function wake(jobs, workers) {
  let started
  const worker = new Worker('q', async () => started(performance.now()), { connection, concurrency: workers })
  await worker.waitUntilReady()
  const millis = []
  for (let i = -Math.floor(jobs / 4); i < jobs; i++) {
    await new Promise((resolve) => setTimeout(resolve, 3))
    const start = new Promise((resolve) => { started = resolve })
    const sent = performance.now()
    await queue.add('Start', {})
    const waited = (await start) - sent
    if (i >= 0) millis.push(waited)
  }
  await worker.close()
  millis.sort((a, b) => a - b)
  return `${millis[Math.floor(jobs / 2)]} ${millis[Math.floor((jobs * 99) / 100)]}`
}

for await (const line of createInterface({ input: process.stdin })) {
  const words = line.split(' ')
  console.log('= ' + (await wake(Number(words[1]), Number(words[2]))))
}
process.exit(0)
