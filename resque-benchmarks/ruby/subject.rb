# Ruby with a fork for each job, as a subject; the interface Subject describes the lines that it reads and answers. Knows only: drain WORKERS JOBS.
# Run by: REDIS_URL=… ruby subject.rb
#
# It stands in for a worker of Ruby Resque 3.0, which Debian does not have: for each job the same commands in the same round trips, by the
# same client (redis-rb), and a child with a connection of its own. It has no hooks, no log, no namespace library and no application in
# memory, so a fork costs it less than it costs a real worker.
require 'json'
require 'redis'
require 'socket'
require 'time'

class Noop
  def self.perform(*) = nil
end

class ForkingWorker
  def initialize(redis)
    @redis = redis
    @id = "#{Socket.gethostname}:#{Process.pid}:q"
    @record = "resque:worker:#{@id}"
  end

  # Works until the queue is empty, and writes a byte for each job.
  def work(done)
    @redis.pipelined do |pipe|
      pipe.sadd('resque:workers', @id)
      pipe.set("#{@record}:started", Time.now.to_s)
    end
    while (job = take)
      run(job)
      done << '.'
    end
    @redis.pipelined do |pipe|
      pipe.srem('resque:workers', @id)
      pipe.del(@record, "#{@record}:started", "resque:stat:processed:#{@id}", "resque:stat:failed:#{@id}")
    end
  end

  private

  def take
    @redis.get('resque:pause-all-workers')
    taken = @redis.lpop('resque:queue:q')
    taken && JSON.parse(taken)
  end

  def run(job)
    @redis.set(@record, JSON.generate(queue: 'q', run_at: Time.now.utc.iso8601, payload: job))
    @redis.get(@record)
    child = fork do
      @redis.close
      @redis.ping
      Object.const_get(job['class']).perform(*job['args'])
      exit!(0)
    end
    $0 = "resque: Forked #{child} at #{Time.now.to_i}"
    Process.waitpid(child)
    raise "a child ended with #{$?}" unless $?.success?

    @redis.pipelined do |pipe|
      pipe.del(@record)
      pipe.incrby('resque:stat:processed', 1)
      pipe.incrby("resque:stat:processed:#{@id}", 1)
    end
  end
end

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

# Jobs per second, from the tenth part of the jobs on.
def drain(workers, jobs)
  reader, writer = IO.pipe
  pids = Array.new(workers) do
    fork do
      reader.close
      ForkingWorker.new(Redis.new).work(writer)
      exit!(0)
    end
  end
  writer.close
  done = begun_with = 0
  begun = nil
  while done < jobs
    done += reader.readpartial(4096).bytesize
    begun, begun_with = now, done if begun.nil? && done >= jobs / 10
  end
  rate = (done - begun_with) / (now - begun)
  pids.each { |pid| Process.waitpid(pid) }
  rate
end

$stdout.sync = true
while (line = $stdin.gets)
  _, workers, jobs = line.split
  puts "= #{drain(workers.to_i, jobs.to_i)}"
end
