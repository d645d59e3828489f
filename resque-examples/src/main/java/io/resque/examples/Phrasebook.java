package io.resque.examples;

import io.resque.api.FailureFilter;
import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobStatus;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The code in {@code docs/coming-from.md}, so that it is compiled. */
@SuppressWarnings({"resource", "unused"}) // a page of single lines
final class Phrasebook {
    private Phrasebook() {}

    /** A job of Jesque. */
    record TestAction() implements Job {
        @Override
        public void perform(JobContext job) {}
    }

    /** A job of Sidekiq. */
    record HardJob() implements Job {
        @Override
        public void perform(JobContext job) {}
    }

    static void ruby() {
        // class Mail; @queue = :mail; def self.perform(user, name) … end; end
        class Mail implements Job {
            @Override
            public void perform(JobContext job) {
                System.out.println(
                        job.args().get(0, Long.class) + " " + job.args().get(1, String.class));
            }
        }
        // Resque.redis = "localhost:6379"
        Resque resque = Resque.connect("redis://localhost:6379/0");
        // Resque.enqueue(Mail, 42, "Chris"), Resque.enqueue_to(:mail, Mail, 42, "Chris")
        resque.enqueue("mail", "Mail", 42, "Chris");
        // Resque.dequeue(Mail, 42, "Chris"), Resque.dequeue(Mail)
        resque.dequeue("mail", JobMatch.of("Mail").withArgs(42, "Chris"));
        resque.dequeueClasses("mail", List.of("Mail"));
        // Resque.size(:mail), Resque.queues, Resque.peek(:mail, 0, 20), Resque.remove_queue(:mail)
        resque.inspector().queueSize("mail");
        resque.inspector().queues();
        resque.inspector().peek("mail", 0, 20);
        resque.removeQueue("mail");
        // QUEUES=critical,*,!low rake resque:work, with INTERVAL=0: until no job is left, in this thread
        resque.workerBuilder("critical", "*", "!low")
                .register("Mail", Mail::new)
                .drain();
        // the same in threads of the worker
        resque.workerBuilder("critical", "*", "!low")
                .register("Mail", Mail::new)
                .untilEmpty()
                .start();
        // Resque.info, Resque.workers, Resque.working
        resque.inspector().counters();
        resque.inspector().workers();
        // Resque::Failure.all(0, 20), .requeue_all, .clear_retried, .remove(i), .clear
        resque.failures().oldest(FailureFilter.all(), 0, 20);
        resque.failures().retryAll(FailureFilter.all());
        resque.failures().clearRetried();
        resque.failures().removeAll(FailureFilter.all().jobClass("Mail"));
        resque.failures().clear();
        // Resque.redis.set("pause-all-workers", "true")
        resque.pauseAll();
        // Resque.inline = true
        Resque inline = Resque.builder()
                .inline(jobs -> jobs.register("Mail", Mail::new))
                .build();
    }

    static void scheduler(Resque resque, Instant nextMonday) {
        // Resque.enqueue_at_with_queue(:mail, next_monday, Report), Resque.enqueue_at(next_monday, Report)
        resque.enqueueAt(nextMonday, "mail", "Report");
        // Resque.enqueue_in_with_queue(:mail, 300, Reminder, 42), Resque.enqueue_in(300, Reminder, 42)
        resque.enqueueIn(Duration.ofSeconds(300), "mail", "Reminder", 42);
        // Resque.remove_delayed(Reminder, 42), Resque.remove_delayed_selection(Reminder) { true }
        resque.delayed().remove(JobMatch.of("Reminder").withArgs(42));
        resque.delayed().remove(JobMatch.of("Reminder"));
        // Resque.enqueue_delayed(Reminder, 42)
        resque.delayed().enqueueNow(JobMatch.of("Reminder").withArgs(42));
        // Resque.count_all_scheduled_jobs, Resque.reset_delayed_queue
        resque.delayed().count();
        resque.delayed().clear();
    }

