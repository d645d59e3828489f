# Sidekiq as a subject; the interface Subject describes the lines that it reads and answers. Knows only: wake JOBS WORKERS. Always has sixteen threads.
# Run by: REDIS_URL=… sidekiq -c 16 -r subject.rb
STARTS = Queue.new

class Start
  include Sidekiq::Worker
  def perform
    STARTS << Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
  end
end

def wake(jobs)
  millis = (-jobs / 4...jobs).map do |i|
    sleep 0.003
    sent = Process.clock_gettime(Process::CLOCK_MONOTONIC, :float_millisecond)
    Start.perform_async
    waited = STARTS.pop - sent
    waited if i >= 0
  end
  sorted = millis.compact.sort
  "#{sorted[jobs / 2]} #{sorted[jobs * 99 / 100]}"
end

Sidekiq.configure_server do |config|
  config.on(:startup) do
    Thread.new do
      while (line = $stdin.gets)
        $stdout.puts "= #{wake(line.split[1].to_i)}"
        $stdout.flush
      end
      exit!
    end
  end
end