    static void php() throws InterruptedException {
        // Resque::setBackend('localhost:6379');
        Resque resque = Resque.connect("localhost:6379");
        // $token = Resque::enqueue('default', 'My_Job', ['name' => 'Chris'], true);
        String token = resque.enqueueTracked("default", "My_Job", Map.of("name", "Chris"))
                .orElseThrow();
        // $status = new Resque_Job_Status($token); $status->get(); $status->stop();
        resque.status(token).map(JobStatus::state);
        resque.follow(token, Duration.ofMinutes(5), status -> System.out.println(status.state()));
        resque.whenEnded(token, Duration.ofMinutes(5)).thenAccept(end -> System.out.println(end.map(JobStatus::state)));
        resque.stopTracking(token);
        // Resque_Job::create('default', 'My_Job', ['name' => 'Chris'], true, 'order-4711');
        resque.enqueueTracked(
                "default", JobSpec.of("My_Job", Map.of("name", "Chris")).withId("order-4711"));
        // Resque::dequeue('default', ['My_Job', 'My_Job2']);
        resque.dequeueClasses("default", List.of("My_Job", "My_Job2"));
        // Resque::dequeue('default', ['My_Job' => '087df5819a790ac666c9608e2234b21e']);
        resque.dequeue("default", JobMatch.of("My_Job").withId("087df5819a790ac666c9608e2234b21e"));
        // Resque::dequeue('default', ['My_Job' => ['foo' => 1, 'bar' => 2]]);
        resque.dequeue("default", JobMatch.of("My_Job").withArgs(Map.of("foo", 1, "bar", 2)));
        // Resque::dequeue('default');
        resque.clearQueue("default");
        // public function setUp() … perform() … tearDown()
        class My_Job implements Job {
            @Override
            public void setUp(JobContext job) {
                System.out.println("before");
            }

            @Override
            public void perform(JobContext job) {
                System.out.println(job.args().get(0)); // the one map that PHP sends
            }

            @Override
            public void tearDown(JobContext job) {
                System.out.println("after");
            }
        }
        // QUEUE=high,default php bin/resque
        Worker worker = resque.workerBuilder("high", "default")
                .register("My_Job", My_Job::new)
                .start();
        // Resque_Event::listen('afterPerform', …)
        worker.listen(new ResqueListener() {
            @Override
            public void afterPerform(JobContext job) {
                System.out.println(job.jobClass() + " is done");
            }
        });
    }

    static void jesque() {
        // Client client = new ClientImpl(config);
        // client.enqueue("foo", new Job("TestAction", new Object[] {1, "x"}));
        Resque resque = Resque.connect("localhost:6379");
        resque.enqueue("foo", "TestAction", 1, "x");
        // client.batchEnqueue("foo", jobs)
        resque.enqueueAll("foo", List.of(JobSpec.of("TestAction", 1, "x"), JobSpec.of("TestAction", 2, "y")));
        // new WorkerPool(() -> new WorkerImpl(config, asList("foo"), factory), 8)
        Worker worker = resque.workerBuilder("foo")
                .register("TestAction", TestAction.class)
                .concurrency(8)
                .start();
        // worker.togglePause(true), worker.end(false)
        worker.pause();
        worker.stop(Duration.ofSeconds(30));
        // worker.getWorkerEventEmitter().addListener(listener, JOB_FAILURE)
        resque.listen(new ResqueListener() {
            @Override
            public void onFailure(JobContext job, Throwable failure) {
                System.err.println(job.jobClass() + ": " + failure);
            }
        });
    }

    static void sidekiq(Resque resque) {
        // HardJob.perform_async(1), HardJob.set(queue: "critical").perform_async(1)
        resque.enqueue("critical", "HardJob", 1);
        // HardJob.set(queue: "critical").perform_in(300, 1)
        resque.in(Duration.ofSeconds(300)).enqueue("critical", "HardJob", 1);
        // Sidekiq::Queue.new("default").size, .clear
        resque.inspector().queueSize("default");
        resque.clearQueue("default");
        // Sidekiq::DeadSet.new.each(&:retry)
        resque.failures().retryAndRemoveAll(FailureFilter.all());
        // Sidekiq::Testing.fake!, HardJob.drain: a worker that runs all there is and returns
        resque.workerBuilder("*").register("HardJob", HardJob::new).drain();
    }
}
